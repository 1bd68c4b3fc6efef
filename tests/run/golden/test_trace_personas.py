"""The golden class in its second exercise: who handed it in gets exactly what is written down here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
RIGHT = """ada barbara-wrote-a-class dmitri-stacks-the-weights emmy-einsum grace-notebook hana-transposes henrik-defines-it-twice
    jia-keeps-parts-in-a-dict noor-renames-the-arguments pablo-ends-with-exit rosa-checks-herself tomas-minds-his-dtypes"""
WRONG = {  # points, and the mistake that every failing check names
    "alan-z-the-other-way": (4, "R5"),
    "carl-swaps-the-gates": (0, "R1"),
    "dora-forgets-the-reset": (4, "R4"),
    "erik-resets-too-late": (4, "R3"),
    "ines-spaces-and-capitals": (0, "R7"),
    "julia-lets-it-overflow": (0, "R1"),
    "liam-forgets-the-state": (4, "R6"),
    "nils-time-major": (0, "R9"),
    "olive-last-state-only": (0, "R9"),
    "priya-prints-a-lot": (0, "R8"),
    "vera-deaf-to-the-state": (0, "R2"),
}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    out = tmp_path_factory.mktemp("trace")
    command = [sys.executable, "-m", "grader", "score", str(ROOT / "tests" / "class"), "--out", str(out)]
    run = subprocess.run(
        [*command, "--exercise", "05_trace", "--seed", "7", "--quiet"], cwd=ROOT, capture_output=True, check=False
    )
    assert run.returncode == 0, run.stderr.decode()
    submissions = json.loads((out / "results.json").read_text(encoding="utf-8"))["submissions"]
    return {row["student"]: row for row in submissions if row["status"] != "missing"}


def test_only_who_handed_it_in_is_graded(rows: dict[str, Any]) -> None:
    assert set(rows) == {*RIGHT.split(), *WRONG}


@pytest.mark.parametrize("student", RIGHT.split())
def test_right_work_gets_every_point(student: str, rows: dict[str, Any]) -> None:
    assert rows[student]["points"] == rows[student]["max_points"] == 12
    assert rows[student]["flags"] == []


@pytest.mark.parametrize("student", WRONG)
def test_a_mistake_is_named_in_every_check_that_it_fails(student: str, rows: dict[str, Any]) -> None:
    points, mistake = WRONG[student]
    failed = [check for check in rows[student]["checks"] if check["outcome"] != "passed"]
    assert rows[student]["points"] == points
    assert {check["misconception"]["id"] for check in failed} == {mistake}
