"""Looks at processes through /proc, and waits for what becomes of them."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> bool:
    """Wait until something holds and tell whether it does; the bound is not meant to be reached, however busy the machine."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def children(pid: int) -> list[int]:
    """List the processes that a process has started."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(each) for each in task.read_text().split()]
        except OSError:
            continue
    return found


@contextmanager
def adopting_orphans() -> Iterator[Callable[[], list[int]]]:
    """Take in what descends from this process and outlives its parent; gives a function that lists these, zombies too."""
    _take_in(orphans=True)
    before = set(children(os.getpid()))
    adopted: set[int] = set()

    def list_them() -> list[int]:
        adopted.update(set(children(os.getpid())) - before)
        return sorted(adopted)

    try:
        yield list_them
    finally:
        _take_in(orphans=False)
        for each in list_them():
            os.waitpid(each, 0)


def _take_in(*, orphans: bool) -> None:
    assert ctypes.CDLL(None).prctl(36, int(orphans), 0, 0, 0) == 0  # PR_SET_CHILD_SUBREAPER


def descendants(pid: int) -> list[int]:
    """List a process's children, theirs, and so on."""
    found = children(pid)
    for each in list(found):
        found += descendants(each)
    return found


def parent(pid: int) -> int:
    """Give a process's parent; 0 if it is gone."""
    found = _stat(pid)
    return int(found[1]) if found else 0


def is_alive(pid: int) -> bool:
    """Tell whether a process exists and is no zombie."""
    found = _stat(pid)  # read once: between two looks it may go
    return bool(found) and found[0] not in "ZX"


def cpu_seconds(pid: int) -> float:
    """Give the CPU time that a process has used; 0 if it is gone."""
    found = _stat(pid)
    return sum(map(int, found[11:13])) / os.sysconf("SC_CLK_TCK") if found else 0.0


def command_line(pid: int) -> str:
    """Give a process's command line; "" if it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def waits(pid: int) -> int:
    """Count how often a process has gone to sleep by itself: one more each time that something woke it in vain."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("voluntary_ctxt_switches")).split()[1])


def is_waiting(pid: int) -> bool:
    """Tell whether a process sleeps until something comes for it."""
    return bool(_stat(pid)) and _stat(pid)[0] == "S"


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
