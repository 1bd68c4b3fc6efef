"""Every function that an author calls has its arguments and an example in its docstring, and the examples are true."""

from __future__ import annotations

import doctest
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.checks import authoring
from grader.checks.compare.answers import Answer, Call, perform
from grader.checks.mistakes.declare import load_mistakes

OFFERED = {name: getattr(authoring, name) for name in authoring.__all__}
FUNCTIONS = {name: found for name, found in OFFERED.items() if isinstance(found, FunctionType)}
DECLARING = ("mistake", "variant")
SHOWN = [name for name in FUNCTIONS if name not in DECLARING]


def half(a: Any) -> Any:
    return a / 2


def sigmoid(a: Any) -> Any:
    e = np.exp(-np.abs(a))
    return (np.where(a >= 0, 1, e) / (1 + e)).astype(a.dtype)


def double(a: Any) -> Any:
    a *= 2
    return a


def time_training(
    model: Any, x: Any, y: Any, epochs: int, clock: Callable[[], float], *, rightly: bool = True
) -> float:
    if rightly:
        model.fit(x, y)
    start = clock()
    for _ in range(epochs):
        model.fit(x, y)
        if rightly:
            clock()
    return (clock() - start) / epochs


SOLUTION = {
    "half": half, "third": lambda a: a / 3, "halves": lambda a, b: (np.array(a / 2), np.array(b / 2)), "sigmoid": sigmoid,
    "double": lambda a: 2 * a, "count": lambda d, u: u * d + u, "time_training": time_training,
}  # fmt: skip
SUBMISSION = {
    "half": half, "third": half, "halves": lambda a, b: (np.array(a / 2), np.array(b)), "double": double, "count": lambda d, u: u * d,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)) if a.dtype == "float64" else sigmoid(a).astype("float64"),
    "time_training": lambda *args, **kwargs: time_training(*args, **kwargs, rightly=False),
}  # fmt: skip


def asked(functions: dict[str, Callable[..., Any]]) -> SimpleNamespace:
    """Functions that are called as checks call them, each call giving an Answer."""

    def calling(name: str) -> Callable[..., Answer]:
        return lambda *args, **kwargs: perform(functions[name], Call(name, args, kwargs))

    return SimpleNamespace(**{name: calling(name) for name in functions})


class Unqualified(doctest.OutputChecker):
    """An exception is told by its own name, as an author knows it."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        return super().check_output(want, re.sub(r"^(\w+\.)+(?=[A-Z]\w+: )", "", got), optionflags)


@pytest.mark.parametrize("name", SHOWN)
def test_an_example_gives_what_it_says(name: str) -> None:
    given = {**vars(authoring), "student": asked(SUBMISSION), "expected": asked(SOLUTION)}
    (example,) = doctest.DocTestFinder(recurse=False).find(FUNCTIONS[name], name, globs=given)
    told: list[str] = []

    results = doctest.DocTestRunner(Unqualified(), verbose=False).run(example, out=told.append)

    assert results.attempted >= 1
    assert results.failed == 0, "".join(told)


def test_the_examples_of_a_mistake_and_its_variant_make_a_file(tmp_path: Path) -> None:
    file = tmp_path / "01_gates.py"
    shown = [
        each.source
        for name in DECLARING
        for each in doctest.DocTestParser().get_examples(FUNCTIONS[name].__doc__ or "")
    ]
    file.write_text("from grader.checks.authoring import mistake, variant\n" + "".join(shown), encoding="utf-8")

    (found,) = load_mistakes(file, ("next_state",))

    assert found.name == "old and new are averaged"
    assert [tuple(instance.overrides) for instance in found.instances] == [("next_state",)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_docstring_says_what_each_argument_is_and_what_is_raised(name: str) -> None:
    text = inspect.getdoc(FUNCTIONS[name]) or ""
    listed = re.findall(r"^(\w+)   ? *\w", text, re.MULTILINE)

    assert listed == [*inspect.signature(FUNCTIONS[name]).parameters, "raises"]
    assert ">>> " in text


def test_the_page_of_the_door_names_every_fixture_and_marker() -> None:
    """They are not imported, so nothing else in a check file leads to them."""
    plugin = Path(authoring.__file__).parent / "run" / "plugin.py"
    source = plugin.read_text(encoding="utf-8")
    fixtures = re.findall(r"@pytest\.fixture(?:\(name=\"(\w+)\"\))?\n    def (\w+)", source)
    markers = re.findall(r"^            \"(\w+)[(:]", source, re.MULTILINE)
    page = authoring.__doc__ or ""

    assert {name or function for name, function in fixtures} - {"answers_of"} == set(
        re.findall(r"^(\w+)   ? *\S", page, re.MULTILINE)
    )
    assert markers
    assert all(f"``{marker}" in page for marker in markers)
