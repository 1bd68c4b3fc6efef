"""A copy of the course that knows fewer mistakes, and classes of students who make those that it does not know."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Collection
from pathlib import Path

from helpers.repository import SOLUTIONS


def cut_course(folder: Path, exercise: str, gone: Collection[str] = (), *, only: Collection[str] | None = None) -> Path:
    """Copy the course into ``folder``, if it is not there, and take known mistakes of an exercise out of it.

    ``gone`` are taken out; with ``only`` all but these.
    """
    if not folder.exists():
        shutil.copytree(SOLUTIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "misconceptions" / f"{exercise}.py"
    text = file.read_text(encoding="utf-8")
    cut: set[int] = set()
    for node in ast.parse(text).body:
        key, first = declared(node)
        if key is not None and (key in gone or (only is not None and key not in only)):
            cut.update(range(first, (node.end_lineno or first) + 1))
    lines = text.splitlines(keepends=True)
    file.write_text("".join(line for at, line in enumerate(lines, 1) if at not in cut), encoding="utf-8")
    return folder


def declared(node: ast.stmt) -> tuple[str | None, int]:
    """The id of the mistake that a statement of an author's file declares or makes, and the statement's first line."""
    call: ast.expr | None = node.value if isinstance(node, ast.Expr) else None
    if isinstance(node, ast.FunctionDef) and node.decorator_list:
        call = node.decorator_list[0]
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("mistake", "variant"):
        return str(ast.literal_eval(call.args[0])), call.lineno
    return None, node.lineno


def variants_of(exercise: str) -> list[tuple[str, str, str]]:
    """Every variant of the course as a student's file: its mistake, its function, and the text without the other functions."""
    text = (SOLUTIONS / "misconceptions" / f"{exercise}.py").read_text(encoding="utf-8")
    body = ast.parse(text).body
    helpers = [node for node in body if isinstance(node, ast.FunctionDef) and not node.decorator_list]
    head = "import math\nimport numpy as np\n" + "\n\n".join(map(ast.unparse, helpers))
    found = []
    for node in body:
        key, _ = declared(node)
        if key is not None and isinstance(node, ast.FunctionDef):
            node.decorator_list = []
            found.append((key, node.name, f"{head}\n\n\n{ast.unparse(node)}\n"))
    return found
