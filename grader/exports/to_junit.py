"""JUnit: a suite for each student and exercise, so that any tool that shows tests can show a class."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.reports.junit import Suite, junit_text
from grader.scores.records import CheckResult, Outcome, Status
from grader.scores.results import in_order

if TYPE_CHECKING:
    from grader.exports.marks import Pending
    from grader.scores.records import Results, SubmissionResult


def class_junit(results: Results, pending: Pending | None) -> str:
    """Return the XML; a suite is named ``STUDENT/EXERCISE``.

    Nothing handed in is a suite without tests, so that it looks like no failure; a file that can't be read is an error, and
    work on which the grader failed is skipped, as what waits for a person is.
    """
    titles = {exercise.id: exercise.title for exercise in results.exercises}
    suites = [
        Suite(
            name=f"{row.student}/{row.exercise}",
            title=titles.get(row.exercise, row.exercise) + (" (nothing handed in)" if _is_missing(row) else ""),
            results=tuple(_sent(check, pending) for check in row.checks) or _instead(row),
            file=row.path or "",
        )
        for row in in_order(results).submissions
    ]
    return junit_text(suites, results.run.course or "grader")


def _is_missing(row: SubmissionResult) -> bool:
    return row.status is Status.MISSING


def _sent(check: CheckResult, pending: Pending | None) -> CheckResult:
    if pending == "suggested" and check.waits:
        return replace(check, points=check.suggested_points or 0)
    return check


def _instead(row: SubmissionResult) -> tuple[CheckResult, ...]:
    """What stands for the checks of a row that has none."""
    if _is_missing(row):
        return ()
    outcome = Outcome.REVIEW if row.status is Status.FAILED else Outcome.ERROR
    why = "; ".join(flag.message for flag in row.flags)
    return (CheckResult(row.status.value, "The file can be graded", 0, row.max_points, outcome, message=why),)
