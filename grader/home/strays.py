"""Ends what a student's code started and left behind, on Linux: it would go on after its process, and write over what is found.

A process that takes a session of its own is not in its starter's group, and one whose parent has ended has init for one. So the
process that checks becomes the parent of such orphans (a "subreaper", prctl(2)) and ends them. All run as one user, so this is no
wall: it keeps what was forgotten, or meant to last, from lasting.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PR_SET_CHILD_SUBREAPER = 36  # of prctl(2)
SECONDS = 5.0  # for what starts new processes faster than they can be ended
PAUSE_SECONDS = 0.005  # between two looks


class _Watch:
    """Whether orphans come to this process, and which of its children it has started itself."""

    def __init__(self) -> None:
        self.is_on = False
        self.own: set[int] = set()
        self.lock = threading.RLock()


_watch = _Watch()


@contextmanager
def adopting() -> Iterator[None]:
    """Makes this process the parent of what the processes that it starts leave behind, and ends that, now and on the way out.

    Not for a notebook's kernel, whose other children are the student's own. Elsewhere than on Linux it does nothing.
    """
    if _watch.is_on or not _subreaper(True):
        yield
        return
    _watch.own = set(_children(_parents()))
    _watch.is_on = True
    try:
        yield
    finally:
        end_strays()
        _watch.is_on = False
        _subreaper(False)


@contextmanager
def starting() -> Iterator[set[int]]:
    """Gives the set to put a process into as soon as it has started: while it is there it is none to be ended."""
    with _watch.lock:
        yield _watch.own


def ended(pid: int) -> None:
    """Says that a process that was started here has ended and was waited for; its number may soon be another's."""
    with _watch.lock:
        _watch.own.discard(pid)


def end_strays() -> None:
    """Ends all orphans that have come to this process, with all below them; does nothing if none can come.

    Whoever has taken another user's rights is left, and so is what starts processes without end, after some seconds.
    """
    if not _watch.is_on:
        return
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with _watch.lock:
            parents = _parents()
            # What this process starts for itself stays in its session; a student's process has another, and can't come back.
            own = os.getsid(0)
            roots = [pid for pid in _children(parents) if pid not in _watch.own and _session(pid) != own]
            killed = [_kill(pid) for pid in _below(roots, parents)]
            for pid in roots:
                with suppress(OSError):
                    os.waitpid(pid, os.WNOHANG)
        if not any(killed):
            return
        time.sleep(PAUSE_SECONDS)


def _subreaper(on: bool) -> bool:
    if sys.platform != "linux":
        return False
    import ctypes

    with suppress(OSError, AttributeError):
        return bool(ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(on), 0, 0, 0) == 0)
    return False


def _kill(pid: int) -> bool:
    """Ends a process; whether there was one that could be ended."""
    with suppress(OSError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def _below(roots: list[int], parents: dict[int, int]) -> list[int]:
    """These processes and all that descend from them, as far as the system tells."""
    children: dict[int, list[int]] = {}
    for pid, parent in parents.items():
        children.setdefault(parent, []).append(pid)
    found = list(roots)
    for pid in found:
        found += children.get(pid, [])
    return found


def _children(parents: dict[int, int]) -> list[int]:
    own = os.getpid()
    return [pid for pid, parent in parents.items() if parent == own]


def _parents() -> dict[int, int]:
    """The parent of each process, by proc(5); empty where there is no /proc."""
    found: dict[int, int] = {}
    with suppress(OSError):
        for name in os.listdir("/proc"):
            if name.isdecimal() and (fields := _stat(int(name))):
                found[int(name)] = int(fields[1])
    return found


def _session(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[3]) if fields else 0


def _stat(pid: int) -> list[str]:
    """What the system says of a process after its name, which may hold anything; nothing if it is gone."""
    with suppress(OSError), open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        return file.read().rpartition(")")[2].split()
    return []
