"""gradebook.csv: a row for each student, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from grader.reports.harmless import visible
from grader.scores.row_heads import heads_of
from grader.scores.totals import student_totals

if TYPE_CHECKING:
    from grader.scores.records import Results

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # and their full-width forms


def gradebook(results: Results) -> str:
    """Return the CSV: ``student``, a column for each exercise id, ``total`` (settled), ``pending``, ``max``."""
    import pandas as pd  # type: ignore[import-untyped]  # as in item_statistics: at the end of a run, and it brings no types

    exercises = [exercise.id for exercise in results.exercises]
    rows = []
    for total in student_totals(results):
        points = {row.exercise: row.points for row in heads_of(total.submissions)}
        reached = [points.get(exercise, "") for exercise in exercises]
        rows.append([cell(total.student), *reached, total.points, total.pending_points, total.max_points])
    columns = [cell(text) for text in ("student", *exercises, "total", "pending", "max")]
    # Text in quotes stays one cell even if a spreadsheet separates by semicolons.
    book = pd.DataFrame(rows, columns=columns, dtype=object)
    return str(book.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n"))


def cell(text: str) -> str:
    """Return ``text`` as a field that no spreadsheet takes for a formula; lone surrogates become escapes."""
    safe = text.encode("utf-8", "backslashreplace").decode("utf-8")
    shown = visible(safe)
    formula = shown.startswith(_FORMULA) or shown.lstrip().startswith(_FORMULA) or safe.startswith(_FORMULA)
    return f"'{shown}" if formula else shown
