"""What each student of a run would be sent: points, or nothing, or that they still wait.

Nothing handed in, points that wait for a person, and 0 points are three different things and stay so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from grader.errors import UsageError
from grader.exports.export_words import count, joined
from grader.scores.records import Status, as_written
from grader.scores.totals import student_totals

if TYPE_CHECKING:
    from grader.scores.records import Results
    from grader.scores.totals import StudentTotal

Pending = Literal["settled", "suggested"]
_NAMED = 3  # students that a refusal names


@dataclass(frozen=True, slots=True)
class Mark:
    """One student's mark over all exercises of the run.

    ``points`` is None if nothing was handed in for any exercise: then there is nothing to send. ``waiting`` is the number of
    checks that wait for a person, ``failed`` the exercises on which the grader itself failed; both are of work handed in.
    """

    student: str
    points: int | None
    waiting: int
    pending_points: int
    failed: tuple[str, ...]

    @property
    def waits(self) -> bool:
        """Whether some of the points are not settled."""
        return bool(self.waiting or self.failed)


def marks(results: Results, pending: Pending | None, *, can_review: bool = False) -> tuple[Mark, ...]:
    """Return each student's mark, by id; with ``pending`` "suggested" the suggestions count, otherwise the settled points.

    Raises UsageError, in one line, if points wait and ``pending`` does not say what to send; ``can_review`` is whether there
    is a command `grader review`, which it then names.
    """
    found = tuple(_mark(total, pending) for total in student_totals(results))
    if pending is None:
        _refuse_waiting(found, can_review=can_review)
    return found


def still_waits(mark: Mark) -> str:
    """Return what to say behind a mark of which some points wait for a person: " (1 point still waits)"; "" if none do."""
    if not mark.pending_points:
        return ""
    return f" ({count(mark.pending_points, 'point')} still {'waits' if mark.pending_points == 1 else 'wait'})"


def max_points(results: Results) -> int:
    """The points that the whole run can give."""
    return sum(exercise.max_points for exercise in results.exercises)


def _mark(total: StudentTotal, pending: Pending | None) -> Mark:
    checks = [check for row in total.submissions for check in row.checks if check.waits]
    suggested = sum(check.suggested_points or 0 for check in checks) if pending == "suggested" else 0
    return Mark(
        student=as_written(total.student),
        points=total.points + suggested if total.handed_in else None,
        waiting=len(checks),
        pending_points=total.pending_points,
        failed=tuple(row.exercise for row in total.submissions if row.status is Status.FAILED),
    )


def _refuse_waiting(found: tuple[Mark, ...], *, can_review: bool) -> None:
    answers = sum(mark.waiting for mark in found)
    waiting = [mark for mark in found if mark.waiting]
    failed = [mark.student for mark in found if mark.failed]
    told = []
    if waiting:
        verb = "waits" if answers == 1 else "wait"
        told.append(f"{count(answers, 'answer')} of {count(len(waiting), 'student')} {verb} for a person")
    if failed:
        more = f" and {len(failed) - _NAMED} more" if len(failed) > _NAMED else ""
        told.append(f"the work of {joined(failed[:_NAMED])}{more} could not be graded")
    if told:
        first = "Settle them first (grader review)" if can_review and waiting else "Mark them first"
        raise UsageError(
            f"{' and '.join(told)}. {first}, or say what to send: --pending settled (the points that are settled) "
            "or --pending suggested (with the suggestions)."
        )
