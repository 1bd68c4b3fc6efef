"""Canvas: fills the one column of the gradebook that Canvas exported, or makes a small file for known ids.

Source of all rules: canvas-lms, lib/gradebook_importer.rb (what an import reads) and lib/gradebook_exporter.rb.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.exports.export_words import named
from grader.exports.gradebooks import Gradebook, number, titled
from grader.exports.lms_column import find_column, numbered
from grader.exports.new_table import new_table
from grader.exports.platform_names import platform_names
from grader.exports.row_matching import InFile, keys
from grader.scores.records import as_written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.exports.export_words import Export
    from grader.exports.lms_table import LmsTable
    from grader.exports.marks import Mark
    from grader.scores.records import Results

SEPARATORS = (",", ";")  # Canvas looks for these two
_LOGINS = ("SIS User ID", "SIS Login ID", "Integration ID")
_ABOUT = {"student", "lastname", "firstname", "id", "section", "root account", *(each.casefold() for each in _LOGINS)}
_KEYS = {"id", *(each.casefold() for each in _LOGINS)}
_ABOVE = "Canvas takes them, as more than all of its points"
# NON_ASSIGNMENT_COLUMN_HEADERS of the importer, wherever they stand in a title: "Unposted Current Score", "Labs Final Score".
_RESERVED = re.compile(r"(?:Current|Final|Override) (?:Score|Grade)|(?:Current|Final) Points|Override Status")
_HIDDEN = re.compile(r"\s*(?:Muted|Manual Posting.*)?\s*", re.IGNORECASE | re.DOTALL)
_READ_ONLY = re.compile(r"read\s+only")
_TEST_STUDENTS = {"student, test", "test student"}
_KEPT = frozenset({"EX", "N/A"})  # excused, and not assigned to this student


def is_canvas(header: Sequence[str]) -> bool:
    """Return whether a file begins as Canvas' does: a student, an id, and a section before the assignments."""
    if len(header) > 4 and "LastName" in header[0] and "FirstName" in header[1]:
        return "ID" in header[2]
    return len(header) > 3 and "Student" in header[0] and "ID" in header[1] and titled(header, "Section") is not None


def read_canvas_gradebook(table: LmsTable, wanted: str | None, course: str) -> Gradebook:
    """Read an exported gradebook; raises UsageError if the column is not there, or can't be imported."""
    header = table.header
    if wanted is not None and (wanted.strip().casefold() in _ABOUT or _RESERVED.search(wanted)):
        raise UsageError(
            f"Canvas does not take marks in the column {named(wanted)!r}; name an assignment with --column."
        )
    section = titled(header, "Section") or 0
    titles = {
        at: title for at, title in enumerate(header) if at > section and title.strip() and not _RESERVED.search(title)
    }
    column = find_column(titles, wanted, course, table.name, _names)
    possible = next((at for at, row in enumerate(table.rows[1:], 1) if row and "Points Possible" in row[0].says), None)
    if possible is not None and _READ_ONLY.search(table.says(possible, column)):
        raise UsageError(
            f"Canvas does not take marks in the column {named(header[column])!r}: {table.name} calls it read only. "
            "Name an assignment with --column."
        )
    people = tuple(_person(table, row) for row in range(1, len(table.rows)) if _is_person(table, row))
    maximum = number(table.says(possible, column)) if possible is not None else None
    known = tuple(at for at, title in enumerate(header[: section or None]) if title.strip().casefold() in _KEYS)
    return Gradebook(table, people, column, maximum, _ABOVE, known, kept=_KEPT)


def new_canvas_file(results: Results, found: Sequence[Mark], wanted: str | None) -> Export:
    """Make a file without an exported one, for those whose Canvas ids are known: from the roster or from Canvas' own names.

    Raises UsageError if nobody's is, or if no assignment is named: Canvas makes a new one for a title that it does not know.
    """
    way_out = "export the gradebook in Canvas (Grades, Export) and give it as --template FILE"
    title, number_there = numbered((wanted or "").strip())
    if not (title and number_there):
        raise UsageError(
            f"without a file from Canvas, name the assignment as in --column 'GRU (123456)', or {way_out}."
        )
    people = {as_written(person.student): person for person in results.roster}
    known = {student: person.lms_id for student, person in people.items()}
    known |= {
        as_written(student): name.number
        for student, name in platform_names(results, "canvas").items()
        if name.number.isdecimal()  # not an anonymous id, which the gradebook does not know
    }
    names = {student: person.name for student, person in people.items() if person.name}

    def cells(mark: Mark, at: str) -> list[str]:
        is_number = at.isascii() and at.isdecimal()
        ids = [at, ""] if is_number else ["", at]
        return [names.get(mark.student, mark.student), *ids, "", str(mark.points)]

    made = new_table(
        found,
        known,
        ["Student", "ID", "SIS Login ID", "Section", f"{title} ({number_there})"],
        cells,
        f"A new file for the assignment {named(title)} ({number_there}) in Canvas",
        "Left out, since their Canvas id is not known",
    )
    if made is None:
        raise UsageError(f"nobody's Canvas id is known: give `grader score` a roster with lms_id, or {way_out}.")
    return made


def _names(title: str) -> tuple[str, ...]:
    name, at = numbered(title)
    return (name.strip(), f"({at})", at) if at else (name,)


def _is_person(table: LmsTable, row: int) -> bool:
    """Whether a row is about a person: not about points, posting or nothing, and not Canvas' own test student."""
    cells = table.rows[row]
    if not cells or "Points Possible" in cells[0].says or all(_HIDDEN.fullmatch(each.says) for each in cells):
        return False
    return cells[0].says.strip().casefold() not in _TEST_STUDENTS


def _person(table: LmsTable, row: int) -> InFile:
    header = table.header
    at = titled(header, "ID")
    logins = [titled(header, title) for title in _LOGINS]
    github = titled(header, "GitHub", "GitHub username", "GitHub login")
    found = keys(
        [
            ("number", table.says(row, at) if at is not None else ""),
            *(("login", table.says(row, column)) for column in logins if column is not None),
            *(("email", table.says(row, column)) for column in logins if column is not None),
            ("github", table.says(row, github) if github is not None else ""),
        ]
    )
    first = table.says(row, 0)
    return InFile(row, f"{first}, {table.says(row, 1)}" if "LastName" in header[0] else first, found)
