"""The golden class, graded once for all tests of this folder, by the command that an instructor types."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CLASSROOM = HERE.parents[1] / "class"
ROOT = HERE.parents[2]
EXERCISE = "01_gates"


@dataclass(frozen=True, slots=True)
class GradedClass:
    """What one run of ``grader score`` left behind."""

    folder: Path
    out: Path
    results: dict[str, Any]
    submissions: dict[str, dict[str, Any]]


def grade(folder: Path, out: Path) -> GradedClass:
    """Grade a folder of students in the exercise that they all did, and read what came out; fails where the run failed."""
    command = [sys.executable, "-m", "grader", "score", str(folder), "--out", str(out)]
    command += ["--course", str(ROOT / "solutions"), "--exercise", EXERCISE, "--jobs", "2", "--seed", "7", "--quiet"]
    run = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, check=False)
    said = (run.stdout + run.stderr).decode(errors="replace")
    assert run.returncode == 0, f"grader score ended with {run.returncode}:\n{said[-4000:]}"
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    return GradedClass(folder, out, results, {each["student"]: each for each in results["submissions"]})


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> GradedClass:
    """Grade the golden class as it is committed."""
    folder = tmp_path_factory.mktemp("golden") / "classroom"
    shutil.copytree(CLASSROOM, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return grade(folder, folder.with_name("report"))


@pytest.fixture(scope="session")
def graded_hostile(tmp_path_factory: pytest.TempPathFactory) -> GradedClass:
    """Grade the students that a script makes, with nobody else around them."""
    folder = tmp_path_factory.mktemp("hostile") / "classroom"
    folder.mkdir()
    runpy.run_path(str(HERE / "make_hostile.py"))["make_hostile"](folder)
    return grade(folder, folder.with_name("report"))
