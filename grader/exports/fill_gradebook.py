"""Fills the column of a platform's own file: only the cells of students who are certainly found and handed something in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.exports.export_words import Export, count, listed, named
from grader.exports.marks import max_points
from grader.exports.row_matching import match, sought

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal

    from grader.exports.gradebooks import Gradebook
    from grader.exports.marks import Mark
    from grader.exports.platform_names import Platform
    from grader.exports.row_matching import Matching
    from grader.scores.records import Results


def fill_gradebook(results: Results, found: Sequence[Mark], book: Gradebook, platform: Platform | None) -> Export:
    """Return the file with the marks in it, and who is matched, ambiguous and unmatched, in both directions.

    Points are whole numbers, which every platform reads alike, whatever its decimal sign is. Somebody is lost if work that
    was handed in has no cell.
    """
    matching = match(sought(results, platform), book.people)
    graded = {mark.student: mark for mark in found if mark.points is not None}
    kept = {
        student
        for student, row in matching.rows.items()
        if book.table.says(row, book.column).strip().upper() in book.kept
    }
    changes = {
        (row, book.column): str(graded[student].points)
        for student, row in matching.rows.items()
        if student in graded and student not in kept
    }
    data = book.table.filled(changes)
    lost = [student for student in graded if student not in matching.rows]
    return Export(data, tuple(_told(results, graded, book, matching, kept)), lost=bool(lost))


def _told(
    results: Results, graded: Mapping[str, Mark], book: Gradebook, matching: Matching, kept: set[str]
) -> Iterator[str]:
    table, rows = book.table, matching.rows
    lines = table.lines()
    shown = {person.row: named(person.shown) for person in book.people}

    def place(row: int) -> str:
        return f"line {lines[row]}, {shown[row]}"

    students = sorted({row.student for row in results.submissions})
    yield f"{named(table.header[book.column])} in {table.name}: {len(rows)} of {count(len(students), 'student')} found."
    yield from _about_maximum(book, max_points(results), graded)
    yield from listed(
        "Matched",
        (
            f"{named(student)} -> {place(row)}: {graded[student].points} (it says {named(table.says(row, book.column))!r})"
            for student, row in rows.items()
            if student in graded and student not in kept
        ),
    )
    yield from listed(
        "Excused or not assigned there, so their cells stay as they are",
        (
            f"{named(student)} -> {place(row)}: {named(table.says(row, book.column))}"
            for student, row in rows.items()
            if student in graded and student in kept
        ),
    )
    yield from listed(
        "Nothing handed in, so their cells stay as they are",
        (f"{named(student)} -> {place(row)}" for student, row in rows.items() if student not in graded),
    )
    yield from listed(
        "Ambiguous, so these cells stay as they are",
        (
            f"{named(student)}{'' if student in graded else ' (nothing handed in)'} could be {' or '.join(map(place, own))}"
            for student, own in matching.ambiguous.items()
        ),
    )
    yield from listed(
        "Unmatched: graded, and not in the file", map(named, filter(graded.__contains__, matching.unmatched))
    )
    others = [student for student in matching.unmatched if student not in graded]
    yield from listed("Unmatched: nothing handed in, and not in the file", map(named, others))
    yield from listed("Unmatched: in the file, and not in the class", map(place, matching.nobody))


def _about_maximum(book: Gradebook, whole: int, graded: Mapping[str, Mark]) -> Iterator[str]:
    if book.maximum is None or book.maximum == whole:
        return
    yield f"Its maximum there is {_plain(book.maximum)}, and here {whole} points: set it to {whole} before you import this."
    above = [student for student, mark in graded.items() if mark.points is not None and mark.points > book.maximum]
    if above and book.dropped_above:
        yield f"Moodle passes over marks above its maximum: those of {', '.join(map(named, above))}."


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
