"""Where a file holds graded names in code that is not run: raw cells, text cells, cells whose magic runs no Python."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING

from grader.source.statements import own_digest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from grader.source.read_source import Source

_MOST = 50
_NAMED = re.compile(r"^(?:(?:async[ \t]+def|def|class)[ \t]+(\w+)|([^\W\d]\w*)[ \t]*=(?!=))", re.MULTILINE)
# In a text cell a formula looks like an assignment, so only what no formula begins with is taken for one.
_NAMED_IN_TEXT = re.compile(
    r"^(?:(?:async[ \t]+def|def|class)[ \t]+(\w+)|([^\W\d]\w*)[ \t]*=[ \t]*(?:lambda\b|\{|dict\())", re.MULTILINE
)
_MAGIC = re.compile(r"\s*(%%\w+)")


class UnrunKind(enum.StrEnum):
    """Why code is not run."""

    RAW = "raw"  # it stands in a raw cell
    TEXT = "text"  # it stands in a text cell
    MAGIC = "magic"  # its cell's magic runs no Python


def unrun(
    source: Source, names: Collection[str], stub: Mapping[str, Collection[str]]
) -> list[tuple[int | None, int, str, str, tuple[str, ...], tuple[str, ...]]]:
    """Return each such place: its cell and line, its kind, its magic, and which names stand only there or elsewhere as well.

    Elsewhere is where a statement of the file defines the name otherwise than the stub (``stub`` has its digests).
    """
    wanted = frozenset(names)
    own = {
        name
        for statement in source.statements
        for name in wanted.intersection(statement.binds)
        if own_digest(statement) not in stub.get(name, ())
    }
    found: list[tuple[int | None, int, str, str, tuple[str, ...], tuple[str, ...]]] = []
    for cell, line, kind, magic, text in _places(source):
        pattern = _NAMED_IN_TEXT if kind is UnrunKind.TEXT else _NAMED
        held = dict.fromkeys(match[1] or match[2] for match in pattern.finditer(text))
        graded = [name for name in held if name in wanted]
        if graded:
            alone, also = (tuple(n for n in graded if (n in own) is elsewhere) for elsewhere in (False, True))
            found.append((cell, line, kind.value, magic, alone, also))
    return found[:_MOST]


def _places(source: Source) -> Iterator[tuple[int | None, int, UnrunKind, str, str]]:
    for part in source.parts:
        if part.kind == "raw":
            yield part.cell, 1, UnrunKind.RAW, "", part.text
        elif part.kind == "markdown":
            yield part.cell, 1, UnrunKind.TEXT, "", part.text
        elif part.kind == "silent":
            yield part.cell, 1, UnrunKind.MAGIC, _magic(part.text), part.text
        for silent in part.silent:
            yield part.cell, silent.line, UnrunKind.MAGIC, _magic(silent.text), silent.text


def _magic(text: str) -> str:
    found = _MAGIC.match(text)
    return found[1] if found else ""
