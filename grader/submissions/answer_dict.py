"""Reads what the module-level dict ``ANSWERS`` is given, from syntax trees: literals for certain, all else as it seems."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

NAME = "ANSWERS"
_DEEP = 10_000  # nodes of one expression that are looked at
_NOT_LITERAL = "it is not plain text in the file, but made when the file runs"
_NESTED = "it is assigned where it can't be told whether it runs"
_BROKEN = "the lines around it are no valid Python"


@dataclass(frozen=True, slots=True)
class Given:
    """A text and whether it is for certain what is meant; if not, ``why``."""

    text: str
    certain: bool = True
    why: str = ""


def read_dict(
    statements: Sequence[ast.stmt], broken: Sequence[str], ids: Collection[str], before: Mapping[str, Given]
) -> tuple[dict[str, Given], bool]:
    """Return what each of ``ids`` is given after some statements, and whether more may be given that can't be read."""
    texts = dict(before)
    loose = False
    for statement in statements:
        loose = _statement(statement, ids, texts) or loose
    for text in broken:
        for name, part in _quoted_parts(text, ids):
            texts[name] = Given(part, False, _BROKEN)
    return texts, loose


def literal(node: ast.expr) -> str | None:
    """Return the text that an expression is, if it is strings side by side or joined with ``+``; else None."""
    parts: list[str] = []
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, ast.Constant) and isinstance(item.value, str):
            parts.append(item.value)
        elif isinstance(item, ast.BinOp) and isinstance(item.op, ast.Add):
            stack += [item.right, item.left]
        else:
            return None
    return "".join(parts)


def given(node: ast.expr) -> Given:
    """Return the text of an expression; of one that is no literal, the words that stand in it."""
    text = literal(node)
    if text is not None:
        return Given(text)
    if isinstance(node, ast.Constant) and node.value in (None, Ellipsis):
        return Given("")
    return Given(" ".join(_words_in(node)), False, _NOT_LITERAL)


def _words_in(node: ast.AST) -> Iterator[str]:
    stack: list[ast.AST] = [node]
    seen = 0
    while stack and seen < _DEEP:
        item = stack.pop()
        seen += 1
        if isinstance(item, ast.Constant) and not isinstance(item.value, (bytes, int, float, complex)):
            yield str(item.value)
        elif isinstance(item, ast.Name):
            yield item.id
        stack.extend(reversed(list(ast.iter_child_nodes(item))))


def _statement(node: ast.stmt, ids: Collection[str], texts: dict[str, Given]) -> bool:
    """Note what one top-level statement gives; return whether it may give more."""
    if isinstance(node, ast.Assign):
        return sum(_assigned(target, node.value, ids, texts) for target in node.targets) > 0
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return _assigned(node.target, node.value, ids, texts)
    return _elsewhere(node, ids, texts)


def _assigned(target: ast.expr, value: ast.expr, ids: Collection[str], texts: dict[str, Given]) -> bool:
    if isinstance(target, ast.Name) and target.id == NAME:
        if isinstance(value, ast.Dict):
            texts.clear()
            return _items(value, ids, texts, certain=True)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "dict":
            texts.clear()
            return _call(value, ids, texts)
        return True
    if isinstance(target, ast.Subscript) and _is_answers(target.value):
        key = target.slice
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            return True
        if key.value in ids:
            texts[key.value] = given(value)
        return False
    return _is_answers(value)  # another name for it, through which anything may be given


def _items(value: ast.Dict, ids: Collection[str], texts: dict[str, Given], *, certain: bool) -> bool:
    loose = False
    for key, item in zip(value.keys, value.values, strict=True):
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            loose = True
        elif key.value in ids:
            found = given(item)
            texts[key.value] = found if certain else Given(found.text, False, found.why or _NOT_LITERAL)
    return loose


def _call(value: ast.Call, ids: Collection[str], texts: dict[str, Given]) -> bool:
    """Note what ``dict(...)`` or ``ANSWERS.update(...)`` is given."""
    loose = False
    for argument in value.args:
        loose = _items(argument, ids, texts, certain=False) or loose if isinstance(argument, ast.Dict) else True
    for keyword in value.keywords:
        if keyword.arg is None:
            loose = True
        elif keyword.arg in ids:
            texts[keyword.arg] = Given(given(keyword.value).text, False, _NOT_LITERAL)
    return loose


def _elsewhere(node: ast.stmt, ids: Collection[str], texts: dict[str, Given]) -> bool:
    """Note what is given by anything but a plain assignment: ``+=``, ``update``, in an ``if`` or a loop."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return False
    loose = False
    stack: list[ast.AST] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, ast.AugAssign) and isinstance(item.target, (ast.Name, ast.Subscript)):
            loose = _added(item, ids, texts) or loose
        elif isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute) and _is_answers(item.func.value):
            if item.func.attr in ("update", "setdefault", "pop", "clear", "popitem", "__setitem__"):
                loose = _call(item, ids, texts) or loose
        elif isinstance(item, ast.Assign):
            loose = _nested(item, ids, texts) or loose
        stack.extend(reversed(list(ast.iter_child_nodes(item))))
    return loose


def _added(node: ast.AugAssign, ids: Collection[str], texts: dict[str, Given]) -> bool:
    target = node.target
    if isinstance(target, ast.Name):
        if target.id != NAME:
            return False
        return _items(node.value, ids, texts, certain=False) if isinstance(node.value, ast.Dict) else True
    if not (isinstance(target, ast.Subscript) and _is_answers(target.value)):
        return False
    key = target.slice
    if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
        return True
    if key.value in ids:
        old = texts.get(key.value, Given(""))
        texts[key.value] = Given(old.text + given(node.value).text, False, _NOT_LITERAL)
    return False


def _nested(node: ast.Assign, ids: Collection[str], texts: dict[str, Given]) -> bool:
    inner: dict[str, Given] = {}
    loose = sum(_assigned(target, node.value, ids, inner) for target in node.targets) > 0
    for name, found in inner.items():
        texts[name] = Given(found.text, False, found.why or _NESTED)
    return loose


def _is_answers(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == NAME


def _quoted_parts(text: str, ids: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each question that lines without a syntax tree name, with what follows up to the next one."""
    if not ids:
        return
    wanted = re.compile(rf"""["']({"|".join(map(re.escape, ids))})["']\s*\]?\s*[:=]?""")
    found = list(wanted.finditer(text))
    for match, after in zip(found, [*found[1:], None], strict=False):
        yield match[1], text[match.end() : after.start() if after else len(text)].strip(" \n,{}[]\"'=()")
