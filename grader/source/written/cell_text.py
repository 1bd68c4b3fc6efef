"""Tells whether a notebook's code cell holds text rather than code, and which."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from grader.source.written.answer_dict import NAME, literal
from grader.source.written.written_text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

_IN_CODE = "it stands in a code cell, and may not be meant as the answer"
_CODE = re.compile(
    r"^\s*(?:import|from|def|class|for|while|if|with|print\s*\(|return|%|!)|[=(]\s*$|^\s*\w+\s*=", re.MULTILINE
)


def text_of(code: str, statements: Sequence[ast.stmt], broken: bool) -> Text | None:
    """Return the text that a code cell holds; None if it holds code, or gives answers by name."""
    if NAME in code or not any(map(str.isalnum, code)):
        return None
    if broken:
        return Text(_uncommented(code), not _CODE.search(code), _IN_CODE) if not statements else None
    if not statements:
        return Text(_uncommented(code))
    parts = [_said(statement) for statement in statements]
    if any(part is None for part in parts):
        return None
    texts = [part for part in parts if part is not None]
    return Text("\n".join(part.text for part in texts), all(part.certain for part in texts), _IN_CODE)


def _said(node: ast.stmt) -> Text | None:
    """Return the text that a statement is: a string for certain, a bare name, a print or a string given to a name not."""
    if isinstance(node, ast.Assign):
        text = literal(node.value)
        return None if text is None else Text(text, False)
    if not isinstance(node, ast.Expr):
        return None
    value = node.value
    text = literal(value)
    if text is not None:
        return Text(text)
    if isinstance(value, ast.Name):
        return Text(value.id, False)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print":
        said = [literal(argument) for argument in value.args]
        return Text(" ".join(part for part in said if part), False) if said and all(said) else None
    return None


def _uncommented(code: str) -> str:
    return "\n".join(line.strip().lstrip("#").strip() for line in code.split("\n"))
