"""What this process may do because of who it is: user, capabilities, no new ones, and its tie to its parent."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys

from grader.sandbox.lockdown import syscalls

LINUX = sys.platform == "linux"


def die_with_parent(watch: int | None = None) -> None:
    """Lets the kernel kill this process when the one that forked it ends; call it after each change of credentials.

    ``watch`` is a pidfd of the parent, for a process that can't see its parent's pid. Outside Linux nothing
    happens.
    """
    if not LINUX:
        return
    parent = os.getppid()
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    # it may have ended before the kernel knew
    if os.getppid() != parent or (watch is not None and _has_ended(watch)):
        os._exit(72)


def _has_ended(pidfd: int) -> bool:
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(0))


def no_new_privileges() -> None:
    """From here on no program that this process starts gains privileges (needed for Landlock and filters)."""
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)


def become(user: int) -> None:
    """Changes from root to a user and group of this number, without further groups; raises OSError."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def drop_bounds() -> None:
    """Removes all capabilities from what any later program could get; without the right to do so, nothing happens."""
    for capability in range(64):
        try:
            syscalls.prctl(syscalls.PR_CAPBSET_DROP, capability)
        except OSError:
            break  # beyond the last one, or not permitted: then there is nothing to drop
    with contextlib.suppress(OSError):
        syscalls.prctl(syscalls.PR_CAP_AMBIENT, syscalls.PR_CAP_AMBIENT_CLEAR_ALL)


def drop_all() -> None:
    """Gives up every capability and makes this process opaque to others of the same user."""
    syscalls.drop_capabilities()
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)


def user_range() -> tuple[int, int] | None:
    """First and number of the user ids that workers may take here as root; None if this isn't root or there are none.

    The first range lies above what systems and containers hand out; the second, for containers that know few ids, is
    the one that systemd keeps for short-lived users.
    """
    if not LINUX or os.geteuid() != 0:
        return None
    with open("/proc/self/uid_map", encoding="ascii") as lines:
        spans = [(int(inside), int(count)) for inside, _outside, count in map(str.split, lines)]
    for first, count in ((0x7000_0000, 0x0040_0000), (61_184, 4_336)):
        if any(start <= first and first + count <= start + length for start, length in spans):
            return first, count
    return None
