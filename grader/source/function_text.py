"""The text of a file's functions, in one form for all files: without comments, docstrings and the author's own line breaks."""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from grader.source.read_source import Source

MOST_NODES = 3_000  # of a syntax tree; a function of an exercise has some hundred at most


def function_texts(source: Source, names: Collection[str], longest: int) -> dict[str, str]:
    """Return the text of each of ``names`` that the file defines by ``def`` or as a lambda; the last definition counts.

    A text of more than ``longest`` characters is left out. Comments go since they may say who wrote them.
    """
    found: dict[str, ast.stmt] = {}
    for statement in source.statements:
        node = statement.node
        if isinstance(node, ast.FunctionDef) or (isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda)):
            found.update((name, node) for name in statement.binds if name in names)
        else:  # it gives the name something else
            for name in statement.binds:
                found.pop(name, None)
    texts = {name: _text(node) for name, node in found.items()}
    return {name: text for name, text in texts.items() if text and len(text) <= longest}


def _text(node: ast.stmt) -> str:
    """The text of a definition; empty if it is very large, or Python can't write it down again."""
    if _is_large(node):
        return ""
    if isinstance(node, ast.FunctionDef) and ast.get_docstring(node, clean=False) is not None:
        node = copy.copy(node)
        node.body = node.body[1:] or [ast.Pass()]
    try:
        return ast.unparse(node)
    except (ValueError, RecursionError):  # of f-strings that hold quotes of all kinds, and of deep nesting
        return ""


def _is_large(node: ast.AST) -> bool:
    stack, count = [node], 0
    while stack:
        count += 1
        if count > MOST_NODES:
            return True
        stack.extend(ast.iter_child_nodes(stack.pop()))
    return False
