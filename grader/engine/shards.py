"""Shards of a class: what each of several runs grades of it, so that together they grade all of it and nothing twice.

A shard is dealt contents, not students: equal files are in one shard, and the work of one student may be in several. Who has
which content depends only on the digests of the class's files, so each machine works it out for itself.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from grader.engine.code_digest import folder_digest, grader_digest
from grader.engine.rows import moment_of
from grader.errors import UsageError
from grader.scores.records import Shard

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.course.course_toml import Course
    from grader.submissions.works import Found, Work

MOST_SHARDS = 9_999  # of one class


@dataclass(frozen=True, slots=True)
class ShardNumber:
    """Shard ``index`` of ``of``, from 1."""

    index: int
    of: int

    def __str__(self) -> str:
        return f"{self.index}/{self.of}"


@dataclass(frozen=True, slots=True)
class ClassShard:
    """What one shard has of a class: the contents that it grades, by exercise and digest, and the students of its rows.

    ``record`` is what its results say of it, so that only shards of one run are merged.
    """

    record: Shard
    contents: frozenset[tuple[str, str]]
    students: frozenset[str]

    def grades(self, work: Work) -> bool:
        """Whether a work that can be graded is graded in this shard."""
        return (work.exercise, work.sha256) in self.contents


def shard_number(text: str) -> ShardNumber:
    """Read a shard such as "2/8"; raises UsageError, in one line."""
    found = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text)
    if found and 1 <= int(found[1]) <= int(found[2]):
        return ShardNumber(int(found[1]), int(found[2]))
    raise UsageError(f"--shard {text} is no shard; write it as 2/8, the second of eight (of at most {MOST_SHARDS:,}).")


def dealt(names: Iterable[str], of: int, first: int = 0) -> dict[str, int]:
    """Return the shard of each name, from 1 to ``of``: the names in order, cut into runs of equal length.

    The lengths differ by at most 1. One name more or less moves at most one name over each cut, so what a shard has kept of an
    earlier run stays of use. ``first`` turns the shards round, so that not the same ones always get what is left over.
    """
    ordered = sorted(set(names))
    return {name: (at * of // len(ordered) + first) % of + 1 for at, name in enumerate(ordered)}


def class_shard(number: ShardNumber, found: Found, exercises: Sequence[str], course: Course) -> ClassShard:
    """Return what a shard has of a class in these exercises, which are in the course's order.

    It has rows of each student of whom it grades something. Students with nothing that can be graded are dealt as well.
    """
    contents: set[tuple[str, str]] = set()
    students: set[str] = set()
    busy: set[str] = set()
    for place, exercise in enumerate(exercises):
        works = [work for work in found.works if work.exercise == exercise and work.can_be_graded]
        shards = dealt((str(work.sha256) for work in works), number.of, place)
        for work in works:
            busy.update(work.students)
            if shards[str(work.sha256)] == number.index:
                contents.add((exercise, str(work.sha256)))
                students.update(work.students)
    idle = dealt((student for student in found.students if student not in busy), number.of)
    students.update(student for student, index in idle.items() if index == number.index)
    record = Shard(
        index=number.index,
        of=number.of,
        rows=len(found.students) * len(exercises),
        class_digest=class_digest(found, exercises),
        course_digest=folder_digest(course.folder),
        grader_digest=grader_digest(),
    )
    return ClassShard(record, frozenset(contents), frozenset(students))


def class_digest(found: Found, exercises: Sequence[str]) -> str:
    """Return the sha256 of who is in a class and handed in what for these exercises, in whatever order it was found."""
    wanted = set(exercises)
    told: list[object] = [
        [
            work.students, work.exercise, work.path, work.sha256, work.unreadable, moment_of(work), work.group, work.shared,
            [asdict(flag) for flag in work.flags], [(whose, asdict(flag)) for whose, flag in work.own_flags],
        ]
        for work in found.works
        if work.exercise in wanted
    ]  # fmt: skip
    told += [["student", student] for student in found.students]
    told += [["unplaced", name] for name in found.unplaced]
    told += [["roster", asdict(person)] for person in found.roster]
    told += [["not listed", asdict(each)] for each in found.not_listed]
    lines = sorted(json.dumps(each) for each in told)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
