"""Processes that stay warm and are asked for one measurement after the other, so that what is compared takes turns."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from tools.bench.failed import BenchmarkFailed
from tools.bench.figures import Cost
from tools.bench.usage import Family, descendants, pss_mb

HERE = Path(__file__).parent
ROOT = Path(__file__).parents[3]
# Hosts and zygotes have NumPy use one thread; what they are compared with must as well.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_ADDOPTS": ""}


class Warm:
    """A process that answers lines of JSON with lines of JSON."""

    def __init__(self, name: str, family: Family, command: Sequence[str], folder: Path, **environment: str) -> None:
        """``family`` counts the CPU time; the process starts in ``folder``."""
        self.name = name
        self._family = family
        self._process = subprocess.Popen(
            command, cwd=folder, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=os.environ | ENVIRONMENT | environment,
        )  # fmt: skip
        family.own.add(self._process.pid)

    def hear(self) -> dict[str, Any]:
        """Its next answer; raises BenchmarkFailed if it has ended."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise BenchmarkFailed(f"{self.name} ended with {self._process.wait()} instead of an answer")
        told: dict[str, Any] = json.loads(line)
        return told

    def ask(self, files: Sequence[Path], **order: Any) -> dict[str, Any]:
        """Has it do something with files."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order | {"files": [str(file) for file in files]}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # hearing it will tell how it ended
        return self.hear()

    def measure(self, files: Sequence[Path], **order: Any) -> tuple[Cost, dict[str, Any]]:
        """The same, with what each file cost: wall as the process took it, CPU of all processes until they are at rest."""
        before = self._family.cpu()
        told = self.ask(files, **order)
        used = self._family.cpu() - before
        return Cost(told["wall"] / len(files), used / len(files)), told

    def memory_mb(self) -> float:
        """What it and all below it hold now, in MB."""
        return pss_mb([self._process.pid, *(each.pid for each in descendants(self._process.pid))])

    def close(self) -> None:
        """Ends it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._family.own.discard(self._process.pid)

    def __enter__(self) -> Warm:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def python_of(checkout: Path) -> str:
    """The Python that has a checkout's grader installed; raises BenchmarkFailed if there is none."""
    if checkout == ROOT:
        return sys.executable
    python = checkout / ".venv" / "bin" / "python"
    if not python.exists():
        raise BenchmarkFailed(
            f"{python} is not there: --against takes a checkout with a .venv, as `make score` makes it"
        )
    return str(python)


def state_of(checkout: Path) -> str:
    """What tells one state of a checkout's code from another."""
    stats = [
        (str(file), file.stat().st_mtime_ns)
        for part in ("grader", "solutions")
        for file in checkout.glob(f"{part}/**/*.py")
    ]
    return hashlib.sha256(repr(sorted(stats)).encode()).hexdigest()


def pool(family: Family, checkout: Path, exercise: str, jobs: int, seed: int) -> Warm:
    """A warm pool of a checkout's grader, with all isolation that this machine has."""
    command = [python_of(checkout), "-P", str(HERE / "warm_pool.py"), exercise, str(jobs), str(seed)]
    return Warm(f"the pool of {checkout}", family, [*command, str(checkout / "solutions")], checkout)


def warm_items(family: Family, exercise: str, checks: Sequence[Path]) -> tuple[Warm, int]:
    """The floor's process, and how many items it has collected."""
    command = [sys.executable, str(HERE / "floor.py"), "--rootdir", str(ROOT), *map(str, checks)]
    warm = Warm("the floor", family, command, ROOT, EXERCISE=exercise, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    return warm, warm.hear()["items"]


def fresh_pytest(family: Family, exercise: str, checks: Sequence[Path], file: Path) -> tuple[Cost, int]:
    """What one ``python -m pytest`` for a file costs, and its exit code."""
    options = "-q -p tools.bench.plain -p no:cacheprovider --import-mode=importlib -o python_files=*.py -o python_functions=check_*"
    command = [sys.executable, "-m", "pytest", *options.split(), "-c", os.devnull, "--rootdir", str(ROOT)]
    environment = os.environ | ENVIRONMENT | {
        "EXERCISE": exercise, "SUBMISSION": str(file), "PYTHONPATH": str(ROOT / "tests"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }  # fmt: skip
    before, began = family.cpu(), time.perf_counter()
    ended = subprocess.run([*command, *map(str, checks)], env=environment, check=False, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - began
    return Cost(wall, family.cpu() - before), ended.returncode
