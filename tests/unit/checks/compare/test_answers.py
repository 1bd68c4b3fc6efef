"""Two answers are the same by one rule: type, shape, and |got - want| <= tol * max(1, |want|)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.compare.answers import Answer, Call, agrees, difference, perform
from grader.checks.compare.looks import Look
from grader.sandbox.wire.values import Opaque


def wanted(value: Any, *args: Any) -> Answer:
    """Make a right answer."""
    return Answer(Call("f", args, {}), value)


ONE = wanted(np.array([1.0, 2.0]))
SINGLE = np.ones(2, np.float32)


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (np.array([1.0, 2.0]), ONE),
        (np.array([1.0 + 9e-7, 2.0]), ONE),
        (np.array([1.0, 2.0 + 1.9e-6]), ONE),
        (np.array([1, 2]), ONE),
        (np.array([1.0, 2.0], np.float32) + np.float32(9e-6), ONE),
        (np.array([1.0 + 9e-6, 2.0]), wanted(np.array([1.0, 2.0]), SINGLE)),
        (np.array([1.0 + 9e-6, 2.0]), wanted(np.array([1.0, 2.0]), {"W": SINGLE})),
        (np.array([1e6 + 0.9]), wanted(np.array([1e6]))),
        (1.0, wanted(1.0)),
        (1, wanted(1.0)),
        (np.float64(1), wanted(1.0)),
        (np.float32(1), wanted(1.0)),
        (np.array(1.0), wanted(1.0)),
        (np.array([np.nan]), wanted(np.array([np.nan]))),
        (np.zeros((0, 3)), wanted(np.zeros((0, 3)))),
    ],
)
def test_right_answers(got: Any, want: Answer) -> None:
    assert agrees(got, want)


@pytest.mark.parametrize(
    ("got", "want", "said"),
    [
        (None, ONE, "return"),
        ([1.0, 2.0], ONE, "list"),
        ((1.0, 2.0), ONE, "tuple"),
        ({"a": 1}, ONE, "dict"),
        ("1", ONE, "str"),
        (Opaque("MaskedArray"), ONE, "MaskedArray"),
        (Opaque("array of dtype object"), ONE, "array of dtype object"),
        (1.0, ONE, "float"),
        (np.float64(1.0), ONE, "float64"),
        (np.array(1.0), ONE, "shape ()"),
        (np.array([[1.0, 2.0]]), ONE, "shape (1, 2)"),
        (np.array([[1.0], [2.0]]), ONE, "shape (2, 1)"),
        (np.array([1.0 + 2e-6, 2.0]), ONE, "[1.000002, 2]"),
        (np.array([1.0 + 9e-6, 2.0]), ONE, "1"),
        (np.array([np.nan, 2.0]), ONE, "nan"),
        (np.array([np.inf, 2.0]), ONE, "inf"),
        (np.array([True, True]), wanted(np.array([1.0, 1.0])), "bool"),
        (np.array([1 + 0j, 2 + 0j]), ONE, "complex"),
        (True, wanted(1.0), "bool"),
        (np.array([1.0]), wanted(1.0), "shape (1,)"),
        (2**4000, wanted(1.0), ""),
        (np.array([1.0]), wanted(np.array([np.nan])), "1"),
        (np.zeros((3, 6)), wanted(np.ones((3, 6))), "18 of 18"),
    ],
)
def test_wrong_answers_are_told_in_words(got: Any, want: Answer, said: str) -> None:
    found = difference(got, want)
    assert found is not None
    words = found[:2]
    assert said in words[1]
    assert words[0] != words[1]
    assert max(map(len, words)) < 300


@given(st.floats(-1e9, 1e9), st.floats(-4, 4))
def test_the_tolerance_is_relative_above_one_and_absolute_below(want: float, times: float) -> None:
    allowed = 1e-6 * max(1.0, abs(want))
    got = want + times * allowed
    if abs(abs(times) - 1) > 1e-3 and abs(got - want - times * allowed) < 1e-4 * allowed:
        assert agrees(np.array([got]), wanted(np.array([want]))) is (abs(times) < 1)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6))
def test_an_answer_agrees_with_itself_and_not_with_twice_itself_plus_one(numbers: list[float]) -> None:
    value = np.array(numbers)
    assert agrees(value, wanted(value))
    assert agrees(2 * value + 1, wanted(value)) is bool(
        np.all(np.abs(value + 1) <= 1e-6 * np.maximum(1, np.abs(value)))
    )


ARRAYS = st.builds(
    lambda numbers, shape, dtype: np.resize(np.asarray(numbers), shape).astype(dtype),
    st.lists(st.sampled_from([0.0, 1.0, 1 + 5e-7, 1 + 5e-6, 3.0, np.nan, np.inf]), min_size=1, max_size=4),
    st.sampled_from([(), (1,), (2,), (2, 2), (0, 2)]),
    st.sampled_from(["float64", "float32", "complex128", "U3"]),
)
VALUES = st.one_of(
    ARRAYS, st.none(), st.floats(allow_nan=True), st.integers(-1, 3), st.booleans(), st.lists(ARRAYS, max_size=2)
)
LOOKS = st.builds(
    Look, rows=st.sampled_from([None, 0, 1]), tolerance=st.sampled_from([None, 1e-3]), exact=st.booleans()
)


@given(VALUES, ARRAYS, LOOKS, ARRAYS, st.booleans())
def test_a_value_agrees_where_no_difference_is_told(got: Any, wanted: Any, look: Look, arg: Any, close: bool) -> None:
    """The one says so without looking for the other's words."""
    want = Answer(Call("f", (arg,), {}), got if close and isinstance(got, np.ndarray) else wanted)
    assert agrees(got, want, look) == (difference(got, want, look) is None)


def test_the_wanted_value_sets_the_scale_and_never_the_one_that_came() -> None:
    """An answer of 1e300 would otherwise bring its own tolerance."""
    assert not agrees(np.array([1e300]), wanted(np.array([1.0])))
    assert not agrees(np.array([1e9]), wanted(np.array([1e9 + 2000])))


def test_a_trusted_function_is_called_on_copies_with_its_warnings_and_changes_noted() -> None:
    def function(a: Any, p: Any) -> Any:
        a += 1
        p["W"][0] = np.exp(1000.0)
        return p["W"]

    given_a, given_p = np.zeros(2), {"W": np.zeros(2), "b": np.zeros(1)}
    answer = perform(function, Call("f", (given_a, given_p), {}))
    assert given_a.tolist() == given_p["W"].tolist() == [0, 0]
    assert set(answer.changed) == {"0", "1.W"}
    assert answer.warned == {"overflow"}


def test_a_large_answer_is_shown_by_its_shape_and_its_first_difference() -> None:
    want, got = np.zeros((5, 6)), np.zeros((5, 6))
    got[2, 3] = 0.5
    words = difference(got, wanted(want))
    assert words[:2] == ("0 at [2, 3]", "0.5 there (1 of 30 numbers differ)")


@given(st.floats(-1e3, 1e3), st.floats(1e-12, 1e-3), st.integers(1, 40))
def test_what_differs_is_never_printed_alike(number: float, gap: float, size: int) -> None:
    """Once: expected 1.21309, got 1.21309."""
    want, got = np.full(size, number), np.full(size, number + gap)
    words = difference(got, Answer(Call("f", (), {}), want))
    assert words is None or words[0].split(" at ")[0] != words[1].split(" there")[0]


@pytest.mark.parametrize("got", [1, 1.0, np.zeros(3), np.float32(1), {"a": 1}, None, "x"])
@pytest.mark.parametrize("want", [{"a": 1}, "x"])
def test_a_value_that_is_no_number_is_never_compared_as_one(got: Any, want: Any) -> None:
    """`MEASURED = 1` in the place of a dict ended the process that graded it: all points stayed open."""
    assert difference(got, wanted(want)) is not None
