"""What a file's own functions look like, whatever their names, comments and layout: the hashes of short runs of their trees.

A function's syntax tree is read from its root as one row of nodes, and each run of ten nodes in that row is hashed (k-grams of
the tree; k from 6 to 30 made no difference where it was measured). A local name counts as the distance to where it occurred
before in the run, docstrings, annotations and texts of several words count as nothing or as any text. So renaming, comments and
another order of functions change no hash, and a line put in changes only those around it.

This runs in the worker, on hostile text: what is kept of a file is bounded, and trees of any depth are walked without recursion.
"""

from __future__ import annotations

import ast
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from types import NoneType
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.source.statements import own_digest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from grader.source.read_source import Source
    from grader.source.statements import Statement

RUN = 10  # nodes in a row
MOST_NODES = 2_000  # of one function; what comes after them is not looked at
MOST_FUNCTIONS = 60
LONGEST_TEXT = 6_000  # characters of one function
LONGEST_TEXTS = 40_000  # of all functions of a file
MOST_GRAMS = 8_000  # of all functions of a file
_LAST_LINE = 255  # a line's place in its function is kept in a byte

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LEFT_OUT = frozenset({"ctx", "kind", "type_comment", "type_ignores", "annotation", "returns", "type_params", "simple"})
_IDENTIFIERS = {
    "Name": "id", "arg": "arg", "FunctionDef": "name", "AsyncFunctionDef": "name", "ClassDef": "name",
    "ExceptHandler": "name", "MatchAs": "name", "MatchStar": "name", "MatchMapping": "rest", "alias": "asname",
}  # fmt: skip
_MULTIPLIER, _FAR = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One function (or graded value) of a file: where it stands, its own lines, and its hashes.

    ``grams`` are uint32 numbers, rising and each once, as little-endian bytes; ``spans`` has two bytes for each of them: the
    first and the last line of its run, from 0 within ``text``. A ``helper`` is a
    function that is not graded; its hashes say nothing of its name.
    """

    name: str
    cell: int | None
    line: int
    text: str
    grams: bytes
    spans: bytes
    helper: bool


def fingerprints(
    source: Source, names: Collection[str], stub: Mapping[str, Collection[str]]
) -> tuple[Fingerprint, ...]:
    """Return what a file itself defines of the graded ``names``, and its own helpers; of two definitions the last.

    What equals the stub's, which ``stub`` has the digests of, is left out.
    """
    wanted: dict[str, Statement] = {}
    for statement in source.statements:
        name = _named(statement, names)
        if name and not (name in stub and own_digest(statement) in stub[name]):
            wanted.pop(name, None)  # the last place counts
            wanted[name] = statement
    graded = [name for name in wanted if name in names]
    helpers = [name for name in wanted if name not in names]
    reader = _Reader(source, names)
    found: list[Fingerprint] = []
    texts, grams = LONGEST_TEXTS, MOST_GRAMS
    for name in [*graded, *helpers][:MOST_FUNCTIONS]:
        made = reader.read(name, wanted[name], min(texts, LONGEST_TEXT), grams)
        texts, grams = texts - len(made.text), grams - len(made.grams) // 4
        found.append(made)
    return tuple(found)


def gram_numbers(found: Iterable[Fingerprint]) -> frozenset[int]:
    """Return all hashes of some functions as numbers."""
    return frozenset(number for each in found for number in np.frombuffer(each.grams, "<u4").tolist())


def _named(statement: Statement, names: Collection[str]) -> str:
    """The name under which a statement counts: a function's, or the graded one that it gives a value; else ""."""
    node = statement.node
    if isinstance(node, _FUNCTIONS):
        return node.name
    if isinstance(node, ast.Assign | ast.AnnAssign):
        if isinstance(node.value, ast.Lambda) and statement.binds:
            return statement.binds[0]
        return next((name for name in statement.binds if name in names), "")
    return ""


class _Reader:
    """Reads the functions of one file."""

    def __init__(self, source: Source, names: Collection[str]) -> None:
        self._names = names
        self._texts = {part.cell: part.text for part in source.parts if part.kind == "code"}
        self._lines: dict[int | None, list[str]] = {}
        self._modules: dict[str, str] = {}
        self._own: set[str] = set()
        for statement in source.statements:
            node = statement.node
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._modules.update(_imported(node))
            else:
                self._own.update(statement.binds)
        self._own.difference_update(names)

    def read(self, name: str, statement: Statement, longest: int, most: int) -> Fingerprint:
        node = statement.node
        decorators = [each.lineno for each in getattr(node, "decorator_list", ())]
        first = min([statement.line, *decorators])
        if statement.cell not in self._lines:
            self._lines[statement.cell] = self._texts.get(statement.cell, "").split("\n")
        lines = self._lines[statement.cell][first - 1 : min(statement.end_line, first + _LAST_LINE)]
        tag = name if name in self._names else ""
        grams, spans = _hashed(tag, self._words(node, statement.binds), first, most)
        return Fingerprint(
            name, statement.cell, first, "\n".join(lines)[:longest], grams, spans, name not in self._names
        )

    def _words(self, node: ast.stmt, binds: Collection[str]) -> Iterator[tuple[str, str, int]]:
        """The nodes of a statement in a row: what each is, the local name that stands there, and its line."""
        walked = list(_walk(node))
        local = _locals(node, [item for item, _ in walked], binds)
        for item, line in walked:
            kind = "Assign" if isinstance(item, ast.AnnAssign) else type(item).__name__
            name = getattr(item, _IDENTIFIERS.get(kind, ""), None)
            if item is node or not isinstance(name, str):
                yield _word(kind, item), "", line
            elif name in local:
                yield kind if kind != "arg" else "Name", name, line
            elif name in self._own:
                yield f"{kind} of the file", "", line
            else:
                yield f"{kind} {self._modules.get(name, name)}", "", line


def _walk(node: ast.stmt) -> Iterator[tuple[ast.AST, int]]:
    """The nodes of a tree from its root on, each with its line; not what says nothing of how something is computed."""
    stack: list[tuple[ast.AST, int]] = [(node, node.lineno)]
    for _ in range(MOST_NODES):
        if not stack:
            return
        item, line = stack.pop()
        line = getattr(item, "lineno", line)
        yield item, line
        inner: list[ast.AST] = []
        for field in item._fields:
            value = None if field in _LEFT_OUT else getattr(item, field, None)
            if isinstance(value, list):
                kept = (each for each in value if isinstance(each, ast.AST) and not _says_nothing(each))
                inner += islice(kept, MOST_NODES)  # no more of them are ever looked at
            elif isinstance(value, ast.AST):
                inner.append(value)
        stack += [(each, line) for each in reversed(inner)]


def _says_nothing(node: ast.AST) -> bool:
    if isinstance(node, ast.AnnAssign):
        return node.value is None
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _word(kind: str, node: ast.AST) -> str:
    """What a node is, with what it says itself; names of locals and longer texts are not said."""
    if isinstance(node, ast.Constant):
        return _constant(node.value)
    if isinstance(node, ast.Attribute):
        return f"Attribute {node.attr}"
    if isinstance(node, ast.keyword):
        return f"keyword {node.arg}"
    if isinstance(node, ast.alias):
        return f"alias {node.name}"
    if isinstance(node, ast.ImportFrom):
        return f"ImportFrom {node.module}"
    return kind


def _constant(value: Any) -> str:
    if isinstance(value, str):
        return f"Text {value}" if len(value) <= 40 and value.isidentifier() else "Text"
    if isinstance(value, bool | NoneType):
        return f"Constant {value}"
    if isinstance(value, int):
        return f"Number {value}" if value.bit_length() <= 53 else "Number"
    if isinstance(value, float):
        return f"Number {int(value) if value.is_integer() and abs(value) < 1 << 53 else value!r}"
    return f"Constant of {type(value).__name__}"


def _locals(node: ast.stmt, walked: Iterable[ast.AST], binds: Collection[str]) -> set[str]:
    """The names that a statement, of these nodes, binds inside itself; what it declares global is none of them."""
    local: set[str] = set()
    shared: set[str] = set(() if isinstance(node, _FUNCTIONS) else binds)
    for item in walked:
        if isinstance(item, ast.Global):
            shared.update(item.names)
        elif isinstance(item, ast.Name):
            if not isinstance(item.ctx, ast.Load):
                local.add(item.id)
        elif isinstance(item, ast.alias):
            local.add(item.asname or item.name.partition(".")[0])
        elif item is not node and isinstance(
            name := getattr(item, _IDENTIFIERS.get(type(item).__name__, ""), None), str
        ):
            local.add(name)
    return local - shared


def _imported(node: ast.Import | ast.ImportFrom) -> dict[str, str]:
    """Each name that an import binds, and what it stands for."""
    if isinstance(node, ast.ImportFrom):
        return {each.asname or each.name: f"{node.module or ''}.{each.name}" for each in node.names}
    return {
        each.asname or each.name.partition(".")[0]: each.name if each.asname else each.name.partition(".")[0]
        for each in node.names
    }


@lru_cache(maxsize=4_096)
def _number(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _hashed(tag: str, words: Iterable[tuple[str, str, int]], first: int, most: int) -> tuple[bytes, bytes]:
    """The hashes of all runs of a row of nodes and of the whole row, and the lines of each."""
    kinds: list[int] = []
    before: list[int] = []  # how far back the same local name stands, 0 if it does not
    at: list[int] = []
    last: dict[str, int] = {}
    for place, (word, local, line) in enumerate(words):
        kinds.append(_number(word))
        before.append(place - last[local] if local in last else 0)
        at.append(min(max(line - first, 0), _LAST_LINE))
        if local:
            last[local] = place
    node, back = np.array(kinds, np.uint64), np.array(before, np.uint64)
    lines = np.array(at, np.uint8)
    run = min(RUN, len(kinds))
    runs = len(kinds) - run + 1 if run else 0
    made = np.full(runs, _number(tag), np.uint64)
    lowest, highest = lines[:runs].copy(), lines[:runs].copy()
    for step in range(run):  # wraps around at 2**64, as it should
        distance = back[step : step + runs]
        inside = np.where(distance <= step, distance, 0).astype(np.uint64)
        made = made * _MULTIPLIER + (node[step : step + runs] ^ (inside * _FAR))
        if step == 1:  # of the line above only its last node is in the run
            lowest[:], highest[:] = lines[step : step + runs], lines[step : step + runs]
        elif step < run - 1:  # and of the line below only its first
            np.minimum(lowest, lines[step : step + runs], out=lowest)
            np.maximum(highest, lines[step : step + runs], out=highest)
    if runs:  # one more for all of it: two names may change places so far apart that no run shows it
        whole = hashlib.blake2b((node ^ (back * _FAR)).tobytes(), digest_size=8, key=_number(tag).to_bytes(8, "little"))
        made = np.append(made, np.uint64(int.from_bytes(whole.digest(), "little")))
        lowest, highest = np.append(lowest, lines.min()), np.append(highest, lines.max())
    made ^= made >> np.uint64(29)
    short = (made * _FAR >> np.uint64(32)).astype("<u4")
    numbers, where = np.unique(short, return_index=True)
    numbers, where = numbers[:most], where[:most]
    return numbers.astype("<u4").tobytes(), np.stack([lowest[where], highest[where]], axis=1).tobytes()
