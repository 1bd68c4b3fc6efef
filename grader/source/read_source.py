"""A submission's text, taken apart into statements; nothing of it is run here.

This runs in the worker, on hostile text, before any of the student's code: whatever the bytes are, the only error is
UnreadableWork.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from grader.errors import UnreadableWork
from grader.source import parsing
from grader.source.conflicts import UNRESOLVED
from grader.source.contents import Contents
from grader.source.exported import Silent, uncommented, unwrapped
from grader.source.magics import cell_code
from grader.source.notebook import cells
from grader.source.statements import Broken, Statement, own_digest, split
from grader.source.text import Kind, decode, display
from grader.source.written.sections import ELSEWHERE, find_answers

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

__all__ = [
    "Broken",
    "Contents",
    "Kind",
    "Part",
    "Source",
    "Statement",
    "bound_names",
    "definitions",
    "describe",
    "describe_source",
    "read_source",
]

MAX_DIGESTS = 50  # of one name


@dataclass(frozen=True, slots=True)
class Part:
    """A cell (counted from 0 over all of the notebook), or a whole script: its text and, for code, what that parses to.

    A ``silent`` one is a code cell whose magic runs no Python.
    """

    kind: Literal["code", "markdown", "raw", "silent"]
    cell: int | None
    text: str
    body: tuple[ast.stmt, ...] = ()
    pieces: tuple[parsing.Piece, ...] = ()
    silent: tuple[Silent, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A script or notebook, read: what runs, what does not parse, and all its parts."""

    kind: Kind
    name: str
    statements: tuple[Statement, ...]
    broken: tuple[Broken, ...]
    parts: tuple[Part, ...]
    cells: int


def read_source(data: bytes, kind: Kind, name: str) -> Source:
    """Take a script's or notebook's bytes apart; raises UnreadableWork, with the reason for the student."""
    try:
        text = decode(data, kind)
        return _script(text, name) if kind == "script" else _notebook(text, name)
    except (RecursionError, MemoryError):
        raise UnreadableWork(f"the {kind} is too large or too deeply nested to be read") from None


def _script(text: str, name: str) -> Source:
    text, silent = uncommented(text)
    part = _code(None, text, parsing.ParsingBudget.of(len(text)), silent)
    statements = split(part.body, display(name), None, text)
    return Source("script", name, tuple(statements), tuple(_broken(part)), (part,), 0)


def _notebook(text: str, name: str) -> Source:
    found, count, merge = cells(text)
    budget = parsing.ParsingBudget.of(sum(len(cell.text) for cell in found if cell.kind == "code"))
    statements: list[Statement] = []
    parts: list[Part] = []
    for cell in found:
        code = cell_code(cell.text) if cell.kind == "code" else None
        if code is None:
            parts.append(Part("silent" if cell.kind == "code" else cell.kind, cell.index, cell.text))
            continue
        part = _code(cell.index, code, budget, [])
        parts.append(part)
        statements.extend(split(part.body, f"cell {cell.index + 1}", cell.index, code))
    broken = [piece for part in parts for piece in _broken(part)]
    if merge is not None:
        broken.insert(0, Broken(None, merge, merge, f"line {merge}: {UNRESOLVED}", (), "conflict"))
    return Source("notebook", name, tuple(statements), tuple(broken), tuple(parts), count)


def _code(cell: int | None, text: str, budget: parsing.ParsingBudget, silent: list[Silent]) -> Part:
    body, pieces = parsing.read(text, budget, cell=cell is not None)
    if "get_ipython" in text:
        body, more, written = unwrapped(body, budget)
        pieces, silent = [*pieces, *more], [*silent, *written]
    return Part("code", cell, text, tuple(body), tuple(pieces), tuple(silent))


def _broken(part: Part) -> Iterable[Broken]:
    return (
        Broken(part.cell, piece.line, piece.end_line, piece.message, piece.binds, piece.cause) for piece in part.pieces
    )


def definitions(source: Source, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return, for each wanted name that top-level statements bind, their digests in order, each once.

    Positions, comments and docstrings make no difference; a name that no statement binds is left out.
    """
    wanted = frozenset(names)
    found: dict[str, dict[str, None]] = {}
    for statement in source.statements:
        for name in wanted.intersection(statement.binds):
            found.setdefault(name, {})[own_digest(statement)] = None
    return {name: tuple(digests)[-MAX_DIGESTS:] for name, digests in found.items()}


def answered(source: Source, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return, for each question that has a place in a file, the digests of the texts there; layout makes no difference.

    Where none has a place, the texts that stand in the file are under ``""``: they may be answers all the same.
    """
    wanted = tuple(dict.fromkeys(ids))
    answers = find_answers(source, wanted)
    placed = answers.sections.keys() | answers.given.keys()
    found: dict[str, tuple[str, ...]] = {}
    for name in wanted if placed != {ELSEWHERE} else (ELSEWHERE,):
        squeezed = (" ".join(text.split()) for text in answers.texts(name))
        texts = dict.fromkeys(text for text in squeezed if any(map(str.isalnum, text)))
        if texts or name in placed - {ELSEWHERE}:
            digests = (hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts)
            found[name] = tuple(digests)[-MAX_DIGESTS:]
    return found


def bound_names(source: Source) -> frozenset[str]:
    """Return all names that the file's statements would bind at module level; ``"*"`` stands for a star import."""
    return frozenset(name for statement in source.statements for name in statement.binds)


def describe(data: bytes, kind: Kind, name: str, names: Iterable[str], questions: Iterable[str] = ()) -> Contents:
    """Return what a file holds of the wanted names and questions; takes any bytes."""
    try:
        return describe_source(read_source(data, kind, name), names, questions)
    except UnreadableWork as error:
        reason = str(error)
    except (RecursionError, MemoryError):
        reason = f"the {kind} is too large or too deeply nested to be read"
    return Contents(unreadable=reason)


def describe_source(source: Source, names: Iterable[str], questions: Iterable[str] = ()) -> Contents:
    """Return what ``describe`` gives, for a file that is already read."""
    wanted = frozenset(names)
    broken = {name for piece in source.broken for name in piece.binds}
    asked = sorted(set(questions))
    return Contents(
        definitions=definitions(source, sorted(wanted)),
        bound=wanted & bound_names(source),
        broken=wanted & broken,
        answers=answered(source, asked) if asked else {},
    )
