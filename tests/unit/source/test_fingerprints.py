"""Fingerprints say how a function computes, and nothing of names, comments, layout or the order of functions."""

from __future__ import annotations

import ast
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.otherwise.files import honest
from grader.source.fingerprints import (
    LONGEST_TEXT,
    LONGEST_TEXTS,
    MOST_FUNCTIONS,
    MOST_GRAMS,
    MOST_NODES,
    Fingerprint,
    fingerprints,
    gram_numbers,
)
from grader.source.read_source import read_source
from grader.source.statements import digest

NAMES = (
    "sigmoid", "update_gate", "reset_gate", "candidate_state", "next_state", "gru_step", "gru_forward",
)  # fmt: skip
HONEST = [each.source for each in honest("01_gates")]


def prints(text: str, names: tuple[str, ...] = NAMES) -> dict[str, Fingerprint]:
    found = fingerprints(read_source(text.encode(), "script", "mine.py"), names, {})
    return {each.name: each for each in found}


def grams(text: str, names: tuple[str, ...] = NAMES) -> dict[str, bytes]:
    return {name: each.grams for name, each in prints(text, names).items() if not each.helper}


class Renamed(ast.NodeTransformer):
    """Gives the locals of a function other names, and documents and annotates it."""

    def __init__(self, names: set[str], shuffled: random.Random) -> None:
        self.new = {name: f"v{shuffled.randrange(10**6)}_{at}" for at, name in enumerate(sorted(names))}
        self.said: ast.expr | None = ast.Constant("anything")

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.new.get(node.id, node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(self.new.get(node.arg, node.arg), self.said)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.said = None  # a lambda's arguments have no annotation
        made = self.generic_visit(node)
        self.said = ast.Constant("anything")
        return made


def copied(text: str, seed: int) -> str:
    """A copy whose locals are renamed, with other docstrings, comments, layout and order of functions."""
    shuffled = random.Random(seed)
    last: dict[str, str] = {}  # of a function that is defined twice the last counts, wherever the first one goes
    rest = []
    for node in ast.parse(text).body:
        if not isinstance(node, ast.FunctionDef):
            rest.append(ast.unparse(node))
            continue
        inner = list(ast.walk(node))
        local = {each.arg for each in inner if isinstance(each, ast.arg)}
        local |= {each.id for each in inner if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        local -= {each.arg for each in inner if isinstance(each, ast.keyword) and each.arg}
        made = Renamed(local, shuffled).visit(node)
        if ast.get_docstring(made, clean=False) is not None:
            made.body = made.body[1:] or [ast.Pass()]
        made.body.insert(0, ast.Expr(ast.Constant(f"Words of {shuffled.random()}.")))
        last[node.name] = ast.unparse(ast.fix_missing_locations(made)).replace("\n", "  # mine\n", 1)
    functions = list(last.values())
    shuffled.shuffle(functions)
    return "\n\n\n".join([*rest, *functions])


@given(text=st.sampled_from(HONEST), seed=st.integers(0, 10**6))
@settings(max_examples=12, deadline=None)
def test_names_comments_layout_and_order_change_nothing(text: str, seed: int) -> None:
    assert grams(copied(text, seed)) == grams(text)


def test_two_names_that_change_places_are_seen_however_far_apart_they_are() -> None:
    between = "\n".join(f"    print({at}, {at}, {at}, {at}, {at}, {at}, {at}, {at}, {at}, {at})" for at in range(9))
    text = f"def gru_step(z, r):\n    use(z, r)\n{between}\n    return blend(z, r)\n"

    assert grams(text) != grams(text.replace("blend(z, r)", "blend(r, z)"))


@pytest.mark.parametrize(
    ("one", "other"), [("x + h", "x * h"), ("x.dot(h)", "x.sum(h)"), ("x['W_z']", "x['W_r']"), ("1 - x", "2 - x")]
)
def test_another_computation_is_another_function(one: str, other: str) -> None:
    text = "def gru_step(x, h):\n    return {}\n"

    assert grams(text.format(one)) != grams(text.format(other))
    assert grams(text.format("x + 1")) == grams(text.format("x + 1.0"))


def test_the_names_of_imports_and_of_own_helpers_change_nothing() -> None:
    one = "import numpy as np\ndef blend(a): return np.exp(a)\nSCALE = 2\ndef sigmoid(a): return blend(a) * SCALE\n"
    other = "import numpy\ndef mix(b): return numpy.exp(b)\nK = 2\ndef sigmoid(c): return mix(c) * K\n"

    assert [each.grams for each in prints(one).values()] == [each.grams for each in prints(other).values()]
    assert prints(one)["blend"].helper


def test_a_line_put_in_changes_only_what_stands_around_it() -> None:
    lines = "".join(f"    b{at} = np.tanh(x @ params['W_{at}'] + params['b_{at}']) * {at}\n" for at in range(12))
    text = f"def gru_step(x, params):\n{lines}    return b3\n"
    put_in = text.replace("    b6 =", "    unused = 0\n    b6 =")
    one, other = (gram_numbers(prints(each).values()) for each in (text, put_in))

    assert len(one & other) > 0.85 * len(one)


def test_the_last_definition_counts_and_what_the_stub_has_does_not() -> None:
    text = "def sigmoid(a): return a\ndef sigmoid(a): return a + 1\ndef gru_step(x): raise NotImplementedError\n"
    source = read_source(text.encode(), "script", "mine.py")
    stub = {"gru_step": [digest(source.statements[-1].node)]}
    (found,) = fingerprints(source, NAMES, stub)

    assert (found.name, found.line, found.text) == ("sigmoid", 2, "def sigmoid(a): return a + 1")


def test_a_value_that_is_graded_counts_with_its_numbers() -> None:
    one, other = (grams(f"MEASURED = {{'seconds': {s}}}", ("MEASURED",)) for s in (0.51, 0.63))

    assert one.keys() == {"MEASURED"}
    assert one != other


def test_each_hash_has_the_lines_that_it_is_made_of() -> None:
    text = "# above\n@decorated\ndef gru_step(x):\n    y = x + 1\n\n    return [y * y, y - y, y / y]\n"
    found = prints(text)["gru_step"]
    spans = np.frombuffer(found.spans, np.uint8).reshape(-1, 2)

    assert (found.line, found.text) == (2, text.removeprefix("# above\n").rstrip("\n"))
    assert len(spans) == len(found.grams) // 4
    assert (spans[:, 0] <= spans[:, 1]).all()
    assert spans.max() == 4


def test_in_a_notebook_the_lines_are_those_of_the_cell() -> None:
    cells = [{"cell_type": "code", "source": f"# {at}\ndef f{at}(x): return x\n"} for at in range(2)]
    text = str({"cells": cells, "nbformat": 4}).replace("'", '"')
    found = fingerprints(read_source(text.encode(), "notebook", "mine.ipynb"), ("f1",), {})

    assert [(each.name, each.cell, each.line, each.text) for each in found] == [
        ("f1", 1, 2, "def f1(x): return x"), ("f0", 0, 2, "def f0(x): return x"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "def gru_step(x): return " + "-" * 5_000 + "x\n",
        "def gru_step(x): return [" + "x, " * 50_000 + "]\n",
        "def gru_step(x): return " + "+".join(["x"] * 3_000) + "\n",
        "def gru_step(x): return '" + "y" * 1_000_000 + "'\n",
        "".join(f"def f{at}(x): return [{at}{', x' * 200}]\n" for at in range(400)),
        "def gru_step(x):\n" + "    x = x + 1\n" * 3_000,
        f"def gru_step(x): return {'9' * 4_000} + 1e999 + 0x{'f' * 9_000}\n",
    ],
    ids=["deep", "wide", "chain", "long text", "many", "many lines", "large numbers"],
)
def test_what_is_kept_of_a_hostile_file_is_bounded(text: str) -> None:
    found = fingerprints(read_source(text.encode(), "script", "mine.py"), NAMES, {})

    assert len(found) <= MOST_FUNCTIONS
    assert all(len(each.text) <= LONGEST_TEXT for each in found)
    assert sum(len(each.text) for each in found) <= LONGEST_TEXTS
    assert sum(len(each.grams) // 4 for each in found) <= MOST_GRAMS
    assert all(len(each.grams) // 4 <= MOST_NODES for each in found)
