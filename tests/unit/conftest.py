"""Unit tests start no process, so that all of them end in a minute: one that does fails here and belongs in ``run/``."""

from __future__ import annotations

import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent
STARTING = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "os.exec"}


class StartedAProcess(AssertionError):
    """A unit test started a process."""


class Guard:
    """Refuses to start processes while a test of this folder runs; Python has no way to remove an audit hook again."""

    on = False

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if self.on and event in STARTING:
            raise StartedAProcess(f"{event} {args[:1]}: tests that start processes stand in tests/run")


GUARD = Guard()
sys.addaudithook(GUARD)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Watch over a test of this folder and what is set up for it; pytest calls this for all tests of a run."""
    GUARD.on = item.path.is_relative_to(FOLDER)
    try:
        return (yield)
    finally:
        GUARD.on = False
