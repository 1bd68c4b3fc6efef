"""Every made-up student gets what its folder says, in every exercise, by one run over the class."""

from __future__ import annotations

import pytest

from helpers.expected import every, lines_of, messages, students
from helpers.repository import CLASS
from helpers.scored import Scored

STUDENTS = students(CLASS)


def test_each_student_has_written_down_what_is_to_become_of_its_work() -> None:
    """A student whose outcome nobody wrote down would be graded by nobody."""
    assert sorted(each.name for each in CLASS.iterdir() if each.is_dir() and each.name != "__pycache__") == list(
        STUDENTS
    )


def test_a_third_of_the_class_hands_in_notebooks() -> None:
    """Notebooks are what most students hand in, so the class must not be one of scripts."""
    assert sum(1 for _ in CLASS.rglob("*.ipynb")) >= len(STUDENTS) / 3


@pytest.mark.parametrize(("student", "exercise"), every(STUDENTS))
def test_the_points_written_down_are_the_sum_of_their_checks(student: str, exercise: str) -> None:
    """A slip in an expected file would pass for one of the grader."""
    expected = STUDENTS[student][exercise]
    results = [words.partition(";")[0].partition("|")[0].split() for words in expected.checks.values()]
    assert expected.points == sum(int(points) for outcome, points in results if outcome != "review")
    assert {points for outcome, points in results if outcome not in ("passed", "review")} <= {"0"}


def test_the_class_has_a_row_for_each_student_and_exercise_and_no_other(graded_class: Scored) -> None:
    """Nobody is left out and nobody is made up, whatever lies beside the folders."""
    exercises = [each["id"] for each in graded_class.results["exercises"]]
    assert sorted(graded_class.rows) == sorted((exercise, student) for exercise in exercises for student in STUDENTS)
    assert graded_class.results["run"]["unplaced"] == []


@pytest.mark.parametrize(("student", "exercise"), every(STUDENTS))
def test_a_student_is_graded_as_written_down(student: str, exercise: str, graded_class: Scored) -> None:
    """Exactly the points, outcomes, named mistakes and flags, whatever the work does to be told otherwise."""
    expected, row = STUDENTS[student][exercise], graded_class.rows[exercise, student]
    assert lines_of(row, expected) == expected.lines, f"{student}: graded on the left, written down on the right"
    assert [words for words in expected.says if not any(words in each for each in messages(row))] == []


def test_only_what_was_handed_in_is_graded(graded_class: Scored) -> None:
    """A file that is taken for another exercise's would give its student a second row."""
    other = [which for which in graded_class.handed_in if which[0] not in STUDENTS[which[1]]]
    assert other == []


def test_what_is_written_down_is_no_work_and_nothing_is_said_of_it(graded_class: Scored) -> None:
    """It lies among a student's files, and a class is to be graded the same with and without it."""
    assert "expected.toml" not in (graded_class.out / "results.json").read_text(encoding="utf-8")
    assert "expected.toml" not in (graded_class.out / "index.html").read_text(encoding="utf-8")
