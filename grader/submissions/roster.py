"""Reads a class's roster: a CSV file with the columns of the contract, or what a platform exports as roster or gradebook.

**Which id a person has.** The cell of ``student``, if there is such a column (GitHub Classroom's ``identifier`` is one). Else
the first of these that the person has: login on the platform, GitHub login, number of the institution (SIS User ID, ID number,
SID, OrgDefinedId), email address, the platform's own number, name. So an id depends on the roster alone, and not on who
handed in what, where: a person keeps it from week to week, and from one platform to another.

**Whose roster it is** shows in its titles. Canvas' gradebook has ``Student`` (a name there) and ``ID``; its row "Points
Possible" and its test student are left out. Classroom 50's has ``username`` and ``first_name`` with an underscore, and the
username is a GitHub login (README of its ``gh teacher``). Moodle's worksheet for offline grading has an ``Identifier``
("Participant 12"; in German an ``ID``, "Teilnehmer/in12"), whose number stands in the names of its zip as well. Brightspace
puts a ``#`` before numbers and names. Whoever has a role that only staff has is no student.
"""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.person_titles import FIELDS, plain_title
from grader.scores.records import Person
from grader.source.text import display
from grader.submissions.csv_rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from grader.submissions.csv_rows import CsvRow

LONGEST = 200  # characters of a cell that is used; a folder's name has hardly more

_IDS = ("student", "login", "github", "number", "email", "lms_id", "name")  # what an id is taken from, the best first
_ALONE = ("login", "github", "number", "lms_id", "email")  # what no two people have in common
_FOLDED = frozenset({"login", "github", "email"})  # whose letters' case says nothing
_STAFF = frozenset({"teacher", "instructor", "hta", "ta", "teaching assistant", "reader", "owner", "staff"})
_WORDS = {
    "student": "student", "login": "login", "github": "GitHub login", "number": "number", "lms_id": "lms_id",
    "email": "email address", "name": "name",
}  # fmt: skip
_ESCAPED = re.compile(r"'(?=[=+\-@])")  # how a gradebook keeps a spreadsheet from calculating


@dataclass(frozen=True, slots=True)
class Listed:
    """Someone on the roster, with what only finding their work needs: ``login`` and ``number`` on a platform, ``repository``.

    ``in_several`` says that the cell of the group may name several, as Moodle's does.
    """

    person: Person
    login: str = ""
    number: str = ""
    repository: str = ""
    in_several: bool = False

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that the person may be in: what the cell says and, if it names several, each of them."""
        whole = self.person.group
        parts = [part.strip() for part in whole.split(",")] if self.in_several else []
        return tuple(dict.fromkeys(each for each in (whole, *parts) if each))


@dataclass(frozen=True, slots=True)
class Roster:
    """Everyone of a class, in the order of the file; no two have the same id."""

    people: tuple[Listed, ...]


def read_roster(path: Path) -> Roster:
    """Read a roster; raises UsageError, in one line with file, line, reason and way out."""
    shown = display(os.fspath(path))
    header, *rows = read_rows(path, lambda title: plain_title(title) in FIELDS)
    columns = _columns(header, shown)
    titles = frozenset(title.strip() for title in header.cells)
    is_canvas = {"Student", "ID"} <= titles
    is_given = "student" in map(fold, titles)
    in_several = not {"groups", "gruppen"}.isdisjoint(map(fold, titles))
    people: list[Listed] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        cells = {field: _cell(row, places, shown) for field, places in columns.items()}
        if is_canvas:
            cells["name"] = cells.pop("student")
            if not any(cells.get(field) for field in _IDS) or cells["name"].casefold().startswith("points possible"):
                continue
            if cells["name"] == "Student, Test" and not cells.get("number"):
                continue
        elif is_given and not cells["student"]:
            raise UsageError(
                f"{shown}, line {row.line}: the cell below `student` is empty; give an id, or delete the line"
            )
        if cells.get("role", "").casefold() in _STAFF:
            continue
        person = _listed(_meant(cells, titles), in_several=in_several)
        if not person.person.student:
            raise UsageError(f"{shown}, line {row.line}: this row names nobody; fill it in, or delete the line")
        for key, what in _what_is_alone(person):
            if (earlier := seen.setdefault(key, row.line)) != row.line:
                raise UsageError(
                    f"{shown}, line {row.line}: the {what} {display(key[1])!r} stands in line {earlier} already; "
                    "correct one of them, or delete the line"
                )
        people.append(person)
    if not people:
        raise UsageError(f"{shown}: nobody is on it; below the titles there has to be a line for each student")
    return Roster(tuple(people))


def fold(text: str) -> str:
    """Return a login, an address or a name so that spellings which only differ in case or white space are equal."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return " ".join(unicodedata.normalize("NFC", plain).split())


def _columns(header: CsvRow, shown: str) -> dict[str, list[int]]:
    """The places of each field that is there; raises UsageError if a title stands there twice or none says who somebody is."""
    found: dict[str, list[int]] = {}
    titles: set[str] = set()
    for at, title in enumerate(header.cells):
        plain = plain_title(title)
        field = FIELDS.get(plain)
        if field is None:
            continue
        if plain in titles:
            raise UsageError(
                f"{shown}, line {header.line}: two columns are called {title.strip()!r}; rename one of them"
            )
        titles.add(plain)
        found.setdefault(field, []).append(at)
    if "identifier" in found:
        found.setdefault("student" if "github" in found else "lms_id", []).extend(found.pop("identifier"))
    if not found.keys() & {*_IDS, "first", "last"}:
        raise UsageError(
            f"{shown}, line {header.line}: no column says who somebody is; "
            "name one of them student, name, email, github or lms_id"
        )
    return found


def _cell(row: CsvRow, places: Sequence[int], shown: str) -> str:
    """The first of a field's cells that is not empty, in one line; raises UsageError if it is too long."""
    text = next((text for at in places if (text := " ".join(row.cells[at].split()))), "")
    if len(text) > LONGEST:
        raise UsageError(
            f"{shown}, line {row.line}: a cell holds {len(text):,} characters, at most {LONGEST} are possible"
        )
    return _ESCAPED.sub("", text, count=1) if text.startswith("'") else text


def _meant(cells: dict[str, str], titles: frozenset[str]) -> dict[str, str]:
    """The cells as the platform means them whose titles these are."""
    found = dict(cells)
    if {"username", "first_name"} <= titles:
        found["github"] = found.pop("login")
    if "OrgDefinedId" in titles:
        found |= {field: found[field].removeprefix("#") for field in ("login", "number") if field in found}
    is_worksheet = "Identifier" in titles or {"ID", "Bewertung"} <= titles
    if is_worksheet and (number := re.search(r"[0-9]+$", found.get("lms_id", ""))):
        found["lms_id"] = number[0]
    found["name"] = found.get("name") or f"{found.get('first', '')} {found.get('last', '')}".strip()
    return found


def _listed(cells: Mapping[str, str], *, in_several: bool) -> Listed:
    number, lms_id = cells.get("number", ""), cells.get("lms_id", "")
    person = Person(
        student=next((cells[field] for field in _IDS if cells.get(field)), ""),
        name=cells["name"],
        email=cells.get("email", ""),
        github=cells.get("github", ""),
        lms_id=lms_id or number,
        group=cells.get("group", ""),
    )
    return Listed(person, cells.get("login", ""), number, cells.get("repository", ""), in_several)


def _what_is_alone(listed: Listed) -> list[tuple[tuple[str, str], str]]:
    """What a person has that nobody else on the roster may have, each with the word for it."""
    person = listed.person
    values = {
        "login": listed.login, "github": person.github, "number": listed.number, "email": person.email,
        "lms_id": "" if person.lms_id == listed.number else person.lms_id,
    }  # fmt: skip
    found = [(("student", unicodedata.normalize("NFC", person.student)), "id")]
    for field in _ALONE:
        if values[field]:
            value = values[field]
            found.append(((field, fold(value) if field in _FOLDED else value), _WORDS[field]))
    return found
