"""Right Python of a newer version is told from what is right in none, with the older parser alone."""

from __future__ import annotations

import ast
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.source.newer import needed
from grader.source.read_source import read_source

OLD = (3, 11)
NEWER = [
    ('x = f"gate {info["name"]}"', (3, 12)),
    ("x = f\"{'\\n'.join(rows)}\"", (3, 12)),
    ('def f(d):\n    return f"{d["a"]!r:>{d["b"]}}"', (3, 12)),
    ('x = f"{\n  a  # the state\n}"', (3, 12)),
    ('x = "a" f"{d["b"]}" "c"', (3, 12)),
    ('x = f"{f"{f"{1}"}"}"', (3, 12)),
    ('print(f"{d["a"]=}", "}")', (3, 12)),
    ("x = rf'{d['a']}\\d'", (3, 12)),
    ('x = f"{ {"a": 1}["a"] != 2 }"', (3, 12)),
    ("type Gate = int", (3, 12)),
    ("type Gate[T] = list[T]", (3, 12)),
    ("def f[T](a: T) -> T:\n    return a", (3, 12)),
    ("class C[T: (int, str)](B):\n    pass", (3, 12)),
    ("async def f[*Ts, **P](a):\n    pass", (3, 12)),
    ("def f[T = int](a: T):\n    pass", (3, 13)),
    ("try:\n    x\nexcept ValueError, np.linalg.LinAlgError:\n    pass", (3, 14)),
    ('x = t"hello {name}"', (3, 14)),
    ('type A = int\nx = t"{name}"', (3, 14)),
]


@pytest.mark.parametrize(("text", "version"), NEWER)
def test_the_oldest_python_that_takes_it_is_named(text, version):
    """On 3.12 a student's file was right in every public check; with 3.11 it was "not Python" and lost 8 of 30 points."""
    assert needed(text, sys.version_info[:2]) == (version if version > sys.version_info[:2] else None)
    if version <= sys.version_info[:2]:
        ast.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "def f(:\n    pass",
        "x = = 1",
        "print 'a'",
        'x = f"{}"',
        'x = f"{a b}"',
        "x = f'{d['}'",
        'x = f"{d["a"}"',
        'x = f"{d["a"]!z}"',
        'x = f"{d["a"]}" +',
        'x = f"{d["a"]}" 3 4',
        'x = f"}{d["a"]}"',
        "try:\n    x\nexcept ValueError, e:\n    pass",
        "def f[](a):\n    pass",
        "def f[T(a):\n    pass",
        "def f[1](a):\n    pass",
        "type = ",
        "type Gate",
        'x = t"{}"',
        '"abc',
        "x = [1",
        "f'{" * 50,
    ],
)
def test_what_is_right_in_no_python_is_not_taken_for_newer(text):
    assert needed(text) is None


@given(
    st.one_of(
        st.text(),
        st.lists(
            st.sampled_from(
                ['f"', "{", "}", '"', "'", "[", "]", ":", "!r", "\\", "#", "\n", "type ", "x", "=", "def f"]
            )
        ).map("".join),
    )
)
def test_any_text_is_looked_at_and_one_that_parses_needs_no_other_python(text):
    version = needed(text)

    assert version is None or version > sys.version_info[:2]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads it")
def test_only_the_definition_that_needs_it_is_left_out():
    text = 'a = 1\n\ndef f(info):\n    return f"gate {info["name"]}"\n\ndef g(:\n    pass\n\nb = 2\n'
    source = read_source(text.encode(), "script", "a.py")

    assert [ast.unparse(statement.node) for statement in source.statements] == ["a = 1", "b = 2"]
    assert [(piece.line, piece.cause, piece.binds) for piece in source.broken] == [
        (3, "newer", ("f",)),
        (6, "syntax", ("g",)),
    ]
    assert source.broken[0].message == "line 3: it needs Python 3.12, and this run has 3.11"
