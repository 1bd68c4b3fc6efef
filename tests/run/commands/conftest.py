"""The command as it is typed, in a process of its own, with a temporary folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.course.course_toml import load_course

ROOT = Path(__file__).parents[3]
EXERCISES = tuple(exercise.id for exercise in load_course(ROOT / "solutions").exercises)
Typed = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(temporary: Path) -> dict[str, str]:
    """Let a command keep its temporary files in a folder that can be looked into afterwards."""
    return os.environ | {"TMPDIR": str(temporary), "NO_COLOR": "1", "COLUMNS": "160"}


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Make a folder for temporary files; its name does not grow with the test's, as the sockets in it have bounded names."""
    with tempfile.TemporaryDirectory(prefix="t-") as folder:
        yield Path(folder)


@pytest.fixture
def typed(temporary: Path) -> Typed:
    """Type ``grader ARGUMENTS`` in the repository's folder (or ``cwd``) and wait for its end."""

    def typing(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "grader", *map(str, arguments)],
            cwd=cwd,
            env=environment(temporary),
            capture_output=True,
            text=True,
            check=False,
        )

    return typing
