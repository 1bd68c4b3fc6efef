"""The hidden checks of 05_trace: other sizes and seeds, as many words as units, float32, large weights, a large layer."""

import pytest

from grader.checks.authoring import Look, same

Z = Look(part=0, of=2, name="z", tolerance=1e-4)
R = Look(part=1, of=2, name="r", tolerance=1e-4)
SIZES = {  # T, d, u, scale of the weights
    "long": (11, 9, 7, 0.6),
    "one unit": (4, 3, 1, 0.9),
    "T = u": (6, 3, 6, 0.6),
    "large weights": (5, 2, 4, 1.5),
    "float32": (4, 6, 3, 0.6, "float32"),
    "large": (33, 9, 24, 0.3),
}
WHERE = (
    "Compare word by word: the first wrong row tells whether a gate or the state is at fault. Do the weights of z, r and h, "
    "and both rows of the bias, each go where the equations say?"
)


def trace_inputs(rng, steps, d, u, scale, dtype="float64"):
    """The weights of a Keras GRU, as `layer.get_weights()` gives them, and a sentence (T, d)."""
    weights = [rng.normal(0, scale, size=size).astype(dtype) for size in ((d, 3 * u), (u, 3 * u), (2, 3 * u))]
    return weights, rng.normal(size=(steps, d)).astype(dtype)


@pytest.mark.points(2)
@pytest.mark.hint(WHERE)
@pytest.mark.parametrize("size", SIZES)
def check_gate_trace_z_values(size, rng, student, expected):
    """gate_trace gives the update gate for sentences and layers of several sizes"""
    args = trace_inputs(rng, *SIZES[size])
    same(student.gate_trace(*args), expected.gate_trace(*args), Z)


@pytest.mark.points(3)
@pytest.mark.hint(WHERE)
@pytest.mark.parametrize("size", SIZES)
def check_gate_trace_r_values(size, rng, student, expected):
    """gate_trace gives the reset gate for sentences and layers of several sizes"""
    args = trace_inputs(rng, *SIZES[size])
    same(student.gate_trace(*args), expected.gate_trace(*args), R)
