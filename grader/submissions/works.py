"""Whose work it is: one record that goes all the way from the folder of submissions to the results."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grader.errors import UnreadableWork, WorkerFault
from grader.source.contents import Contents, Signature
from grader.source.text import Kind
from grader.submissions.files import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from grader.scores.records import Flag, NotListed, Person

LookInto = Callable[[bytes, Kind, str], Contents]
"""Tells what a file of these bytes, kind and name holds; may raise UnreadableWork. Each call costs a locked process."""

MAX_HELD = 256 << 20  # bytes: 10,000 students with notebooks of 50 MB each have more than a machine holds


@dataclass(frozen=True, slots=True)
class Work:
    """Whose work it is, and what was handed in: one file for one exercise, known by the digest of its bytes.

    ``students`` are one person or a group that handed in together. ``path`` is relative to the folder of submissions and fit to
    be shown; ``handed_in`` is in UTC only if it says so. A ``shared`` file counts for other exercises as well. ``sha256`` is
    there unless nothing was handed in or it is ``unreadable``, and ``data`` as long as there is room for it (`Held`).
    ``group`` is the name of the group that handed it in, if it is known; ``own_flags`` are those of one of its students alone.
    """

    students: tuple[str, ...]
    exercise: str
    file: Path | None = None
    path: str | None = None
    kind: Kind | None = None
    sha256: str | None = None
    data: bytes | None = field(default=None, repr=False, compare=False)
    flags: tuple[Flag, ...] = ()
    unreadable: str | None = None
    handed_in: datetime | None = None
    shared: bool = False
    group: str | None = None
    own_flags: tuple[tuple[str, Flag], ...] = ()

    @property
    def is_missing(self) -> bool:
        """Whether nothing was handed in, as opposed to something that can't be read."""
        return self.file is None and self.unreadable is None

    @property
    def can_be_graded(self) -> bool:
        """Whether there is a file that could be read."""
        return self.sha256 is not None and self.unreadable is None

    def flags_of(self, student: str) -> tuple[Flag, ...]:
        """All flags of one of its students."""
        return (*self.flags, *self.own_flags_of(student))

    def own_flags_of(self, student: str) -> tuple[Flag, ...]:
        """The flags that this one of its students has alone."""
        return tuple(flag for whose, flag in self.own_flags if whose == student)

    def read(self) -> bytes:
        """The bytes that were found, and no others.

        Raises WorkerFault if they were not kept and the file is another one now: its points stay open.
        """
        if self.data is not None:
            return self.data
        try:
            if self.file is not None and self.kind is not None:
                data = load(self.file, self.kind)
                if digest_of(data) == self.sha256:
                    return data
        except UnreadableWork:
            pass
        raise WorkerFault("the file was changed or taken away after it had been found; run again")


@dataclass(frozen=True, slots=True)
class Found:
    """The students in order, a work for each student and exercise in that order, and what fits nothing.

    What a group handed in is one work, in its first member's place. ``form`` says in words what the submissions were
    taken for, and ``people`` holds what a platform tells of a student. With a roster, everyone on it is a student, ``not_listed``
    are those who are not on it, and ``renamed`` has the ids that stand for each student that was found. ``logins`` are the
    students whose ids are their GitHub logins for certain.
    """

    students: tuple[str, ...]
    works: tuple[Work, ...]
    unplaced: tuple[str, ...] = ()
    form: str = ""
    people: Mapping[str, Person] = field(default_factory=dict)
    roster: tuple[Person, ...] = ()
    not_listed: tuple[NotListed, ...] = ()
    renamed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    logins: frozenset[str] = frozenset()


@dataclass(slots=True)
class Held:
    """The bytes of files that count, each content once, as long as there is room for them.

    A file that finds no room is read once more when its turn to be graded comes; if its digest is not the same then, it is not
    graded. So the bytes of a class of any size neither fill the memory nor are copied to a disk.
    """

    room: int = MAX_HELD
    contents: dict[str, bytes] = field(default_factory=dict)

    def keep(self, sha256: str, data: bytes) -> bytes | None:
        """The bytes of this digest, to be kept by whoever asks; None if there is no room."""
        if sha256 not in self.contents:
            if len(data) > self.room:
                return None
            self.room -= len(data)
            self.contents[sha256] = data
        return self.contents[sha256]


def digest_of(data: bytes) -> str:
    """What a file is known by."""
    return hashlib.sha256(data).hexdigest()


def together(works: Iterable[Work]) -> tuple[Work, ...]:
    """Makes one work of each file that several people handed in together: it is graded once, and each of them has a row."""
    found: dict[Work, Work] = {}
    for work in works:
        key = work if work.file is None else replace(work, students=())
        other = found.get(key)
        found[key] = work if other is None else replace(other, students=(*other.students, *work.students))
    return tuple(found.values())


def claimed(contents: Contents, exercises: tuple[Signature, ...]) -> Signature | None:
    """Return the exercise with the largest share of its names in a file, the first of equal ones; None if none has any."""
    shares = [(each.share(contents), each) for each in exercises]
    share, best = max(shares, key=lambda pair: pair[0], default=(0.0, None))
    return best if share else None
