"""A notebook's cells, whatever else is in the file: it ignores metadata, ids and outputs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from grader.errors import UnreadableWork
from grader.source.conflicts import LEFT, find_conflicts, sides

MAX_CELLS = 10_000
_MARK = re.compile(r"^(?:<{7}|>{7})(?:\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class NotebookCell:
    """A code, markdown or raw cell and its place in the notebook, counted from 0 over cells of all kinds."""

    index: int
    kind: Literal["code", "markdown", "raw"]
    text: str


class Cells(NamedTuple):
    """The code, markdown and raw cells, the number of cells of all kinds, and the file's line in which a merge is unresolved."""

    found: list[NotebookCell]
    total: int
    conflict: int | None = None


def cells(text: str) -> Cells:
    """Return the cells of a notebook (nbformat 3 or 4), of both sides if a merge is unresolved.

    A cell of another kind or without text is passed over; raises UnreadableWork if the file is not a notebook.
    """
    if not text.strip():
        raise UnreadableWork("the file is empty: save the notebook again")
    mark = _MARK.search(text)
    if mark is None:
        return _cells(text)
    lines = text.split("\n")
    conflicts = find_conflicts(lines)
    if not conflicts:
        try:
            return _cells(text)
        except UnreadableWork:
            line = text.count("\n", 0, mark.start()) + 1
            raise UnreadableWork(
                f"the notebook holds {LEFT} (line {line}): settle it, or hand in the version before the merge"
            ) from None
    line = conflicts[0].start + 1
    try:
        ours, theirs = (_cells("\n".join(side)) for side in sides(lines, conflicts))
    except UnreadableWork:
        raise UnreadableWork(
            f"the notebook holds an unresolved merge conflict (line {line}): settle it, or hand in the version before the merge"
        ) from None
    known = {(cell.kind, cell.text) for cell in ours.found}
    more = [cell for cell in theirs.found if (cell.kind, cell.text) not in known]
    merged = sorted([*ours.found, *more], key=lambda cell: cell.index)
    return Cells(merged, max(ours.total, theirs.total), line)


def _cells(text: str) -> Cells:
    try:
        content: object = json.loads(text)
    except RecursionError:
        raise UnreadableWork("the notebook is nested too deeply: download it again") from None
    except json.JSONDecodeError as error:
        raise UnreadableWork(
            f"the notebook is damaged (line {error.lineno}: {error.msg}): download it again as .ipynb"
        ) from None
    except ValueError:  # a number of thousands of digits
        raise UnreadableWork("the notebook is damaged: download it again as .ipynb") from None
    found, old = _all_cells(content)
    if len(found) > MAX_CELLS:
        raise UnreadableWork(f"the notebook has {len(found)} cells, more than the {MAX_CELLS} that are read")
    if found and not any(isinstance(cell, dict) for cell in found):
        raise UnreadableWork("the notebook is damaged (none of its cells is one): download it again as .ipynb")
    read = (_cell(index, cell, old) for index, cell in enumerate(found))
    return Cells([cell for cell in read if cell], len(found))


def _all_cells(content: object) -> tuple[list[object], bool]:
    """The cells of all kinds, and whether they are nbformat 3's."""
    if isinstance(content, dict):
        if isinstance(content.get("cells"), list):
            return list(content["cells"]), False
        sheets = content.get("worksheets")  # nbformat 3
        if isinstance(sheets, list):
            parts = [sheet["cells"] for sheet in sheets if isinstance(sheet, dict) and "cells" in sheet]
            return [cell for part in parts if isinstance(part, list) for cell in part], True
    raise UnreadableWork("the file is not a notebook (it holds no list of cells): download it again as .ipynb")


def _cell(index: int, cell: object, old: bool) -> NotebookCell | None:
    if not isinstance(cell, dict):
        return None
    kind = cell.get("cell_type")
    if kind == "code":
        text = _text(cell.get("source"), old) or _text(cell.get("input"), old)  # "input" in nbformat 3
        return None if text is None else NotebookCell(index, "code", text)
    text = _text(cell.get("source"), old)
    if text is None or kind not in ("markdown", "heading", "html", "raw"):
        return None
    if kind == "raw":
        return NotebookCell(index, "raw", text)
    if kind == "heading":  # nbformat 3, as "html" is
        level = cell.get("level")
        text = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1) + " " + " ".join(text.splitlines())
    return NotebookCell(index, "markdown", text)


def _text(value: object, old: bool) -> str | None:
    """Return a cell's text, given as one string or as a list of them; None for anything else.

    Some that wrote nbformat 3 left the line ends out of the list.
    """
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        bare = old and value and not value[0].endswith(("\n", "\r"))
        value = ("\n" if bare else "").join(value)
    if not isinstance(value, str):
        return None
    return value.replace("\r\n", "\n").replace("\r", "\n")
