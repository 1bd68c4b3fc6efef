"""Fills the column of a platform's own file: only the cells of students who are certainly found and handed something in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.exports.export_words import Export, count, joined, listed, named
from grader.exports.gradebooks import number
from grader.exports.marks import max_points, still_waits
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
    was handed in has no cell; if nobody of the class is in the file, it must not be written.
    """
    matching = match(sought(results, platform), book.people)
    graded = {mark.student: mark for mark in found if mark.points is not None}
    kept = {
        student
        for student, row in matching.rows.items()
        if row in book.locked or book.table.says(row, book.column).strip().upper() in book.kept
    }
    changes = {
        (row, book.column): str(graded[student].points)
        for student, row in matching.rows.items()
        if student in graded and student not in kept
    }
    data = book.table.filled(changes)
    lost = [student for student in graded if student not in matching.rows]
    told = tuple(_told(results, graded, book, matching, kept))
    return Export(data, told, lost=bool(lost), refused="" if matching.rows else _nobody(book))


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
    sent = {student: row for student, row in rows.items() if student in graded and student not in kept}
    yield from listed("Marks that would go down", _lower(graded, book, sent))
    yield from _about_maximum(book, max_points(results), graded, sent)
    yield from listed(
        "Matched",
        (
            f"{named(student)} -> {place(row)}: {graded[student].points} (it says {named(table.says(row, book.column))!r})"
            for student, row in sent.items()
        ),
    )
    stay = [(student, row) for student, row in rows.items() if student in graded and student in kept]
    for title, those in (
        ("Excused or not assigned there", [each for each in stay if each[1] not in book.locked]),
        ("The grade can't be changed there", [each for each in stay if each[1] in book.locked]),
    ):
        yield from listed(
            f"{title}, so their cells stay as they are",
            (f"{named(student)} -> {place(row)}: {named(table.says(row, book.column))}" for student, row in those),
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


def _lower(graded: Mapping[str, Mark], book: Gradebook, sent: Mapping[str, int]) -> Iterator[str]:
    """Whose cell holds more than it would be given: somebody may have typed that by hand."""
    shown = {person.row: named(person.shown) for person in book.people}
    for student, row in sent.items():
        mark, says = graded[student], number(book.table.says(row, book.column))
        if says is not None and mark.points is not None and says > mark.points:
            yield f"{shown[row]}: {_plain(says)} -> {mark.points}{still_waits(mark)}"


def _about_maximum(book: Gradebook, whole: int, graded: Mapping[str, Mark], sent: Mapping[str, int]) -> Iterator[str]:
    if book.maximum is None or book.maximum == whole:
        return
    top = _plain(book.maximum)
    yield f"Its maximum there is {top}, and here {whole} points: set it to {whole} before you import this."
    yield from listed(
        f"Marks above the maximum there ({top}); {book.above}",
        (
            f"{named(student)}: {points}"
            for student in sent
            if (points := graded[student].points) is not None and points > book.maximum
        ),
    )


def _nobody(book: Gradebook) -> str:
    """Why a file in which nobody is found is not written, with the columns that were looked at."""
    header = book.table.header
    return (
        f"nobody of the class was found in {book.table.name}, so nothing is written. People are known there by: "
        f"{joined(header[at] for at in book.known) or 'no column'}; the marks' column is {named(header[book.column])}. "
        "Give `grader score` a roster (--roster) that has one of these."
    )


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
