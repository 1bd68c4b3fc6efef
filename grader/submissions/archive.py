"""The zip that a learning platform gives for an assignment: unpacked within bounds, and only what may be work.

What is unpacked are new regular files under names that this module made, so no member can lead elsewhere; what is a
link, encrypted, nested, too large or named to climb out is left in the archive and listed.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.submissions.names import display, kind_of
from grader.submissions.text import MAX_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from grader.submissions.works import Found

MAX_MEMBERS = 100_000
MAX_TOTAL = 2 << 30  # bytes of all that is unpacked
MAX_DEPTH = 6  # folders above a file; a platform's own and a student's are at most four
_READABLE = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_WINDOWS = 0
_UNIX = 3  # the system whose modes stand in the upper half of the attributes
_UTF8 = 0x800  # the flag of a member whose name is UTF-8
# Where a platform puts no folders, what it wrote before the file's own name. Canvas: the name in one word, LATE where it
# was late, the user's number and the upload's. Moodle: the name, its number, and what kind of work it is.
_FLAT = (
    re.compile(r"(?P<who>[^_/]+_[0-9]+)_[0-9]+_(?P<file>[^/]+)"),
    re.compile(r"(?P<who>[^_/]+)_LATE(?P<number>_[0-9]+)_[0-9]+_(?P<file>[^/]+)"),
    re.compile(r"(?P<who>[^/]+_[0-9]+)_assignsubmission_file_(?P<file>[^/]+)"),
)
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
    """The folder to look into, the member's name of each unpacked file, and what was left out."""

    folder: Path
    members: dict[Path, str]
    left: tuple[str, ...]


def is_archive(path: Path) -> bool:
    """Tell whether this is a zip archive by its name."""
    return path.suffix.lower() == ".zip" and path.is_file()


def unpack(archive: Path, into: Path) -> Unpacked:
    """Unpack scripts and notebooks of ``archive`` into the new folder ``into``; raises UsageError.

    Of other members there is the name alone, with nothing in it, so that who handed in something else is there. A member
    of a flat archive goes to a folder named after what the platform wrote before the file's own name. Of two members of
    one name the first counts.
    """
    shown = display(str(archive))
    into.mkdir(parents=True)
    try:
        with zipfile.ZipFile(archive) as opened:
            infos = opened.infolist()
            if len(infos) > MAX_MEMBERS:
                raise UsageError(f"{shown}: this archive has more than {MAX_MEMBERS:,} members")
            members, left = _unpack(opened, infos, into)
    except _BROKEN as error:
        raise UsageError(f"{shown}: this zip archive can't be read ({display(str(error))[:100]})") from None
    return Unpacked(_without_cover(into), members, tuple(left))


def in_archive(found: Found, unpacked: Unpacked) -> Found:
    """What was found in an unpacked archive, with the members' names as paths, and what was left out among the rest."""
    works = [
        replace(work, path=unpacked.members.get(work.file, work.path)) if work.file is not None else work
        for work in found.works
    ]
    return replace(found, works=tuple(works), unplaced=(*found.unplaced, *unpacked.left))


def _unpack(opened: zipfile.ZipFile, infos: list[zipfile.ZipInfo], into: Path) -> tuple[dict[Path, str], list[str]]:
    members: dict[Path, str] = {}
    left: list[str] = []
    total = 0
    for info in infos:
        name = _name(info)
        if info.is_dir() or _is_nobodys(name):
            continue
        place = _place(name)
        reason = "its name leads out of the archive" if place is None else _refusal(info, name)
        file = into.joinpath(*place or ())
        if reason is None and os.path.lexists(file):
            reason = "an earlier member has this name"
        if reason is None and kind_of(name) is not None:
            total += info.file_size  # of which no more is read, whatever is packed
            if total > MAX_TOTAL:
                shown = display(str(opened.filename))
                raise UsageError(f"{shown}: more than {MAX_TOTAL >> 30} GB of work in one archive; unpack it yourself")
        try:
            if reason is None:
                _write(opened, info, file, whole=kind_of(name) is not None)
                members[file] = display(name)
        except _BROKEN as error:
            reason = f"it can't be read: {display(str(error))[:80]}"
        if reason is not None:
            left.append(f"{display(name)} ({reason})")
    return members, left


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name, in UTF-8 also where the archive does not say so, and with `/` where Windows wrote another."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/") if info.create_system == _WINDOWS else name


def _is_nobodys(name: str) -> bool:
    return any(
        part.startswith(".") and not part.startswith("..") for part in name.split("/")
    ) or "__MACOSX" in name.split("/")


def _place(name: str) -> tuple[str, ...] | None:
    """Where a member goes, in parts; None where its name would lead out or is no name."""
    parts = name.split("/")
    if any(part in ("", ".", "..") or "\0" in part or "\\" in part or len(part.encode()) > 255 for part in parts):
        return None
    if len(parts) > MAX_DEPTH or re.match(r"[A-Za-z]:", name):
        return None
    for pattern in _FLAT if len(parts) == 1 else ():
        if flat := pattern.fullmatch(name):
            return flat["who"] + flat.groupdict().get("number", ""), flat["file"]
    return tuple(parts)


def _refusal(info: zipfile.ZipInfo, name: str) -> str | None:
    mode = info.external_attr >> 16
    if info.create_system == _UNIX and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "it is no regular file"
    if info.flag_bits & 0x1:
        return "it is encrypted"
    if info.compress_type not in _READABLE:
        return "it is packed in a way that is not read"
    kind = kind_of(name)
    if kind is not None and info.file_size > MAX_BYTES[kind]:
        return f"it is larger than {MAX_BYTES[kind] >> 20} MB"
    return None


def _write(opened: zipfile.ZipFile, info: zipfile.ZipInfo, file: Path, *, whole: bool) -> None:
    """Write a new file, ``whole`` or without content; one that turns out broken is taken away again."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("xb") as target:
        try:
            if whole:
                with opened.open(info) as source:
                    shutil.copyfileobj(source, target, 1 << 20)
        except BaseException:
            file.unlink()
            raise


def _without_cover(folder: Path) -> Path:
    """The folder below, where an archive holds one folder with all the others in it (as Gradescope's export)."""
    inside = list(folder.iterdir())
    covers = [each for each in inside if each.is_dir()]
    if len(covers) != 1 or any(kind_of(each.name) for each in inside):
        return folder
    below = list(covers[0].iterdir())
    students = sum(each.is_dir() for each in below)
    named = covers[0].name.startswith("assignment_") and covers[0].name.endswith("_export")
    enough = students > 1 or (students == 1 and named)
    return covers[0] if enough and not any(kind_of(each.name) for each in below) else folder
