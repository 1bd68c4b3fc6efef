"""Workers that the zygote forks and keeps itself, where none needs a process of its own between the two.

A keeper is there to make a worker's namespaces, to end it, to see how it ended and to tidy up after it. The zygote can do all of
that where its next child's process namespace can be made and left again (not in a user namespace of the worker's own), where
nothing stays behind (a file system of the worker's own), and where the worker ends with the zygote whatever it does: it is given
the signal for that, and the filter refuses to take it back.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.sandbox.lockdown import syscalls
from grader.sandbox.lockdown.plan import NAMESPACES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.sandbox.lockdown.lock import Prepared

NEEDED = frozenset({"descriptors", "parent", "seccomp", "view", "processes"})


def prepare_holder(prepared: Prepared) -> Prepared | None:
    """In the zygote, once: what workers without keepers are locked with; None where each worker needs a keeper."""
    if not prepared.layers >= NEEDED or (prepared.plan.user_namespace and NAMESPACES & prepared.layers):
        return None
    if prepared.filter is None:
        return None
    try:
        keeper = os.pidfd_open(os.getpid())
        home = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    except (OSError, AttributeError):  # before Linux 5.3 there are no such descriptors
        return None
    held = replace(prepared, kept=True, keeper=keeper, home=home)
    if _comes_back(held):
        return held
    os.close(keeper)
    os.close(home)
    return None


def _comes_back(held: Prepared) -> bool:
    """Whether the way there and back is open; root of a user namespace may make namespaces and not come back.

    It is tried in a child: who does not come back can start no second process.
    """
    pid = os.fork()
    if pid == 0:
        try:
            with next_worker(held):
                pass
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


@contextlib.contextmanager
def next_worker(held: Prepared) -> Iterator[None]:
    """What is forked within has a process namespace of its own, and is its first process.

    Raises OSError if there is none, and RuntimeError, after which nothing can be forked, if there is no way back.
    """
    assert held.home is not None, "made by prepare_holder"
    syscalls.unshare(syscalls.CLONE_NEWPID)
    try:
        yield
    finally:
        try:
            syscalls.call("setns", held.home, syscalls.CLONE_NEWPID)
        except OSError as error:
            raise RuntimeError(f"there is no way back into the own process namespace: {error}") from None
