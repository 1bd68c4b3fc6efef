"""Applies a person's decisions to what the grader found: pure, with the same result however often it is done.

Decisions are only ever appended, and all of them are applied each time: for each check the last one that holds counts, and
if that one has no points, the check is again as the grader found it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.scores.records import Adjustment, CheckResult, Decided, Results, Status, SubmissionResult, as_written
from grader.scores.row_heads import changed, heads_of
from grader.scores.totals import tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class Unheld(enum.StrEnum):
    """Why a decision does not hold."""

    NO_ROW = "no row"
    NO_CHECK = "no check"
    OTHER_WORK = "other work"
    OUT_OF_RANGE = "out of range"


@dataclass(frozen=True, slots=True)
class NotApplied:
    """A decision that changed nothing because it holds for none of the results, and why."""

    adjustment: Adjustment
    reason: Unheld


def as_found(results: Results) -> Results:
    """Return the results as the grader found them: every decision, a person's or the course's, is taken back."""
    return replace(results, submissions=changed(results.submissions, row_as_found))


def row_as_found(row: SubmissionResult) -> SubmissionResult:
    """Return one row as the grader found it."""
    return resummed(row, tuple(map(_taken_back, row.checks)))


def settle(results: Results, adjustments: Iterable[Adjustment]) -> Results:
    """Return the results with the decided points, and the sums and states that follow from them.

    A decision holds if its points are between 0 and the check's maximum and its digest is that of the answer or the file as
    it is now; one that does not hold changes nothing (`not_applied` names it). A check without a decision stays as it is.
    """
    settled = settling(results, adjustments)
    return results if settled is None else replace(results, submissions=changed(results.submissions, settled))


def settling(
    results: Results, adjustments: Iterable[Adjustment]
) -> Callable[[SubmissionResult], SubmissionResult] | None:
    """Return what settles one row of these results, as ``settle`` does all; None if no decision holds."""
    holding, _ = _sorted_out(results, adjustments)
    if not holding:
        return None
    rows = {place[:2] for place in holding}

    def settled(row: SubmissionResult) -> SubmissionResult:
        return _settled(row, holding) if (as_written(row.student), row.exercise) in rows else row

    return settled


def not_applied(results: Results, adjustments: Iterable[Adjustment]) -> tuple[NotApplied, ...]:
    """Return the decisions that do not hold, in the order in which they were made, so that none is lost in silence."""
    return _sorted_out(results, adjustments)[1]


def fallen(results: Results, adjustments: Iterable[Adjustment]) -> tuple[NotApplied, ...]:
    """Return the decisions that somebody would look for in these results and not find: one at most for each check.

    Those that a later word overtook, or that only took another one back, are not among them, and neither are those about
    exercises that these results do not cover, or about other work if an earlier one about this work gives points.
    """
    words = tuple(adjustments)
    holding, left = _sorted_out(results, words)
    covered = {exercise.id for exercise in results.exercises}
    order = {id(each): at for at, each in enumerate(_in_order(words))}
    last = {each.adjustment.place: each for each in left}

    def is_missed(each: NotApplied) -> bool:
        standing = holding.get(each.adjustment.place)
        if standing is None:
            return True
        if order[id(standing)] > order[id(each.adjustment)]:
            return False
        return standing.points is None or each.reason is Unheld.OUT_OF_RANGE

    return tuple(
        each
        for each in last.values()
        if each.adjustment.points is not None and each.adjustment.exercise in covered and is_missed(each)
    )


def is_decided(results: Results, adjustments: Iterable[Adjustment], about: Adjustment) -> bool:
    """Whether one of the decisions gives points to the check that another one is ``about``, and holds in these results."""
    standing = _sorted_out(results, adjustments)[0].get(about.place)
    return standing is not None and standing.points is not None


_Place = tuple[str, str, str]  # student, exercise, check


def _in_order(adjustments: Iterable[Adjustment]) -> list[Adjustment]:
    return sorted(adjustments, key=lambda each: each.moment)  # those of one moment keep their order


def _sorted_out(
    results: Results, adjustments: Iterable[Adjustment]
) -> tuple[dict[_Place, Adjustment], tuple[NotApplied, ...]]:
    """Return the decision that counts for each check, and those that do not hold."""
    places = {(as_written(row.student), row.exercise): at for at, row in enumerate(heads_of(results.submissions))}
    holding: dict[_Place, Adjustment] = {}
    left: list[NotApplied] = []
    for each in _in_order(adjustments):
        place = each.place
        at = places.get(place[:2])
        reason = _unheld(each, None if at is None else results.submissions[at])
        if reason is None:
            holding[place] = each
        else:
            left.append(NotApplied(each, reason))
    return holding, tuple(left)


def _unheld(adjustment: Adjustment, row: SubmissionResult | None) -> Unheld | None:
    if row is None:
        return Unheld.NO_ROW
    check = next((check for check in row.checks if check.id == adjustment.check), None)
    if check is None:
        return Unheld.NO_CHECK
    if adjustment.digest not in {row.sha256, check.answer.sha256 if check.answer is not None else None}:
        return Unheld.OTHER_WORK
    if adjustment.points is not None and not 0 <= adjustment.points <= check.max_points:
        return Unheld.OUT_OF_RANGE
    return None


def resummed(row: SubmissionResult, checks: tuple[CheckResult, ...]) -> SubmissionResult:
    """Return a row with these checks, and the sums and the state that follow from them."""
    if checks == row.checks:
        return row
    sums = tally(checks)
    judged = row.status in {Status.GRADED, Status.REVIEW}
    return replace(
        row,
        checks=checks,
        status=sums.status if judged else row.status,
        points=sums.points,
        pending_points=sums.pending_points,
    )


def _settled(row: SubmissionResult, holding: Mapping[_Place, Adjustment]) -> SubmissionResult:
    student = as_written(row.student)
    return resummed(row, tuple(_decided(check, holding.get((student, row.exercise, check.id))) for check in row.checks))


def _decided(check: CheckResult, adjustment: Adjustment | None) -> CheckResult:
    """Return a check as the person decided, with the grader's finding beside it."""
    if adjustment is None:
        return check
    if adjustment.points is None:
        return _taken_back(check)
    was = _taken_back(check).points
    decided = Decided(adjustment.points, was, adjustment.by, adjustment.when, adjustment.reason)
    return replace(check, points=adjustment.points, adjusted=decided)


def _taken_back(check: CheckResult) -> CheckResult:
    return check if check.adjusted is None else replace(check, points=check.adjusted.was, adjusted=None)
