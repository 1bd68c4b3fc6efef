"""The reference of 01_gates is right: it equals Keras, and keeps what the stub promises."""

from __future__ import annotations

import importlib.util
import os
import runpy
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.course.master import graded_names

MASTER = Path(__file__).parents[2] / "solutions" / "01_gates.py"
BATCH, T, D, U = 3, 5, 4, 6
REFERENCE = runpy.run_path(str(MASTER), run_name="reference")  # not "__main__": nothing is drawn
NAMES = [f"{kind}_{gate}" for gate in "zrh" for kind in "WUb"]

KERAS = """
import sys
import numpy as np
import keras

arrays = dict(np.load(sys.argv[1]))
answers = {}
for dtype in ("float32", "float64"):
    layer = keras.layers.GRU(arrays["h0"].shape[1], reset_after=False, return_sequences=True, dtype=dtype)
    layer.build(arrays["xs"].shape)
    layer.set_weights([np.concatenate([arrays[f"{kind}_{gate}"] for gate in "zrh"], axis=-1) for kind in "WUb"])
    inputs = [keras.ops.convert_to_tensor(arrays[name].astype(dtype)) for name in ("xs", "h0")]
    answers[dtype] = np.asarray(layer(inputs[0], initial_state=inputs[1]))
np.savez(sys.argv[2], **answers)
"""


def drawn(dtype: str = "float64") -> dict[str, np.ndarray]:
    """Draw words, a first state and the nine arrays, nothing of them zero."""
    rng = np.random.default_rng(7)
    shapes = {"xs": (BATCH, T, D), "h0": (BATCH, U)} | {
        name: {"W": (D, U), "U": (U, U), "b": (U,)}[name[0]] for name in NAMES
    }
    return {name: rng.normal(scale=0.6, size=shape).astype(dtype) for name, shape in shapes.items()}


def parameters(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Pick the nine arrays of a GRU."""
    return {name: arrays[name] for name in NAMES}


def test_the_table_is_the_contracts():
    assert graded_names(MASTER.read_text(encoding="utf-8")) == (
        "sigmoid",
        "update_gate",
        "reset_gate",
        "candidate_state",
        "next_state",
        "gru_step",
        "gru_forward",
    )


@pytest.mark.skipif(
    importlib.util.find_spec("keras") is None or importlib.util.find_spec("tensorflow") is None,
    reason="TensorFlow is not installed; it has no wheel for this Python, or the extra `score` is missing",
)
def test_the_reference_equals_the_keras_layer_with_the_same_weights(tmp_path):
    """Run Keras in a process of its own: it prints on import, and it must never be in a process that forks."""
    arrays = drawn()
    np.savez(tmp_path / "in.npz", **arrays)
    environment = os.environ | {
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "KERAS_BACKEND": "tensorflow",
    }
    command = [sys.executable, "-c", KERAS, str(tmp_path / "in.npz"), str(tmp_path / "out.npz")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]

    keras = np.load(tmp_path / "out.npz")
    for dtype, tolerance in (("float64", 1e-12), ("float32", 1e-6)):
        cast = drawn(dtype)
        ours = REFERENCE["gru_forward"](cast["xs"], cast["h0"], parameters(cast))
        np.testing.assert_allclose(ours, keras[dtype], rtol=0, atol=tolerance)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_sigmoid_is_right_for_large_inputs_without_a_warning(dtype):
    a = np.array([-1000, -710, -89, -1, 0, 1, 89, 710, 1000], dtype=dtype)
    with warnings.catch_warnings(), np.errstate(over="raise", invalid="raise", divide="raise"):
        warnings.simplefilter("error")
        got = REFERENCE["sigmoid"](a)

    assert got.dtype == dtype
    np.testing.assert_allclose(got, [0, 0, 0, 0.2689414213699951, 0.5, 0.7310585786300049, 1, 1, 1], atol=1e-7)


@pytest.mark.parametrize("number", [-1000, -2, 0, 2.0, np.float64(3), np.float32(-3), np.array(0.5)])
def test_sigmoid_takes_a_number(number):
    got = REFERENCE["sigmoid"](number)

    assert np.ndim(got) == 0
    assert float(got) == pytest.approx(0.5 * (1 + np.tanh(0.5 * float(number))), abs=1e-7)


@settings(deadline=None)
@given(st.floats(-1000, 1000))
def test_sigmoid_of_a_and_of_minus_a_add_up_to_one(a):
    sigmoid = REFERENCE["sigmoid"]

    assert float(sigmoid(a) + sigmoid(-a)) == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_shapes_and_dtypes_are_kept(dtype):
    arrays = drawn(dtype)
    states = REFERENCE["gru_forward"](arrays["xs"], arrays["h0"], parameters(arrays))
    step = REFERENCE["gru_step"](arrays["xs"][:, 0], arrays["h0"], parameters(arrays))

    assert (states.shape, states.dtype) == ((BATCH, T, U), np.dtype(dtype))
    assert (step.shape, step.dtype) == ((BATCH, U), np.dtype(dtype))
    np.testing.assert_array_equal(states[:, 0], step)


def test_no_function_changes_its_inputs():
    arrays, kept = drawn(), drawn()
    REFERENCE["gru_forward"](arrays["xs"], arrays["h0"], parameters(arrays))

    for name, array in arrays.items():
        np.testing.assert_array_equal(array, kept[name])


def test_a_function_calls_the_parts_above_it_by_their_names():
    """The grader checks composing by putting other functions under these names."""
    names = runpy.run_path(str(MASTER), run_name="reference")
    globals_ = names["gru_step"].__globals__
    called = []
    for part in ("update_gate", "reset_gate", "candidate_state", "next_state"):
        real = names[part]
        globals_[part] = lambda *values, real=real, part=part: (called.append(part), real(*values))[1]
    globals_["sigmoid"] = lambda a: (called.append("sigmoid"), a * 0 + 0.5)[1]
    arrays = drawn()
    names["gru_step"](arrays["xs"][:, 0], arrays["h0"], parameters(arrays))
    globals_["gru_step"] = lambda x, h, params: (called.append("gru_step"), h)[1]
    names["gru_forward"](arrays["xs"], arrays["h0"], parameters(arrays))

    assert called == [
        *("update_gate", "sigmoid", "reset_gate", "sigmoid", "candidate_state", "next_state"),
        *["gru_step"] * T,
    ]


def test_the_numbers_to_try_by_hand_are_right():
    """A stub that promises a wrong number would teach a wrong GRU."""
    arrays = drawn()
    zero = {name: np.zeros_like(array) for name, array in parameters(arrays).items()}
    keeping = {**zero, "b_z": np.full(U, 2.0)}
    x, h, one = arrays["xs"][:, 0], arrays["h0"], np.ones((1, 1))
    forward = REFERENCE["gru_forward"](arrays["xs"], np.ones((BATCH, U)), keeping)

    assert np.allclose(REFERENCE["update_gate"](x, h, zero["W_z"], zero["U_z"], keeping["b_z"]), 0.8808, atol=5e-5)
    assert np.allclose(REFERENCE["reset_gate"](x, h, zero["W_r"], zero["U_r"], -keeping["b_z"]), 0.1192, atol=5e-5)
    assert REFERENCE["candidate_state"](0 * one, 2 * one, 0.5 * one, one, one, one[0] * 0) == pytest.approx(
        0.76159, abs=5e-5
    )
    assert REFERENCE["next_state"](0.9 * one, 10 * one, 20 * one) == pytest.approx(11)
    assert np.allclose(REFERENCE["gru_step"](x, h, keeping), 0.8808 * h, atol=5e-5)
    assert np.allclose(forward[0, :, 0], [0.8808, 0.7758, 0.6833, 0.6019, 0.5301], atol=5e-5)
