"""One zygote under the full lock of this machine, for all tests of this folder; a submission is a fork of it away."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import pytest

from grader.package_table import refused_packages
from grader.sandbox import lockdown
from grader.sandbox.outside import packages
from grader.sandbox.outside.launch import Zygote
from grader.sandbox.outside.process import Spawning, WorkerProcess
from grader.sandbox.outside.submission import Submission
from grader.sandbox.outside.work import Budget, Workload

PACKAGES = ("numpy", "pandas", "matplotlib")
MEMORY = 1 << 30
NAMES = ("sigmoid", "update_gate", "gru_step")

Read = Callable[..., Submission]


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """Start the process that workers are forked from."""
    made = Zygote(PACKAGES, lockdown.survey(packages.interpreter_paths()))
    made.wait_until_ready()
    yield made
    made.close()


@pytest.fixture(scope="session")
def spawning(zygote: Zygote) -> Spawning:
    """Say how workers are had, with 1 GB of memory each."""
    return Spawning(
        zygote.control, "01_made_up", refused_packages(PACKAGES), lockdown.ResourceLimits(memory=MEMORY, cpu=60)
    )


@pytest.fixture
def worker(spawning: Spawning) -> Iterator[WorkerProcess]:
    """Have one worker."""
    made = WorkerProcess(spawning)
    yield made
    made.end()


@pytest.fixture
def read(spawning: Spawning) -> Iterator[Read]:
    """Read a file's text in a worker: ``read(text, call=10, statement=30, kind="script", names=NAMES, stub={}, ...)``."""
    made: list[Submission] = []

    def reading(
        text: str | bytes,
        *,
        call: float = 10,
        statement: float = 30,
        submission: float = 120,
        kind: str = "script",
        names: tuple[str, ...] = NAMES,
        stub: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
        shared: bool = False,
    ) -> Submission:
        data = textwrap.dedent(text).encode() if isinstance(text, str) else text
        name = "01_made_up.py" if kind == "script" else "01_made_up.ipynb"
        work = Workload(data, kind, name, names, stub=stub, shared=shared)
        made.append(Submission(work, spawning, Budget(call, statement, submission, "1 GB")))
        return made[-1]

    yield reading
    for each in made:
        each.close()
