"""Values that are written down: read from the text, never computed."""

from __future__ import annotations

from typing import Any

import pytest

from grader.submissions.literals import literals
from grader.submissions.source import read_source


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
    ],
)
def test_a_literal_is_read_and_of_several_the_last(text: str, value: Any) -> None:
    told = found(text)
    assert told is not None
    assert (told["literal"], told["value"]) == (True, value)


@pytest.mark.parametrize(
    "text",
    [
        "A = dict(b=1)",
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
    assert not told["literal"]


def test_a_name_that_nothing_binds_is_not_there() -> None:
    assert found("B = 1") is None
