"""Values that are written down: read from the text, never computed."""

from __future__ import annotations

from typing import Any

import pytest

from grader.errors import UnreadableWork
from grader.source.literals import literals
from grader.source.read_source import read_source


def found(text: str) -> dict[str, Any] | None:
    """What the text gives the name A."""
    return literals(read_source(text.encode(), "script", "a.py"), ["A"]).get("A")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A = {'b': [1, 2.5, -3]}", {"b": [1, 2.5, -3]}),
        ("A = 1\nA = 2", 2),
        ("A: dict = {}", {}),
        ("B = A = (1, None)", (1, None)),
        ("A = None", None),
        ("A = dict(b=1, c=dict(d=-2))", {"b": 1, "c": {"d": -2}}),
        ("A = dict({'b': 1}, c=2)", {"b": 1, "c": 2}),
        ("A = {'b': 353089 * 4, 'c': (1.5 + 0.5) / 2 - 1}", {"b": 1412356, "c": 0.0}),
        ("A = {}\nA['b'] = {}\nA['b']['c'] = 3", {"b": {"c": 3}}),
        ("A = None\nA['b'] = 1", {"b": 1}),
        ("A = {'b': 1}\nA.update(c=2)\nA.update({'b': 3})\nA |= {'d': 4}", {"b": 3, "c": 2, "d": 4}),
        ("A = {'b': 1}\nA['b'] = 0,51", {"b": (0, 51)}),
        ("A = {'b': 1}\nA = None", {"b": 1}),
        ("A = {'b': 1}\nprint(A['b'])\nfor key in A:\n    print(A[key])", {"b": 1}),
        ("A = {'b': 1}\nif __name__ == '__main__':\n    A['b'] = measure()", {"b": 1}),
        ("A = {'b': 1}\ndef change():\n    A['b'] = 2", {"b": 1}),
        ("A = f()\nA = 2", 2),
    ],
)
def test_a_literal_is_read_and_of_several_the_last(text: str, value: Any) -> None:
    told = found(text)
    assert told is not None
    assert (told.known, told.value) == (True, value)


@pytest.mark.parametrize(
    "text",
    [
        "A = dict(zip('b', [1]))",
        "A = {'b': f()}",
        "A = {'b': 1}\nA['b'] = f()",
        "A = {'b': 1}\nA['c']['d'] = 2",
        "A = {'b': 1}\nA[name] = 2",
        "A = f()\nA['b'] = 1",
        "A = {}\nfor key in 'bc':\n    A[key] = 1",
        "A = {'b': 1 / 0}",
        "A = {'b': 'a' * 3}",
        "A = {'b': 2 ** 3}",
        "A = {**B}",
        f"A = {' * '.join(['9' * 300] * 10)}",
        "A = 1\nA = f()",
        "A, B = 1, 2",
        "A = 1\nA += 1",
        "if True:\n    A = 1",
        "def A(): pass",
        "A = B",
    ],
)
def test_what_would_have_to_be_computed_is_no_literal(text: str) -> None:
    told = found(text)
    assert told is not None
    assert not told.known


def test_a_name_that_nothing_binds_is_not_there() -> None:
    assert found("B = 1") is None


def test_the_place_is_that_of_the_statement_that_gave_the_last_item() -> None:
    told = found("A = {'b': 1}\nB = 2\nA['c'] = 3\nA = None\n")
    assert told is not None
    assert (told.line, told.value) == (3, {"b": 1, "c": 3})


@pytest.mark.parametrize(
    "text", [f"A = {'(' * 80}1{')' * 80}", "A = " + "-" * 5000 + "1", "A = " + "+".join("1" * 4000)]
)
def test_text_that_is_deep_or_long_is_read_or_refused(text: str) -> None:
    """The worker reads it before any limit of a statement holds."""
    try:
        told = found(text)
    except UnreadableWork:
        return
    assert told is None or told.known in (True, False)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("A = {\n 'b': {'c': 0,51}, 'd': 1}", "0,51"),
        ("A = {'b': 345,025, 'c': 1}", "345,025"),
        ("A = dict(b=0,63)", "0,63"),
    ],
)
def test_a_number_with_a_comma_is_told_as_such(text: str, number: str) -> None:
    """Python's own words speak of keys, of octal numbers or of keyword arguments."""
    (piece,) = read_source(text.encode(), "script", "a.py").broken
    assert f"a number with a comma in it ({number})" in piece.message
    assert piece.binds == ("A",)
