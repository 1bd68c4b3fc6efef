"""A mark that changed is told with the reason that the results show, and none that did not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from grader.scores.changes import Change, ChangeKind, ChangeReason, MarkedRow, changes, reason_counts, students_of
from grader.scores.records import Outcome, Status, VoidCheck
from grader.scores.settle import settle
from grader.scores.void_checks import give_void

from .test_settle import RUN, WORDS, check, classes, results, row, word

BEFORE = results(row("ada", "e", check("one", Outcome.FAILED, 4), check("two", Outcome.PASSED, 2)))


def with_row(**fields: object):
    return replace(BEFORE, submissions=(replace(BEFORE.submissions[0], **fields),))


def passed(**fields: object):
    """The row with the first check passed as well."""
    better = row("ada", "e", check("one", Outcome.PASSED, 4), check("two", Outcome.PASSED, 2))
    return replace(BEFORE, submissions=(replace(better, **fields),))


def only(before, now) -> Change:
    (found,) = changes(before, now)
    return found


@given(classes())
def test_the_same_results_have_no_change(found):
    assert changes(found, found) == ()


@given(classes(), WORDS)
def test_what_people_decided_is_the_reason_for_every_mark_that_it_changed(found, words):
    told = changes(found, settle(found, words))
    assert {reason.kind for each in told for reason in each.reasons} <= {ChangeKind.DECIDED}
    back = changes(settle(found, words), found)
    assert {reason.kind for each in back for reason in each.reasons} <= {ChangeKind.UNDECIDED}
    assert len(told) == len(back)


def test_a_change_says_what_it_was_and_is():
    found = only(BEFORE, settle(BEFORE, [word(3)]))
    assert (found.student, found.exercise) == ("ada", "e")
    assert (found.before, found.now) == (MarkedRow(2, 0, 6), MarkedRow(5, 0, 6))
    assert found.reasons == (ChangeReason(ChangeKind.DECIDED, ("one",)),)


@pytest.mark.parametrize(
    ("now", "kind", "checks"),
    [
        (passed(sha256="0" * 64), ChangeKind.OTHER_FILE, ()),
        (passed(), ChangeKind.OTHERWISE, ("one",)),
        (replace(passed(), run=replace(RUN, seed=2)), ChangeKind.OTHER_CASES, ("one",)),
        (replace(passed(), run=replace(RUN, versions={"numpy": "3"})), ChangeKind.OTHER_VERSIONS, ("one",)),
        (replace(BEFORE, submissions=()), ChangeKind.WENT, ()),
        (with_row(sha256=None, status=Status.MISSING, points=0, checks=()), ChangeKind.TAKEN_AWAY, ()),
        (with_row(status=Status.FAILED, points=0, pending_points=6, checks=()), ChangeKind.NOT_GRADED, ()),
        (give_void(BEFORE, (VoidCheck("e", "one", "2026-12-02T00:00:00Z"),)), ChangeKind.VOID, ("one",)),
        (
            results(row("ada", "e", check("one", Outcome.FAILED, 4), check("two", Outcome.PASSED, 3))),
            ChangeKind.OTHER_CHECKS,
            ("two",),
        ),
        (results(row("ada", "e", check("two", Outcome.PASSED, 2))), ChangeKind.OTHER_CHECKS, ("one",)),
    ],
)  # fmt: skip
def test_each_reason_is_told_as_what_it_is(now, kind, checks):
    assert only(BEFORE, now).reasons == (ChangeReason(kind, checks),)


def test_the_way_back_has_its_own_reasons():
    void = give_void(BEFORE, (VoidCheck("e", "one", "2026-12-02T00:00:00Z"),))
    assert only(void, BEFORE).reasons == (ChangeReason(ChangeKind.COUNTS_AGAIN, ("one",)),)
    assert only(replace(BEFORE, submissions=()), BEFORE).reasons == (ChangeReason(ChangeKind.CAME),)
    missing = with_row(sha256=None, status=Status.MISSING, points=0, checks=())
    assert only(missing, BEFORE).reasons == (ChangeReason(ChangeKind.HANDED_IN),)
    ungraded = with_row(status=Status.FAILED, points=0, pending_points=6, checks=())
    assert only(ungraded, BEFORE).reasons == (ChangeReason(ChangeKind.GRADED),)


def test_a_decision_is_named_beside_another_file():
    now = settle(passed(sha256="0" * 64), [word(1, check="two", digest="0" * 64)])
    assert only(BEFORE, now).reasons == (
        ChangeReason(ChangeKind.OTHER_FILE),
        ChangeReason(ChangeKind.DECIDED, ("two",)),
    )


def test_reasons_are_counted_once_a_mark():
    now = settle(
        results(*BEFORE.submissions, row("alan", "e", check("one", Outcome.PASSED, 1))), [word(3), word(1, check="two")]
    )
    found = changes(BEFORE, now)
    assert students_of(found) == 2
    assert reason_counts(found) == ((ChangeKind.CAME, 1), (ChangeKind.DECIDED, 1))
