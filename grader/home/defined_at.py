"""In which line of a student's file a name is defined: found by the look of the line alone, since the file may not parse."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from grader.errors import UnreadableWork
from grader.source.notebook import cells
from grader.source.text import decode

if TYPE_CHECKING:
    from collections.abc import Collection

    from grader.source.text import Kind

_DEFINED = re.compile(
    r"^[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)[^\n]*|^(\w+)[ \t]*(?::[^=\n]{0,200})?=(?!=)[^\n]*", re.MULTILINE
)


def lines_of(data: bytes, kind: Kind, names: Collection[str]) -> dict[str, int]:
    """The line (from 1) of the last definition of each name, as an editor shows the file; names without one are left out.

    In a notebook it is the line of its JSON. A file that can't be read has none.
    """
    try:
        text = decode(data, kind)
        if kind == "script":
            return {name: _line(text, start) for name, (start, _) in _definitions(text, names).items()}
        found: dict[str, int] = {}
        for cell in cells(text).found:
            if cell.kind == "code":
                for name, (_, line) in _definitions(cell.text, names).items():
                    at = text.rfind(json.dumps(line, ensure_ascii=False)[1:-1])
                    if at >= 0:
                        found[name] = _line(text, at)
        return found
    except UnreadableWork:
        return {}


def _definitions(text: str, names: Collection[str]) -> dict[str, tuple[int, str]]:
    """The last definition of each name: where it begins in the text, and its first line."""
    found = {}
    for match in _DEFINED.finditer(text):
        name = match[1] or match[2]
        if name in names:
            found[name] = (match.start(), match[0])
    return found


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
