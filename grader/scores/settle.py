"""Applies a person's decisions to what the grader found: pure, with the same result however often it is done.

Decisions are only ever appended, and all of them are applied each time: for each check the last one that holds counts, and
if that one has no points, the check is again as the grader found it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.scores.records import Adjustment, CheckResult, Decided, Results, Status, SubmissionResult, as_written
from grader.scores.totals import tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


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


def settle(results: Results, adjustments: Iterable[Adjustment]) -> Results:
    """Return the results with the decided points, and the sums and states that follow from them.

    A decision holds if its points are between 0 and the check's maximum and its digest is that of the answer or the file as
    it is now; one that does not hold changes nothing (`not_applied` names it). A check without a decision stays as it is.
    """
    holding, _ = _sorted_out(results, adjustments)
    if not holding:
        return results
    return replace(results, submissions=tuple(_settled(row, holding) for row in results.submissions))


def not_applied(results: Results, adjustments: Iterable[Adjustment]) -> tuple[NotApplied, ...]:
    """Return the decisions that do not hold, in the order in which they were made, so that none is lost in silence."""
    return _sorted_out(results, adjustments)[1]


_Place = tuple[str, str, str]  # student, exercise, check


def _sorted_out(
    results: Results, adjustments: Iterable[Adjustment]
) -> tuple[dict[_Place, Adjustment], tuple[NotApplied, ...]]:
    """Return the decision that counts for each check, and those that do not hold."""
    rows = {(as_written(row.student), row.exercise): row for row in results.submissions}
    holding: dict[_Place, Adjustment] = {}
    left: list[NotApplied] = []
    for each in sorted(adjustments, key=lambda each: each.moment):  # those of one moment keep their order
        student = as_written(each.student)
        reason = _unheld(each, rows.get((student, each.exercise)))
        if reason is None:
            holding[student, each.exercise, each.check] = each
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


def _settled(row: SubmissionResult, holding: Mapping[_Place, Adjustment]) -> SubmissionResult:
    student = as_written(row.student)
    checks = tuple(_decided(check, holding.get((student, row.exercise, check.id))) for check in row.checks)
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


def _decided(check: CheckResult, adjustment: Adjustment | None) -> CheckResult:
    """Return a check as the person decided, with the grader's finding beside it."""
    if adjustment is None:
        return check
    was = check.points if check.adjusted is None else check.adjusted.was
    if adjustment.points is None:
        return replace(check, points=was, adjusted=None)
    decided = Decided(adjustment.points, was, adjustment.by, adjustment.when, adjustment.why)
    return replace(check, points=adjustment.points, adjusted=decided)
