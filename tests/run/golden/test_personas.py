"""Every made-up student of tests/class gets what is written down in tests/run/golden/expected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CLASSROOM = HERE.parents[1] / "class"
EXPECTED = HERE / "expected"
STUDENTS = sorted(file.stem for file in EXPECTED.glob("*.json"))


def written_down(student: str) -> dict[str, Any]:
    """Read the outcome that was derived from the rules, before any grader ran."""
    expected: dict[str, Any] = json.loads((EXPECTED / f"{student}.json").read_text(encoding="utf-8"))
    return expected


def as_lines(
    status: str, points: int, flags: list[str], checks: dict[str, list[Any]], cells: list[str] | None
) -> list[str]:
    """Write one line a fact, so that a difference reads as a sentence."""
    lines = [f"{status}, {points} points", f"flags: {', '.join(flags) or 'none'}"]
    if cells is not None:
        lines.append(f"cells that did not run: {', '.join(cells) or 'none'}")
    for check, (outcome, worth, mistake) in sorted(checks.items()):
        lines.append(f"{check}: {outcome}, {worth} points" + (f", {mistake}" if mistake else ""))
    return lines


def test_every_persona_has_an_expected_file_and_the_reverse() -> None:
    """A student whose outcome nobody wrote down would be graded by nobody."""
    assert (
        sorted(folder.name for folder in CLASSROOM.iterdir() if folder.is_dir() and folder.name != "__pycache__")
        == STUDENTS
    )


def test_a_third_of_the_class_hands_in_notebooks() -> None:
    """Notebooks are what most students hand in, so the class must not be one of scripts."""
    assert sum(1 for _ in CLASSROOM.rglob("*.ipynb")) >= len(STUDENTS) / 3


@pytest.mark.parametrize("student", STUDENTS)
def test_the_points_written_down_are_the_sum_of_their_checks(student: str) -> None:
    """A slip in an expected file would pass for one of the grader."""
    expected = written_down(student)
    assert expected["points"] == sum(points for _, points, _ in expected["checks"].values())
    assert all(points == 0 for outcome, points, _ in expected["checks"].values() if outcome != "passed")


def test_the_class_has_one_row_for_each_student(graded: Any) -> None:
    """Nobody is left out and nobody is made up, whatever lies beside the folders."""
    assert sorted(graded.submissions) == STUDENTS


@pytest.mark.parametrize("student", STUDENTS)
def test_a_persona_is_graded_as_written_down(student: str, graded: Any) -> None:
    """Every made-up student gets exactly the points, outcomes, named mistakes and flags of the expected file."""
    expected = written_down(student)
    row = graded.submissions[student]
    checks = {
        each["id"]: [each["outcome"], each["points"], each["misconception"] and each["misconception"]["id"]]
        for each in row["checks"]
        if each["max_points"] or each["id"] in expected["checks"]  # what is worth nothing need not be written down
    }
    cells = [cell["outcome"] for cell in row["cells"]] if "cells" in expected else None
    flags = sorted({flag["kind"] for flag in row["flags"]})
    got = as_lines(row["status"], row["points"], flags, checks, cells)
    want = as_lines(
        expected["status"], expected["points"], expected["flags"], expected["checks"], expected.get("cells")
    )
    assert got == want, f"{student}: graded on the left, written down on the right"


@pytest.mark.parametrize("student", STUDENTS)
def test_no_points_of_a_persona_are_left_open(student: str, graded: Any) -> None:
    """Whatever a submission does, it is never the grader that failed on it."""
    assert graded.submissions[student]["pending_points"] == 0
