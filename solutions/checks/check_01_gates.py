"""The public checks of 01_gates. They ask `expected` for every answer, so no solution stands here.

Sizes differ, and no weight, bias or state is zero unless a check sets it so: what is zero or square hides mistakes. In one case of
the candidate a batch is as long as a state, since there a mistake that elsewhere raises as others do gives its own numbers.
"""

import numpy as np
import pytest

from grader.checks.authoring import Follow, no_overflow, same, same_dtype

NINE = [f"{part}_{gate}" for gate in "zrh" for part in "WUb"]
BY_HAND = "Take the small case that is shown here and work it out on paper, one term at a time. Which term comes out differently?"


def weights(rng, d, u, dtype="float64"):
    """One kernel (d, u), one recurrent kernel (u, u) and one bias (u,)."""
    return [rng.normal(0, 0.6, size=size).astype(dtype) for size in ((d, u), (u, u), (u,))]


def gate_inputs(rng, batch, d, u, dtype="float64"):
    """x (batch, d), h (batch, u) and one gate's weights."""
    x, h = rng.normal(size=(batch, d)).astype(dtype), rng.normal(0, 0.8, size=(batch, u)).astype(dtype)
    return [x, h, *weights(rng, d, u, dtype)]


def candidate_inputs(rng, batch, d, u, dtype="float64"):
    """x, h, a reset gate r (batch, u) between 0 and 1, and the candidate's weights."""
    x, h, *rest = gate_inputs(rng, batch, d, u, dtype)
    return [x, h, rng.uniform(0.05, 0.95, size=(batch, u)).astype(dtype), *rest]


def blend_inputs(rng, batch, u, dtype="float64"):
    """An update gate between 0 and 1, a state and a candidate, each (batch, u)."""
    z, h, h_tilde = rng.uniform(0.05, 0.95, size=(batch, u)), *rng.normal(0, 0.8, size=(2, batch, u))
    return [array.astype(dtype) for array in (z, h, h_tilde)]


def params(rng, d, u, dtype="float64"):
    """The nine arrays of a GRU."""
    return dict(zip(NINE, [array for _ in "zrh" for array in weights(rng, d, u, dtype)], strict=True))


def step_inputs(rng, batch, d, u, dtype="float64"):
    """x, h and the nine arrays."""
    x, h, *_ = gate_inputs(rng, batch, d, u, dtype)
    return x, h, params(rng, d, u, dtype)


def sequence_inputs(rng, batch, steps, d, u, dtype="float64"):
    """xs (batch, T, d), h0 (batch, u) and the nine arrays."""
    xs = rng.normal(size=(batch, steps, d)).astype(dtype)
    return xs, rng.normal(0, 0.8, size=(batch, u)).astype(dtype), params(rng, d, u, dtype)


SIGMOID_INPUTS = {
    "a row": lambda rng: rng.normal(0, 2.5, size=7),
    "a matrix": lambda rng: rng.normal(0, 2.5, size=(3, 6)),
    "three axes": lambda rng: rng.normal(0, 2.5, size=(2, 3, 4)),
    "a number": lambda rng: float(rng.normal(0, 2.5)),
    "float32": lambda rng: rng.normal(0, 2.5, size=(3, 5)).astype("float32"),
    "integers": lambda rng: rng.permutation(np.arange(-7, 8)).reshape(3, 5),
    "an integer": lambda rng: int(rng.integers(1, 4)),
    "a large batch": lambda rng: rng.normal(0, 2.5, size=(17, 24)),
}

LARGE_INPUTS = {
    "both ends": lambda rng: np.array([-1000.0, -710.5, 710.5, 1000.0, rng.uniform(750, 999), rng.uniform(-999, -750)]),
    "spread": lambda rng: np.concatenate([rng.uniform(-1000, 1000, size=20), rng.normal(0, 3, size=10)]).reshape(5, 6),
    "a number": lambda rng: -1000.0 + float(rng.uniform()),
}


@pytest.mark.points(1)
@pytest.mark.hint(
    "Work out 1 / (1 + e^-a) for a = 0 and for a = 2. Does your function do the same to every entry of an array?"
)
@pytest.mark.parametrize("inputs", SIGMOID_INPUTS)
def check_sigmoid_values(inputs, rng, student, expected):
    """sigmoid gives the logistic function of a number or an array"""
    a = SIGMOID_INPUTS[inputs](rng)
    same(student.sigmoid(a), expected.sigmoid(a))


@pytest.mark.points(1)
@pytest.mark.needs("sigmoid_values")
@pytest.mark.hint(
    "What is e^1000 on a computer? Which of e^a and e^-a stays small when a is large, and which when it is far below 0?"
)
@pytest.mark.parametrize("inputs", LARGE_INPUTS)
def check_sigmoid_large_inputs(inputs, rng, student, expected):
    """sigmoid is right, and gives no overflow warning, for numbers as large as 1000"""
    a = LARGE_INPUTS[inputs](rng)
    answer = student.sigmoid(a)
    same(answer, expected.sigmoid(a))
    no_overflow(answer)


def alone(args, kept):
    """The gate's inputs with everything but one term of its sum set to zero."""
    x, h, W, U, b = args
    return {
        "x": [x, h * 0, W, U, b * 0],
        "h": [x * 0, h, W, U, b * 0],
        "bias": [x * 0, h * 0, W, U, b],
        "all three": args,
    }[kept]


@pytest.mark.points(2)
@pytest.mark.parts("sigmoid")
@pytest.mark.hint(BY_HAND)
@pytest.mark.parametrize("kept", ["x", "h", "bias", "all three"])
def check_update_gate_terms(kept, rng, student, expected):
    """update_gate listens to the input, to the state and to its bias"""
    args = alone(gate_inputs(rng, 3, 4, 6), kept)
    same(student.update_gate(*args), expected.update_gate(*args))


@pytest.mark.points(2)
@pytest.mark.parts("sigmoid")
@pytest.mark.hint(BY_HAND)
@pytest.mark.parametrize("kept", ["x", "h", "bias", "all three"])
def check_reset_gate_terms(kept, rng, student, expected):
    """reset_gate listens to the input, to the state and to its bias"""
    args = alone(gate_inputs(rng, 3, 4, 6), kept)
    same(student.reset_gate(*args), expected.reset_gate(*args))


@pytest.mark.points(1)
@pytest.mark.hint(BY_HAND)
@pytest.mark.parametrize("kept", ["x", "h", "bias"])
def check_candidate_state_terms(kept, rng, student, expected):
    """candidate_state listens to the input, to the state and to its bias"""
    x, h, W, U, b = alone(gate_inputs(rng, 3, 4, 6), kept)
    args = [x, h, np.ones((3, 6)), W, U, b]
    same(student.candidate_state(*args), expected.candidate_state(*args))


@pytest.mark.points(2)
@pytest.mark.hint("Set r to 0 by hand: which part of the candidate should vanish, and which should stay?")
@pytest.mark.parametrize("reset", ["r = 0", "r of every size", "batch = u"])
def check_candidate_state_reset_before_product(reset, rng, student, expected):
    """candidate_state applies the reset gate to h, before the recurrent kernel"""
    x, h, r, *rest = candidate_inputs(rng, 6 if reset == "batch = u" else 3, 4, 6)
    args = [x, h, r * 0 if reset == "r = 0" else r, *rest]
    same(student.candidate_state(*args), expected.candidate_state(*args))


@pytest.mark.points(1)
@pytest.mark.hint(
    "In this course a high update gate keeps the past: what should come out where z is 1, and where z is 0?"
)
@pytest.mark.parametrize("gate", ["z = 1", "z = 0"])
def check_next_state_keeps_the_past(gate, rng, student, expected):
    """next_state is the old state where z is 1, and the candidate where z is 0"""
    z, h, h_tilde = blend_inputs(rng, 3, 6)
    args = [np.full_like(z, float(gate[-1])), h, h_tilde]
    same(student.next_state(*args), expected.next_state(*args))


@pytest.mark.points(1)
@pytest.mark.hint(
    "With z = 0.75, three quarters come from one state and one quarter from the other: do your two weights add up to 1?"
)
@pytest.mark.parametrize("gate", ["halfway", "z of every size"])
def check_next_state_blend(gate, rng, student, expected):
    """next_state blends the old state and the candidate, in shares of z and 1 - z"""
    z, h, h_tilde = blend_inputs(rng, 3, 6)
    args = [np.full_like(z, 0.5) if gate == "halfway" else z, h, h_tilde]
    same(student.next_state(*args), expected.next_state(*args))


@pytest.mark.points(3)
@pytest.mark.composes
@pytest.mark.hint(
    "Follow one number through: which of your functions gets it, in which order, and where does the result go next?"
)
@pytest.mark.parametrize("size", [(3, 4, 6), (2, 5, 3), (3, 4, 6, "float32")], ids=["wide", "narrow", "float32"])
def check_gru_step_composes(size, rng, student, expected):
    """gru_step puts the two gates, the candidate and the blend together"""
    args = step_inputs(rng, *size)
    same(student.gru_step(*args), expected.gru_step(*args))


@pytest.mark.points(3)
@pytest.mark.composes
@pytest.mark.hint(
    "Print the shape of what you collect, and the state that goes into the second step: is it the one that came out of the first?"
)
@pytest.mark.parametrize(
    "size", [(3, 5, 4, 6), (2, 4, 5, 3), (3, 5, 4, 6, "float32")], ids=["wide", "narrow", "float32"]
)
def check_gru_forward_composes(size, rng, student, expected):
    """gru_forward carries the state from step to step and keeps them all"""
    args = sequence_inputs(rng, *size)
    same(student.gru_forward(*args), expected.gru_forward(*args))


@pytest.mark.points(1)
@pytest.mark.needs("gru_forward_composes")
@pytest.mark.hint(
    "np.zeros and np.empty make float64 arrays unless you tell them the dtype: where do your states get theirs?"
)
def check_gru_forward_float32(shown):
    """gru_forward gives float32 when float32 goes in"""
    for answer, want in shown("gru_forward_composes"):
        if answer.call.args[0].dtype == "float32":
            same_dtype(answer, want)


@pytest.mark.points(0)
@pytest.mark.hint(
    "Each function was judged by itself before. Look first at those that are not right yet; if all are, print h before and after "
    "a call of each: does one of them change the array that it was given?"
)
def check_gru_forward_with_your_own_parts(rng, student, expected):
    """gru_forward is right with your own functions, as they are now"""
    args = sequence_inputs(rng, 2, 4, 3, 5)
    same(student.gru_forward(*args), expected.gru_forward(*args))


def small(*rows):
    """A small array, typed as a person would."""
    return np.array(rows, dtype="float64")


def small_params(W, U, b):
    """Nine small arrays, a little different for each gate so that a mix-up shows."""
    shifts = {"z": 1.0, "r": -1.0, "h": 0.5}
    return {
        f"{part}_{gate}": array * shifts[gate] for gate in "zrh" for part, array in zip("WUb", (W, U, b), strict=True)
    }


ONE, TWO = small([1]), small([2])
LOPSIDED = small([1, 2], [0, -1])
GATE_LADDER = [
    (ONE, small([0]), ONE, ONE, small(0)),
    (small([0]), ONE, ONE, TWO, small(0)),
    (small([0]), small([0]), ONE, ONE, small(1)),
    (ONE, TWO, small([0.5]), small([-1]), small(1)),
    (small([1, 2]), ONE, small([1], [-1]), ONE, small(0.5)),
    (ONE, small([1, 2]), small([1, -1]), LOPSIDED, small(0.5, 0)),
    (small([1], [-1]), small([1, 2], [0, 1]), small([1, -1]), LOPSIDED, small(0.5, 0)),
]
STEP_LADDER = [
    (ONE, TWO, small_params(ONE, ONE, small(0.5))),
    (ONE, small([1, 2]), small_params(small([1, -1]), LOPSIDED, small(0.5, 1))),
    (small([1, 2]), small([1, -1]), small_params(small([1, 0], [-1, 2]), LOPSIDED, small(0.5, 0))),
    (small([1], [-1]), small([1, 2], [0, 1]), small_params(small([1, -1]), LOPSIDED, small(0.5, 0))),
]
LADDER = {
    "sigmoid": [
        (0.0,),
        (2.0,),
        (small(0, 1),),
        (small(-1, 2),),
        (small([-2, 0.5], [1, 3]),),
        (np.array([0, 2]),),
        (-1000.0,),
    ],
    "update_gate": GATE_LADDER,
    "reset_gate": GATE_LADDER,
    "candidate_state": [
        (ONE, small([0]), ONE, small([0.5]), ONE, small(0)),
        (small([0]), ONE, ONE, ONE, TWO, small(0)),
        (small([0]), ONE, small([0.5]), ONE, TWO, small(1)),
        (small([0]), small([1, 2]), small([0, 1]), small([1, 1]), LOPSIDED, small(0, 0)),
        (ONE, small([1, 2]), small([0.5, 1]), small([1, -1]), LOPSIDED, small(0.5, 0)),
        (small([1], [-1]), small([1, 2], [0, 1]), small([0.5, 1], [1, 0]), small([1, -1]), LOPSIDED, small(0.5, 0)),
    ],
    "next_state": [
        (ONE, TWO, small([-1])),
        (small([0]), TWO, small([-1])),
        (small([0.5]), TWO, ONE),
        (small([0.25]), small([0.25]), small([-0.5])),
        (small([0.5, 1]), small([2, 1]), small([-1, 3])),
        (small([0.5, 1], [0, 0.5]), small([2, 1], [1, -1]), small([-1, 3], [0.5, 2])),
    ],
    "gru_step": STEP_LADDER,
    "gru_forward": [
        (small([[1]]), TWO, STEP_LADDER[0][2]),
        (small([[1]]), small([1, 2]), STEP_LADDER[1][2]),
        (small([[1], [-1]]), TWO, STEP_LADDER[0][2]),
        (small([[1], [-1]]), small([1, 2]), STEP_LADDER[1][2]),
        (small([[1], [-1], [2]], [[0], [1], [0.5]]), small([1, 2], [0, 1]), STEP_LADDER[1][2]),
    ],
}
RUNG_HINTS = {
    "gru_forward": (
        2,
        "It is wrong after a single word already, so the loop is not at fault. Compare that one step with a call of gru_step for the "
        "same word, state and weights: where do the two part?",
    )
}
FOLLOWED = {
    "gru_forward": Follow(
        case=lambda rng: sequence_inputs(rng, 2, 3, 4, 5),
        axis=1,
        parts={"z": "update_gate", "r": "reset_gate", "candidate": "candidate_state", "state": "next_state"},
    )
}
