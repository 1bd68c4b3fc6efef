"""What is kept of an answer is small, whatever it is, and equal for answers that are equal within the tolerance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from grader.checks.compare.answers import Answer, Call, LargeArray
from grader.checks.compare.looks import WHOLE, Aspect, Look
from grader.checks.judge.unexplained import LONGEST_FORM, SAMPLES, _NotToldError, _place, case_answer
from grader.sandbox.outside.stops import Absence, AbsenceKind, StopKind, Stopped, Thrown
from grader.sandbox.wire.values import Facts, Opaque
from grader.scores.wrong_work import CaseAnswer

CALL = Call("f", (np.ones(2),), {})
WANT = Answer(CALL, np.zeros(2))
TOLERANCE = 1e-6


def kept(value, aspect: Aspect = Aspect.VALUE, look: Look = WHOLE, **changed) -> CaseAnswer:
    return case_answer(Answer(CALL, value, **changed), WANT, aspect, look, told=True)


def numbers(case: CaseAnswer) -> np.ndarray:
    return np.array([float(each) for each in case.numbers.split()])


ODD = [
    None,
    True,
    float("nan"),
    10**400,
    "text" * 10_000,
    b"bytes",
    [],
    (),
    {},
    [[1, 2], [3]],
    [None] * 5_000,
    list(range(50_000)),
    [str(each) for each in range(50_000)],
    {f"key{each}": each for each in range(5_000)},
    {"x" * 5_000: np.ones(3)},
    np.full((3, 4), np.nan),
    np.array([np.inf, -np.inf, 1.0]),
    np.array([True, False]),
    np.ones((2, 2)) * 1j,
    np.zeros((0, 3)),
    np.ones((200, 300)),
    np.full(20_000, 1e308),
    LargeArray((100_000, 100_000)),
    Opaque("list of hostile" * 20),
    Facts("table", {"names": ["a"], "cells": [[1.0]]}),
]


@pytest.mark.parametrize("value", ODD, ids=lambda value: type(value).__name__)
def test_whatever_a_function_gives_little_is_kept_of_it(value):
    case = kept(value)

    assert len(case.form) <= LONGEST_FORM + 20
    assert len(case.numbers.split()) <= SAMPLES + 3
    assert case == kept(value)


def test_no_two_of_these_are_taken_for_equal():
    cases = [kept(value) for value in ODD]

    assert len({(case.form, case.numbers) for case in cases}) == len(cases)


VALUES = arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e6, 1e6))


@given(VALUES, st.integers(0, 2**32))
def test_answers_that_are_equal_within_the_tolerance_keep_equal_numbers(value, seed):
    shift = np.random.default_rng(seed).uniform(-1, 1, size=value.shape) * TOLERANCE * np.maximum(1, np.abs(value))
    one, other = numbers(kept(value)), numbers(kept(value + shift))

    scale = np.maximum(1, np.maximum(np.abs(one), np.abs(other)))
    assert (np.abs(one - other) <= TOLERANCE * scale * (1 + 1e-3)).all()


@given(arrays(np.float64, st.integers(13, 500), elements=st.floats(-1, 1)), st.data())
def test_a_single_number_that_differs_shows_in_what_is_kept(value, data):
    changed = value.copy()
    changed[data.draw(st.integers(0, len(value) - 1))] += 0.5

    assert (np.abs(numbers(kept(value)) - numbers(kept(changed))) > TOLERANCE).any()


def test_what_counts_beside_the_numbers_is_what_the_check_looks_at():
    value = np.ones(2)

    assert kept(value, warned=frozenset({"overflow"})) == kept(value)
    assert kept(value, Aspect.WARNINGS, warned=frozenset({"overflow"})) != kept(value, Aspect.WARNINGS)
    assert kept(value, counts=((64, 1),)) != kept(value, counts=((32, 1),))
    assert kept(value, Aspect.ROWS, counts=((64, 1),)) != kept(value * 2, Aspect.ROWS, counts=((64, 1),))
    assert kept(value, Aspect.INPUTS, changed=("0",)) != kept(value, Aspect.INPUTS)
    assert kept(value, Aspect.DTYPE) != kept(value.astype("float32"), Aspect.DTYPE)
    assert kept((value, value * 2), look=Look(part=1, of=2)) == kept((value * 5, value * 2), look=Look(part=1, of=2))
    assert kept(np.ones(4), look=Look(rows=1)) != kept(np.ones(4))


def test_an_exception_counts_in_its_own_words_only_where_no_answer_tells_what_is_wrong():
    def raised(words: str, told: bool) -> CaseAnswer:
        stopped = Stopped("f", StopKind.RAISED, thrown=Thrown("ValueError", words))
        return case_answer(stopped, WANT, Aspect.VALUE, WHOLE, told=told)

    assert raised("one", told=True) == raised("other", told=True)
    assert raised("one", told=False) != raised("other", told=False)
    assert len(raised("x" * 9_000, told=False).form) <= LONGEST_FORM + 20


@pytest.mark.parametrize(
    "reply",
    [
        Stopped("f", StopKind.LATE),
        Stopped("f", StopKind.DIED),
        Stopped("f", StopKind.ABSENT, absence=Absence("f", AbsenceKind.UNPARSED)),
        Answer(CALL, Facts("model", 0)),
    ],
)
def test_what_tells_nothing_of_a_function_is_not_kept(reply):
    with pytest.raises(_NotToldError):
        case_answer(reply, WANT, Aspect.VALUE, WHOLE, told=True)


def test_the_place_of_a_crash_is_the_innermost_graded_function_for_helpers_bear_any_name():
    def place(*inside: str) -> str:
        thrown = Thrown("ValueError", "no", inside=inside)
        return _place(Stopped("step", StopKind.RAISED, thrown=thrown), ("gate", "step"))

    assert place("step", "gate", "_helper_of_mine") == "gate"
    assert place("_helper_of_mine") == "step"
