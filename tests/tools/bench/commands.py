"""Whole runs of `grader score`, as a user starts them: their time, all of their CPU, and the memory of the command itself."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.bench.asked import ENVIRONMENT, python_of
from tools.bench.failed import BenchmarkFailed
from tools.bench.usage import Family

LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Ran:
    """One run: seconds of wall and CPU, the most memory that the command's own process held in MB, and what it said."""

    wall: float
    cpu: float
    memory_mb: float
    said: str


def score(family: Family, checkout: Path, folder: Path, out: Path, jobs: int, *options: str) -> Ran:
    """Grades a folder with a checkout's grader; raises BenchmarkFailed if that did not end well."""
    command = [python_of(checkout), "-P", "-m", "grader", "score", str(folder), "--out", str(out)]
    command += ["--course", str(checkout / "solutions"), "--seed", "7", "--jobs", str(jobs), *options]
    out.parent.mkdir(parents=True, exist_ok=True)
    log = out.with_suffix(".log")
    before, began, peak = family.cpu(), time.perf_counter(), 0.0
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, cwd=checkout, env=os.environ | ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        family.own.add(process.pid)
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_SECONDS)
                break
            peak = max(peak, high_water_mb(process.pid))
    wall = time.perf_counter() - began
    family.own.discard(process.pid)
    text = log.read_text(encoding="utf-8", errors="replace")
    if process.returncode:
        raise BenchmarkFailed(f"grader score ended with {process.returncode}: {text[-2000:]}")
    return Ran(wall, family.cpu() - before, peak, text)


def high_water_mb(pid: int) -> float:
    """The most memory that a process has held so far, in MB; 0 if it is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


@cache
def knows(checkout: Path, option: str) -> bool:
    """Whether a checkout's `grader score` has an option."""
    command = [python_of(checkout), "-P", "-m", "grader", "score", "--help"]
    return option in subprocess.run(command, cwd=checkout, check=True, capture_output=True, text=True).stdout


def without_store(checkout: Path) -> Sequence[str]:
    """The options by which every file is graded, whatever an earlier run kept."""
    return ("--no-store",) if knows(checkout, "--no-store") else ()
