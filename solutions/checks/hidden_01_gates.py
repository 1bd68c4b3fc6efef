"""The hidden checks of 01_gates: other sizes and float32.

In one, a batch is as long as the state, so that a bias made a column shows, and one is larger than anybody would check by hand.
"""

import numpy as np
import pytest

from grader.checks.authoring import inputs_kept, same

SIZES = {
    "wide": (3, 4, 6),
    "narrow": (5, 2, 3),
    "batch = u": (4, 3, 4),
    "float32": (2, 3, 4, "float32"),
    "large": (17, 9, 24),
}
SEQUENCES = {
    "long": (3, 7, 4, 6),
    "narrow": (2, 4, 5, 3),
    "batch = u": (4, 5, 3, 4),
    "batch = T": (4, 4, 3, 5),
    "float32": (2, 4, 3, 5, "float32"),
    "large": (17, 33, 9, 24),
}
BY_HAND = "Make up a small case (batch 1, d 1, u 2, whole numbers) and work it out on paper. Which term comes out differently?"


def normal(rng, dtype, *sizes, scale=0.6):
    """Arrays of the given sizes, drawn from N(0, scale^2)."""
    return [rng.normal(0, scale, size=size).astype(dtype) for size in sizes]


def gate_inputs(rng, batch, d, u, dtype="float64"):
    """x (batch, d), h (batch, u), W (d, u), U (u, u), b (u,)."""
    return normal(rng, dtype, (batch, d), (batch, u), (d, u), (u, u), (u,))


def step_inputs(rng, batch, d, u, dtype="float64"):
    """x, h and the nine arrays."""
    x, h = normal(rng, dtype, (batch, d), (batch, u), scale=0.9)
    scale = (
        0.6 if u < 10 else 0.3
    )  # many units with large weights are chaotic: the last digit decides where a sequence ends
    params = {}
    for gate in "zrh":
        arrays = normal(rng, dtype, (d, u), (u, u), (u,), scale=scale)
        params |= zip([f"W_{gate}", f"U_{gate}", f"b_{gate}"], arrays, strict=True)
    return x, h, params


@pytest.mark.points(2)
@pytest.mark.parts("sigmoid")
@pytest.mark.hint(BY_HAND)
@pytest.mark.parametrize("size", SIZES)
def check_update_gate_values(size, rng, student, expected):
    """update_gate is right for batches and states of several sizes"""
    args = gate_inputs(rng, *SIZES[size])
    same(student.update_gate(*args), expected.update_gate(*args))


@pytest.mark.points(1)
@pytest.mark.parts("sigmoid")
@pytest.mark.hint(BY_HAND)
@pytest.mark.parametrize("size", SIZES)
def check_reset_gate_values(size, rng, student, expected):
    """reset_gate is right for batches and states of several sizes"""
    args = gate_inputs(rng, *SIZES[size])
    same(student.reset_gate(*args), expected.reset_gate(*args))


@pytest.mark.points(2)
@pytest.mark.hint("Set r to 0 by hand: which part of the candidate should vanish, and which should stay?")
@pytest.mark.parametrize("size", SIZES)
def check_candidate_state_values(size, rng, student, expected):
    """candidate_state is right for batches and states of several sizes"""
    x, h, *rest = gate_inputs(rng, *SIZES[size])
    r = rng.uniform(0.05, 0.95, size=h.shape).astype(h.dtype)
    same(student.candidate_state(x, h, r, *rest), expected.candidate_state(x, h, r, *rest))


@pytest.mark.points(2)
@pytest.mark.hint(
    "Try z = 0.5 everywhere, then a z that differs from unit to unit: is every entry a share of both states?"
)
@pytest.mark.parametrize("size", SIZES)
def check_next_state_values(size, rng, student, expected):
    """next_state is right for batches and states of several sizes"""
    _, h, *_ = gate_inputs(rng, *SIZES[size])
    h_tilde = rng.normal(0, 0.7, size=h.shape).astype(h.dtype)
    z = rng.uniform(0.05, 0.95, size=h.shape).astype(h.dtype)
    same(student.next_state(z, h, h_tilde), expected.next_state(z, h, h_tilde))


@pytest.mark.points(2)
@pytest.mark.hint(
    "If your parts are right and this is not, print each part inside gru_step and compare it with a call of its own."
)
@pytest.mark.parametrize("size", SIZES)
def check_gru_step_values(size, rng, student, expected):
    """gru_step gives the next state"""
    args = step_inputs(rng, *SIZES[size])
    same(student.gru_step(*args), expected.gru_step(*args))


@pytest.mark.points(1)
@pytest.mark.needs("gru_step_composes")
@pytest.mark.hint(
    "Operators such as *= and += write into the array that was handed in. Which name on the left of one is an input?"
)
def check_gru_step_leaves_inputs(shown):
    """gru_step leaves its inputs as they were"""
    for answer, _ in shown("gru_step_composes"):
        inputs_kept(answer)


@pytest.mark.points(2)
@pytest.mark.hint(
    "Compare the first step, then the second: the first wrong one tells whether the step or the carrying is at fault."
)
@pytest.mark.parametrize("size", SEQUENCES)
def check_gru_forward_values(size, rng, student, expected):
    """gru_forward gives the state after every step"""
    batch, steps, d, u, *dtype = SEQUENCES[size]
    _, h0, params = step_inputs(rng, batch, d, u, *dtype)
    xs = rng.normal(size=(batch, steps, d)).astype(np.result_type(h0))
    same(student.gru_forward(xs, h0, params), expected.gru_forward(xs, h0, params))
