"""gradebook.csv: a row for each student, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from grader.scores.totals import student_totals

if TYPE_CHECKING:
    from grader.scores.records import Results

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def gradebook(results: Results) -> str:
    """Return the CSV: ``student``, a column for each exercise id, ``total`` (settled), ``pending``, ``max``."""
    exercises = [exercise.id for exercise in results.exercises]
    table = io.StringIO(newline="")
    writer = csv.writer(table)  # its line end, CR LF, is what makes it quote a lone one in a name
    writer.writerow([cell(text) for text in ("student", *exercises, "total", "pending", "max")])
    for total in student_totals(results):
        points = {row.exercise: row.points for row in total.submissions}
        row = [points.get(exercise, "") for exercise in exercises]
        writer.writerow([cell(total.student), *row, total.points, total.pending_points, total.max_points])
    return table.getvalue()


def cell(text: str) -> str:
    """Return ``text`` as a field that no spreadsheet takes for a formula; lone surrogates become escapes."""
    safe = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return f"'{safe}" if safe.startswith(_FORMULA) else safe
