"""An unresolved merge is named as such, and what can be read on either side is not lost."""

from __future__ import annotations

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UnreadableWork
from grader.source.conflicts import UNRESOLVED
from grader.source.copies import without_copies
from grader.source.read_source import Source, definitions, read_source

STUB = "def f(a):\n    raise NotImplementedError\n"
DIGESTS = definitions(read_source(STUB.encode(), "script", ""), ["f"])


def script(text: str) -> Source:
    return read_source(text.encode(), "script", "homework.py")


def code(source: Source) -> list[str]:
    return [ast.unparse(statement.node) for statement in source.statements]


def merge(ours: str, theirs: str, base: str | None = None) -> str:
    middle = "" if base is None else f"||||||| 3f2a1\n{base}"
    return f"<<<<<<< HEAD\n{ours}{middle}=======\n{theirs}>>>>>>> 3f2a1bc (their work)\n"


@pytest.mark.parametrize("base", [None, "z = 0\n"])
def test_both_sides_of_a_merge_are_read_and_its_line_is_told(base):
    """It was "invalid decimal literal", for the commit's name behind the mark."""
    source = script("a = 1\n" + merge("b = 2\nc = 3\n", "b = 4\nd = 5\n", base) + "e = 6\n")

    assert code(source) == ["a = 1", "b = 2", "c = 3", "b = 4", "d = 5", "e = 6"]
    assert [(piece.cause, piece.message) for piece in source.broken] == [("conflict", f"line 2: {UNRESOLVED}")]


def test_a_merge_inside_a_function_gives_the_function_of_either_side():
    text = "def f(a):\n    b = a\n" + merge("    return b\n", "    return -b\n") + "\ndef g(a):\n    return a\n"

    assert code(script(text)) == [
        "def f(a):\n    b = a\n    return b",
        "def f(a):\n    b = a\n    return -b",
        "def g(a):\n    return a",
    ]


def test_a_merge_with_the_stub_leaves_the_students_side():
    text = "def f(a):\n" + merge("    return a\n", "    raise NotImplementedError\n")

    assert code(without_copies(script(text), DIGESTS)) == ["def f(a):\n    return a"]


def test_a_side_that_does_not_parse_does_not_take_the_other_along():
    source = script("x = 1\n" + merge("def f(a):\n    return a\n", "def f(a:\n    return a\n"))

    assert code(source) == ["x = 1", "def f(a):\n    return a"]
    assert [(piece.cause, piece.binds) for piece in source.broken] == [("conflict", ()), ("syntax", ("f",))]


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD\n", ">>>>>>> 3f2a\n"])
def test_a_mark_that_was_left_is_told_too(mark):
    (piece,) = script(f"x = 1\n{mark}y = 2\n").broken

    assert (piece.cause, piece.message) == ("conflict", "line 2: what is left of a merge conflict")
    assert len(code(script(f"x = 1\n{mark}y = 2\n"))) == 2


def test_marks_in_a_text_are_no_conflict():
    assert not script(f"x = '''\n{merge('a', 'b')}'''\n").broken


LINES = [
    "x = 1\n",
    "<<<<<<< a\n",
    "=======\n",
    ">>>>>>> b\n",
    "||||||| c\n",
    "def f(a):\n",
    "    return a\n",
    "y = (\n",
]


@given(st.lists(st.sampled_from(LINES), max_size=20).map("".join))
def test_any_text_with_marks_is_read_with_lines_that_are_there(text):
    source = script(text)

    for piece in source.broken:
        assert 1 <= piece.line <= piece.end_line <= text.count("\n") + 1


def cell(*lines: str) -> str:
    return (
        '  {\n   "cell_type": "code",\n   "source": [\n'
        + ",\n".join(f"    {json.dumps(line)}" for line in lines)
        + "\n   ]\n  }"
    )


def test_a_notebook_with_a_conflict_in_its_file_gives_the_cells_of_both_sides():
    """It was "damaged, download it again", which does not help."""
    ours, theirs = cell("a = 1\n", "b = 2"), cell("a = 1\n", "b = 3")
    text = '{\n "cells": [\n' + cell("x = 1") + ",\n" + merge(ours + "\n", theirs + "\n") + " ]\n}\n"
    source = read_source(text.encode(), "notebook", "homework.ipynb")

    assert code(source) == ["x = 1", "a = 1", "b = 2", "a = 1", "b = 3"]
    assert [(piece.cell, piece.cause, piece.message) for piece in source.broken] == [
        (None, "conflict", f"line 9: {UNRESOLVED}")
    ]


def test_a_conflict_in_what_is_not_looked_at_costs_nothing_but_the_word():
    text = "{\n" + merge(' "metadata": {},\n', ' "metadata": {"a": 1},\n') + ' "cells": [\n' + cell("x = 1") + "]}"
    source = read_source(text.encode(), "notebook", "homework.ipynb")

    assert code(source) == ["x = 1"]
    assert [piece.cause for piece in source.broken] == ["conflict"]


def test_a_notebook_of_which_no_side_can_be_read_says_why():
    text = '{"cells": [\n' + merge("{,\n", "{,\n") + "]}"

    with pytest.raises(UnreadableWork, match=r"unresolved merge conflict \(line 2\)"):
        read_source(text.encode(), "notebook", "homework.ipynb")


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD", ">>>>>>> 3f2a1bc (their work)"])
def test_a_mark_that_is_left_of_a_merge_is_why_a_notebook_cannot_be_read(mark):
    """It was "damaged, download it again", and the next download was the same."""
    text = '{"cells": [\n' + cell("x = 1") + f"\n{mark}\n]}}"

    with pytest.raises(
        UnreadableWork, match=rf"left of a merge conflict \(line {text[: text.index(mark)].count(chr(10)) + 1}\)"
    ):
        read_source(text.encode(), "notebook", "homework.ipynb")


def test_a_conflict_inside_a_cell_is_read_like_one_in_a_script():
    content = {"cells": [{"cell_type": "code", "source": merge("b = 2\n", "b = 3\n")}]}
    source = read_source(json.dumps(content).encode(), "notebook", "homework.ipynb")

    assert code(source) == ["b = 2", "b = 3"]
    assert [(piece.cell, piece.line) for piece in source.broken] == [(0, 1)]
