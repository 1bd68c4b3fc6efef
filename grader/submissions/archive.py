"""Zip archives, of a class or of one student: unpacked within bounds, and only what may be work.

What is unpacked are new regular files below a folder that this module made, so no member can lead elsewhere. Work that
is a link, encrypted or too large is there by its name, empty, with the reason why it can't be read.
"""

from __future__ import annotations

import contextlib
import errno
import heapq
import io
import itertools
import os
import shutil
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import UnreadableWork, UsageError
from grader.source.text import MAX_BYTES, display
from grader.submissions.files import open_plain
from grader.submissions.members import is_drive, is_fit, is_nobodys_member, name_of, refusal_of, trouble_of
from grader.submissions.names import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_MEMBERS = 100_000
MAX_TOTAL = 2_000_000_000  # bytes of all that is unpacked of a class
MAX_ZIP = 100_000_000  # bytes of a zip that one student handed in, and of all that is unpacked of it
MAX_ZIP_MEMBERS = 10_000
MAX_ZIPS = 50  # that are opened of one student
MAX_OF_ONE = 200_000_000  # bytes of all that is unpacked of one student's zips
MAX_MEMBERS_OF_ONE = 20_000
_MAX_CONTENTS = 32 << 20  # bytes of an archive's table of contents; each member takes 46 and its name
_MAX_ZIP_CONTENTS = 4 << 20  # the same of a student's zip
_TEXTS = 64 << 10  # bytes of a text that a platform adds to what was handed in
_METADATA = 64 << 20  # bytes of the file in which Gradescope says who handed in; it holds all results as well
_RECORD = 8 << 20  # bytes of a file in which Classroom 50's command says what was submitted
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    NotImplementedError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The folder to look into, why some of the work in it can't be read, and what is not there at all."""

    folder: Path
    refused: dict[Path, str] = field(default_factory=dict)
    left: tuple[str, ...] = ()


@dataclass(slots=True)
class StudentZips:
    """Opens zips that students handed in, each once, below a folder that goes with the run.

    One student's zips have their own bounds, so that nobody can use up what is left for the others'.
    """

    scratch: Path
    left: int = MAX_TOTAL
    opened: dict[Path, Unpacked | str] = field(default_factory=dict)
    zips: int = MAX_ZIPS
    members: int = MAX_MEMBERS_OF_ONE
    size: int = MAX_OF_ONE

    def next_student(self) -> None:
        """What is opened from now on is another student's."""
        self.zips, self.members, self.size = MAX_ZIPS, MAX_MEMBERS_OF_ONE, MAX_OF_ONE

    def open(self, archive: Path) -> Unpacked | str:
        """Unpack scripts and notebooks of a student's zip; if it can't be opened, the reason."""
        if archive not in self.opened:
            self.opened[archive] = self._open(archive, self.scratch / f"zip{len(self.opened)}")
        return self.opened[archive]

    def origin(self, file: Path) -> tuple[Path, Path] | None:
        """Return the zip that an unpacked file is from, and its path in it."""
        if not file.is_relative_to(self.scratch):
            return None
        number, *parts = file.relative_to(self.scratch).parts
        return list(self.opened)[int(number.removeprefix("zip"))], Path(*parts)

    def _open(self, archive: Path, into: Path) -> Unpacked | str:
        if self.zips < 1:
            return f"only {MAX_ZIPS} zips of one student are opened"
        self.zips -= 1
        try:
            with _Bounded(open_plain(archive, MAX_ZIP), _MAX_ZIP_CONTENTS) as file, zipfile.ZipFile(file) as opened:
                infos = opened.infolist()
                if len(infos) > MAX_ZIP_MEMBERS:
                    return f"it has more than {MAX_ZIP_MEMBERS:,} members"
                named = [(info, name_of(info)) for info in infos]
                size = sum(info.file_size for info, name in named if kind_of(name) and not is_nobodys_member(name))
                if size > MAX_ZIP:
                    return f"it unpacks to more than {MAX_ZIP // 1_000_000} MB"
                if len(infos) > self.members:
                    return f"the zips of this student together have more than {MAX_MEMBERS_OF_ONE:,} members"
                if size > self.size:
                    return f"the zips of this student together unpack to more than {MAX_OF_ONE // 1_000_000} MB"
                if size > self.left:
                    return f"the zips of this class together unpack to more than {MAX_TOTAL // 1_000_000_000} GB"
                self.left -= size
                self.size -= size
                self.members -= len(infos)
                into.mkdir(parents=True)
                return _unpack(opened, infos, into, MAX_ZIP, _most_of_work)
        except UnreadableWork as error:
            return str(error)
        except _BROKEN as error:
            return f"it can't be opened: {display(str(error))[:80]}"


class _Bounded(io.BufferedReader):
    """A file of which no large piece is read at once, as a table of contents of millions of members would be."""

    def __init__(self, raw: io.FileIO, most: int) -> None:
        super().__init__(raw)
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as any file; raises BadZipFile for too large a piece."""
        if size is not None and size > self._most:
            raise zipfile.BadZipFile("its table of contents is too large")
        return super().read(size)


def is_archive(path: Path) -> bool:
    """Tell whether this is a zip archive by its name."""
    return path.suffix.lower() == ".zip" and path.is_file()


def unpack(archive: Path, into: Path) -> Unpacked:
    """Unpack a class into the new folder ``into``; raises UsageError.

    Members that are neither work, a student's zip nor a platform's own texts keep only their names, so that
    whoever handed in something else is there. If two members have one name, the first counts.
    """
    shown = display(str(archive))
    into.mkdir(parents=True)
    try:
        with _Bounded(io.FileIO(archive), _MAX_CONTENTS) as file, zipfile.ZipFile(file) as opened:
            infos = opened.infolist()
            if len(infos) > MAX_MEMBERS:
                raise UsageError(f"{shown}: this archive has more than {MAX_MEMBERS:,} members")
            return _unpack(opened, infos, into, MAX_TOTAL, _most)
    except _BROKEN as error:
        reason = getattr(error, "strerror", None) or str(
            error
        )  # with the system's number and the path it would be a repr
        raise UsageError(f"{shown}: this zip archive can't be read ({display(reason)[:100]})") from None


def _most_of_work(name: str, _size: int) -> int | None:
    """How many bytes a script or notebook may have to be unpacked; None for anything else, whose name is enough."""
    kind = kind_of(name)
    return None if kind is None else MAX_BYTES[kind]


def _most(name: str, size: int) -> int | None:
    """As above for a member of a class's archive, of which students' zips and a platform's own texts are read too."""
    if (most := _most_of_work(name, size)) is not None:
        return most
    if name.lower().endswith(".zip"):
        return MAX_ZIP
    if name.rpartition("/")[2] == "submission_metadata.yml":
        return _METADATA
    if name.rpartition("/")[2] in ("results.json", "scores.csv") and size <= _RECORD:
        return _RECORD
    return _TEXTS if name.lower().endswith(".txt") and size <= _TEXTS else None


def _unpack(
    opened: zipfile.ZipFile,
    infos: list[zipfile.ZipInfo],
    into: Path,
    total: int,
    most: Callable[[str, int], int | None],
) -> Unpacked:
    refused: dict[Path, str] = {}
    left: list[str] = []
    named = [(info, name) for info in infos if not is_nobodys_member(name := name_of(info))]
    over = _largest(named, total, most)
    for info, name in named:
        parts = name.rstrip("/").split("/") if info.is_dir() else name.split("/")
        trouble = trouble_of(parts)
        if trouble is not None:
            left.append(f"{display(name)} ({trouble})")
            _make_folders(into, parts[:-1])
            continue
        file = into.joinpath(*parts)
        if info.is_dir():
            with contextlib.suppress(OSError):
                file.mkdir(parents=True, exist_ok=True)
            continue
        limit = most(name, info.file_size)
        reason = refusal_of(info, limit)
        if reason is None and id(info) in over:
            reason = f"with it the archive would unpack to more than {total // 1_000_000:,} MB"
        try:
            _write(opened, info, file, whole=reason is None and limit is not None)
        except FileExistsError:
            left.append(f"{display(name)} (an earlier member has this name)")
            continue
        except _BROKEN as error:
            if getattr(error, "errno", None) == errno.ENOSPC:
                raise UsageError(f"{display(str(into))}: no space left to unpack the archive") from None
            reason = f"it can't be read: {display(str(error))[:80]}"
            if not os.path.lexists(file):
                left.append(f"{display(name)} ({reason})")
                continue
        if reason is not None:
            refused[file] = reason
    return Unpacked(into, refused, tuple(left))


def _largest(
    named: list[tuple[zipfile.ZipInfo, str]], total: int, most: Callable[[str, int], int | None]
) -> frozenset[int]:
    """The members without which the others stay within a total: always the largest of whoever has most.

    A bomb must not cost anyone else's work, in one piece or in thousands.
    """
    sizes: dict[str, list[tuple[int, int]]] = {}
    above = os.path.commonpath([f"/{name}" for _, name in named]) if named else ""
    for info, name in named:
        if (limit := most(name, info.file_size)) is not None and info.file_size <= limit:
            owner = f"/{name}".removeprefix(above).lstrip("/").partition("/")[0].partition("_")[0]
            sizes.setdefault(owner, []).append((info.file_size, id(info)))
    heaviest = [(-sum(size for size, _ in members), owner) for owner, members in sizes.items()]
    heapq.heapify(heaviest)
    too_much = -sum(size for size, _ in heaviest) - total
    for members in sizes.values():
        members.sort()
    over: set[int] = set()
    while too_much > 0:
        held, owner = heaviest[0]
        size, member = sizes[owner].pop()
        over.add(member)
        too_much -= size
        heapq.heapreplace(heaviest, (held + size, owner))
    return frozenset(over)


def _make_folders(into: Path, parts: list[str]) -> None:
    """Make the first folders above a member that is left out, so that its owner has rows all the same."""
    good = list(itertools.takewhile(is_fit, parts[:3]))
    if good and not is_drive(good[0]):
        with contextlib.suppress(OSError):
            into.joinpath(*good).mkdir(parents=True, exist_ok=True)


def _write(opened: zipfile.ZipFile, info: zipfile.ZipInfo, file: Path, *, whole: bool) -> None:
    """Write a new file, ``whole`` or without content; if it turns out broken, only the name stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("xb") as target:
        try:
            if whole:
                with opened.open(info) as source:
                    shutil.copyfileobj(source, target, 1 << 20)
        except BaseException:
            target.seek(0)
            target.truncate()
            raise
