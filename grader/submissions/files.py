"""What lies in a folder, and reading one file of it: bounded, and never through a link."""

from __future__ import annotations

import errno
import io
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.errors import UnreadableWork
from grader.source.text import MAX_BYTES, check_size
from grader.submissions.names import is_hidden, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping
    from datetime import datetime
    from pathlib import Path

    from grader.source.text import Kind

MAX_ENTRIES = 100_000  # of one folder; what a class or a student really hands in is far below
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_NOBODY = frozenset("__macosx __pycache__ node_modules site-packages venv env virtualenv thumbs.db desktop.ini".split())
_SPECIAL = (
    (stat.S_ISLNK, "a symbolic link, which is not followed: hand in the file itself"),
    (stat.S_ISDIR, "a folder, not a file"),
    (stat.S_ISFIFO, "a named pipe, not a file"),
    (stat.S_ISSOCK, "a socket, not a file"),
    (stat.S_ISCHR, "a device, not a file"),
    (stat.S_ISBLK, "a device, not a file"),
)


def is_nobodys(name: str) -> bool:
    """Return whether an entry of this name is no student's work: hidden, a cache, an environment of packages."""
    return is_hidden(name) or name.lower() in _NOBODY


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies directly in a folder, sorted by name: scripts and notebooks (of any sort), folders, and the rest.

    ``refused`` maps the name of a script or notebook that can't be read, as its metadata show, to the reason, ``notes`` the
    name of one of the rest to what it is. A folder that is put together from what a platform gave says in ``elsewhere`` where
    its entries lie, and in ``handed_in`` when they came, if that is known.
    """

    path: Path
    works: tuple[str, ...]
    folders: tuple[str, ...]
    others: tuple[str, ...]
    refused: Mapping[str, str]
    notes: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, Path] = field(default_factory=dict)
    handed_in: datetime | None = None

    def place(self, name: str) -> Path:
        """Where an entry of this folder lies."""
        return self.elsewhere.get(name, self.path / name)


def list_folder(path: Path, wanted: Container[str] = (), refusals: Mapping[Path, str] | None = None) -> Folder:
    """Look into a folder, without what is no one's work (dot entries, caches, environments); raises OSError.

    Entries beyond 100,000 are passed over, except those named in ``wanted``. ``refusals`` says why, for files
    that stand for what was not unpacked.
    """
    works: list[str] = []
    folders: list[str] = []
    others: list[str] = []
    refused: dict[str, str] = {}
    notes: dict[str, str] = {}
    with os.scandir(path) as entries:
        for number, entry in enumerate(entries):
            name = entry.name
            if (number >= MAX_ENTRIES and name not in wanted) or is_nobodys(name):
                continue
            reason = refusals.get(path / name) if refusals else None
            if entry.is_dir(follow_symlinks=False):
                if not os.path.lexists(os.path.join(entry.path, "pyvenv.cfg")):
                    folders.append(name)
                continue
            kind = kind_of(name)
            if kind is None:
                others.append(name)
                if reason is not None or entry.is_symlink():
                    notes[name] = reason or "a symbolic link, which is not followed"
                continue
            works.append(name)
            reason = reason or _refusal(entry.path, kind)
            if reason is not None:
                refused[name] = reason
    return Folder(path, tuple(sorted(works)), tuple(sorted(folders)), tuple(sorted(others)), refused, notes)


def list_file(file: Path, kind: Kind) -> Folder:
    """Return a folder as if that script or notebook were all it holds."""
    reason = _refusal(file, kind)
    return Folder(file.parent, (file.name,), (), (), {} if reason is None else {file.name: reason})


def load(file: Path, kind: Kind) -> bytes:
    """Read a regular file once, whole, within the size that its kind may have; raises UnreadableWork."""
    descriptor = _open(file, lambda status: _check(status, kind))
    try:
        return _read(descriptor, kind)
    except OSError as error:
        raise UnreadableWork(_in_words(error)) from None
    finally:
        os.close(descriptor)


def open_plain(file: Path, most: int) -> io.FileIO:
    """Open a regular file of at most so many bytes; raises UnreadableWork."""

    def check(status: os.stat_result) -> None:
        _check_regular(status)
        if status.st_size > most:
            raise UnreadableWork(f"it is larger than {max(1, most // 1_000_000)} MB")

    return io.FileIO(_open(file, check))


def _open(file: Path, check: Callable[[os.stat_result], None]) -> int:
    descriptor = None
    try:
        # Looked at before it is opened: opening a device can already do something.
        check(os.lstat(file))
        descriptor = os.open(file, _FLAGS)
        check(os.fstat(descriptor))
    except (OSError, ValueError, UnreadableWork) as error:
        if descriptor is not None:
            os.close(descriptor)
        raise error if isinstance(error, UnreadableWork) else UnreadableWork(_in_words(error)) from None
    return descriptor


def _read(descriptor: int, kind: Kind) -> bytes:
    parts: list[bytes] = []
    left = MAX_BYTES[kind] + 1
    while left > 0 and (part := os.read(descriptor, min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    data = b"".join(parts)
    check_size(len(data), kind)
    return data


def _refusal(file: str | Path, kind: Kind) -> str | None:
    try:
        _check(os.lstat(file), kind)
    except UnreadableWork as error:
        return str(error)
    except OSError as error:
        return _in_words(error)
    return None


def _check(status: os.stat_result, kind: Kind) -> None:
    """Refuse what is not a regular file of a bearable size; raises UnreadableWork."""
    _check_regular(status)
    check_size(status.st_size, kind)


def _check_regular(status: os.stat_result) -> None:
    for test, words in _SPECIAL:
        if test(status.st_mode):
            raise UnreadableWork(f"it is {words}")
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableWork("it is no regular file")


def _in_words(error: Exception) -> str:
    code = getattr(error, "errno", None)
    if code == errno.ELOOP:
        return "it is a symbolic link, which is not followed: hand in the file itself"
    if code in (errno.EACCES, errno.EPERM):
        return "the grader has no permission to read it"
    if code == errno.ENOENT:
        return "it is not there any more"
    return f"it can't be read ({getattr(error, 'strerror', None) or 'its name is not valid'})"
