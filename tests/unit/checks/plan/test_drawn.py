"""A drawn part looks like the reference's, is smooth, and is nobody's who has not seen it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.checks.compare.answers import perform
from grader.checks.plan.drawn import Drawn
from grader.checks.plan.plans import Plans
from grader.sandbox.outside.conversation import NoAnswer
from grader.sandbox.wire.values import Opaque


def drawn(plans: Plans, seed: int = 0, parts: tuple[str, ...] | None = None) -> Drawn:
    """Draw all functions above the sequence."""
    reference = plans.reference
    parts = reference.above("gru_forward") if parts is None else parts
    return Drawn(reference.namespace, reference.compiled, parts, np.random.default_rng(seed))


def calls_of(plans: Plans, function: str) -> list[Any]:
    """List planned calls of a function."""
    return [planned for check in plans.of(function) for planned in check.calls if planned.call.function == function]


@pytest.mark.parametrize(
    "function", ["sigmoid", "update_gate", "reset_gate", "candidate_state", "next_state", "gru_step"]
)
def test_a_drawn_part_has_the_shape_and_dtype_of_the_right_one_and_other_numbers(plans: Plans, function: str) -> None:
    bent = drawn(plans)
    for planned in calls_of(plans, function):
        got, want = bent.answer(function, list(planned.call.args)), planned.want.value
        assert np.shape(got) == np.shape(want)
        assert np.asarray(got).dtype == np.asarray(want).dtype
        if np.any((np.abs(want) > 0.1) & (np.abs(want) < 0.4)):
            assert not np.allclose(got, want, atol=1e-4)


def test_a_drawn_gate_stays_between_0_and_1_and_never_turns_back(plans: Plans) -> None:
    a = np.linspace(-20, 20, 400)
    for seed in range(20):
        value = drawn(plans, seed).answer("sigmoid", [a])
        assert value.min() >= 0
        assert value.max() <= 1
        assert np.all(np.diff(value) >= 0)


def test_each_call_is_drawn_anew_and_the_same_seed_draws_the_same(plans: Plans) -> None:
    a = np.linspace(-2, 2, 9)
    one, again, other = (drawn(plans, seed).answer("sigmoid", [a]) for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.allclose(one, other, atol=1e-3)


@pytest.mark.parametrize("bit", [0, 31, 32, 63])
def test_seeds_that_differ_in_one_bit_draw_other_parts(plans: Plans, bit: int) -> None:
    planned = calls_of(plans, "gru_step")[0]
    a = np.linspace(-2, 2, 9)
    one, other = (
        replace(plans, seed=seed).stand_ins(planned, ("sigmoid",)).answer("sigmoid", [a])
        for seed in (plans.seed, plans.seed ^ (1 << bit))
    )
    assert not np.allclose(one, other, atol=1e-3)


def test_what_was_not_called_is_composed_of_what_it_builds_on(plans: Plans) -> None:
    """A step that blends inline is judged with the true blend; one that calls the stand-in, with the stand-in."""
    call = calls_of(plans, "gru_step")[0].call
    bent = drawn(plans)
    untouched = bent.want(call).value
    assert np.allclose(untouched, perform(plans.reference.function("gru_step"), call).value)
    bent.answer("sigmoid", [np.zeros(3)])
    with_sigmoid = bent.want(call).value
    assert not np.allclose(with_sigmoid, untouched, atol=1e-4)
    bent.answer("gru_step", list(call.args))
    forward = calls_of(plans, "gru_forward")[0].call
    first = bent.want(forward).value[:, 0]
    step = bent.answer("gru_step", [forward.args[0][:, 0], forward.args[1], forward.args[2]])
    assert np.allclose(first, step)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("sigmoid", [Opaque("Hidden")]),
        ("sigmoid", ["x"]),
        ("sigmoid", [None]),
        ("sigmoid", []),
        ("sigmoid", [[[1.0], [1.0, 2.0]]]),
        ("gru_step", [1, 2, 3]),
        ("gru_step", [np.zeros((3, 4)), np.zeros((3, 6)), {"W_z": np.zeros(1)}]),
        ("next_state", [np.zeros((3, 2)), np.zeros((5, 7)), np.zeros(1)]),
        ("gru_forward", [1]),
        ("__class__", []),
        ("no_such_part", []),
    ],
)
def test_a_part_that_is_called_with_what_does_not_fit_refuses_in_words(
    plans: Plans, name: str, args: list[Any]
) -> None:
    """The arguments come from the submission: whatever they are, the trusted side goes on."""
    with pytest.raises(NoAnswer):
        drawn(plans).answer(name, args)


def test_the_arguments_of_a_part_are_left_as_they_were(plans: Plans) -> None:
    a = np.array([1.0, 2.0])
    drawn(plans).answer("sigmoid", [a])
    assert a.tolist() == [1.0, 2.0]


def test_a_part_that_is_asked_for_more_than_any_check_would_refuses(plans: Plans) -> None:
    """Small arguments can ask for a large result: (n, 1) and (1, n) make n x n, on the trusted side."""
    column, row = np.zeros((5_000, 1)), np.zeros((1, 5_000))
    for args in ([column, row, column], [column.tolist(), row.tolist(), 1.0]):
        with pytest.raises(NoAnswer):
            drawn(plans).answer("next_state", args)
