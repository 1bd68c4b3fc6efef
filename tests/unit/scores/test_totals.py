"""Sums are what the contract says, and the grader's own fault is nobody's zero."""

from __future__ import annotations

import statistics
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.scores.item_statistics import check_statistics
from grader.scores.records import (
    CheckResult,
    Decided,
    ExerciseRecord,
    Isolation,
    KnownMistake,
    Misconception,
    Outcome,
    Results,
    RunRecord,
    Status,
    SubmissionResult,
)
from grader.scores.totals import (
    Tally,
    class_statistics,
    exercise_mean,
    mistake_counts,
    student_totals,
    tally,
    worst,
)

RUN = RunRecord("", 0.0, 1, {}, Isolation("", ()), "local", 1)


def check(name: str, outcome: Outcome, points: int = 2, mistake: str = "") -> CheckResult:
    known = Misconception(mistake, f"name of {mistake}") if mistake else None
    return CheckResult(name, name, points if outcome is Outcome.PASSED else 0, points, outcome, misconception=known)


def row(student: str, *checks: CheckResult, exercise: str = "e", status: Status | None = None) -> SubmissionResult:
    sums = tally(checks)
    pending = 10 if status is Status.FAILED else sums.pending_points
    page = f"students/{student}.html"
    return SubmissionResult(
        student, exercise, None, page, None, status or sums.status, sums.points, pending, 10, 0.0, checks=checks
    )


def results(*rows: SubmissionResult, exercises: tuple[str, ...] = ("e",), **fields: object) -> Results:
    return Results(RUN, tuple(ExerciseRecord(name, name, 10) for name in exercises), rows, **fields)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ("passed", "passed"),
        ("passed passed", "passed"),
        ("passed todo", "todo"),
        ("todo failed", "failed"),
        ("failed error passed", "error"),
        ("error timeout", "timeout"),
        ("timeout crashed", "crashed"),
        ("crashed blocked todo", "blocked"),
    ],
)
def test_the_worst_case_decides(outcomes, expected):
    assert worst(Outcome(word) for word in outcomes.split()) is Outcome(expected)


def test_no_case_at_all_is_no_pass():
    """A check whose cases were all lost must not count as passed."""
    with pytest.raises(ValueError, match="without any case"):
        worst([])


def test_points_that_wait_make_the_submission_wait():
    checks = [check("a", Outcome.PASSED), check("b", Outcome.FAILED), check("c", Outcome.REVIEW, 3)]
    assert tally(checks) == Tally(Status.REVIEW, 2, 3, 7)


def test_a_student_has_one_total_over_all_exercises():
    rows = [
        row("b", exercise="f", status=Status.MISSING),
        row("b", check("a", Outcome.PASSED)),
        row("a", status=Status.MISSING),
    ]
    first, second = student_totals(results(*rows, exercises=("e", "f")))
    assert (first.student, first.points, first.max_points, first.handed_in) == ("a", 0, 20, False)
    assert (second.student, second.points, second.max_points, second.handed_in) == ("b", 2, 20, True)
    assert [one.exercise for one in second.submissions] == ["e", "f"]


def test_a_submission_that_the_grader_broke_is_no_zero_in_the_mean():
    full, none = row("a", *[check(str(n), Outcome.PASSED) for n in range(5)]), row("b", status=Status.MISSING)
    broken = row("c", status=Status.FAILED)
    numbers = class_statistics(results(full, none, broken))
    assert (numbers.students, numbers.handed_in, numbers.counted) == (3, 2, 2)
    assert (numbers.mean, numbers.median) == (5.0, 5.0)
    assert exercise_mean(results(full, none, broken), "e") == 5.0


def test_what_waits_for_a_person_is_no_zero_in_an_exercises_mean():
    waiting = row("a", check("a", Outcome.REVIEW))
    assert exercise_mean(results(waiting, row("b", check("a", Outcome.PASSED))), "e") == 2.0
    assert exercise_mean(results(waiting), "e") is None


def test_a_class_of_nobody_has_no_mean():
    assert class_statistics(results()).mean is None
    assert check_statistics(results()) == ()


def test_a_class_of_which_everything_waits_has_no_statistics_yet():
    assert check_statistics(results(row("a", check("a", Outcome.REVIEW)), row("b", status=Status.MISSING))) == ()


def test_checks_come_worst_first_and_missing_files_are_not_judged():
    rows = [
        row("a", check("easy", Outcome.PASSED), check("hard", Outcome.FAILED)),
        row("b", check("easy", Outcome.PASSED), check("hard", Outcome.TODO)),
        row("c", status=Status.MISSING),
    ]
    hard, easy = check_statistics(results(*rows))
    assert (hard.id, hard.passed, hard.judged, hard.share) == ("hard", 0, 2, 0.0)
    assert (easy.id, easy.passed, easy.judged, easy.share) == ("easy", 2, 2, 1.0)


def test_a_check_that_only_the_strong_pass_tells_students_apart():
    def student(number: int) -> SubmissionResult:
        strong = Outcome.PASSED if number % 2 else Outcome.FAILED
        weak = Outcome.FAILED if number % 2 else Outcome.PASSED
        return row(f"s{number}", check("good", strong, 1), check("other", strong, 5), check("odd", weak, 1))

    found = {one.id: one.discrimination for one in check_statistics(results(*map(student, range(12))))}
    assert found["odd"] == pytest.approx(-1)
    assert found["good"] == pytest.approx(1)
    few = check_statistics(results(*map(student, range(4))))
    assert {one.discrimination for one in few} == {None}


def test_points_in_part_are_neither_a_pass_nor_a_fail():
    """Of the check's points the share counts that was reached; who waits is not judged yet."""

    def reached(student: str, points: int | None) -> SubmissionResult:
        decided = None if points is None else Decided(points, 0, "", "", "")
        return row(student, CheckResult("a", "a", points or 0, 4, Outcome.REVIEW, adjusted=decided))

    (one,) = check_statistics(results(reached("a", 4), reached("b", 3), reached("c", 0), reached("d", None)))
    assert (one.passed, one.partial, one.judged, one.waiting, one.tried) == (1, 1, 3, 1, 3)
    assert one.share == pytest.approx((1 + 0.75 + 0) / 3)


def test_a_mistake_is_none_where_a_person_gave_all_points():
    wrong = check("x", Outcome.FAILED, mistake="M1")
    given = replace(wrong, points=2, adjusted=Decided(2, 0, "Dr B", "", "it was right"))
    half = replace(wrong, points=1, adjusted=Decided(1, 0, "Dr B", "", "half of it"))
    assert mistake_counts(results(row("a", given))) == ()
    assert [found.students for found in mistake_counts(results(row("a", given), row("b", half)))] == [("b",)]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=10, max_size=30))
@settings(deadline=None)
def test_what_tells_students_apart_is_the_correlation_with_their_other_points(class_):
    rows = [
        row(
            f"s{number}",
            check("a", Outcome.PASSED if passed else Outcome.FAILED, 3),
            *(check(f"b{at}", Outcome.PASSED, 1) for at in range(others)),
        )
        for number, (passed, others) in enumerate(class_)
    ]
    found = next(one for one in check_statistics(results(*rows)) if one.id == "a").discrimination
    passes, others = [float(passed) for passed, _ in class_], [float(points) for _, points in class_]
    if len(set(passes)) < 2 or len(set(others)) < 2:
        assert found is None
    else:
        assert found == pytest.approx(statistics.correlation(passes, others))


def test_a_check_that_all_pass_tells_nobody_apart():
    rows = [row(f"s{n}", check("all", Outcome.PASSED), check("b", Outcome.PASSED)) for n in range(12)]
    assert {one.discrimination for one in check_statistics(results(*rows))} == {None}


def test_a_mistake_counts_once_for_a_student_however_many_checks_show_it():
    rows = [
        row("a", check("x", Outcome.FAILED, mistake="M1"), check("y", Outcome.FAILED, mistake="M1")),
        row("b", check("x", Outcome.FAILED, mistake="M2")),
        row("c", check("x", Outcome.FAILED, mistake="M2")),
    ]
    first, second = mistake_counts(results(*rows, misconceptions=(KnownMistake("M2", "name of M2", "why"),)))
    assert (first.id, first.students, first.explanation) == ("M2", ("b", "c"), "why")
    assert (second.id, second.students, second.explanation) == ("M1", ("a",), "")
