"""CPU time of every process that descends from this one, and of those that lost their parent on the way.

A worker whose keeper has left is an orphan. The system gives it to the nearest ancestor that asked for that (a subreaper), else
to process 1, where its time is lost. So the benchmark asks, waits for what it is given, and counts it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from tools.bench.failed import BenchmarkFailed

PR_SET_CHILD_SUBREAPER = 36
CPU_CLOCK = 2  # of a whole process, in the number of its clock
TICK = os.sysconf("SC_CLK_TCK")
LOOK_SECONDS, LONGEST = 0.02, 20.0
AT_WORK = "RD"  # states of a process that runs, or waits for a disk or for memory
SETTLED = 0.001  # seconds of CPU between two looks; less than that is nobody's work


@dataclass(frozen=True, slots=True)
class Process:
    """One process as the system sees it: its parent, and the CPU seconds that it and what it waited for have used."""

    pid: int
    parent: int
    state: str
    cpu: float


def adopt_orphans() -> None:
    """Makes this process the parent of whatever is orphaned below it; raises BenchmarkFailed if the system can't."""
    try:
        refused = ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except AttributeError:
        refused = -1
    if refused:
        raise BenchmarkFailed("this system can't count the CPU time of orphans: run the benchmark on Linux")


class Family:
    """All that descends from this process; ``own`` are the children that someone else waits for."""

    def __init__(self) -> None:
        self.own: set[int] = set()
        self.adopted = 0

    def reap(self) -> None:
        """Waits for the orphans that have ended, so that their time counts as this process's children's."""
        for each in descendants(os.getpid()):
            if each.state == "Z" and each.parent == os.getpid() and each.pid not in self.own:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(each.pid, 0)
                    self.adopted += 1

    def cpu(self) -> float:
        """CPU seconds of all descendants so far, once they have come to rest; raises BenchmarkFailed if they do not."""
        before, began = -1.0, time.monotonic()
        while time.monotonic() - began < LONGEST:
            self.reap()
            there = descendants(os.getpid())
            now = total(there)
            if abs(now - before) < SETTLED and all(each.state not in AT_WORK for each in there):
                return now
            before = now
            time.sleep(LOOK_SECONDS)
        raise BenchmarkFailed(f"some process was still at work {LONGEST:.0f} s after the last result")


def total(processes: Collection[Process]) -> float:
    """CPU seconds of these processes, and of those that this one has waited for."""
    waited = resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(each.cpu for each in processes) + waited.ru_utime + waited.ru_stime


def descendants(root: int) -> list[Process]:
    """All processes below one, zombies included."""
    below: dict[int, list[Process]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            each = read_process(stat.read_text())
            below.setdefault(each.parent, []).append(each)
    found, todo = [], [root]
    while todo:
        children = below.get(todo.pop(), [])
        found += children
        todo += [each.pid for each in children]
    return found


def read_process(stat: str) -> Process:
    """A line of /proc/PID/stat; the name in it may hold anything, blanks and brackets too."""
    before, _, after = stat.rpartition(")")
    pid, fields = int(before.split()[0]), after.split()
    own, waited = sum(map(int, fields[11:13])) / TICK, sum(map(int, fields[13:15])) / TICK
    with contextlib.suppress(OSError):  # the system's clock of one process is finer than the ticks of that line
        own = max(own, time.clock_gettime((~pid << 3) | CPU_CLOCK))
    return Process(pid, int(fields[1]), fields[0], own + waited)


def pss_mb(pids: Collection[int]) -> float:
    """Memory of some processes in MB, each page shared out among those that hold it."""
    kilobytes = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1024
