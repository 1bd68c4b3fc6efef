"""Writes files and folders whole or not at all: first beside their place, then renamed into it."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from grader.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

UNFINISHED = ".part-"  # what a killed run may leave; the next one removes every file and folder named so


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises OutputError, in one line that names ``path``, for what the system refuses in the block."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path} can't be written ({error.strerror or error}).") from None


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, if they are not there yet; raises OutputError."""
    with writing(path):
        path.mkdir(parents=True, exist_ok=True)


def replace_file(path: Path, content: str | bytes | Iterable[bytes]) -> None:
    """Replace ``path``, whose folder exists, by ``content`` (a text in UTF-8), which may come in pieces.

    A reader sees the old file or the new one, never half; that holds as well if making a piece raises. Raises OutputError if
    it can't be written.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    pieces = (data,) if isinstance(data, bytes) else data
    unfinished = path.with_name(f"{UNFINISHED}{os.getpid()}")
    with writing(path):
        unfinished.unlink(missing_ok=True)
        # O_EXCL: nothing that someone put there in the meantime is followed or kept. Windows would change line ends.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        descriptor = os.open(unfinished, flags, 0o666)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(pieces)
            os.replace(unfinished, path)
        except BaseException:
            with suppress(OSError):  # half a file would fill a full disk further
                unfinished.unlink()
            raise


def replace_if_other(path: Path, content: str | bytes) -> None:
    """Replace ``path`` as ``replace_file`` does, unless it holds this already."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    if not holds(path, data):
        replace_file(path, data)


def holds(path: Path, data: bytes) -> bool:
    """Whether ``path`` is a file with these bytes, and no link to one."""
    try:
        return not path.is_symlink() and path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def make_whole_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder with these files, each at a relative place, or nothing at all.

    Raises OutputError if it can't be written, or if there is something at ``path`` already that is no empty folder.
    """
    unfinished = path.with_name(f"{UNFINISHED}{os.getpid()}")
    with writing(path):
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        try:
            for name, data in files.items():
                place = unfinished / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
            if path.is_dir() and not path.is_symlink():
                path.rmdir()  # only an empty one can be
            elif os.path.lexists(path):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            unfinished.rename(path)
        except OSError:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
