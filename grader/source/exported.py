"""Notebook cells inside scripts: what nbconvert and Colab write for magics, turned back into what the notebook ran."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from grader.source import parsing
from grader.source.magics import cell_code, without_magics

if TYPE_CHECKING:
    from collections.abc import Iterator

_COLAB = "# Commented out IPython magic to ensure Python compatibility."
_CELL = re.compile(r"# %%(\w+)")
_TIME = re.compile(r"%?time\b ?")
_LINE = re.compile(r"^line \d+: ")


class Silent(NamedTuple):
    """A cell inside a script whose magic runs no Python: the line where it begins, and its text, magic included."""

    line: int
    text: str


def uncommented(text: str) -> tuple[str, list[Silent]]:
    """Return a script, line for line, with those cells run again that Colab's export turned into comments for their magic."""
    if _COLAB not in text:
        return text, []
    lines = text.split("\n")
    silent: list[Silent] = []
    number = 0
    while number < len(lines):
        number += 1
        magic = _CELL.match(lines[number]) if lines[number - 1] == _COLAB and number < len(lines) else None
        if magic is None:
            continue
        end = number
        while end < len(lines) and lines[end].startswith("#") and lines[end] != _COLAB:
            end += 1
        cell = [line[2:] if line.startswith("# ") else line[1:] for line in lines[number:end]]
        code = cell_code("\n".join(cell))
        if code is not None and isinstance(parsing.parse(without_magics(code)), list):
            lines[number:end] = code.split("\n")
        else:  # nobody knows where a cell that was edited after the export ends
            silent.append(Silent(number + 1, "\n".join(cell)))
        number = end
    return "\n".join(lines), silent


def unwrapped(
    body: list[ast.stmt], budget: parsing.ParsingBudget
) -> tuple[list[ast.stmt], list[parsing.Piece], list[Silent]]:
    """Return statements with each call by which nbconvert writes a magic replaced by what that magic runs.

    With them come the pieces of such cells that do not parse, and the cells that run no Python. Everything stands in the line
    of its call.
    """
    found: list[ast.stmt] = []
    pieces: list[parsing.Piece] = []
    silent: list[Silent] = []
    for node in body:
        written = _written(node)
        if written is None:
            found.append(node)
            continue
        code = cell_code(written)
        if code is None:
            silent.append(Silent(node.lineno, written))
            continue
        inner, broken = parsing.read(code, budget, cell=True)
        found += [_moved(each, node) for each in inner]
        pieces += [_piece(each, node.lineno) for each in broken]
    return found, pieces, silent


def _written(node: ast.stmt) -> str | None:
    """Return the text of the cell or line that a call of ``get_ipython()`` at top level stands for; None for anything else."""
    call = node.value if isinstance(node, (ast.Expr, ast.Assign)) else None
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and _is_shell(call.func.value)):
        return None
    texts = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if len(texts) != len(call.args) or call.keywords:
        return None
    match call.func.attr, texts:
        case "run_cell_magic", [magic, line, cell] if isinstance(node, ast.Expr):
            return f"%%{magic} {line}\n{cell}"
        case "run_line_magic", ["time", line]:
            return _timed(node, line)
        case "magic", [line] if found := _TIME.match(line):
            return _timed(node, line[found.end() :])
    return None


def _timed(node: ast.stmt, line: str) -> str:
    return f"{ast.unparse(node.targets[0])} = {line}" if isinstance(node, ast.Assign) else line


def _is_shell(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "get_ipython"
        and not node.args
        and not node.keywords
    )


def _moved(node: ast.stmt, to: ast.stmt) -> ast.stmt:
    for inner in _within(node):
        if isinstance(inner, (ast.stmt, ast.expr, ast.excepthandler, ast.arg, ast.keyword, ast.alias, ast.pattern)):
            inner.lineno = inner.end_lineno = to.lineno
            inner.col_offset = inner.end_col_offset = 0
    return node


def _within(node: ast.AST) -> Iterator[ast.AST]:
    stack = [node]
    while stack:
        item = stack.pop()
        yield item
        stack.extend(ast.iter_child_nodes(item))


def _piece(piece: parsing.Piece, line: int) -> parsing.Piece:
    return replace(piece, line=line, end_line=line, message=_LINE.sub(f"line {line}: ", piece.message))
