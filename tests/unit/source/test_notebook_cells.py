"""The cells of a notebook as nbformat reads them; where the grader reads otherwise, the test says why."""

from __future__ import annotations

import json
import warnings
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import v3, v4

from grader.errors import UnreadableWork
from grader.source.notebook import cells

# A carriage return is a line end to the grader and a character to nbformat, see below; half a surrogate pair is no text.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=40)
NEW = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell, "raw": v4.new_raw_cell}
UNHURRIED = settings(deadline=None)  # the first reading by nbformat loads its schemas
V4 = st.lists(st.tuples(st.sampled_from([*NEW]), TEXT), max_size=6)
V3 = st.lists(st.tuples(st.sampled_from(["code", "heading", "markdown", "html", "raw"]), TEXT), max_size=6)


def ours(text: str) -> list[tuple[str, str]]:
    """What the grader reads; a code cell without text runs nothing, and may be passed over."""
    return [(cell.kind, cell.text) for cell in cells(text).found if cell.kind != "code" or cell.text]


def theirs(text: str) -> list[tuple[str, str]]:
    """What nbformat reads, an old notebook brought up to version 4."""
    found = [(str(cell.cell_type), str(cell.source)) for cell in nbformat.reads(text, as_version=4).cells]
    return [(kind, source) for kind, source in found if kind != "code" or source]


@UNHURRIED
@given(V4)
def test_a_notebook_is_read_as_nbformat_reads_it(parts: list[tuple[str, str]]) -> None:
    text = nbformat.writes(v4.new_notebook(cells=[NEW[kind](source) for kind, source in parts]))

    assert ours(text) == theirs(text)


@UNHURRIED
@given(V4, st.integers(0, 5))
def test_a_notebook_that_an_older_jupyter_wrote_is_read_alike(parts: list[tuple[str, str]], minor: int) -> None:
    """Before 4.5 cells had no ids."""
    notebook = v4.new_notebook(cells=[NEW[kind](source) for kind, source in parts])
    notebook.nbformat_minor = minor
    for cell in notebook.cells if minor < 5 else ():
        del cell["id"]
    text = nbformat.writes(notebook)

    assert ours(text) == theirs(text)


@UNHURRIED
@given(V3, st.lists(st.integers(1, 6), min_size=6, max_size=6))
def test_a_notebook_of_version_3_is_read_as_what_it_becomes(parts: list[tuple[str, str]], levels: list[int]) -> None:
    """Headings were cells of their own, and code stood under `input`."""
    made = []
    for (kind, source), level in zip(parts, levels, strict=False):
        if kind == "heading":
            made.append(v3.new_heading_cell(source, level=level))
        else:
            made.append(v3.new_code_cell(source) if kind == "code" else v3.new_text_cell(kind, source=source))
    text = nbformat.writes(v3.new_notebook(worksheets=[v3.new_worksheet(cells=made)]), version=3)

    assert ours(text) == theirs(text)


def test_lines_of_version_3_that_were_written_without_their_ends_are_lines() -> None:
    """They were read as one line, which does not parse."""
    sheet = {"cells": [{"cell_type": "code", "input": ["x = 1", "y = 2"], "outputs": [], "language": "python"}]}
    text = json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [sheet]})

    assert ours(text) == theirs(text) == [("code", "x = 1\ny = 2")]


@UNHURRIED
@given(V4)
def test_a_cells_place_is_its_place_among_all_cells(parts: list[tuple[str, str]]) -> None:
    text = nbformat.writes(v4.new_notebook(cells=[NEW[kind](source) for kind, source in parts]))
    read = cells(text)

    assert read.total == len(parts)
    assert all(parts[cell.index] == (cell.kind, cell.text) for cell in read.found)


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_otherwise_than_nbformat_every_line_end_is_one(line_end: str) -> None:
    """Python takes a carriage return for the end of a line, so line numbers would not be those of the code that runs."""
    text = nbformat.writes(v4.new_notebook(cells=[v4.new_code_cell(f"x = 1{line_end}y = 2")]))

    assert theirs(text) == [("code", f"x = 1{line_end}y = 2")]
    assert ours(text) == [("code", "x = 1\ny = 2")]


GONE = {
    "no metadata": lambda notebook: notebook.pop("metadata"),
    "no version": lambda notebook: notebook.pop("nbformat_minor"),
    "an output that is none": lambda notebook: notebook["cells"][0].update(outputs=[3]),
    "a cell of a kind that nobody knows": lambda notebook: notebook["cells"].append(
        {"cell_type": "poem", "source": "x"}
    ),
    "two cells of one id": lambda notebook: notebook["cells"].append(notebook["cells"][0] | {"source": ""}),
}


@pytest.mark.parametrize("what", GONE)
def test_otherwise_than_nbformat_a_notebook_that_is_not_valid_is_read(what: str) -> None:
    """Students send what editors, platforms and merges left of a notebook, and the code in it is their work all the same."""
    notebook: dict[str, Any] = json.loads(nbformat.writes(v4.new_notebook(cells=[v4.new_code_cell("x = 1")])))
    GONE[what](notebook)
    text = json.dumps(notebook)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises((nbformat.ValidationError, Warning, KeyError, AttributeError)):
            nbformat.validate(nbformat.reads(text, as_version=4))
    assert ours(text) == [("code", "x = 1")]


@UNHURRIED
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner)
    )
)
def test_what_is_no_notebook_is_told_as_such_and_nothing_else_is_raised(content: Any) -> None:
    with pytest.raises(UnreadableWork):
        cells(json.dumps(content))
