"""What a platform's layout shows: which entry of a class's folder is whose, what it is called, and when it came."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grader.scores.records import Flag, Person
from grader.submissions.names import student_id

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder of one student; several with one ``label`` were handed in together.

    ``at`` is its name in the class's folder and ``file`` the name that the student gave it, None for a folder whose
    content was handed in. ``note`` says what it is if a student has handed in no file, and ``late``
    which platform says that it came late.
    """

    student: str
    at: str
    file: str | None = None
    label: str = ""
    handed_in: datetime | None = None
    note: str | None = None
    late: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A class in a form that says whose each entry is; ``form`` names it, for example "what Canvas gives".

    ``own`` are entries that the platform itself added, ``receipts`` those of them that count only for a student who has
    nothing else, and ``absent`` are students that it names without an entry. ``doubts`` are what a person should know of a
    student's entries, ``people`` what the platform tells of students (name, address and number), both by student. ``logins``
    are the students whose ids are their GitHub logins for certain.
    """

    form: str
    entries: tuple[Entry, ...]
    own: frozenset[str] = frozenset()
    receipts: tuple[Entry, ...] = ()
    absent: tuple[str, ...] = ()
    doubts: Mapping[str, Flag] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    logins: frozenset[str] = frozenset()

    def shown(self) -> Layout:
        """The same with students' names fit to be ids: bytes that are no text are written as escapes."""
        return replace(
            self,
            entries=tuple(replace(each, student=student_id(each.student)) for each in self.entries),
            receipts=tuple(replace(each, student=student_id(each.student)) for each in self.receipts),
            absent=tuple(map(student_id, self.absent)),
            doubts={student_id(student): flag for student, flag in self.doubts.items()},
            people={student_id(student): person for student, person in self.people.items()},
            logins=frozenset(map(student_id, self.logins)),
        )

    @property
    def placed(self) -> int:
        """How many entries of the class's folder it accounts for."""
        return len({entry.at for entry in (*self.entries, *self.receipts)})

    @property
    def students(self) -> tuple[str, ...]:
        """All students of the class, by name."""
        return tuple(sorted({entry.student for entry in (*self.entries, *self.receipts)} | set(self.absent)))


def people_in(entries: Iterable[Entry], form: re.Pattern[str]) -> dict[str, Person]:
    """Return what students' ids tell that are of this form, which has groups ``name`` and ``number``."""
    found = {entry.student: form.fullmatch(entry.student) for entry in entries}
    return {who: Person(who, told["name"], lms_id=told["number"]) for who, told in found.items() if told}
