"""Totals under other rules: nothing moves without a reason, and rounding is as it says."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.scores.records import Outcome, VoidCheck
from grader.scores.supposed import Reached, supposed_totals
from grader.scores.void_checks import give_void

from .test_settle import check, classes, results, row


@given(classes())
def test_supposing_nothing_moves_nothing(found):
    assert all(each.now == each.then for each in supposed_totals(found, (), {}))
    assert all(each.now == each.then for each in supposed_totals(found, (), {"e": 9, "f": 9}))


@given(classes(), st.integers(0, 40))
def test_a_weight_scales_each_students_points_to_the_nearest_whole(found, weight):
    for each in supposed_totals(found, (), {"e": weight}):
        rows = {one.exercise: one for one in found.submissions if one.student == each.student}
        exact = {name: Fraction(one.points * (weight if name == "e" else 9), 9) for name, one in rows.items()}
        assert abs(each.then.points - sum(exact.values())) <= Fraction(1, 2)
        assert each.then.most == 9 + weight
        assert each.then.pending >= 0


@pytest.mark.parametrize(
    ("points", "weight", "then"), [(3, 6, 2), (3, 10, 3), (1, 13, 1), (1, 14, 2), (9, 14, 14), (0, 14, 0)]
)
def test_half_a_point_goes_up(points, weight, then):
    found = results(row("ada", "e", check("one", Outcome.PASSED, points), check("two", Outcome.FAILED, 9 - points)))
    (total,) = supposed_totals(found, (), {"e": weight})
    assert (total.now, total.then) == (Reached(points, 0, 18), Reached(then, 0, 9 + weight))


@given(classes())
def test_a_void_check_gives_what_the_course_would_give(found):
    void = VoidCheck("e", "one", "2026-12-02T00:00:00Z")
    wanted = {each.student: each.then for each in supposed_totals(found, [("e", "one")], {})}
    for student, then in wanted.items():
        rows = [each for each in give_void(found, (void,)).submissions if each.student == student]
        assert (then.points, then.pending) == (
            sum(each.points for each in rows),
            sum(each.pending_points for each in rows),
        )
