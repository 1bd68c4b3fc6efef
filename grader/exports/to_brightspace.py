"""Brightspace: fills the ``ITEM Points Grade`` column of an exported gradebook, or makes a file for known ids.

Source: D2L's page "Importing grades" (community.d2l.com, article 3538): Username or OrgDefinedId or both, a column named
after the item with "Points Grade" behind it, and a last column "End-of-Line Indicator" that holds #. Exported titles go on
with the item's settings: ``ITEM Points Grade <Numeric MaxPoints:100 Weight:10>``.
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
    from grader.scores.records import Results

_POINTS = re.compile(r"(?P<item>.*) Points Grade(?: <(?P<settings>.*)>)?\s*", re.DOTALL)
_MAXIMUM = re.compile(r"\bMaxPoints:(?P<points>[0-9.,]+)")
_KEYS = ("Username", "OrgDefinedId", "Email")
_ABOVE = "Brightspace takes them as they are only if the item can be exceeded"
_LAST = "End-of-Line Indicator"


def is_brightspace(header: Sequence[str]) -> bool:
    """Return whether a file ends its rows as Brightspace does, or knows people by its ids."""
    return titled(header, _LAST, "OrgDefinedId") is not None


def read_brightspace_gradebook(table: LmsTable, wanted: str | None, course: str) -> Gradebook:
    """Read an exported gradebook; raises UsageError if there is no column for points of that title."""
    header = table.header
    titles = {at: title for at, title in enumerate(header) if _POINTS.fullmatch(title)}
    if not titles:
        raise UsageError(f"{table.name} has no column for points; export it in Brightspace with “Points grade” ticked.")
    column = find_column(titles, wanted, course, table.name, _names)
    settings = _POINTS.fullmatch(header[column])
    maximum = _MAXIMUM.search(settings["settings"] or "") if settings else None
    people = tuple(_person(table, row) for row in range(1, len(table.rows)) if table.rows[row])
    known = tuple(at for title in _KEYS if (at := titled(header, title)) is not None)
    return Gradebook(table, people, column, number(maximum["points"]) if maximum else None, _ABOVE, known)


def new_brightspace_file(results: Results, found: Sequence[Mark], wanted: str | None) -> Export:
    """Make a file with the ids of the roster as OrgDefinedId; raises UsageError if there are none."""
    item = (wanted or results.run.course).removesuffix(" Points Grade").strip()
    made = new_table(
        found,
        {as_written(person.student): person.lms_id for person in results.roster} if item else {},
        ["OrgDefinedId", f"{item} Points Grade", _LAST],
        lambda mark, at: [at, str(mark.points), "#"],
        f"A new file for the item {named(item)} in Brightspace",
        "Left out, since the roster has no lms_id for them",
    )
    if made is None:
        raise UsageError(
            "nobody's OrgDefinedId is known: give `grader score` a roster with lms_id, or export the grades in Brightspace "
            "(Grades, Export, key field Both, Points grade) and give that file as --template FILE."
        )
    return made


def _names(title: str) -> tuple[str, ...]:
    found = _POINTS.fullmatch(title)
    return (found["item"].strip(), f"{found['item'].strip()} Points Grade") if found else ()


def _person(table: LmsTable, row: int) -> InFile:
    header = table.header
    login, own, mail = (titled(header, title) for title in ("Username", "OrgDefinedId", "Email"))
    github = titled(header, "GitHub", "GitHub username", "GitHub login")

    def says(column: int | None) -> str:
        return table.says(row, column) if column is not None else ""

    found = keys([("login", says(login)), ("login", says(own)), ("email", says(mail)), ("github", says(github))])
    names = [says(titled(header, title)) for title in ("First Name", "Last Name")]
    return InFile(row, " ".join(filter(None, names)) or says(login) or says(own), found)
