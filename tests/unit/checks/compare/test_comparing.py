"""Records that hold what a call was given or gave compare without raising: with arrays in them, `==` once raised ValueError.

Such a record is equal to itself alone. Whether two of them say the same is asked of `is_same_call` and of `agrees`.
"""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import grader.checks
from grader.checks.compare.answers import Answer, Call
from grader.checks.compare.questions import is_alike, is_same_call
from grader.checks.models.seen import Seen, Training
from grader.checks.plan.plans import CheckPlan, PlannedCall
from grader.checks.run.trial import Way

HOLDS_ANYTHING = re.compile(r"\b(Any|Array|ndarray|object)\b")
ARRAYS = arrays.arrays(np.float64, arrays.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3))
VALUES = st.recursive(
    st.one_of(ARRAYS, st.integers(), st.text(max_size=3), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=2), inner, max_size=2), st.tuples(inner, inner)
    ),
    max_leaves=4,
)
CALLS = st.builds(Call, st.just("f"), st.tuples(VALUES, ARRAYS), st.dictionaries(st.just("key"), VALUES))
ANSWERS = st.builds(Answer, CALLS, VALUES)
PLANNED = st.builds(PlannedCall, st.just("item"), st.just(0), CALLS, ANSWERS)
RECORDS = st.one_of(
    CALLS,
    ANSWERS,
    PLANNED,
    st.builds(lambda calls: CheckPlan("f", "f", 1, False, "", calls=calls), st.lists(PLANNED, max_size=2)),
    st.builds(lambda answers: Way(True, [*answers], [*answers]), st.lists(ANSWERS, max_size=2)),
    st.builds(lambda answer, x: Seen(answer, x, x, (), True, None), ANSWERS, ARRAYS),
    st.builds(lambda x: Training(x, x, x, x, 1, 1), ARRAYS),
)


@settings(max_examples=25)
@given(RECORDS, RECORDS)
def test_two_records_compare_without_raising(one: Any, other: Any) -> None:
    same = one == one
    assert same
    assert (one == other) is (one is other)
    assert (one in [other, one]) is True
    assert len({one, other}) == 1 + (one is not other)


@settings(max_examples=25)
@given(CALLS, CALLS)
def test_whether_two_calls_ask_the_same_is_asked_by_what_they_hold(one: Call, other: Call) -> None:
    again = dataclasses.replace(one)
    assert is_same_call(one, again)
    assert is_alike(one, again)
    assert is_same_call(one, other) is is_same_call(other, one)


def records() -> Iterator[type]:
    """List the dataclasses of all modules of the checks."""
    for found in pkgutil.walk_packages(grader.checks.__path__, "grader.checks."):
        module = importlib.import_module(found.name)
        yield from (
            each
            for each in vars(module).values()
            if isinstance(each, type) and each.__module__ == found.name and dataclasses.is_dataclass(each)
        )


def may_hold_arrays(record: type) -> bool:
    """Tell from the annotations whether a compared field may hold an array; one that holds such a record compares by identity."""
    compared = [field for field in dataclasses.fields(record) if field.compare]  # type: ignore[arg-type]
    told = [re.sub(r"Callable\[\.\.\., \w+\]", "", str(field.type)) for field in compared]
    return any(HOLDS_ANYTHING.search(annotation) for annotation in told)


def test_every_record_of_the_checks_that_may_hold_an_array_is_compared_by_identity() -> None:
    found = {each.__name__: each for each in records() if may_hold_arrays(each)}

    assert {"Call", "Answer", "Seen", "Training"} <= set(found)
    assert [name for name, each in found.items() if each.__eq__ is not object.__eq__] == []


@pytest.mark.parametrize("value", [1, "f", (1.5, "x")])
def test_calls_with_equal_plain_values_ask_the_same(value: Any) -> None:
    assert is_same_call(Call("f", (value,), {}), Call("f", (value,), {}))
    assert not is_same_call(Call("f", (value,), {}), Call("g", (value,), {}))
