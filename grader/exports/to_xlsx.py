"""A workbook for Excel and LibreOffice: the gradebook, every check, and who waits; text stays text, numbers are numbers."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.exports.pack_pages import MAKER
from grader.exports.to_csv import COLUMNS, check_rows
from grader.reports.harmless import visible
from grader.scores.records import Status, as_written
from grader.scores.totals import student_totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.exports.marks import Mark, Pending
    from grader.scores.records import Results

_LONGEST = 32_000  # characters; a cell of a workbook holds 32,767
_MOST_ROWS = 1_048_575  # below the header


def workbook(results: Results, found: Sequence[Mark], pending: Pending | None) -> bytes:
    """Return the workbook; equal results give equal bytes.

    Raises UsageError if XlsxWriter is not installed, or if the class has more checks than a sheet has rows.
    """
    try:
        import xlsxwriter  # type: ignore[import-untyped]
    except ModuleNotFoundError:
        raise UsageError("xlsx needs the package XlsxWriter: pip install XlsxWriter, or use --format csv.") from None

    rows = list(check_rows(results, pending))
    if len(rows) > _MOST_ROWS:
        raise UsageError(
            f"a sheet holds {_MOST_ROWS:,} rows, and this class has {len(rows):,} checks: use --format csv."
        )
    written = io.BytesIO()
    # Text is written as text (`_fill`); these keep it so if a later hand uses the library's guessing call.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, options) as book:
        about = {"title": visible(results.run.course)[:200], "created": _moment(results.run.started)}
        book.set_properties({**about, "author": MAKER.decode()})  # the library says that the author changed it last
        bold = book.add_format({"bold": True})
        exercises = [exercise.id for exercise in results.exercises]
        header = ["student", *exercises, "total", "pending", "max"]
        for name, columns, lines in (
            ("Gradebook", header, _gradebook(results, found, exercises)),
            ("Checks", list(COLUMNS), rows),
            ("Waiting", ["student", "exercise", "check", "title", "max_points", "suggested_points"], _waiting(results)),
        ):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, 0, 30)
            _fill(sheet, 0, columns, bold)
            for at, line in enumerate(lines, 1):
                _fill(sheet, at, line)
    return written.getvalue()


def _gradebook(results: Results, found: Sequence[Mark], exercises: Sequence[str]) -> Iterable[list[str | int]]:
    """A line for each student: an exercise for which nothing was handed in stays empty, and so does a total of nothing."""
    totals = {mark.student: mark for mark in found}
    for total in student_totals(results):
        mark = totals[as_written(total.student)]
        points = {row.exercise: row.points for row in total.submissions if row.status is not Status.MISSING}
        reached = [points.get(exercise, "") for exercise in exercises]
        whole = "" if mark.points is None else mark.points
        yield [as_written(total.student), *reached, whole, mark.pending_points, total.max_points]


def _waiting(results: Results) -> Iterable[list[str | int]]:
    for total in student_totals(results):
        for row in total.submissions:
            if row.status is Status.FAILED:
                yield [as_written(row.student), row.exercise, "", "the grader failed on it", row.pending_points, ""]
            for check in row.checks:
                if check.waits:
                    suggested = "" if check.suggested_points is None else check.suggested_points
                    yield [as_written(row.student), row.exercise, check.id, check.title, check.max_points, suggested]


def _fill(sheet: object, row: int, line: Sequence[str | int], style: object = None) -> None:
    for at, each in enumerate(line):
        if isinstance(each, int):
            sheet.write_number(row, at, each, style)  # type: ignore[attr-defined]
        elif each:
            text = visible(each.encode("utf-8", "backslashreplace").decode())
            sheet.write_string(row, at, text[:_LONGEST], style)  # type: ignore[attr-defined]


def _moment(started: str) -> datetime:
    try:
        at = datetime.fromisoformat(started)
    except ValueError:
        return datetime(1980, 1, 1)
    return (at.astimezone(UTC) if at.tzinfo else at).replace(tzinfo=None)
