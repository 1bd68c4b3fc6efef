"""What is left of the stub beside the work: copies that replace nothing, a raise above finished code; and names defined twice."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.source.statements import own_digest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from grader.source.read_source import Source
    from grader.source.statements import Broken, Statement

_MOST = 20  # places of one name that are listed
PlaceInFile = tuple[int | None, int]
"""A cell (from 0, None in a script) and a line in it."""


def without_copies(source: Source, stub: Mapping[str, Collection[str]]) -> Source:
    """Return a file without those definitions that equal the stub's (``stub`` has their digests) and stand below others.

    What stands below a definition that does not parse goes as well: the student wrote that one in its place.
    """
    if not stub:
        return source
    own: set[str] = set()
    kept: list[Statement] = []
    broken = sorted(source.broken, key=_place)
    for statement in source.statements:
        while broken and _place(broken[0]) < _place(statement):
            own.update(broken.pop(0).binds)
        graded = [name for name in statement.binds if name in stub]
        made = own_digest(statement) if graded else ""
        copies = [name for name in graded if made in stub[name]]
        if not copies:
            own.update(graded)
        if not copies or len(copies) < len(statement.binds) or not own.issuperset(copies):
            kept.append(statement)
    return replace(source, statements=tuple(kept))


def defined_again(
    source: Source, names: Collection[str], stub: Mapping[str, Collection[str]]
) -> list[tuple[str, tuple[PlaceInFile, ...]]]:
    """Return each of ``names`` that a file defines in different ways, with the cell and line of each way, in order.

    The stub's own way, which ``stub`` has the digests of, does not count.
    """
    places: dict[str, dict[str, PlaceInFile]] = {}
    for statement in source.statements:
        for name in statement.binds:
            if name in names and _defines(statement.node, name):
                made = own_digest(statement)
                if made in stub.get(name, ()):
                    continue
                found = places.setdefault(name, {})
                found.pop(made, None)  # the same once more: the last place counts
                found[made] = (statement.cell, statement.line)
    return [(name, tuple(found.values())[-_MOST:]) for name, found in places.items() if len(found) > 1]


def left_above(source: Source, names: Collection[str]) -> list[tuple[str, int | None, int]]:
    """Return each of ``names`` whose function raises NotImplementedError above other statements, with the cell and line of it."""
    found: dict[str, tuple[str, int | None, int]] = {}
    for statement in source.statements:
        node = statement.node
        if isinstance(node, ast.FunctionDef) and node.name in names:
            found.pop(node.name, None)  # the last definition counts
            line = next((each.lineno for each in node.body[:-1] if _is_not_done(each)), None)
            if line is not None:
                found[node.name] = (node.name, statement.cell, line)
    return list(found.values())


def _is_not_done(node: ast.stmt) -> bool:
    raised = node.exc if isinstance(node, ast.Raise) else None
    kind = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(kind, ast.Name) and kind.id == "NotImplementedError"


def _defines(node: ast.stmt, name: str) -> bool:
    """Return whether a statement gives a name its own value: a definition, or an assignment that does not build on it."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return node.name == name
    if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
        return False
    return not any(isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(node.value))


def _place(part: Statement | Broken) -> tuple[int, int]:
    return (-1 if part.cell is None else part.cell, part.line)
