"""A tidy table: a row for each student and check, and one for each exercise without checks; safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from grader.reports.gradebook import cell
from grader.scores.results import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.exports.marks import Pending
    from grader.scores.records import CheckResult, Results, SubmissionResult

COLUMNS = (
    "student", "group", "exercise", "status", "submitted_at", "path", "check", "title", "hidden", "outcome", "points",
    "max_points", "pending_points", "suggested_points", "misconception", "decided_by",
)  # fmt: skip


def check_table(results: Results, pending: Pending | None) -> str:
    """Return the CSV; with ``pending`` "suggested" the points of a check that waits are the suggested ones.

    What waits has its ``pending_points``, and an exercise for which nothing was handed in has no points at all: neither looks
    like 0.
    """
    written = io.StringIO(newline="")
    rows = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC)
    rows.writerow(COLUMNS)
    for line in check_rows(results, pending):
        rows.writerow([cell(each) if isinstance(each, str) else each for each in line])
    return written.getvalue()


def check_rows(results: Results, pending: Pending | None) -> Iterator[tuple[str | int, ...]]:
    """Yield the rows under `COLUMNS`: numbers as numbers, and "" where there is nothing to say."""
    for row in in_order(results).submissions:
        about = (
            row.student, row.group or "", row.exercise, row.status.value, row.submitted_at or "", row.path or "",
        )  # fmt: skip
        if row.checks:
            for check in row.checks:
                yield (*about, *_of_check(check, pending))
        else:
            yield (*about, *_without_checks(row))


def _of_check(check: CheckResult, pending: Pending | None) -> tuple[str | int, ...]:
    suggested = check.suggested_points if check.waits and check.suggested_points is not None else ""
    waits = check.max_points if check.waits else 0
    return (
        check.id,
        check.title,
        "yes" if check.hidden else "no",
        check.outcome.value,
        suggested if pending == "suggested" and suggested != "" else check.points,
        check.max_points,
        waits,
        suggested,
        check.misconception.name if check.misconception else "",
        check.adjusted.by if check.adjusted else "",
    )


def _without_checks(row: SubmissionResult) -> tuple[str | int, ...]:
    nothing = row.path is None and row.status.value == "missing"
    return ("", "", "", "", "" if nothing else row.points, row.max_points, row.pending_points, "", "", "")
