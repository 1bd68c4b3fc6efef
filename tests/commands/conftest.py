"""The command as it is typed, in a process of its own, with a temporary folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course import load_course

ROOT = Path(__file__).parents[2]
EXERCISES = tuple(exercise.id for exercise in load_course(ROOT / "solutions").exercises)
Typed = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(tmp_path: Path) -> dict[str, str]:
    """Give a temporary folder that can be looked into afterwards."""
    folder = tmp_path / "temporary"
    folder.mkdir(exist_ok=True)
    return os.environ | {"TMPDIR": str(folder), "NO_COLOR": "1", "COLUMNS": "160"}


@pytest.fixture
def typed(tmp_path: Path) -> Typed:
    """Type ``grader ARGUMENTS`` in the repository's folder (or ``cwd``) and wait for its end."""

    def typing(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "grader", *map(str, arguments)],
            cwd=cwd,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )

    return typing
