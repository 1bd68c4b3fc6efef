"""The row of a work in the results: before it is graded, once it has been, and if the grader itself failed on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

from grader.scores.records import ELSEWHERE, UNGRADED, Flag, Status, SubmissionResult
from grader.scores.totals import tally

if TYPE_CHECKING:
    from grader.errors import UnreadableWork
    from grader.scores.records import Graded
    from grader.submissions.works import Work

IN_ANOTHER_SHARD = "Another shard of this run grades it; `grader merge` brings the shards together."
ENDED_SILENTLY = "the process that graded it ended without a word"


def blank(work: Work, student: str, max_points: int, page: str = "") -> SubmissionResult:
    """The row of a student while there is no result: `missing`, or `unreadable` with the reason."""
    flags = work.flags_of(student)
    if work.unreadable is not None and not any(flag.kind == "unreadable" for flag in flags):
        flags = (*flags, Flag("unreadable", work.unreadable))
    return SubmissionResult(
        student=student,
        exercise=work.exercise,
        path=work.path,
        page=page,
        sha256=work.sha256,
        status=Status.MISSING if work.is_missing else Status.UNREADABLE,
        points=0,
        pending_points=0,
        max_points=max_points,
        seconds=0.0,
        flags=flags,
        submitted_at=moment_of(work),
        group=work.group,
    )


def graded(row: SubmissionResult, found: Graded) -> SubmissionResult:
    """The row with what the bench found out."""
    counted = tally(found.checks)
    return replace(
        row,
        status=counted.status,
        points=counted.points,
        pending_points=counted.pending_points,
        max_points=counted.max_points,
        flags=(*row.flags, *found.flags),
        cells=found.cells,
        output=found.output,
        checks=found.checks,
        wrong=found.wrong,
        repeatable=found.repeatable,
    )


def unreadable(row: SubmissionResult, why: UnreadableWork) -> SubmissionResult:
    """The row of a file that turned out to be unreadable."""
    flags = (*row.flags, Flag("unreadable", str(why)))
    return replace(row, status=Status.UNREADABLE, flags=flags, repeatable=why.repeatable)


def failed(row: SubmissionResult, why: str) -> SubmissionResult:
    """The row if the grader itself failed: no points are lost, all of them stay open."""
    return _open(row, Flag("note", f"The grader failed, not the submission: {why}"))


def ungraded(row: SubmissionResult, why: str) -> SubmissionResult:
    """The row of work that has not been graded yet: all points stay open. Work that can't be graded keeps its row."""
    return row if row.sha256 is None else _open(row, Flag(UNGRADED, why))


def elsewhere(row: SubmissionResult) -> SubmissionResult:
    """The row, in the results of one shard, of work that another one grades. Work that can't be graded keeps its row."""
    return row if row.sha256 is None else _open(row, Flag(ELSEWHERE, IN_ANOTHER_SHARD))


def _open(row: SubmissionResult, flag: Flag) -> SubmissionResult:
    return replace(
        row, status=Status.FAILED, points=0, pending_points=row.max_points, checks=(), flags=(*row.flags, flag)
    )


def moment_of(work: Work) -> str | None:
    """When a file was handed in, in UTC; None if the time or its time zone is not known."""
    if work.handed_in is None or work.handed_in.tzinfo is None:
        return None
    return work.handed_in.astimezone(UTC).isoformat(timespec="seconds")
