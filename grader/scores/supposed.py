"""What totals would be with checks that do not count, or with exercises that weigh otherwise; from kept results alone."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.scores.records import VoidCheck
from grader.scores.row_heads import heads_of
from grader.scores.totals import student_totals
from grader.scores.void_checks import give_void

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.scores.check_names import CheckName
    from grader.scores.records import Results
    from grader.scores.totals import StudentTotal


@dataclass(frozen=True, slots=True)
class Reached:
    """What a student reached: settled points, those that wait for a person, and the most there are."""

    points: int
    pending: int
    most: int

    @property
    def share(self) -> Fraction:
        """The settled points as a share of all there are."""
        return Fraction(self.points, self.most) if self.most else Fraction(0)


@dataclass(frozen=True, slots=True)
class SupposedTotal:
    """A student's total as it is and as it would be."""

    student: str
    now: Reached
    then: Reached


def supposed_totals(
    results: Results, void: Iterable[CheckName], weights: Mapping[str, int]
) -> tuple[SupposedTotal, ...]:
    """Return every student's total as it is, and as it would be if these checks were void and exercises had these points.

    ``weights`` are the new maximum points of exercises. An exercise's points are scaled to them and rounded to whole points,
    half a point up, for each student; the settled ones first, and then those with all that waits.
    """
    also = tuple(VoidCheck(exercise, check, results.run.started) for exercise, check in void)
    given = give_void(results, (*results.run.void, *also)) if also else results
    whole = {exercise.id: exercise.max_points for exercise in results.exercises}
    most = sum(weights.get(name, points) for name, points in whole.items())
    before = {total.student: total for total in student_totals(results)}
    return tuple(
        SupposedTotal(total.student, _reached(before[total.student]), _scaled(total, whole, weights, most))
        for total in student_totals(given)
    )


def _reached(total: StudentTotal) -> Reached:
    return Reached(total.points, total.pending_points, total.max_points)


def _scaled(total: StudentTotal, whole: Mapping[str, int], weights: Mapping[str, int], most: int) -> Reached:
    points = pending = 0
    for row in heads_of(total.submissions):
        old = whole.get(row.exercise, row.max_points)
        new = weights.get(row.exercise, old)
        settled = _rounded(row.points, new, old)
        points += settled
        pending += _rounded(row.points + row.pending_points, new, old) - settled
    return Reached(points, pending, most)


def _rounded(points: int, new: int, old: int) -> int:
    """``points`` of ``old`` as points of ``new``, a half rounded up; whole numbers all the way."""
    return points if new == old or not old else (2 * points * new + old) // (2 * old)
