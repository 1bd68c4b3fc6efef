"""Reads and looks into one student's files while one is chosen, each once and within bounds."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grader.errors import UnreadableWork
from grader.source.contents import Contents
from grader.submissions.files import load
from grader.submissions.works import Held, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from grader.source.contents import Signature
    from grader.source.text import Kind
    from grader.submissions.archive import StudentZips
    from grader.submissions.choose import Candidate
    from grader.submissions.files import Folder
    from grader.submissions.works import LookInto

_MAX_SECONDS = 30.0  # for looking into one student's files
_MAX_KEPT = 100_000_000  # bytes of one student's files that are kept meanwhile: two notebooks of the largest size


@dataclass(slots=True)
class StudentFiles:
    """Reads one student's files, each once as long as there is room; ``digests`` are of the bytes that came first."""

    digests: dict[Path, str] = field(default_factory=dict)
    kept: dict[Path, bytes] = field(default_factory=dict)
    room: int = _MAX_KEPT

    def read(self, file: Path, kind: Kind) -> bytes:
        """Return the bytes of a file; raises UnreadableWork."""
        if file in self.kept:
            return self.kept[file]
        data = load(file, kind)
        self.digests.setdefault(file, digest_of(data))
        if len(data) <= self.room:
            self.room -= len(data)
            self.kept[file] = data
        return data


@dataclass(slots=True)
class Reader:
    """Looks into files, each once, and into zips, if there is a place to unpack them.

    ``refusals`` says why, for files that stand for what was not unpacked, and ``told_when`` reads when the
    content of a student's subfolder was handed in, if the layout has a file for that.
    """

    look: LookInto
    refusals: Mapping[Path, str] = field(default_factory=dict)
    zips: StudentZips | None = None
    told_when: Callable[[Folder], datetime | None] | None = None
    held: Held = field(default_factory=Held)
    files: StudentFiles = field(default_factory=StudentFiles)
    seen: dict[Path, Contents] = field(default_factory=dict)
    mentioned: dict[tuple[Path, str], int] = field(default_factory=dict)
    seconds: float = 0.0

    def next_student(self) -> Reader:
        """A reader for one student, whose files may take so much time and so much room, and no more."""
        if self.zips is not None:
            self.zips.next_student()
        return replace(self, files=StudentFiles(), seen={}, mentioned={}, seconds=0.0)

    def original(self, candidate: Candidate) -> tuple[str, bytes | None]:
        """Return the digest of a file as it was first read, and its bytes, if they are kept; raises UnreadableWork."""
        data = self.files.read(candidate.file, candidate.kind)
        sha256 = self.files.digests[candidate.file]
        return sha256, self.held.keep(sha256, data) if digest_of(data) == sha256 else None

    def contents(self, candidate: Candidate) -> Contents:
        """Return what the file holds; a file that can't be read has the reason instead."""
        if candidate.refused is not None:
            return Contents(unreadable=candidate.refused)
        if candidate.file not in self.seen:
            started = time.monotonic()
            try:
                if self.seconds > _MAX_SECONDS:
                    raise UnreadableWork("it was not looked into: the files before it took too long")
                data = self.files.read(candidate.file, candidate.kind)
                found = self.look(data, candidate.kind, candidate.name)
            except UnreadableWork as error:
                found = Contents(unreadable=str(error))
            self.seconds += time.monotonic() - started
            self.seen[candidate.file] = found
        return self.seen[candidate.file]

    def mentions(self, candidate: Candidate, exercise: Signature) -> int:
        """Return how many of an exercise's graded names stand in the file's bytes: without them no look is worth its cost."""
        key = candidate.file, exercise.id
        if key not in self.mentioned:
            if self.seconds > _MAX_SECONDS or candidate.refused is not None:
                return len(exercise.names)  # nothing speaks against it; a look gives the reason why it can't be read
            started = time.monotonic()
            try:
                data = self.files.read(candidate.file, candidate.kind).lower()
            except UnreadableWork:
                return len(exercise.names)
            forms = ({name, name.replace("_", " "), name.replace("_", "-")} for name in map(str.lower, exercise.names))
            self.mentioned[key] = sum(any(form.encode() in data for form in each) for each in forms)
            self.seconds += time.monotonic() - started
        return self.mentioned[key]
