"""Moodle: fills the offline grading worksheet of an assignment or an exported gradebook, or makes a file for known emails.

Sources: moodle, mod/assign/feedback/offline/importgradeslib.php and locallib.php (the worksheet: rows without a grade are
passed over, and so are grades above the maximum) and grade/import/csv/classes/load_data.php (the gradebook: one user whom
Moodle does not know, or one grade that is no number, ends the whole import).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.exports.export_words import named
from grader.exports.gradebooks import Gradebook, number, titled
from grader.exports.lms_column import find_column
from grader.exports.new_table import new_table
from grader.exports.row_matching import InFile, keys
from grader.scores.records import as_written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.exports.export_words import Export
    from grader.exports.lms_table import LmsTable
    from grader.exports.marks import Mark
    from grader.exports.row_matching import KeyKind
    from grader.scores.records import Results

_IDS: tuple[tuple[KeyKind, tuple[str, ...]], ...] = (
    ("login", ("Username",)),
    ("login", ("ID number",)),
    ("email", ("Email address", "Email")),
    ("github", ("GitHub", "GitHub username", "GitHub login")),
)
_NAMES = ("Full name", "First name", "Surname", "Last name")
_ABOUT = {"identifier", "institution", "department", "status", "group", *(name.casefold() for name in _NAMES)} | {
    title.casefold() for _, titles in _IDS for title in titles
}
_NOT_GRADES = {"maximum grade", "grade can be changed", "last modified (submission)", "last modified (grade)",
               "feedback comments", "online text", "last downloaded from this course", "marking workflow state"}  # fmt: skip
_PARTICIPANT = re.compile(r"(?P<word>\D*\D)(?P<id>[0-9]{1,18})", re.DOTALL)


def is_moodle(header: Sequence[str]) -> bool:
    """Return whether a file is a worksheet or a gradebook of a Moodle in English."""
    return titled(header, "Identifier") is not None or (
        titled(header, "Email address") is not None and titled(header, "First name", "Full name") is not None
    )


def read_moodle_gradebook(table: LmsTable, wanted: str | None, course: str) -> Gradebook:
    """Read a worksheet or an exported gradebook; raises UsageError if the column for marks is not there.

    In a worksheet of another language than English the participants are known by their form, and the column must be named.
    """
    header = table.header
    column_of_ids = _identifiers(table)
    if wanted is not None and wanted.strip().casefold() in _ABOUT | _NOT_GRADES:
        raise UsageError(f"Moodle does not take grades in the column {named(wanted)!r}; name the one with grades.")
    titles = {
        at: title
        for at, title in enumerate(header)
        if at != column_of_ids and title.strip() and title.strip().casefold() not in _ABOUT | _NOT_GRADES
    }
    grade = titled(header, "Grade")
    if wanted is None and column_of_ids is not None and grade is not None:
        column = grade
    else:
        column = find_column(titles, wanted, course, table.name, _names)
    people = tuple(_person(table, row, column_of_ids) for row in range(1, len(table.rows)) if table.rows[row])
    top = titled(header, "Maximum grade")
    stated = {number(table.says(person.row, top)) for person in people} if top is not None else set()
    return Gradebook(
        table, people, column, stated.pop() if len(stated) == 1 else None, dropped_above=column_of_ids is not None
    )


def new_moodle_file(results: Results, found: Sequence[Mark], wanted: str | None) -> Export:
    """Make a file for the gradebook's import with the emails of the roster; raises UsageError if there are none.

    It holds only students with an email: an unknown user would end the whole import.
    """
    made = new_table(
        found,
        {as_written(person.student): person.email for person in results.roster},
        ["Email address", wanted or results.run.course or "Grade"],
        lambda mark, mail: [mail, str(mark.points)],
        "A new file for the import into Moodle's gradebook",
        "Left out, since the roster has no email for them",
    )
    if made is None:
        raise UsageError(
            "nobody's email is known: give `grader score` a roster with emails, or download the grading worksheet in Moodle "
            "(the assignment, Submissions, Download grading worksheet) and give it as --template FILE."
        )
    return made


def _identifiers(table: LmsTable) -> int | None:
    """The column of participants: the one called so, or the first one if each cell is one text, a space and a number."""
    at = titled(table.header, "Identifier")
    if at is not None:
        return at
    first = [_PARTICIPANT.fullmatch(row[0].says) for row in table.rows[1:] if row]
    words = {found["word"] if found else "" for found in first}
    return 0 if len(words) == 1 and next(iter(words)).endswith(" ") else None


def _names(title: str) -> tuple[str, ...]:
    """What an exported column may be called by: ``Assignment: TITLE (Real)`` is what Moodle makes of an assignment's title."""
    plain = title.removesuffix(" (Real)")
    return (plain, plain.removeprefix("Assignment: "))


def _person(table: LmsTable, row: int, identifiers: int | None) -> InFile:
    header = table.header
    found: list[tuple[KeyKind, str]] = []
    if identifiers is not None and (participant := _PARTICIPANT.fullmatch(table.says(row, identifiers))):
        found.append(("participant", str(int(participant["id"]))))
    for kind, titles in _IDS:
        at = titled(header, *titles)
        if at is not None:
            found.append((kind, table.says(row, at)))
    names = [table.says(row, at) for title in _NAMES if (at := titled(header, title)) is not None]
    return InFile(row, " ".join(names) or table.says(row, 0), keys(found))
