"""The public checks of 05_trace. They ask `expected` for every answer, so no solution stands here.

Weights are drawn, with two bias rows that differ and no zero anywhere: in a fresh layer the biases are zero, and in a trained
one the two rows of a gate are equal. Sentences have three words or more, and no two sizes are equal.
"""

from dataclasses import replace

import numpy as np
import pytest

from grader.checks.authoring import Follow, Look, same

Z = Look(part=0, of=2, name="z", tolerance=1e-4)
R = Look(part=1, of=2, name="r", tolerance=1e-4)
SIZES = {"wide": (5, 4, 6), "narrow": (3, 5, 2), "float32": (7, 5, 8, "float32")}  # T, d, u
FIRST_WORD = (
    "Before the first word the state is zero. Which terms of the gate's equation are left? Print their shapes, and try it "
    "with a bias that is 2 for z alone."
)
LATER_WORDS = (
    "If the first word is right and the second is not, the gates are right and the state is not: print it after the first "
    "word. What does r multiply in the candidate, what does the blend keep, and where does the state go from there?"
)


def trace_inputs(rng, steps, d, u, dtype="float64"):
    """The weights of a Keras GRU, as `layer.get_weights()` gives them, and a sentence (T, d)."""
    sizes = ((d, 3 * u), (u, 3 * u), (2, 3 * u))
    weights = [rng.normal(0, 0.6, size=size).astype(dtype) for size in sizes]
    return weights, rng.normal(size=(steps, d)).astype(dtype)


@pytest.mark.points(2)
@pytest.mark.hint(FIRST_WORD)
@pytest.mark.parametrize("size", SIZES)
def check_gate_trace_z_first_word(size, rng, student, expected):
    """gate_trace gives the update gate at the first word"""
    args = trace_inputs(rng, *SIZES[size])
    same(student.gate_trace(*args), expected.gate_trace(*args), replace(Z, rows=1))


@pytest.mark.points(2)
@pytest.mark.hint(LATER_WORDS)
@pytest.mark.parametrize("size", SIZES)
def check_gate_trace_z_sentence(size, rng, student, expected):
    """gate_trace gives the update gate at every word"""
    args = trace_inputs(rng, *SIZES[size])
    same(student.gate_trace(*args), expected.gate_trace(*args), Z)


@pytest.mark.points(2)
@pytest.mark.hint(FIRST_WORD.replace("for z", "for r"))
@pytest.mark.parametrize("size", SIZES)
def check_gate_trace_r_first_word(size, rng, student, expected):
    """gate_trace gives the reset gate at the first word"""
    args = trace_inputs(rng, *SIZES[size])
    same(student.gate_trace(*args), expected.gate_trace(*args), replace(R, rows=1))


@pytest.mark.points(1)
@pytest.mark.hint(LATER_WORDS)
@pytest.mark.parametrize("size", SIZES)
def check_gate_trace_r_sentence(size, rng, student, expected):
    """gate_trace gives the reset gate at every word"""
    args = trace_inputs(rng, *SIZES[size])
    same(student.gate_trace(*args), expected.gate_trace(*args), R)


def small(*rows):
    """A small array, typed as a person would."""
    return np.array(rows, dtype="float64")


ONE_UNIT = [small([0, 0, 1]), small([1, -1, 1]), small([1, 0, 0], [0, 1, 1])]
LADDER = {
    "gate_trace": [
        ([small([0, 0, 0]), small([0, 0, 0]), small([1, 0, 0], [0, 0, 0])], small([0])),
        ([small([0, 0, 0]), small([0, 0, 0]), small([0, 0, 0], [0, 1, 0])], small([0])),
        ([small([1, 2, 0]), small([0, 0, 0]), small([0, 0, 0], [0, 0, 0])], small([1])),
        (ONE_UNIT, small([1])),
        (ONE_UNIT, small([1], [1])),
        (ONE_UNIT, small([1], [0], [-1])),
        ([small([0, 1, 1, 0, 1, 2]), small([1, 0, 0, 1, 1, -1], [0, 1, 1, 0, 2, 1]),
          small([1, 0, 0, 1, 0, 1], [0, 1, -1, 0, 1, 0])], small([1], [1])),
        ([small([0, 1, 1, 0, 1, 0]), small([1, 0, 0, 1, 1, -1], [0, 1, 1, 0, 2, 1]),
          small([1, 0, 0, 1, 0, 0], [0, 1, -1, 0, 1, 0])], small([1], [1])),
    ]
}  # fmt: skip
FOLLOWED = {
    "gate_trace": Follow(
        case=lambda rng: trace_inputs(rng, 4, 3, 5), axis=0, gives=(Z, R), carried="state", step="word"
    )
}
