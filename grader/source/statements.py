"""What a statement is: its tree, where it stands, which names it would bind, and whether it may still run late."""

from __future__ import annotations
import __future__

import ast
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAX_ELSEWHERE = 200
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITIONS = (*_FUNCTIONS, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_NOT_DIGESTED = frozenset({"ctx", "kind", "type_comment", "type_ignores"})
# Python 3.12 gave functions and classes a field that older trees lack; the students' package holds digests of one Python
# and meets them on another.
_NEWER_FIELDS = frozenset({"type_params"})


@dataclass(frozen=True, slots=True)
class Statement:
    """One top-level statement; lines count from 1 within its script or cell, ``cell`` from 0 within the notebook.

    ``binds`` are the names it would bind at module level, ``"*"`` among them for a star import. ``safe`` statements
    (imports, functions, classes, literal assignments) still run when the time for reading is used up. ``future`` is
    true for an import from ``__future__`` that this Python knows.
    """

    node: ast.stmt
    filename: str
    cell: int | None
    line: int
    end_line: int
    binds: tuple[str, ...]
    safe: bool
    future: bool


@dataclass(frozen=True, slots=True)
class Broken:
    """Lines (from 1, the last included) that do not parse, why, and the names they define in column 0."""

    cell: int | None
    line: int
    end_line: int
    message: str
    binds: tuple[str, ...]
    cause: str = "syntax"


def split(body: Iterable[ast.stmt], filename: str, cell: int | None, text: str) -> Iterator[Statement]:
    """Return the statements of a script or cell in order, each name of an import by itself; ``text`` is its source."""
    plain = "global" not in text and ":=" not in text
    for node in body:
        for part in _by_name(node):
            yield Statement(
                node=part,
                filename=filename,
                cell=cell,
                line=part.lineno,
                end_line=part.end_lineno or part.lineno,
                binds=_plain_binds(part) if plain else binds(part),
                safe=_is_safe(part),
                future=_is_future(part),
            )


def _by_name(node: ast.stmt) -> list[ast.stmt]:
    if not isinstance(node, (ast.Import, ast.ImportFrom)) or len(node.names) == 1:
        return [node]
    parts: list[ast.stmt] = []
    for alias in node.names:
        part: ast.stmt
        if isinstance(node, ast.Import):
            part = ast.Import(names=[alias])
        else:
            part = ast.ImportFrom(module=node.module, names=[alias], level=node.level)
        parts.append(ast.copy_location(part, alias))
    return parts


def _is_future(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and not node.level
        and all(alias.name in __future__.all_feature_names for alias in node.names)
    )


def _is_safe(node: ast.stmt) -> bool:
    if isinstance(node, (ast.Import, ast.ImportFrom, *_DEFINITIONS, ast.Pass)):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)  # a docstring does nothing
    if isinstance(node, ast.Assign):
        return all(_is_plain_target(target) for target in node.targets) and is_literal(node.value)
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.target, ast.Name) and node.value is not None and is_literal(node.value)
    return False


def _is_plain_target(node: ast.expr) -> bool:
    """Return whether assigning to this runs no code: names, also in tuples and lists."""
    stack: list[ast.expr] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, (ast.Tuple, ast.List)):
            stack.extend(item.elts)
        elif isinstance(item, ast.Starred):
            stack.append(item.value)
        elif not isinstance(item, ast.Name):
            return False
    return True


def is_literal(node: ast.expr) -> bool:
    """Return whether an expression is built of constants alone: numbers, strings, and containers of them."""
    stack: list[ast.expr | None] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, (ast.Tuple, ast.List, ast.Set)):
            stack.extend(item.elts)
        elif isinstance(item, ast.Dict):
            stack.extend((*item.keys, *item.values))
        elif isinstance(item, ast.UnaryOp) and isinstance(item.op, (ast.USub, ast.UAdd)):
            stack.append(item.operand)
        elif not isinstance(item, ast.Constant):
            return False
    return True


def is_main_guard(node: ast.AST) -> bool:
    """Return whether a node is ``if __name__ == "__main__":`` (or the same the other way round)."""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    test = node.test
    if len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        return False
    sides = (test.left, test.comparators[0])
    name = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    return name and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)


def elsewhere(statements: Iterable[Statement]) -> list[tuple[int | None, int, str, tuple[str, ...]]]:
    """Return the places of names that look defined and are not: under a main guard, which is not run, or inside a class.

    Each entry is the statement's cell and line, what holds the names ("" for the guard, else the class), and the names.
    """
    found: list[tuple[int | None, int, str, tuple[str, ...]]] = []
    for statement in statements:
        node = statement.node
        if is_main_guard(node) and isinstance(node, ast.If):
            names = [name for inner in node.body for name in binds(inner)]
            found.append((statement.cell, statement.line, "", tuple(names[:_MAX_ELSEWHERE])))
        elif isinstance(node, ast.ClassDef):
            names = [inner.name for inner in node.body if isinstance(inner, _FUNCTIONS)]
            found.append((statement.cell, statement.line, node.name, tuple(names[:_MAX_ELSEWHERE])))
    return found[:_MAX_ELSEWHERE]


def functions(statements: Iterable[Statement]) -> list[str]:
    """Return the names of the functions that the file itself writes: by ``def``, or as a lambda that is given a name."""
    found: dict[str, None] = {}
    for statement in statements:
        node = statement.node
        if isinstance(node, _FUNCTIONS) or (isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda)):
            found.update(dict.fromkeys(statement.binds))
    return list(found)


def binds(node: ast.stmt) -> tuple[str, ...]:
    """Return the names that a top-level statement would bind in the module, in the order of the text.

    Bodies of ``if``, ``try``, ``for``, ``with`` and ``match`` count, and so does what a function declares ``global``;
    what stands under ``if __name__ == "__main__":`` does not run and does not count.
    """
    names: dict[str, None] = {}
    stack: list[ast.AST] = [node]
    while stack:
        item = stack.pop()
        names.update(dict.fromkeys(_own_names(item)))
        stack.extend(reversed(_same_scope(item)))
    return tuple(names)


def _plain_binds(node: ast.stmt) -> tuple[str, ...]:
    """The same as ``binds``, for text without ``global`` and ``:=``: most statements need no walk through their expressions."""
    if isinstance(node, ast.Expr):
        return ()
    if isinstance(node, _DEFINITIONS):
        return (node.name,)
    if isinstance(node, ast.Assign) and all(isinstance(target, ast.Name) for target in node.targets):
        return tuple(dict.fromkeys(target.id for target in node.targets if isinstance(target, ast.Name)))
    return binds(node)


def _own_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id] if isinstance(node.ctx, ast.Store) else []
    if isinstance(node, ast.Import):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [alias.asname or alias.name for alias in node.names]
    if isinstance(node, _DEFINITIONS):
        inner = (item.names for item in _walk(node) if isinstance(item, ast.Global))
        return [node.name, *(name for names in inner for name in names)]
    if isinstance(node, (ast.MatchAs, ast.MatchStar)):
        return [node.name] if node.name else []
    if isinstance(node, ast.MatchMapping):
        return [node.rest] if node.rest else []
    return []


def _same_scope(node: ast.AST) -> list[ast.AST]:
    """Return the children of a node whose bindings are the module's own."""
    if isinstance(node, _FUNCTIONS):
        return [*node.decorator_list, node.args, *([node.returns] if node.returns else [])]
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *node.bases, *node.keywords]
    if isinstance(node, ast.Lambda):
        return [*node.args.defaults, *(default for default in node.args.kw_defaults if default)]
    if isinstance(node, _COMPREHENSIONS):
        values = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        return [*values, *(part for loop in node.generators for part in (loop.iter, *loop.ifs))]
    if isinstance(node, ast.AnnAssign) and node.value is None:
        return []  # ``x: int`` alone binds nothing
    if is_main_guard(node):
        return list(node.orelse) if isinstance(node, ast.If) else []
    return list(ast.iter_child_nodes(node))


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    stack = [node]
    while stack:
        item = stack.pop()
        yield item
        stack.extend(ast.iter_child_nodes(item))


def digest(node: ast.AST) -> str:
    """SHA-256 (hex) of a syntax tree without positions and docstrings, the same under each Python; trees of any depth."""
    hashed = hashlib.sha256()
    stack: list[object] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, ast.AST):
            hashed.update(f"<{type(item).__name__}>".encode())
            stack.extend(reversed(_fields(item)))
        elif isinstance(item, list):
            hashed.update(f"[{len(item)}]".encode())
            stack.extend(reversed(item))
        else:
            # An int is written in hexadecimal: Python refuses to write a very long one in decimal.
            text = f"{item:x}" if isinstance(item, int) and not isinstance(item, bool) else repr(item)
            data = f"{type(item).__name__} {text}".encode("utf-8", "surrogatepass")
            hashed.update(b"%d:%s" % (len(data), data))
    return hashed.hexdigest()


@lru_cache(maxsize=512)
def own_digest(statement: Statement) -> str:
    """The digest of a statement's tree, worked out once: several readers of one file ask for it."""
    return digest(statement.node)


def _fields(node: ast.AST) -> list[object]:
    values: list[object] = []
    for name in node._fields:
        if name in _NOT_DIGESTED:
            continue
        value: object = getattr(node, name, None)
        if name in _NEWER_FIELDS and not value:
            continue
        if name == "body" and isinstance(node, _DEFINITIONS) and ast.get_docstring(node, clean=False) is not None:
            value = node.body[1:]
        if isinstance(node, ast.JoinedStr):  # the first releases of 3.12 put empty texts between the parts
            value = [part for part in node.values if not (isinstance(part, ast.Constant) and part.value == "")]
        values.append(value)
    return values
