"""A table for a platform that gave none: only students whom it certainly knows are in it, everybody else is named."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from grader.exports.export_words import Export, count, listed, named
from grader.reports.gradebook import cell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.exports.marks import Mark


def new_table(
    found: Sequence[Mark],
    known: Mapping[str, str],
    header: Sequence[str],
    cells: Callable[[Mark, str], Sequence[str]],
    about: str,
    lacking: str,
) -> Export | None:
    """Return the table, or None if nobody of those who handed something in is ``known``.

    ``cells`` makes the row of a mark and of what the platform knows the student by, ``about`` says what file it is, and
    ``lacking`` why somebody is left out. An id that a spreadsheet would take for a formula can't be sent unchanged, so it
    counts as not known.
    """
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow(list(map(cell, header)))
    sent: list[str] = []
    lost: list[str] = []
    for mark in (mark for mark in found if mark.points is not None):
        at = known.get(mark.student, "").strip()
        if at and cell(at) == at:
            rows.writerow(list(map(cell, cells(mark, at))))
            sent.append(f"{named(mark.student)}, {named(at)}: {mark.points}")
        else:
            lost.append(named(mark.student))
    if not sent:
        return None
    told = (f"{about}, with {count(len(sent), 'student')}.", *listed("Sent", sent), *listed(lacking, lost))
    return Export(written.getvalue().encode(), told, lost=bool(lost))
