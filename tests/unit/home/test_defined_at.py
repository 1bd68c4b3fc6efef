"""The line that an annotation points at is the one that an editor shows."""

from __future__ import annotations

import json

import pytest

from grader.home.defined_at import lines_of

NAMES = ("blend", "step", "MEASURED")
SCRIPT = '''"""A script."""


def blend(z):
    return z


def step(x):
    return x


MEASURED = {}
MEASURED["a"] = 1
if MEASURED == 2:
    print(step)
'''


def test_a_name_of_a_script_is_where_it_is_defined() -> None:
    assert lines_of(SCRIPT.encode(), "script", NAMES) == {"blend": 4, "step": 8, "MEASURED": 12}


def test_the_last_definition_counts_and_the_file_need_not_parse() -> None:
    text = SCRIPT + "\ndef blend(z:\n    return (\n\nasync def step(x): pass\nclass MEASURED: pass\n"
    assert lines_of(text.encode(), "script", NAMES) == {"blend": 17, "step": 20, "MEASURED": 21}


@pytest.mark.parametrize("indent", [1, None])
def test_a_name_of_a_notebook_is_where_its_line_stands_in_the_file(indent: int | None) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["def step(x):\n", "is to be written"]},
        {
            "cell_type": "code",
            "metadata": {},
            "outputs": [],
            "source": ["# ü\n", "def blend(z):\n", '    return "z"\n'],
        },
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": 'def step(x, a="b"):\n    return x\n'},
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=indent)
    found = lines_of(text.encode(), "notebook", NAMES)
    assert set(found) == {"blend", "step"}
    lines = text.split("\n")
    assert "def blend(z)" in lines[found["blend"] - 1]
    assert "def step(x, a=" in lines[found["step"] - 1]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"{", b"\0"])
def test_a_file_that_can_not_be_read_has_no_lines(data: bytes) -> None:
    assert lines_of(data, "notebook", NAMES) == {}
    assert lines_of(data, "script", NAMES) == {}
