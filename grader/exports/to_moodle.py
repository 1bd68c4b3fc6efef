"""Moodle: fills the offline grading worksheet of an assignment or an exported gradebook, or makes a file for known emails.

Sources: moodle, mod/assign/feedback/offline/importgradeslib.php and locallib.php (the worksheet: rows without a grade are
passed over, and so are grades above the maximum) and grade/import/csv/classes/load_data.php (the gradebook: one user whom
Moodle does not know, or one grade that is no number, ends the whole import). Titles in German: Moodle's language pack de,
assign.php, grades.php and moodle.php.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.exports.export_words import named
from grader.exports.gradebooks import Gradebook, number
from grader.exports.lms_column import find_column
from grader.exports.new_table import new_table
from grader.exports.row_matching import InFile, keys
from grader.person_titles import FIELDS, plain_title
from grader.scores.records import as_written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.exports.export_words import Export
    from grader.exports.lms_table import LmsTable
    from grader.exports.marks import Mark
    from grader.exports.row_matching import KeyKind
    from grader.scores.records import Results

_IDS: tuple[tuple[KeyKind, str], ...] = (  # which key a column of the table of titles holds
    ("login", "login"),
    ("login", "number"),
    ("email", "email"),
    ("github", "github"),
)
_ADDRESSES = {"email address", "e mail adresse", "e mail"}  # as Moodle itself calls it; other platforms say "Email"
_IDENTIFIERS = {"identifier", "id"}  # "ID" in German, where other files have numbers of other kinds
_GRADES = {"grade", "bewertung"}
_MAXIMA = {"maximum grade", "bestwertung"}
_CHANGEABLE = {"grade can be changed", "bewertung kann geändert werden"}
_NO = {"no", "nein"}
_ABOUT = {"identifier", "institution", "department", "status", "abteilung", *FIELDS}
_NOT_GRADES = {
    *_MAXIMA, *_CHANGEABLE, "scale", "skala", "last modified submission", "zuletzt geändert abgabe", "last modified grade",
    "zuletzt geändert bewertung", "letzte änderung bewertung", "letzte änderung abgabe", "feedback comments",
    "feedback als kommentar", "online text", "texteingabe online", "last downloaded from this course",
    "letzter download aus diesem kurs", "marking workflow state", "bewertungsstatus",
}  # fmt: skip
_ABOVE = "Moodle passes over them"
_PARTICIPANT = re.compile(r"(?P<word>\D*\D)(?P<id>[0-9]{1,18})", re.DOTALL)


def is_moodle(header: Sequence[str]) -> bool:
    """Return whether a file is a worksheet or a gradebook of a Moodle in English or German."""
    titles = set(map(plain_title, header))
    fields = {FIELDS[title] for title in titles if title in FIELDS}
    if "orgdefinedid" in titles or "end of line indicator" in titles:
        return False  # Brightspace
    if "identifier" in titles or ("id" in titles and titles & _GRADES and titles & _CHANGEABLE):
        return True
    return bool(titles & _ADDRESSES) and bool(fields & {"first", "name"})


def read_moodle_gradebook(table: LmsTable, wanted: str | None, course: str) -> Gradebook:
    """Read a worksheet or an exported gradebook; raises UsageError if the column for marks is not there.

    In a worksheet of another language than English and German the participants are known by their form, and the column must be
    named.
    """
    header = tuple(map(plain_title, table.header))
    column_of_ids = _identifiers(table)
    if wanted is not None and plain_title(wanted) in _ABOUT | _NOT_GRADES:
        raise UsageError(f"Moodle does not take grades in the column {named(wanted)!r}; name the one with grades.")
    titles = {
        at: table.header[at]
        for at, title in enumerate(header)
        if at != column_of_ids and title and title not in _ABOUT | _NOT_GRADES
    }
    grade = _first(header, _GRADES)
    if wanted is None and column_of_ids is not None and grade is not None:
        column = grade
    else:
        column = find_column(titles, wanted, course, table.name, _names)
    people = tuple(_person(table, header, row, column_of_ids) for row in range(1, len(table.rows)) if table.rows[row])
    top, can = _first(header, _MAXIMA), _first(header, _CHANGEABLE)
    stated = {number(table.says(person.row, top)) for person in people} if top is not None else set()
    locked = [each.row for each in people if can is not None and plain_title(table.says(each.row, can)) in _NO]
    known = [at for at, title in enumerate(header) if FIELDS.get(title) in {field for _, field in _IDS}]
    return Gradebook(
        table,
        people,
        column,
        stated.pop() if len(stated) == 1 else None,
        _ABOVE if column_of_ids is not None else "Moodle may lower them to it",
        tuple(sorted({*known, *([] if column_of_ids is None else [column_of_ids])})),
        locked=frozenset(locked),
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


def _first(header: Sequence[str], titles: set[str]) -> int | None:
    return next((at for at, title in enumerate(header) if title in titles), None)


def _identifiers(table: LmsTable) -> int | None:
    """The column of participants: the one called so, or the first one if each cell is one text and a number.

    The text ends with a space ("Participant 12"), if the title is none that is known ("Teilnehmer/in12").
    """
    header = tuple(map(plain_title, table.header))
    at = _first(header, {"identifier"})
    if at is not None:
        return at
    first = [_PARTICIPANT.fullmatch(row[0].says) for row in table.rows[1:] if row]
    words = {found["word"] if found else "" for found in first}
    if len(words) != 1:
        return None
    word = next(iter(words))
    return 0 if word.endswith(" ") or (word and header[0] in _IDENTIFIERS) else None


def _names(title: str) -> tuple[str, ...]:
    """What an exported column may be called by: ``Assignment: TITLE (Real)`` is what Moodle makes of an assignment's title.

    In German it is ``Aufgabe: TITLE (Punkte)``, with a space that does not break a line.
    """
    plain = title.removesuffix(" (Real)").removesuffix(" (Punkte)")
    return (plain, re.sub(r"^(?:Assignment|Aufgabe):\s", "", plain))


def _person(table: LmsTable, header: Sequence[str], row: int, identifiers: int | None) -> InFile:
    def says(field: str) -> str:
        at = next((at for at, title in enumerate(header) if FIELDS.get(title) == field), None)
        return table.says(row, at) if at is not None else ""

    found: list[tuple[KeyKind, str]] = [(kind, says(field)) for kind, field in _IDS]
    if identifiers is not None and (participant := _PARTICIPANT.fullmatch(table.says(row, identifiers))):
        found.append(("participant", str(int(participant["id"]))))
    names = " ".join(filter(None, map(says, ("name", "first", "last"))))
    return InFile(row, names or table.says(row, 0), keys(found))
