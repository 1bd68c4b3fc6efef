"""What layers give is worked out from their settings and weights, or left to a clean worker; Keras itself is asked elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.mistakes.declare import compose
from grader.checks.models.forward import MOST_WORK, forward
from grader.sandbox.outside.models import Layer

GATES = Path(__file__).parents[4] / "solutions" / "01_gates.py"
D, U, ROWS = 3, 2, 7
IDS = np.arange(12, dtype="int32").reshape(3, 4) % ROWS
RNG = np.random.default_rng(3)
KERAS_DEFAULTS = {
    "dtype": "float32", "units": U, "activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": True,
    "return_sequences": True, "go_backwards": False, "reset_after": False, "dropout": 0.0, "recurrent_dropout": 0.0,
}  # fmt: skip


def drawn(*shapes: tuple[int, ...], dtype: str = "float32") -> tuple[Any, ...]:
    """Draw a layer's weights."""
    return tuple(RNG.normal(size=shape).astype(dtype) for shape in shapes)


EMBEDDING = Layer(
    "Embedding",
    True,
    {"dtype": "float32", "input_dim": ROWS, "output_dim": D, "mask_zero": False},
    drawn((ROWS, D)),
    None,
)
GRU = Layer("GRU", True, KERAS_DEFAULTS, drawn((D, 3 * U), (U, 3 * U), (3 * U,)), None)
DENSE = Layer(
    "Dense",
    True,
    {"dtype": "float32", "units": 1, "activation": "sigmoid", "use_bias": True},
    drawn((U, 1), (1,)),
    None,
)
MODEL = (EMBEDDING, GRU, DENSE)


def changed(layer: Layer, **settings: Any) -> Layer:
    """Give a layer some other settings, under which its weights stay what they are."""
    return replace(layer, settings={**layer.settings, **settings})


def without(layer: Layer, name: str) -> Layer:
    """Leave one setting untold."""
    return replace(layer, settings={key: value for key, value in layer.settings.items() if key != name})


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 6))
def test_a_gru_is_the_one_of_the_first_exercise(seed: int, n: int, length: int) -> None:
    """Its solution is proved against Keras, and was written by other hands than this."""
    rng = np.random.default_rng(seed)
    kernel, inner, bias = (rng.normal(size=shape).astype("float32") for shape in ((D, 3 * U), (U, 3 * U), (3 * U,)))
    cut = {
        f"{letter}_{gate}": whole[..., U * place : U * (place + 1)]
        for letter, whole in (("W", kernel), ("U", inner), ("b", bias))
        for place, gate in enumerate("zrh")
    }
    ids = rng.integers(0, ROWS, size=(n, length)).astype("int32")
    solution = compose(GATES.read_text(encoding="utf-8"), {}, str(GATES))

    got = forward((EMBEDDING, replace(GRU, weights=(kernel, inner, bias))), ids)

    assert got is not None
    want = solution["gru_forward"](EMBEDDING.weights[0][ids], np.zeros((n, U), "float32"), cut)
    np.testing.assert_allclose(got, want, rtol=0, atol=2e-6)


def test_a_masked_step_changes_nothing() -> None:
    masked = changed(EMBEDDING, mask_zero=True)
    last = changed(GRU, return_sequences=False)
    padded = np.array([[1, 2, 0, 0], [0, 1, 0, 2]], "int32")

    got = forward((masked, last), padded)

    plain = forward((EMBEDDING, last), np.array([[1, 2]], "int32"))
    assert got is not None
    assert plain is not None
    np.testing.assert_array_equal(got, np.repeat(plain, 2, axis=0))


def test_the_numbers_of_one_text_do_not_depend_on_the_others() -> None:
    whole = forward(MODEL, IDS)
    assert whole is not None
    for row in range(len(IDS)):
        np.testing.assert_allclose(forward(MODEL, IDS[row : row + 1]), whole[row : row + 1], rtol=0, atol=1e-6)


def test_what_is_not_a_number_stays_none_and_warns_of_nothing() -> None:
    broken = replace(DENSE, weights=(np.full((U, 1), np.nan, "float32"), np.full(1, np.inf, "float32")))
    got = forward((EMBEDDING, GRU, broken), IDS)
    assert got is not None
    assert np.isnan(got).all()


LEFT = {
    "no layers": (),
    "no embedding first": (DENSE,),
    "an embedding of an embedding": (EMBEDDING, EMBEDDING),
    "a layer that is not worked out": (EMBEDDING, replace(GRU, kind="Conv1D"), DENSE),
    "a layer that somebody wrote": (EMBEDDING, replace(GRU, own=False), DENSE),
    "an embedding that somebody wrote": (replace(EMBEDDING, own=False), GRU, DENSE),
    "a cell that somebody wrote": (EMBEDDING, Layer("RNN", True, KERAS_DEFAULTS, GRU.weights, replace(GRU, kind="GRUCell", own=False))),
    "a cell of another kind": (EMBEDDING, Layer("RNN", True, KERAS_DEFAULTS, GRU.weights, replace(GRU, kind="MineCell"))),
    "a wrapper round nothing": (EMBEDDING, replace(GRU, kind="Bidirectional"), DENSE),
    "a setting that is not told": (EMBEDDING, without(GRU, "reset_after"), DENSE),
    "a dtype that is not told": (EMBEDDING, GRU, without(DENSE, "dtype")),
    "half precision": (EMBEDDING, GRU, changed(DENSE, dtype="mixed_float16")),
    "an activation that names code": (EMBEDDING, changed(GRU, activation="deserialize"), DENSE),
    "an activation that is a list": (EMBEDDING, changed(GRU, activation=["tanh"]), DENSE),
    "units that are no number": (EMBEDDING, changed(GRU, units=True), DENSE),
    "a switch that is a number": (EMBEDDING, changed(GRU, reset_after=1), DENSE),
    "dropout that drops everything": (EMBEDDING, changed(GRU, dropout=1.0), DENSE),
    "weights of another shape": (EMBEDDING, replace(GRU, weights=GRU.weights[::-1]), DENSE),
    "weights that would be broadcast": (EMBEDDING, replace(GRU, weights=drawn((D, 3 * U), (U, 3 * U), (1,))), DENSE),
    "weights of another dtype": (EMBEDDING, replace(GRU, weights=drawn((D, 3 * U), (U, 3 * U), (3 * U,), dtype="float64")), DENSE),
    "weights missing": (EMBEDDING, replace(GRU, weights=GRU.weights[:2]), DENSE),
    "weights too many": (EMBEDDING, GRU, replace(DENSE, weights=(*DENSE.weights, *drawn((1,))))),
    "weights of a layer that has none": (*MODEL, Layer("Activation", True, {"dtype": "float32", "activation": "relu"}, drawn((1,)), None)),
    "a giant that has no such weights": (changed(EMBEDDING, input_dim=1_000_000), GRU, DENSE),
    "a step after the last": (EMBEDDING, changed(GRU, return_sequences=False), replace(GRU, weights=drawn((U, 3 * U), (U, 3 * U), (3 * U,)))),
}  # fmt: skip


@pytest.mark.parametrize("layers", LEFT.values(), ids=LEFT)
def test_whatever_is_not_understood_is_left_to_a_clean_worker(layers: tuple[Layer, ...]) -> None:
    assert forward(MODEL, IDS) is not None
    assert forward(layers, IDS) is None


@pytest.mark.parametrize("ids", [IDS + 1, IDS - 1, IDS[:0], IDS[0], IDS.astype("float32")])
def test_ids_that_the_embedding_does_not_hold_are_left_to_a_clean_worker(ids: Any) -> None:
    assert forward(MODEL, ids) is None


def test_more_work_than_this_process_should_do_is_left_to_a_clean_worker() -> None:
    """Weights come from a submission, and the time that a clean worker takes is limited."""
    wide = Layer(
        "Dense",
        True,
        {"dtype": "float32", "units": 2048, "activation": "relu", "use_bias": False},
        (np.broadcast_to(np.float32(0), (2048, 2048)),),
        None,
    )
    first = replace(wide, weights=drawn((U, 2048)))
    layers = (EMBEDDING, GRU, first, *[wide] * 39)
    many = np.zeros((7, 50), "int32")

    assert many.size * 39 * 2048**2 > MOST_WORK
    assert forward(layers, many) is None
