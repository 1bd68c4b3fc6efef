"""Values that a submission writes down, read from its text: nothing is run, and what would have to be computed is not read.

A literal may hold numbers joined by ``+ - * /`` and ``dict(...)``; a dict may be filled item by item, by ``update`` or ``|=``.
"""

from __future__ import annotations

import ast
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.source.statements import is_main_guard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from grader.source.read_source import Source
    from grader.source.statements import Statement

MAX_BITS = 4096  # of a whole number that a product gives
_SIGNS: dict[type[ast.unaryop], Callable[[Any], Any]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}
_JOINS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_NOT_RUN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class _NotWrittenError(ValueError):
    """What would have to be computed."""


@dataclass(slots=True)
class _Written:
    """What the statements so far have given one name."""

    known: bool = True
    value: Any = None
    statement: Statement | None = None


@dataclass(frozen=True, slots=True)
class LastGiven:
    """What a text gives a name in the end, and where it last did; with ``known`` false it would have to be computed."""

    known: bool
    value: Any
    cell: int | None
    line: int


def literals(source: Source, names: Iterable[str]) -> dict[str, LastGiven]:
    """What each name is given, if it is given a value.

    None after an earlier value, as in a copy of the stub, replaces nothing.
    """
    found = {name: _Written() for name in names}
    for statement in source.statements:
        for name, written in found.items():
            _read(statement, name, written)
    return {
        name: LastGiven(written.known, written.value, written.statement.cell, written.statement.line)
        for name, written in found.items()
        if written.statement is not None
    }


def _read(statement: Statement, name: str, written: _Written) -> None:
    """Notes what one statement gives the name."""
    node = statement.node
    try:
        if name in statement.binds:
            value = _given(node, name, written)
            if value is None and written.value is not None:
                return
            written.known, written.value = True, value
        elif not _adds(node, name, written):
            return
    except (_NotWrittenError, RecursionError, MemoryError):
        written.known, written.value = False, None
    written.statement = statement


def _given(node: ast.stmt, name: str, written: _Written) -> Any:
    """The value that a statement binds the name to; raises _NotWrittenError."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.BitOr):
        return {**_dict(written), **_as_dict(_value(node.value))}
    targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets if isinstance(node, ast.Assign) else []
    plain = any(isinstance(target, ast.Name) and target.id == name for target in targets)
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None or not plain:
        raise _NotWrittenError
    return _value(node.value)


def _adds(node: ast.stmt, name: str, written: _Written) -> bool:
    """Whether a statement that binds other names adds to this one's dict, which is done; raises _NotWrittenError."""
    if isinstance(node, ast.Assign):
        paths = [path for target in node.targets if (path := _path(target, name)) is not None]
        if paths:
            value = _value(node.value)
            for path in paths:
                _put(_dict(written), path, value)
        return bool(paths)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value
        if isinstance(call.func, ast.Attribute) and call.func.attr == "update":
            path = _path(call.func.value, name)
            if path is not None:
                _inner(_dict(written), path).update(_made(call))
                return True
    if not isinstance(node, _NOT_RUN) and not is_main_guard(node) and _stores(node, name):
        raise _NotWrittenError
    return False


def _stores(node: ast.stmt, name: str) -> bool:
    """Whether a statement that is no plain assignment gives an item of the name a value somewhere."""
    items = (item for item in ast.walk(node) if isinstance(item, ast.Subscript) and not isinstance(item.ctx, ast.Load))
    return any(_root(item) == name for item in items)


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _path(node: ast.expr, name: str) -> list[Any] | None:
    """The keys by which an expression reaches into the name's dict, the outermost first; None if it is another's."""
    if _root(node) != name:
        return None
    keys: list[Any] = []
    while isinstance(node, ast.Subscript):
        keys.insert(0, _key(node.slice))
        node = node.value
    return keys


def _dict(written: _Written) -> dict[Any, Any]:
    """The dict that items are put into; raises _NotWrittenError if the name holds anything else."""
    if not written.known:
        raise _NotWrittenError
    if written.value is None:
        written.value = {}
    return _as_dict(written.value)


def _as_dict(value: Any) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise _NotWrittenError
    return value


def _inner(value: dict[Any, Any], path: list[Any]) -> dict[Any, Any]:
    for key in path:
        if key not in value:
            raise _NotWrittenError
        value = _as_dict(value[key])
    return value


def _put(value: dict[Any, Any], path: list[Any], item: Any) -> None:
    if not path:
        raise _NotWrittenError
    _inner(value, path[:-1])[path[-1]] = item


def _value(node: ast.expr) -> Any:
    """The value of a literal; raises _NotWrittenError."""
    match node:
        case ast.Constant():
            return node.value
        case ast.List():
            return [_value(item) for item in node.elts]
        case ast.Tuple():
            return tuple(_value(item) for item in node.elts)
        case ast.Dict():
            return {_key(key): _value(item) for key, item in zip(node.keys, node.values, strict=True)}
        case ast.UnaryOp():
            return _joined(_SIGNS.get(type(node.op)), node.operand)
        case ast.BinOp():
            return _joined(_JOINS.get(type(node.op)), node.left, node.right)
        case ast.Call(func=ast.Name(id="dict")):
            return _made(node)
    raise _NotWrittenError


def _key(node: ast.expr | None) -> Any:
    """The key of an item: a text or a number."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float):
        return node.value
    raise _NotWrittenError


def _made(call: ast.Call) -> dict[Any, Any]:
    """What the arguments of ``dict(...)`` make, or those of ``update(...)``."""
    made: dict[Any, Any] = {}
    for argument in call.args:
        made |= _as_dict(_value(argument))
    for keyword in call.keywords:
        made |= {keyword.arg: _value(keyword.value)} if keyword.arg else _as_dict(_value(keyword.value))
    return made


def _joined(operation: Callable[..., Any] | None, *parts: ast.expr) -> Any:
    """What numbers joined by an operation give, or one with a sign."""
    numbers = [_value(part) for part in parts]
    if operation is None or any(type(number) not in (int, float) for number in numbers):
        raise _NotWrittenError
    try:
        result = operation(*numbers)
    except (ArithmeticError, ValueError):
        raise _NotWrittenError from None
    if isinstance(result, int) and result.bit_length() > MAX_BITS:
        raise _NotWrittenError
    return result
