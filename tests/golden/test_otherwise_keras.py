"""Work on the two exercises about Keras that is written otherwise than the solutions and the known mistakes.

In ``tests/otherwise_swap`` and ``tests/otherwise_measure``: what is odd but right may not lose a point, and a mistake must not be
recognised by its own code alone. A faulty file begins with the id of its mistake.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = {"02_swap": ROOT / "tests" / "otherwise_swap", "03_measure": ROOT / "tests" / "otherwise_measure"}


def files(kind: str) -> list[Any]:
    """List exercise and name of the files that are honest, or faulty."""
    found = [
        (exercise, file.stem) for exercise, folder in FOLDERS.items() for file in sorted((folder / kind).glob("*.py"))
    ]
    return [pytest.param(*each, id="-".join(each)) for each in found]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    """Grade every file as a student's of its own."""
    folder = tmp_path_factory.mktemp("otherwise") / "class"
    for exercise, place in FOLDERS.items():
        for file in place.glob("*/*.py"):
            student = folder / f"{exercise[3:]}-{file.stem}"
            student.mkdir(parents=True)
            (student / f"{exercise}.py").write_bytes(file.read_bytes())
    command = [sys.executable, "-m", "grader", "score", str(folder), "--out", str(folder.with_name("report"))]
    chosen = [word for exercise in FOLDERS for word in ("--exercise", exercise)]
    run = subprocess.run([*command, *chosen, "--jobs", "2", "--quiet"], cwd=ROOT, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    submissions = json.loads((folder.with_name("report") / "results.json").read_text(encoding="utf-8"))["submissions"]
    return {
        (row["exercise"], row["student"].partition("-")[2]): row for row in submissions if row["status"] != "missing"
    }


@pytest.mark.parametrize(("exercise", "name"), files("honest"))
def test_odd_but_right_work_gets_every_point(exercise: str, name: str, rows: dict[Any, Any]) -> None:
    row = rows[exercise, name]
    assert row["points"] == row["max_points"], [c["message"] for c in row["checks"] if c["outcome"] != "passed"]


@pytest.mark.parametrize(("exercise", "name"), files("faulty"))
def test_a_mistake_is_named_however_it_is_written(exercise: str, name: str, rows: dict[Any, Any]) -> None:
    failed = [check for check in rows[exercise, name]["checks"] if check["outcome"] != "passed"]
    assert {c["misconception"]["id"] for c in failed if c["misconception"]} == {name.partition("-")[0]}, failed
