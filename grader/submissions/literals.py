"""Values that a submission writes down, read from its text: nothing is run, and what would have to be computed is not read."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.submissions.source import Source


def literals(source: Source, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """For each name that a statement binds, its last value: ``literal`` (whether it is one), ``value``, ``cell`` and ``line``."""
    found: dict[str, dict[str, Any]] = {}
    wanted = set(names)
    for statement in source.statements:
        for name in wanted.intersection(statement.binds):
            known, value = _literal(statement.node, name)
            found[name] = {"literal": known, "value": value, "cell": statement.cell, "line": statement.line}
    return found


def _literal(node: ast.stmt, name: str) -> tuple[bool, Any]:
    if isinstance(node, ast.AnnAssign):
        targets: list[ast.expr] = [node.target]
    else:
        targets = node.targets if isinstance(node, ast.Assign) else []
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return False, None
    if not any(isinstance(target, ast.Name) and target.id == name for target in targets):
        return False, None
    try:
        return True, ast.literal_eval(node.value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False, None
