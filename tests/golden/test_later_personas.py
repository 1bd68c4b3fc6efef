"""What is written down for the golden class's later exercises is whole: a file for each, and points that add up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CLASSROOM = HERE.parent / "classroom"
FILES = sorted((HERE / "expected").glob("*/*.json"))


def name(file: Path) -> str:
    """Name a test after the exercise and the student."""
    return f"{file.parent.name}-{file.stem}"


@pytest.mark.parametrize("file", FILES, ids=name)
def test_the_points_written_down_are_the_sum_of_their_checks(file: Path) -> None:
    """A slip in an expected file would pass for one of the grader."""
    expected: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    assert expected["points"] == sum(points for _, points, _ in expected["checks"].values())
    assert all(points == 0 for outcome, points, _ in expected["checks"].values() if outcome != "passed")


@pytest.mark.parametrize("exercise", sorted({file.parent.name for file in FILES}))
def test_every_file_handed_in_has_an_expected_outcome_and_the_reverse(exercise: str) -> None:
    """A file whose outcome nobody wrote down would be graded by nobody."""
    handed_in = sorted(file.parent.name for file in CLASSROOM.glob(f"*/{exercise}.*"))
    assert handed_in == [file.stem for file in FILES if file.parent.name == exercise]
