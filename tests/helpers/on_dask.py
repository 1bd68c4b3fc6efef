"""A run of ``grader score --engine dask`` in a process of its own, as a person starts it, and what it has started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from helpers.processes import children, command_line, descendants, is_alive, parent, wait_for
from helpers.repository import ROOT

NODE, HOST = "grader.engine.node ", "grader.engine.host "


@dataclass(frozen=True)
class DaskRun:
    """The process of the command, which leads a group of its own as on a terminal; ``said`` has what it printed."""

    process: subprocess.Popen[bytes]
    said: Path

    def nodes(self) -> list[int]:
        """The processes that grade, one for each Dask worker."""
        return [pid for pid in descendants(self.process.pid) if NODE in command_line(pid)]

    def forks(self) -> dict[int, int]:
        """The forks that grade a submission now, each with its node."""
        return {
            fork: node
            for node in self.nodes()
            for host in children(node)
            if HOST in command_line(host)
            for fork in children(host)
        }

    def first_fork(self) -> tuple[int, int]:
        """The first submission that is being graded, and its node; waits for it."""
        found: dict[int, int] = {}

        def any_fork() -> bool:
            found.update(self.forks())
            return bool(found) or self.process.poll() is not None

        assert wait_for(any_fork), "nothing was graded"
        assert found, self.text()
        return next(iter(found.items()))

    def text(self) -> str:
        """What the command has printed so far."""
        return self.said.read_text(encoding="utf-8", errors="replace")

    def end(self) -> int:
        """The exit code, waited for."""
        return self.process.wait(300)


@contextmanager
def scoring_on_dask(folder: Path, out: Path, course: Path, *options: str) -> Iterator[DaskRun]:
    """Start the command; nothing that it started is left at the end of the block."""
    command = [sys.executable, "-m", "grader", "score", str(folder), "--out", str(out), "--course", str(course)]
    command += ["--engine", "dask", "--seed", "7", *options]
    said = out.with_name(f"{out.name}.said")
    with said.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=file, process_group=0)
    run = DaskRun(process, said)
    started: set[int] = set()
    try:
        yield run
        started.update(descendants(process.pid))
    finally:
        started.update(descendants(process.pid))
        for pid in started:
            with_it_gone(pid)
        process.kill()
        process.wait()


def with_it_gone(pid: int) -> None:
    """End a process that a failed test left behind."""
    if is_alive(pid):
        os.kill(pid, signal.SIGKILL)


__all__ = ["DaskRun", "is_alive", "parent", "scoring_on_dask", "wait_for"]
