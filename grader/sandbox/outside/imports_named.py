"""Guesses from a file's bytes what it will import, line by line: whoever asks must not parse what was handed in.

A wrong guess only costs time: a worker without a package imports it when the file asks for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST = 1 << 20  # bytes of a file that is looked at more closely
MOST_LINES = 300  # that are looked at for a name, and above each of them for the guard
_IMPORTS = re.compile(rb"\b(?:import|__import__|import_module)\b")
_GUARD = re.compile(
    rb"""if[ \t(]{1,9}(?:
        __name__[ \t]{0,9}==[ \t]{0,9}(["'])__main__\1
        | (["'])__main__\2[ \t]{0,9}==[ \t]{0,9}__name__
    )[ \t)]{0,9}:""",
    re.VERBOSE,
)
_BEFORE_CODE = re.compile(rb'[ \t]*(?:"source": ?)?"')  # of a line in a notebook's JSON
_NO_STATEMENT = (
    b" ",
    b"\t",
    b"\r",
    b"\n",
    b"#",
    b",",
    b"",
)  # how lines begin that end no block; a text of the JSON leaves a comma


def may_import(names: Iterable[str], data: bytes) -> bool:
    """Whether a script or notebook seems to import one of some packages, in whichever way and place.

    What stands under ``if __name__ == "__main__":``, which is never run, does not count.
    """
    wanted = [name.encode() for name in names]
    if not any(name in data for name in wanted):
        return False
    if len(data) > LARGEST:
        return True
    lines = _lines(data)
    return any(_imports(name, lines) for name in wanted)


def _imports(name: bytes, lines: bytes) -> bool:
    place = 0
    for _ in range(MOST_LINES):
        found = lines.find(name, place)
        if found < 0:
            return False
        start, end = lines.rfind(b"\n", 0, found) + 1, lines.find(b"\n", found)
        line = lines[start : end if end >= 0 else None]
        if b"#" not in line[: found - start] and _IMPORTS.search(line) and not _is_guarded(lines, start):
            return True
        if end < 0:
            return False
        place = end  # the rest of this line has been looked at
    return True


def _lines(data: bytes) -> bytes:
    """The lines of the code, and of a notebook's other texts; one that goes on after a backslash is one with the next."""
    if _is_notebook(data):  # in JSON a cell is one text, or a text for each line
        return data.replace(b"\\n", b"\n").replace(b"\\t", b"\t").replace(b'\\"', b'"')
    return data.replace(b"\\\r\n", b" ").replace(b"\\\n", b" ")


def _is_notebook(data: bytes) -> bool:
    return data[:80].lstrip()[:1] == b"{"


def _is_guarded(lines: bytes, start: int) -> bool:
    """Whether the line that begins at ``start`` is a part of the guard: the statement that it belongs to begins as one."""
    notebook = _is_notebook(lines)
    for _ in range(MOST_LINES):
        code = start
        if notebook and (quote := _BEFORE_CODE.match(lines, start)):
            code = quote.end()
        if lines[code : code + 1] not in _NO_STATEMENT:
            return _GUARD.match(lines, code) is not None
        if start == 0:
            return False
        start = lines.rfind(b"\n", 0, start - 1) + 1
    return False
