"""`grader check`, from the stored cases and in a plain process, gives the verdicts that `grader score` gives.

For the exercises about Keras, which the class is graded in elsewhere, test_keras_personas.py shows the same.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from run.golden.agreement import differences, recorded

ROOT = Path(__file__).parents[3]
CLASSROOM = ROOT / "tests" / "class"
EXERCISES = ("01_gates", "04_theory", "05_trace")
SLOW = ("lars-never-ends", "tariq-loops-in-a-cell")  # excepted in any case, and half a minute each


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the class, without those who take all their time."""
    folder = tmp_path_factory.mktemp("agrees") / "classroom"
    shutil.copytree(CLASSROOM, folder, ignore=shutil.ignore_patterns("__pycache__", *SLOW))
    return folder


@pytest.fixture(scope="module")
def scored(classroom: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    """Grade the class."""
    out = tmp_path_factory.mktemp("scored")
    command = [sys.executable, "-m", "grader", "score", str(classroom), "--out", str(out), "--seed", "7", "--quiet"]
    command += ["--course", str(ROOT / "solutions"), *(word for each in EXERCISES for word in ("--exercise", each))]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    rows = json.loads((out / "results.json").read_text(encoding="utf-8"))["submissions"]
    return {(row["exercise"], row["student"]): row for row in rows}


def test_the_whole_class_gets_the_same_verdicts_at_home(classroom: Path, scored: dict[Any, Any]) -> None:
    different, compared = differences(classroom, scored, recorded(EXERCISES))
    assert different == []
    assert compared >= 80
