"""A function's text is what it does: no comment, no docstring, one layout."""

from __future__ import annotations

import pytest

from grader.source.function_text import function_texts
from grader.source.read_source import read_source


def texts(text: str, *names: str, longest: int = 4_000) -> dict[str, str]:
    return function_texts(read_source(text.encode(), "script", "a.py"), names or ("f",), longest)


def test_comments_docstrings_and_layout_are_left_out():
    text = 'def f(x):  # by Ada\n    """Ada wrote this."""\n    # really\n    return (x\n            + 1)\n'

    assert texts(text) == {"f": "def f(x):\n    return x + 1"}


def test_the_last_definition_counts_and_only_names_that_are_asked_for():
    assert texts("def f():\n    return 1\ndef g(): pass\ndef f():\n    return 2\n") == {"f": "def f():\n    return 2"}


def test_a_lambda_with_a_name_is_a_function_and_what_replaces_a_function_is_none():
    assert texts("f = lambda x: x") == {"f": "f = lambda x: x"}
    assert texts("def f(): pass\nf = f or 3") == {}
    assert texts("class f: pass") == {}


def test_a_function_of_a_docstring_alone_passes():
    assert texts('def f():\n    "nothing"') == {"f": "def f():\n    pass"}


@pytest.mark.parametrize(
    "body",
    [
        "return " + "+".join(["1"] * 5_000),
        "return " + "-" * 900 + "1",
        f"return {'x' * 5_000!r}",
        "x = 1\n    " * 3_000 + "return x",
    ],
)
def test_what_is_very_large_or_deep_is_left_out(body):
    assert texts(f"def f():\n    {body}\n") == {}
