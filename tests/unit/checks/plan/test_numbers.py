"""Stand-ins that answer with numbers: nobody knows them beforehand, and both sides draw the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.models.live import DoubleModel, TinyModel
from grader.checks.plan.numbers import RANGES, Numbers
from grader.sandbox.outside.conversation import NoAnswer
from grader.sandbox.wire.values import Facts

NUMBERS = Numbers({"size": 7, "time": 8}, {"size": ("model",), "time": ("model", "x", "epochs=")})
MODEL = Facts("given", 3)


def test_a_double_and_the_model_in_the_worker_are_the_same_argument() -> None:
    double = DoubleModel(3, TinyModel(2, ((1, "float32"),)))
    assert NUMBERS.number("size", [MODEL]) == NUMBERS.number("size", [double])


def test_it_is_the_same_on_every_system_and_with_every_numpy() -> None:
    """A number that a package holds was drawn on another machine."""
    assert NUMBERS.number("size", [MODEL]) == 68_899


@pytest.mark.parametrize(
    "other", [[Facts("given", 4), np.arange(3), 2], [MODEL, np.arange(4), 2], [MODEL, np.arange(3), 3]]
)
def test_for_other_arguments_it_is_another_one(other: list[Any]) -> None:
    assert NUMBERS.number("time", other) != NUMBERS.number("time", [MODEL, np.arange(3), 2])


@given(st.lists(st.integers() | st.floats() | st.none(), max_size=4))
def test_it_lies_where_a_size_and_a_time_may_lie(args: list[Any]) -> None:
    assert min(min(RANGES)) <= NUMBERS.number("time", args) < max(max(RANGES))
    assert type(NUMBERS.number("time", args)) is int


@given(st.integers(0, (1 << 32) - 1))
def test_the_first_of_three_models_has_neither_the_largest_number_nor_the_smallest(seed: int) -> None:
    """A table with ratios to the largest was right or not by the seed alone."""
    numbers = Numbers({"size": seed}, {"size": ("model",)})
    first, second, third = (numbers.number("size", [Facts("given", place)]) for place in range(3))
    assert third < first < second


def test_it_is_told_which_parts_were_called() -> None:
    numbers = Numbers(NUMBERS.seeds, {"size": ("model",), "time": ("model",)})
    assert numbers.answer("size", [MODEL]) == 68_899
    with pytest.raises(NoAnswer):
        numbers.answer("nothing", [MODEL])
    assert numbers.called == {"size 3"}


@pytest.mark.parametrize("place", [-1, 1 << 4000, "3", None])
def test_a_model_that_no_call_was_given_is_none(place: Any) -> None:
    """What a worker says of the places is not taken on trust, and must not fill the memory."""
    numbers = Numbers(NUMBERS.seeds, {"size": ("model",), "time": ("model",)})
    numbers.answer("size", [Facts("given", place)])
    assert numbers.called == {"size 0"}
