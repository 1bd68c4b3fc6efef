"""A class against its roster: who handed in, who did not, and who is not on it."""

from __future__ import annotations

from dataclasses import replace

from grader.scores.attendance import EARLIER, attendance
from grader.scores.records import (
    ExerciseRecord,
    Isolation,
    NotListed,
    Person,
    Results,
    RunRecord,
    Status,
    SubmissionResult,
)

WHO = (NotListed("max", "could be kim or leo"),)
RUN = RunRecord("2026-11-25T02:18:00+00:00", 1.0, 7, {}, Isolation("none", ()), "local", 1, not_listed=WHO)


def row(student: str, status: Status) -> SubmissionResult:
    return SubmissionResult(student, "01_gates", None, f"students/{student}.html", None, status, 0, 0, 30, 0.0)


def results(*people: Person) -> Results:
    rows = (
        row("kim", Status.GRADED),
        row("leo", Status.MISSING),
        row("max", Status.UNREADABLE),
        row("old", Status.GRADED),
    )
    return Results(RUN, (ExerciseRecord("01_gates", "Gates", 30),), rows, roster=people)


def test_a_run_without_a_roster_has_nothing_to_compare():
    assert attendance(results()) is None


def test_who_is_absent_is_known_by_name_and_who_is_not_on_the_roster_with_the_reason():
    leo, zoe = Person("leo", "Leo Lee"), Person("zoe", "Zoë")

    found = attendance(results(Person("kim"), leo, zoe))

    assert found is not None
    assert (found.listed, found.handed_in, found.absent) == (3, 1, (leo, zoe))
    assert found.strangers == (NotListed("max", "could be kim or leo"), NotListed("old", EARLIER))


def test_a_run_of_some_exercises_says_which_nobody_handed_in():
    """Who handed in another exercise has not handed in nothing."""
    leo = Person("leo")
    asked = replace(results(leo), run=replace(RUN, asked=("01_gates",)))
    with_earlier_rows = replace(asked, exercises=(*asked.exercises, ExerciseRecord("04_theory", "Theory", 15)))

    assert [found and found.asked for found in map(attendance, (results(leo), asked, with_earlier_rows))] == [
        (),
        ("01_gates",),
        (),
    ]
