"""A submission's text, taken apart into statements; nothing of it is run here.

This runs in the worker, on hostile text, before any of the student's code: whatever the bytes are, the only error is
UnreadableWork.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.errors import UnreadableWork
from grader.submissions import parsing
from grader.submissions.answers import answer_names, answered, headings
from grader.submissions.contents import Contents
from grader.submissions.magics import cell_code
from grader.submissions.names import display
from grader.submissions.notebook import cells
from grader.submissions.statements import Broken, Statement, digest, split
from grader.submissions.text import Kind, decode

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Broken",
    "Contents",
    "Kind",
    "Markdown",
    "Source",
    "Statement",
    "bound_names",
    "definitions",
    "describe",
    "describe_source",
    "read_source",
]


@dataclass(frozen=True, slots=True)
class Markdown:
    """The text of a markdown cell; ``cell`` counts from 0 over all cells of the notebook."""

    cell: int
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """A script or notebook, read: what runs, what does not parse, and (in a notebook) what is written around it."""

    kind: Kind
    name: str
    statements: tuple[Statement, ...]
    broken: tuple[Broken, ...]
    markdown: tuple[Markdown, ...]
    cells: int


def read_source(data: bytes, kind: Kind, name: str) -> Source:
    """Take a script's or notebook's bytes apart; raises UnreadableWork, with the reason for the student."""
    try:
        text = decode(data, kind)
        return _script(text, name) if kind == "script" else _notebook(text, name)
    except (RecursionError, MemoryError):
        raise UnreadableWork(f"the {kind} is too large or too deeply nested to be read") from None


def _script(text: str, name: str) -> Source:
    body, pieces = parsing.read(text, parsing.Budget.of(len(text)), cell=False)
    return Source("script", name, tuple(split(body, display(name), None, text)), tuple(_broken(pieces, None)), (), 0)


def _notebook(text: str, name: str) -> Source:
    found, count = cells(text)
    budget = parsing.Budget.of(sum(len(cell.text) for cell in found if cell.kind == "code"))
    statements: list[Statement] = []
    broken: list[Broken] = []
    for cell in found:
        code = cell_code(cell.text) if cell.kind == "code" else None
        if code is None:
            continue
        body, pieces = parsing.read(code, budget, cell=True)
        statements.extend(split(body, f"cell {cell.index + 1}", cell.index, code))
        broken.extend(_broken(pieces, cell.index))
    markdown = tuple(Markdown(cell.index, cell.text) for cell in found if cell.kind == "markdown")
    return Source("notebook", name, tuple(statements), tuple(broken), markdown, count)


def _broken(pieces: Iterable[parsing.Piece], cell: int | None) -> Iterable[Broken]:
    return (Broken(cell, piece.line, piece.end_line, piece.message, piece.binds) for piece in pieces)


def definitions(source: Source, names: Iterable[str]) -> dict[str, str]:
    """Return, for each wanted name that a top-level statement binds, the digest of the last one that does.

    A name that no statement binds, but a written answer belongs to, has the digest of that answer's text. Positions,
    comments and docstrings make no difference; a name that nothing defines is left out.
    """
    wanted = tuple(dict.fromkeys(names))
    last = {name: statement for statement in source.statements for name in statement.binds}
    found = {name: digest(last[name].node) for name in wanted if name in last}
    for name, text in answered(source, wanted).items():
        found.setdefault(name, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
    return found


def bound_names(source: Source) -> frozenset[str]:
    """Return all names that the file's statements would bind at module level; ``"*"`` stands for a star import."""
    return frozenset(name for statement in source.statements for name in statement.binds)


def describe(data: bytes, kind: Kind, name: str, names: Iterable[str]) -> dict[str, object]:
    """Return what a file holds of the wanted names, as plain data for ``Contents.from_plain``; takes any bytes."""
    try:
        return describe_source(read_source(data, kind, name), names)
    except UnreadableWork as error:
        reason = str(error)
    except (RecursionError, MemoryError):
        reason = f"the {kind} is too large or too deeply nested to be read"
    return {"unreadable": reason, "definitions": {}, "bound": [], "broken": [], "headings": [], "answers": []}


def describe_source(source: Source, names: Iterable[str]) -> dict[str, object]:
    """Return what ``describe`` gives, for a file that is read already."""
    wanted = sorted(set(names))
    bound = bound_names(source)
    broken = {name for piece in source.broken for name in piece.binds}
    titles = {title for title, _ in headings(source)}
    answers = answer_names(source)
    return {
        "unreadable": None,
        "definitions": definitions(source, wanted),
        "bound": [name for name in wanted if name in bound],
        "broken": [name for name in wanted if name in broken],
        "headings": [name for name in wanted if name in titles],
        "answers": [name for name in wanted if name in answers],
    }
