"""Nothing handed in, points that wait, and 0 points are three things."""

from __future__ import annotations

import pytest

from grader.errors import UsageError
from grader.exports.marks import marks
from grader.scores.records import Status

from .made import class_of, failed, row, student, waits


def points(results, pending=None):
    return {mark.student: mark.points for mark in marks(results, pending)}


def test_nothing_handed_in_is_no_mark_and_wrong_or_unreadable_work_is_0():
    unreadable = row("c", "e1", 0, status=Status.UNREADABLE, checks=())
    results = class_of(*student("a", None), *student("b", 0), unreadable, row("c", "e2", None))

    assert points(results) == {"a": None, "b": 0, "c": 0}


def test_points_that_wait_are_not_sent_unless_it_is_said_which():
    results = class_of(waits("a", "e1", 5, 7), row("a", "e2", 3), waits("b", "e1", 2, None), *student("c", 1))

    with pytest.raises(UsageError) as refused:
        marks(results, None)

    assert str(refused.value).startswith("2 answers of 2 students wait for a person. ")
    assert "--pending settled" in str(refused.value)
    assert "--pending suggested" in str(refused.value)
    assert points(results, "settled") == {"a": 8, "b": 2, "c": 1}
    assert points(results, "suggested") == {"a": 15, "b": 2, "c": 1}


def test_work_on_which_the_grader_failed_waits_too_and_is_named():
    results = class_of(failed("a", "e1"), row("a", "e2", 4), *student("b", 1))

    with pytest.raises(UsageError, match=r"^the work of a could not be graded"):
        marks(results, None)
    assert points(results, "settled") == {"a": 4, "b": 1}
