"""Reads what the module-level dict ``ANSWERS`` is given, from syntax trees: literals for certain, all else as it seems."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from grader.source.written.written_text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

NAME = "ANSWERS"
_DEEP = 10_000  # nodes of one expression that are looked at
_NOT_LITERAL = "it is not plain text, but put together by code (an f-string, a variable, a call or the like)"
_NESTED = "it is assigned where it can't be told whether it runs"
_BROKEN = "the lines around it are not valid Python"
_NUMBER = re.compile(r"(?:(?:q|question|todo|task)?\s*\d+\s*[.:)\u2013-]*\s*)?(.*?)\s*(?:\(.*\))?[.:]?$", re.IGNORECASE)


Texts = dict[str, list[Text]]
"""For each question what it is given, in order: the last counts, unless it is what the stub says."""


def read_dict(statements: Sequence[ast.stmt], broken: Sequence[str], ids: Collection[str], texts: Texts) -> bool:
    """Add to ``texts`` what each of ``ids`` is given by some statements; return whether more may be given than can be read."""
    known = {key_of(name): name for name in ids} | {name: name for name in ids}
    loose = False
    for statement in statements:
        loose = _statement(statement, known, texts) or loose
    for text in broken:
        for name, part in _quoted_parts(text, ids):
            texts.setdefault(name, []).append(Text(part, False, _BROKEN))
    return loose


def key_of(title: str) -> str:
    """Give a title as it is compared if nothing fits exactly: "4. Memory gate (1 point)" is memory_gate."""
    match = _NUMBER.match(title[:200].strip())
    bare = match[1] if match else title
    return re.sub(r"[\s_-]+", "_", bare.strip("`*\"' ")).casefold()


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


def said(node: ast.expr) -> Text:
    """Return the text of an expression; if it is not a literal, the words in it."""
    text = literal(node)
    if text is not None:
        return Text(text)
    if isinstance(node, ast.Constant) and node.value in (None, Ellipsis):
        return Text("")
    return Text(" ".join(_words_in(node)), False, _NOT_LITERAL)


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


def _statement(node: ast.stmt, known: Mapping[str, str], texts: Texts) -> bool:
    """Note what one top-level statement gives; return whether it may give more."""
    if isinstance(node, ast.Assign):
        return sum(_assigned(target, node.value, known, texts) for target in node.targets) > 0
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return _assigned(node.target, node.value, known, texts)
    return _elsewhere(node, known, texts)


def _assigned(target: ast.expr, value: ast.expr, known: Mapping[str, str], texts: Texts) -> bool:
    if isinstance(target, ast.Name) and target.id == NAME:
        if isinstance(value, ast.Dict):
            if value.keys:  # an empty one is the stub's, and takes nothing away
                texts.clear()
            return _items(value, known, texts)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "dict":
            if value.args or value.keywords:
                texts.clear()
            return _call(value, known, texts)
        return True
    if isinstance(target, ast.Name):
        return _under_another_name(target.id, value, known, texts) or _is_answers(value)
    if isinstance(target, ast.Subscript) and _is_answers(target.value):
        name = _question(target.slice, known)
        if name:
            _put(texts, name, said(value))
        return not name
    return _is_answers(value)  # another name for it, through which anything may be given


def _under_another_name(name: str, value: ast.expr, known: Mapping[str, str], texts: Texts) -> bool:
    """Note answers in a dict of another name, or given to a name that is a question's."""
    why = f"it stands in {name[:40]}, not in {NAME}"
    if name in known.values():
        _put(texts, name, Text(said(value).text, False, why))
    elif isinstance(value, ast.Dict) and any(_question(key, known) for key in value.keys):
        inner: Texts = {}
        loose = _items(value, known, inner)
        for question, found in inner.items():
            _put(texts, question, Text(found[-1].text, False, why))
        return loose
    return False


def _question(key: ast.expr | None, known: Mapping[str, str]) -> str:
    """Return the question that a key names, also written a little differently; "" for none."""
    if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
        return ""
    return known.get(key.value) or known.get(key_of(key.value)) or ""


def _put(texts: Texts, name: str, found: Text) -> None:
    texts.setdefault(name, []).append(found)


def _items(value: ast.Dict, known: Mapping[str, str], texts: Texts, *, certain: bool = True) -> bool:
    loose = False
    for key, item in zip(value.keys, value.values, strict=True):
        name = _question(key, known)
        if name:
            found = said(item)
            _put(texts, name, found if certain else Text(found.text, False, found.why or _NOT_LITERAL))
        loose = loose or not name
    return loose


def _call(value: ast.Call, known: Mapping[str, str], texts: Texts) -> bool:
    """Note what ``dict(...)`` or ``ANSWERS.update(...)`` is given."""
    loose = False
    for argument in value.args:
        known_keys = isinstance(argument, ast.Dict) and not _items(argument, known, texts, certain=False)
        loose = loose or not known_keys
    for keyword in value.keywords:
        name = known.get(keyword.arg or "")
        if name:
            _put(texts, name, Text(said(keyword.value).text, False, _NOT_LITERAL))
        loose = loose or not name
    return loose


def _elsewhere(node: ast.stmt, known: Mapping[str, str], texts: Texts) -> bool:
    """Note what is given by anything but a plain assignment: ``+=``, ``update``, in an ``if`` or a loop."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return False
    loose = False
    stack: list[ast.AST] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, ast.AugAssign) and isinstance(item.target, (ast.Name, ast.Subscript)):
            loose = _added(item, known, texts) or loose
        elif isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute) and _is_answers(item.func.value):
            if item.func.attr in ("update", "setdefault", "pop", "clear", "popitem", "__setitem__"):
                loose = _call(item, known, texts) or loose
        elif isinstance(item, ast.Assign):
            loose = _nested(item, known, texts) or loose
        stack.extend(reversed(list(ast.iter_child_nodes(item))))
    return loose


def _added(node: ast.AugAssign, known: Mapping[str, str], texts: Texts) -> bool:
    target = node.target
    if isinstance(target, ast.Name):
        if target.id != NAME:
            return False
        return _items(node.value, known, texts, certain=False) if isinstance(node.value, ast.Dict) else True
    if not (isinstance(target, ast.Subscript) and _is_answers(target.value)):
        return False
    name = _question(target.slice, known)
    if name:
        old = texts.get(name, [Text("")])[-1]
        _put(texts, name, Text(old.text + said(node.value).text, False, _NOT_LITERAL))
    return not name


def _nested(node: ast.Assign, known: Mapping[str, str], texts: Texts) -> bool:
    inner: Texts = {}
    loose = sum(_assigned(target, node.value, known, inner) for target in node.targets) > 0
    for name, found in inner.items():
        _put(texts, name, Text(found[-1].text, False, found[-1].why or _NESTED))
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
