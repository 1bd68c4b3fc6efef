"""Who in a platform's file is who in the class: by the roster, or by the login, and never by a guess.

What the roster tells, or the number that the platform gave, is surer than what somebody is called, which may be another's login.

Three lists come out, in both directions: who is found, who could be several (or is claimed by several), who is not there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from grader.exports.platform_names import folded, platform_names
from grader.scores.records import Person, as_written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.exports.platform_names import Platform
    from grader.scores.records import Results

KeyKind = Literal["login", "number", "participant", "email", "github"]
Key: TypeAlias = tuple[KeyKind, str]


@dataclass(frozen=True, slots=True)
class InFile:
    """A person in a platform's file: where, as shown there, and the keys that tell them from others."""

    row: int
    shown: str
    keys: frozenset[Key]


@dataclass(frozen=True, slots=True)
class Sought:
    """A student of the class, with keys in tiers: the next one is used only if the file knows none of the one before.

    The last tier holds what the student is called and nothing else; what stands in those before is surer.
    """

    student: str
    tiers: tuple[frozenset[Key], ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """Who is whom: ``rows`` of the students found, the possible rows of the ambiguous, and who has no partner."""

    rows: Mapping[str, int]
    ambiguous: Mapping[str, tuple[int, ...]]
    unmatched: tuple[str, ...]
    nobody: tuple[int, ...]


def key(kind: KeyKind, text: str) -> Key:
    """Return a key; case, outer spaces and the # that Brightspace puts before an id tell nobody apart."""
    return kind, folded(text).removeprefix("#")


def keys(kinds: Iterable[tuple[KeyKind, str]]) -> frozenset[Key]:
    """Return the keys of these kinds and texts, without the empty ones."""
    return frozenset(each for each in (key(kind, text) for kind, text in kinds) if each[1])


def sought(results: Results, platform: Platform | None) -> tuple[Sought, ...]:
    """Return the students of a run with what a file may know them by.

    First by what the roster tells (the platform's id and the email) and by the number in the names that the platform gave;
    then by the GitHub login; then by the student's id as a login there, but not that of somebody who is not on the roster.
    """
    people = {as_written(person.student): person for person in results.roster}
    names = platform_names(results, platform) if platform else {}
    kind: KeyKind = "participant" if platform == "moodle" else "number"
    found = []
    for student in sorted({row.student for row in results.submissions}, key=as_written):
        name = as_written(student)
        person = people.get(name, Person(name))
        own: list[tuple[KeyKind, str]] = [(kind, names[student].number)] if student in names else []
        ids: list[tuple[KeyKind, str]] = [("login", person.lms_id), ("number", person.lms_id)]
        ids.append(("participant", person.lms_id.rpartition(" ")[2]))  # of "Participant 12"
        mail: list[tuple[KeyKind, str]] = [("email", person.email), ("login", person.email)]
        tiers = (
            keys([*own, *ids, *mail]),
            keys([("github", person.github)]),
            keys([("login", name), ("email", name)] if name in people or not people else []),
        )
        found.append(Sought(name, tiers))
    return tuple(found)


def match(students: Sequence[Sought], people: Sequence[InFile]) -> Matching:
    """Find each student's row.

    A row that two students could be, or that a student could be beside another row, is nobody's: it is ambiguous. But where
    one is surely a row, another who is only called so is not.
    """
    index: dict[Key, set[int]] = defaultdict(set)
    for person in people:
        for each in person.keys:
            index[each].add(person.row)
    found = {student.student: _possible(student, index) for student in students}
    sure = {row for rows, is_sure in found.values() if is_sure and len(rows) == 1 for row in rows}
    possible = {name: rows if is_sure else rows - sure for name, (rows, is_sure) in found.items()}
    claims: dict[int, list[str]] = defaultdict(list)
    for name, rows in possible.items():
        for row in rows:
            claims[row].append(name)
    matched = {
        name: row
        for name, (rows, _) in found.items()
        for row in possible[name]
        if len(rows) == 1 and len(claims[row]) == 1
    }
    return Matching(
        rows=matched,
        ambiguous={name: tuple(sorted(rows)) for name, rows in possible.items() if rows and name not in matched},
        unmatched=tuple(name for name, rows in possible.items() if not rows),
        nobody=tuple(person.row for person in people if person.row not in claims),
    )


def _possible(student: Sought, index: Mapping[Key, set[int]]) -> tuple[frozenset[int], bool]:
    """The rows that a student could be, and whether that is sure: whether more says so than what the student is called."""
    for after, tier in enumerate(student.tiers, 1):
        rows = {row for each in tier for row in index.get(each, ())}
        if rows:
            return frozenset(rows), after < len(student.tiers)
    return frozenset(), False
