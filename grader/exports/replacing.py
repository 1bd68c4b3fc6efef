"""What an export may replace: a file that it wrote there before, as far as the file itself shows that, and no other.

A table shows it by its titles, a zip by its comment, a workbook by who changed it last (a spreadsheet program puts its user
there), JUnit by the name of the class, Classroom 50's scores by their schema, and a page by what made it and how its title ends.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from grader.errors import OutputError
from grader.exports.export_words import named
from grader.exports.pack_pages import MAKER

if TYPE_CHECKING:
    from pathlib import Path

_MOST = 1 << 30  # bytes; an export is far smaller
_MOST_XML = 1 << 16  # bytes of the part of a workbook that says who changed it
_LAST_CHANGED = b"<cp:lastModifiedBy>" + MAKER + b"</cp:lastModifiedBy>"
_CORE = "docProps/core.xml"
_SUITES = re.compile(rb'<testsuites name="[^"]*"')
_PAGE = b"<!DOCTYPE html>"
_PAGE_HEAD = 4_000  # bytes of a page in which its generator and its title stand
_GENERATOR = b'<meta name="generator" content="' + MAKER + b'">'
_TITLE_ENDS = re.compile(rb"<title>[^<]*?([^<:]*)</title>")


def refuse_to_replace(target: Path, data: bytes) -> None:
    """Raises OutputError if something is at ``target`` that is neither empty nor what an export of this kind wrote there."""
    shown = named(str(target))
    if target.is_dir():
        raise OutputError(f"{shown} is a folder: name a file")
    if not target.exists():
        return
    try:
        old = target.read_bytes() if target.is_file() and target.stat().st_size <= _MOST else None
    except OSError as error:
        raise OutputError(f"{shown} is there already and can't be read ({error.strerror}): name another file") from None
    if old is None or (old and not _is_of_one_kind(old, data)):
        raise OutputError(f"{shown} is there already and is not from grader: name another file")


def refuse_a_folder_that_is_full(target: Path) -> None:
    """Raises OutputError if something is at ``target`` that is no empty folder."""
    try:
        is_free = not any(target.iterdir()) if target.is_dir() and not target.is_symlink() else not target.exists()
    except OSError as error:
        raise OutputError(f"{named(str(target))} can't be read ({error.strerror}): name a new folder") from None
    if not is_free:
        raise OutputError(f"{named(str(target))} is there already: name a new folder")


def _is_of_one_kind(old: bytes, new: bytes) -> bool:
    """Whether both are exports of one kind, as far as ``old`` shows it."""
    if new.startswith(b"PK"):
        return _maker(old) is not None and _maker(old) == _maker(new)
    if new.startswith(b"<?xml"):
        names = [_SUITES.search(each[:_MOST_XML]) for each in (old, new)]
        return all(names) and len({name[0] for name in names if name}) == 1
    if new.startswith(b"{"):
        return _schema(old) is not None and _schema(old) == _schema(new)
    if new.startswith(_PAGE):
        return _page(old) is not None and _page(old) == _page(new)
    return _titles(old) == _titles(new)


def _maker(data: bytes) -> str | None:
    """What a zip is, if the grader made it: "zip" or "workbook"; None for anything else."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if archive.comment == MAKER:
                return "zip"
            with archive.open(_CORE) as core:
                return "workbook" if _LAST_CHANGED in core.read(_MOST_XML) else None
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return None


def _page(data: bytes) -> bytes | None:
    """What a page shows, if the grader made it: the end of its title, which is the same for every course."""
    head = data[:_PAGE_HEAD]
    title = _TITLE_ENDS.search(head)
    return title[1] if title and head.startswith(_PAGE) and _GENERATOR in head else None


def _schema(data: bytes) -> object:
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return content.get("schema") if isinstance(content, dict) else None


def _titles(table: bytes) -> bytes:
    """The line of the titles: the first one, or the second if the first tells the separator (in UTF-16 as well)."""
    first, *others = re.split(rb"[\r\n]+\x00?", table, maxsplit=2)
    tells = b"sep=" in first.replace(b"\0", b"").lower()[:8]
    return first + b"\n" + others[0] if tells and others else first
