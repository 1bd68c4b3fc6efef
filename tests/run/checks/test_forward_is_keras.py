"""What is worked out in NumPy is what a clean worker gives, which has Keras: for layers, settings, weights and ids that are drawn."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import pytest

# Keras runs in a process of its own: one that has used it must never fork.
COMPARE = """
import itertools
import numpy as np
import keras
from keras import layers as L
from grader.checks.models.forward import forward
from grader.sandbox.inside import model_facts, rebuild_model
from grader.sandbox.outside.models import layers_told, to_predict

ROWS = 6
rng = np.random.default_rng(7)
one_of = lambda *choices: choices[rng.integers(len(choices))]
activation = lambda: one_of("tanh", "sigmoid", "relu", "linear", "softmax")
dtype = lambda: one_of("float32", "float32", "float64")


def recurrent(kind, how, steps, back, after):
    settings = {"units": int(rng.integers(1, 5)), "activation": activation(), "use_bias": one_of(True, True, False), "dtype": dtype()}
    around = {"return_sequences": steps, "go_backwards": back}
    if kind != "SimpleRNN":
        settings["recurrent_activation"] = activation()
    if kind == "GRU":
        settings["reset_after"] = after
    if how == "cell":
        return L.RNN(getattr(L, kind + "Cell")(**settings), **around)
    if how == "both ways" and not back:
        return L.Bidirectional(getattr(L, kind)(**{**settings, **around, "dtype": "float32"}))
    return getattr(L, kind)(**settings, **around)


def agree(layers, n, length):
    model = keras.Sequential([keras.Input((length,), dtype="int32"), *layers])
    model.set_weights([rng.uniform(-0.5, 0.5, size=w.shape).astype(w.dtype) for w in model.get_weights()])
    ids = rng.integers(0, ROWS, size=(n, length)).astype("int32")
    told = layers_told(model_facts.look(model, ids, frozenset()))
    worked_out, built = forward(told, ids), rebuild_model.predict(to_predict(told, ids)).outputs
    what = [(each.kind, each.settings) for each in told]
    assert worked_out is not None, what
    assert (worked_out.shape, worked_out.dtype) == (built.shape, built.dtype), what
    np.testing.assert_allclose(worked_out, built, rtol=1e-6, atol=1e-6, err_msg=str(what))


hows = itertools.cycle(["plain", "cell", "plain", "both ways", "plain"])
for kind in ("GRU", "LSTM", "SimpleRNN"):
    for masked, steps, back, after in itertools.product([False, True], [False, True], [False, True], [True, False]):
        if kind != "GRU" and not after:
            continue
        layers = [L.Embedding(ROWS, int(rng.integers(1, 4)), mask_zero=masked, dtype=dtype())]
        layers += [one_of(L.Dropout, L.SpatialDropout1D)(0.3)] if one_of(True, False) else []
        layers.append(recurrent(kind, next(hows), steps, back, after))
        if steps and masked:
            layers.append(recurrent(one_of("GRU", "LSTM"), "plain", one_of(True, False), one_of(True, False), after))
        elif steps:
            layers.append(one_of(L.Flatten, L.GlobalAveragePooling1D, L.GlobalMaxPooling1D)())
        layers.append(L.Dense(int(rng.integers(1, 4)), activation=activation(), use_bias=one_of(True, False), dtype=dtype()))
        layers += [L.Activation(activation())] if one_of(True, False) else []
        agree(layers, int(rng.integers(1, 5)), int(rng.integers(1, 5)))

lesson = keras.Sequential([keras.Input((50,)), L.Embedding(5000, 64), L.GRU(64), L.Dense(1, activation="sigmoid")])
ids = np.random.default_rng(7).integers(0, 5000, size=(40, 50)).astype("int32")
told = model_facts.look(lesson, ids, frozenset())
assert np.abs(forward(layers_told(told), ids) - told.outputs).max() <= 2.5e-7
"""


@pytest.mark.skipif(
    importlib.util.find_spec("keras") is None or importlib.util.find_spec("tensorflow") is None,
    reason="TensorFlow is not installed; it has no wheel for this Python, or the extra `score` is missing",
)
def test_numpy_gives_what_a_clean_worker_gives() -> None:
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run([sys.executable, "-c", COMPARE], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
