"""A person's decisions move points as they say, never beyond a check's own, and can be taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.scores.item_statistics import check_statistics
from grader.scores.records import (
    Adjustment,
    CheckResult,
    Decided,
    ExerciseRecord,
    Isolation,
    Outcome,
    Results,
    RunRecord,
    Status,
    SubmissionResult,
    WrittenAnswer,
    as_written,
)
from grader.scores.results import from_json, to_json
from grader.scores.settle import NotApplied, Unheld, as_found, fallen, is_decided, not_applied, settle
from grader.scores.totals import class_statistics, student_totals, tally

RUN = RunRecord("", 0.0, 1, {}, Isolation("", ()), "local", 1)
STUDENTS, EXERCISES, CHECKS = ("ada", "alan", "\udcff"), ("e", "f"), ("one", "two", "three")
FILE, ANSWER = "f" * 64, "a" * 64


def check(name: str, outcome: Outcome, most: int, *, answer: bool = False) -> CheckResult:
    points = most if outcome is Outcome.PASSED else 0
    suggested = most if outcome is Outcome.REVIEW else None
    text = WrittenAnswer("It keeps the past.", ANSWER) if answer else None
    return CheckResult(name, name, points, most, outcome, suggested_points=suggested, answer=text)


def row(student: str, exercise: str, *checks: CheckResult, status: Status | None = None) -> SubmissionResult:
    sums = tally(checks)
    return SubmissionResult(
        student, exercise, None, f"students/{student}.html", FILE, status or sums.status, sums.points,
        sums.pending_points, sums.max_points, 0.0, checks=checks,
    )  # fmt: skip


def results(*rows: SubmissionResult) -> Results:
    return Results(RUN, tuple(ExerciseRecord(name, name, 9) for name in EXERCISES), rows)


def word(points: int | None, minute: int = 0, **fields: str) -> Adjustment:
    values = {"student": "ada", "exercise": "e", "check": "one", "by": "Dr B", "why": "so", "digest": FILE} | fields
    return Adjustment(points=points, when=f"2026-12-01T10:{minute:02}:00+00:00", **values)


@st.composite
def classes(draw) -> Results:
    """Draw results as the grader makes them: each student's rows, in each of which the sums are right."""
    rows = []
    for student in draw(st.lists(st.sampled_from(STUDENTS), unique=True)):
        for exercise in draw(st.lists(st.sampled_from(EXERCISES), unique=True)):
            made = [
                check(name, draw(st.sampled_from(Outcome)), draw(st.integers(0, 4)), answer=draw(st.booleans()))
                for name in draw(st.lists(st.sampled_from(CHECKS), unique=True))
            ]
            rows.append(row(student, exercise, *made, status=None if made else Status.MISSING))
    return results(*rows)


WORDS = st.lists(
    st.builds(
        Adjustment, st.sampled_from((*STUDENTS, "\\udcff", "nobody")), st.sampled_from((*EXERCISES, "g")),
        st.sampled_from((*CHECKS, "four")), st.none() | st.integers(-1, 5), st.just("Dr B"),
        st.integers(0, 9).map(lambda minute: f"2026-12-01T10:0{minute}:00Z"), st.text(max_size=3),
        st.sampled_from((FILE, ANSWER, "0" * 64)),
    ),
    max_size=8,
)  # fmt: skip


@given(classes(), WORDS)
def test_settling_twice_is_settling_once(found, words):
    once = settle(found, words)
    assert settle(once, words) == once
    assert settle(once, ()) == once


@given(classes())
def test_no_decision_changes_nothing(found):
    assert settle(found, ()) == found


@given(classes(), WORDS)
def test_points_add_up_and_stay_within_each_checks_own(found, words):
    for each in settle(found, words).submissions:
        assert all(0 <= one.points <= one.max_points for one in each.checks)
        assert each.points == sum(one.points for one in each.checks)
        waiting = [one for one in each.checks if one.outcome is Outcome.REVIEW and one.adjusted is None]
        assert each.pending_points == sum(one.max_points for one in waiting)
        assert each.points + each.pending_points <= each.max_points
        if each.checks:
            assert each.status is (Status.REVIEW if waiting else Status.GRADED)


@given(classes(), WORDS)
def test_taking_every_word_back_gives_what_the_grader_found(found, words):
    back = [replace(each, points=None, when="2026-12-02T00:00:00Z") for each in words]
    assert settle(settle(found, words), [*words, *back]) == found


@given(classes(), WORDS)
def test_every_decision_that_does_not_hold_is_named(found, words):
    """What is neither applied, nor overtaken by a later word, is named; and nothing that is named has moved a point."""
    named = not_applied(found, words)
    lost = [each.adjustment for each in named]
    assert settle(found, [each for each in words if each not in lost]) == settle(found, words)
    assert settle(found, lost) == found


@given(classes(), WORDS)
@settings(max_examples=40, deadline=None)
def test_the_statistics_of_whatever_was_decided_count_each_student_once(found, words):
    settled = settle(found, words)
    for one in check_statistics(settled):
        checks = [each for row in settled.submissions if row.exercise == one.exercise for each in row.checks]
        same = [each for each in checks if each.id == one.id]
        assert one.judged + one.waiting == len(same)
        assert one.passed + one.partial <= one.judged
        assert 0 <= one.share <= 1


@given(classes(), WORDS)
@settings(max_examples=40)
def test_what_was_decided_is_kept_in_results_json(found, words):
    settled = from_json(to_json(settle(found, words)))
    assert settle(settled, words) == settled
    assert to_json(settled) == to_json(settle(found, words))


def test_partial_points_end_the_waiting():
    found = results(row("ada", "e", check("one", Outcome.REVIEW, 3, answer=True), check("two", Outcome.PASSED, 2)))
    assert (found.submissions[0].status, found.submissions[0].pending_points) == (Status.REVIEW, 3)

    (settled,) = settle(found, [word(2, digest=ANSWER)]).submissions

    one = settled.checks[0]
    assert (settled.status, settled.points, settled.pending_points) == (Status.GRADED, 4, 0)
    assert (one.points, one.outcome, one.suggested_points) == (2, Outcome.REVIEW, 3)
    assert one.adjusted == Decided(2, 0, "Dr B", "2026-12-01T10:00:00+00:00", "so")
    assert (one.waits, one.passes, one.is_partial) == (False, False, True)


def test_the_last_decision_counts_by_its_time_and_then_by_its_place():
    found = results(row("ada", "e", check("one", Outcome.PASSED, 4)))

    def points(*words: Adjustment) -> int:
        return settle(found, words).submissions[0].points

    assert points(word(1, 5), word(3, 2)) == 1
    assert points(word(1, 5), word(3, 5)) == 3
    assert points(word(1, 5), word(None, 5)) == 4


def test_the_time_of_a_decision_is_read_with_its_zone():
    found = results(row("ada", "e", check("one", Outcome.PASSED, 4)))
    late = replace(word(1), when="2026-12-01T09:30:00-02:00")  # 11:30 in UTC
    naive = replace(word(2), when="2026-12-01T11:00:00")
    assert settle(found, [late, naive]).submissions[0].points == 1


def test_what_the_grader_found_is_kept_however_often_it_is_decided_anew():
    found = results(row("ada", "e", check("one", Outcome.PASSED, 4)))
    again = settle(settle(found, [word(1, 1)]), [word(1, 1), word(3, 2)])
    assert again.submissions[0].checks[0].adjusted == Decided(3, 4, "Dr B", "2026-12-01T10:02:00+00:00", "so")


def test_a_decision_holds_no_longer_for_another_answer_and_holds_again_for_the_same_one():
    before = results(row("ada", "e", check("one", Outcome.REVIEW, 3, answer=True)))
    words = [word(2, digest=ANSWER), word(3, 1, digest="0" * 64)]
    assert settle(before, words).submissions[0].points == 2
    assert not_applied(before, words) == (NotApplied(words[1], Unheld.OTHER_WORK),)


@pytest.mark.parametrize(
    ("fields", "points", "reason"),
    [
        ({"student": "nobody"}, 1, Unheld.NO_ROW),
        ({"exercise": "g"}, 1, Unheld.NO_ROW),
        ({"check": "four"}, 1, Unheld.NO_CHECK),
        ({"digest": "0" * 64}, 1, Unheld.OTHER_WORK),
        ({"digest": ""}, None, Unheld.OTHER_WORK),
        ({}, 5, Unheld.OUT_OF_RANGE),
        ({}, -1, Unheld.OUT_OF_RANGE),
    ],
)
def test_a_decision_that_fits_nothing_is_named_and_moves_nothing(fields, points, reason):
    found = results(row("ada", "e", check("one", Outcome.FAILED, 4)))
    lost = word(points, **fields)
    assert settle(found, [lost]) == found
    assert not_applied(found, [lost]) == (NotApplied(lost, reason),)


def test_a_decision_without_a_time_is_refused():
    with pytest.raises(ValueError, match="yesterday"):
        replace(word(1), when="yesterday")


def test_totals_and_means_follow_a_decision():
    found = results(row("ada", "e", check("one", Outcome.REVIEW, 4)), row("alan", "e", check("one", Outcome.REVIEW, 4)))
    settled = settle(found, [word(3)])
    assert [(total.points, total.pending_points) for total in student_totals(settled)] == [(3, 0), (0, 4)]
    assert class_statistics(settled).mean == 1.5


@given(classes(), WORDS)
def test_results_as_found_hold_no_decision_and_settling_them_again_gives_the_same(found, words):
    settled = settle(found, words)
    assert as_found(settled) == found
    assert settle(as_found(settled), words) == settled


@given(classes(), WORDS, st.sets(st.sampled_from(STUDENTS)))
def test_after_a_regrade_decisions_hold_exactly_where_the_work_is_the_same(found, words, changed):
    """Whoever handed in something else has what the grader found; everybody else has what was decided."""
    regraded = replace(
        found,
        submissions=tuple(handed_in_anew(each) if each.student in changed else each for each in found.submissions),
    )
    before, after = settle(found, words), settle(regraded, words)
    for old, new, fresh in zip(before.submissions, after.submissions, regraded.submissions, strict=True):
        assert new == (fresh if new.student in changed else old)
    gone = {
        (each.adjustment.student, each.adjustment.exercise, each.adjustment.check) for each in fallen(regraded, words)
    }
    for old in before.submissions:
        for one in old.checks:
            is_gone = one.adjusted is not None and old.student in changed
            assert not is_gone or any(
                (name, old.exercise, one.id) in gone for name in (old.student, as_written(old.student))
            )


def handed_in_anew(each: SubmissionResult) -> SubmissionResult:
    other = tuple(
        one if one.answer is None else replace(one, answer=WrittenAnswer("Another.", "b" * 64)) for one in each.checks
    )
    return replace(each, sha256="e" * 64, checks=other)


def test_of_the_decisions_that_fell_only_those_that_somebody_would_miss_are_named():
    found = results(row("ada", "e", check("one", Outcome.PASSED, 4), check("two", Outcome.PASSED, 4)))
    overtaken = [word(1, 1, digest="0" * 64), word(2, 2)]
    twice = [word(1, 1, check="two", digest="0" * 64), word(3, 2, check="two", digest="1" * 64)]
    taken_back = [word(1, 1, student="alan"), word(None, 2, student="alan")]
    elsewhere = [word(1, exercise="g")]
    assert fallen(found, [*overtaken, *twice, *taken_back, *elsewhere]) == (NotApplied(twice[1], Unheld.OTHER_WORK),)


def test_a_decision_after_one_that_was_taken_back_is_missed_if_it_does_not_hold():
    found = results(row("ada", "e", check("one", Outcome.PASSED, 4)))
    undo, beyond, other = word(None, 1), word(-3, 2), word(2, 2, digest="0" * 64)
    assert fallen(found, [undo, beyond]) == (NotApplied(beyond, Unheld.OUT_OF_RANGE),)
    assert fallen(found, [undo, other]) == (NotApplied(other, Unheld.OTHER_WORK),)
    assert fallen(found, [word(1, 1), beyond]) == (NotApplied(beyond, Unheld.OUT_OF_RANGE),)
    assert fallen(found, [word(1, 1), other]) == ()  # the work is again what the first was about
    assert fallen(found, [beyond, word(None, 3)]) == ()


def test_a_check_is_decided_while_points_hold():
    found = results(row("ada", "e", check("one", Outcome.PASSED, 4)))
    for words, decided in (([], False), ([word(1)], True), ([word(1), word(None, 1)], False), ([word(9)], False)):
        assert is_decided(found, words, word(None)) is decided


def test_a_comment_is_a_part_of_the_reason_unless_it_is_the_reason():
    found = results(row("ada", "e", check("one", Outcome.PASSED, 4)))

    def why(**fields: str) -> str:
        (settled,) = settle(found, [replace(word(2), **fields)]).submissions
        return settled.checks[0].adjusted.why

    assert why(why="one gate", comment="Say which.") == "one gate\nSay which."
    assert why(why="same", comment="same") == "same"
    assert why(why="", comment="Say which.") == "Say which."
