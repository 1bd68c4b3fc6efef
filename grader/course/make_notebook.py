"""Turns a script in percent format into a notebook that holds the same, cell for cell."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from grader.course.cells import MAGIC, MasterCell, split_cells

if TYPE_CHECKING:
    from grader.course.course_toml import Course

BADGE = "https://colab.research.google.com/assets/colab-badge.svg"


def colab_link(course: Course, exercise: str) -> str:
    """Write the line that opens ``exercises/<exercise>.ipynb`` in Colab; empty if the course names no repository."""
    if not course.repository:
        return ""
    place = f"github/{course.repository}/blob/{quote(course.branch)}/exercises/{exercise}.ipynb"
    return f"[![Open in Colab]({BADGE})](https://colab.research.google.com/{place})"


def notebook_text(script: str, exercise: str) -> str:
    """Write ``script`` as the notebook that a student of it hands in, to be read and not to be kept.

    It needs the standard library alone, since stubs are read at home as well. What is handed out is written by
    `grader.release.notebook_file`, in the same bytes.
    """
    return json.dumps(notebook_of(script, exercise), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def notebook_of(script: str, exercise: str, link: str = "") -> dict[str, Any]:
    """Make a notebook (nbformat 4.5) of ``script``, with ``link`` below the first markdown cell's heading.

    Equal scripts give equal notebooks: cell ids are made of the exercise's name and the cell's number.
    """
    cells = [made for cell in split_cells(script, f"{exercise}.py") if (made := _written(cell))]
    if link:
        cells = _with_link(cells, link)
    return {
        "cells": [_cell(cell, f"{exercise}-{number:02d}") for number, cell in enumerate(cells, start=1)],
        "metadata": {
            "colab": {"provenance": []},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _written(cell: MasterCell) -> MasterCell | None:
    """Turn a cell that only gives texts to ``ANSWERS`` into a text cell, since prose is written there; None if empty."""
    if cell.kind == "markdown":
        return cell
    texts = [_answer(statement) for statement in ast.parse(cell.text).body]
    if not texts or None in texts:
        return cell
    text = "\n\n".join(text for text in texts if text)
    return MasterCell("markdown", text, cell.line) if text else None


def _answer(statement: ast.stmt) -> str | None:
    """Give the text that a statement puts into ``ANSWERS``, "" for the empty dict itself; None for any other."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    target, value = statement.targets[0], statement.value
    if isinstance(target, ast.Name) and target.id == "ANSWERS" and isinstance(value, ast.Dict) and not value.keys:
        return ""
    item = isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id == "ANSWERS"
    text = value.value if isinstance(value, ast.Constant) else None
    return text.strip() if item and isinstance(text, str) else None


def _with_link(cells: list[MasterCell], link: str) -> list[MasterCell]:
    """Put the link below the first markdown cell's first line, or into its own cell before all others."""
    for at, cell in enumerate(cells):
        if cell.kind == "markdown":
            heading, _, rest = cell.text.partition("\n")
            text = "\n".join([heading, "", link, *([rest] if rest else [])])
            return [*cells[:at], MasterCell("markdown", text, cell.line), *cells[at + 1 :]]
    return [MasterCell("markdown", link, 0), *cells]


def _cell(cell: MasterCell, ident: str) -> dict[str, Any]:
    lines = [
        line.removeprefix("# ") if cell.kind == "code" and line.startswith(f"{MAGIC}pip ") else line
        for line in cell.text.splitlines(keepends=True)
    ]
    common = {"id": ident, "metadata": {}, "source": lines}
    if cell.kind == "markdown":
        return {"cell_type": "markdown", **common}
    return {"cell_type": "code", "execution_count": None, "outputs": [], **common}
