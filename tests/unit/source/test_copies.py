"""A copy of the stub replaces nothing, and of two definitions the person who marks learns both places."""

from __future__ import annotations

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.source.copies import defined_again, without_copies
from grader.source.read_source import Source, definitions, read_source

STUB = "def f(a):\n    '''Say what.'''\n    raise NotImplementedError('f')\n\n\ndef g(a):\n    raise NotImplementedError('g')\n\n\nM = None\n"
DONE = "def f(a):\n    return a\n\n\ndef g(a):\n    return f(a)\n\n\nM = {'a': 1}\n"
NAMES = ("f", "g", "M")


def script(text: str) -> Source:
    return read_source(text.encode(), "script", "homework.py")


def notebook(*cells: str) -> Source:
    content = {"cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    return read_source(json.dumps(content).encode(), "notebook", "homework.ipynb")


DIGESTS = definitions(script(STUB), NAMES)


def kept(source: Source) -> list[str]:
    return [ast.unparse(statement.node) for statement in without_copies(source, DIGESTS).statements]


def last(source: Source) -> dict[str, str]:
    return {name: ast.unparse(s.node) for s in without_copies(source, DIGESTS).statements for name in s.binds}


@pytest.mark.parametrize(
    "source",
    [
        script(DONE + STUB),
        script(DONE + STUB + STUB),
        script(STUB + DONE + STUB),
        script(DONE + STUB.replace("    '''Say what.'''\n", "    # TODO 1\n")),
        notebook(DONE, STUB),
        notebook(*DONE.split("\n\n\n"), *STUB.split("\n\n\n")),
        notebook(*[cell for pair in zip(DONE.split("\n\n\n"), STUB.split("\n\n\n"), strict=True) for cell in pair]),
    ],
)
def test_a_copy_of_the_stub_replaces_nothing_wherever_it_stands(source):
    """A whole stub that was merged into finished work left nothing of it."""
    assert last(source) == last(script(DONE))


def test_the_stub_alone_stays_and_so_does_what_stands_above_the_work():
    """`lstm = build_model()` between the stub's function and the student's own needs the stub's."""
    assert kept(script(STUB)) == kept(script(STUB + STUB))[: len(kept(script(STUB)))]
    assert len(kept(script(STUB + "x = f\n" + DONE))) == 7


def test_a_copy_does_not_hide_a_definition_that_does_not_parse():
    """What the student wrote is broken: that is told, and not that nothing was written."""
    assert "f" not in last(script("def f(a:\n    return a\n\n\n" + STUB))
    assert "f" in last(script(STUB + "\n\ndef f(a:\n    return a\n"))


def test_a_definition_that_differs_in_anything_but_its_docstring_is_no_copy():
    changed = "def f(a):\n    raise NotImplementedError('not f')\n"

    assert last(script(DONE + changed))["f"] == changed.strip()


@given(st.lists(st.sampled_from([STUB, DONE, "x = 1\n", "def f(a):\n    return 2 * a\n"])))
def test_taking_the_copies_out_once_more_changes_nothing(parts):
    source = without_copies(script("\n".join(parts)), DIGESTS)

    assert without_copies(source, DIGESTS) == source


def test_both_places_of_two_different_definitions_are_told():
    assert defined_again(script("def f(a):\n    return a\n\ndef f(a):\n    return -a\n"), NAMES, DIGESTS) == [
        ("f", ((None, 1), (None, 4)))
    ]
    assert defined_again(notebook("x = 1\nf = abs", "f = len", "f = abs"), NAMES, DIGESTS) == [("f", ((1, 1), (2, 1)))]


@pytest.mark.parametrize(
    "text",
    [
        "def f(a):\n    return a\n\ndef f(a):\n    'the same'\n    return a\n",
        "def f(a):\n    return a\n\nf = vectorize(f)\n",
        "def f(a):\n    return a\n\nfrom other import f\n",
        "def other(a):\n    return a\n\ndef other(a):\n    return -a\n",
        "M: dict\nM = {}\n",
        STUB + DONE,
    ],
)
def test_what_only_looks_like_a_second_definition_is_not_told(text):
    assert defined_again(script(text), NAMES, DIGESTS) == []
