"""Builds a model anew from facts, in a clean worker: from Keras' own layers and known settings alone, and trains it.

Nothing of Keras' own deserialising is used: the facts come from a submission.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.sandbox.inside.model_facts import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RECURRENT = frozenset(
    "units activation recurrent_activation use_bias return_sequences go_backwards reset_after dropout recurrent_dropout".split()
)
POOLING = frozenset({"pool_size", "strides", "padding"})
SETTINGS: dict[str, frozenset[str]] = {
    "Activation": frozenset({"activation"}),
    "AveragePooling1D": POOLING,
    "BatchNormalization": frozenset(),
    "Conv1D": frozenset({"filters", "kernel_size", "strides", "padding", "activation", "use_bias"}),
    "Dense": frozenset({"units", "activation", "use_bias"}),
    "Dropout": frozenset({"rate"}),
    "Embedding": frozenset({"input_dim", "output_dim", "mask_zero"}),
    "Flatten": frozenset(),
    "GRU": RECURRENT,
    "GlobalAveragePooling1D": frozenset(),
    "GlobalMaxPooling1D": frozenset(),
    "LSTM": RECURRENT - {"reset_after"},
    "LayerNormalization": frozenset(),
    "MaxPooling1D": POOLING,
    "SimpleRNN": RECURRENT - {"reset_after", "recurrent_activation"},
    "Softmax": frozenset(),
    "SpatialDropout1D": frozenset({"rate"}),
}
POLICIES = ("float16", "bfloat16", "float32", "float64", "mixed_float16", "mixed_bfloat16")
NO_ACTIVATIONS = frozenset({"deserialize", "get", "serialize"})  # the other functions of keras.activations
AROUND_A_CELL = frozenset({"return_sequences", "go_backwards"})  # of an RNN; the rest are its cell's
MAX_UNITS = 2048
MAX_WIDTH = 64  # of a window over the words


class Refused(ValueError):
    """A layer or a setting that is not on the list."""


def build(layers: Sequence[Mapping[str, Any]], length: int, *, weights: bool) -> Any:
    """The layers in order as a new model for sequences of ids, with the weights told or fresh ones; raises Refused."""
    keras = importlib.import_module("keras")
    model = keras.Sequential([keras.Input((length,), dtype="int32"), *(_layer(keras, facts) for facts in layers)])
    if weights:
        for layer, facts in zip(model.layers, layers, strict=True):
            try:
                layer.set_weights(facts["weights"])
            except Exception as error:
                raise Refused(f"the weights of {facts['kind']} do not fit it ({type(error).__name__})") from None
    return model


def _layer(keras: Any, facts: Mapping[str, Any]) -> Any:
    kind = facts["kind"]
    if (
        kind == "RNN"
        and facts["inner"] is not None
        and facts["inner"]["kind"] in ("GRUCell", "LSTMCell", "SimpleRNNCell")
    ):
        whole = {**facts["inner"]["settings"], **{key: facts["settings"].get(key, False) for key in AROUND_A_CELL}}
        cell = {"kind": facts["inner"]["kind"].removesuffix("Cell"), "own": facts["inner"]["own"], "settings": whole}
        return _layer(keras, cell)
    if kind == "Bidirectional" and facts["inner"] is not None and facts["own"]:
        return keras.layers.Bidirectional(_layer(keras, facts["inner"]))
    if kind not in SETTINGS or not facts["own"]:
        raise Refused(f"a layer of the kind {str(kind)[:60]}")
    told = facts["settings"]
    settings = {key: _checked(kind, key, told[key]) for key in ("dtype", *SETTINGS[kind]) if key in told}
    return getattr(keras.layers, kind)(**settings)


def _checked(kind: str, key: str, value: Any) -> Any:
    fits = {
        "dtype": value in POLICIES,
        "units": type(value) is int and 0 < value <= MAX_UNITS,
        "input_dim": type(value) is int and 0 < value <= 1_000_000,
        "output_dim": type(value) is int and 0 < value <= MAX_UNITS,
        "filters": type(value) is int and 0 < value <= MAX_UNITS,
        "kernel_size": _is_width(value),
        "pool_size": _is_width(value),
        "strides": _is_width(value),
        "padding": value in ("valid", "same", "causal"),
        "activation": _is_activation(value),
        "recurrent_activation": _is_activation(value),
        "rate": type(value) in (int, float) and 0 <= value < 1,
        "dropout": type(value) in (int, float) and 0 <= value < 1,
        "recurrent_dropout": type(value) in (int, float) and 0 <= value < 1,
    }
    if not fits.get(key, type(value) is bool):
        raise Refused(f"{kind} with {key} = {str(value)[:40]}")
    return value


def _is_width(value: Any) -> bool:
    """Whether a setting is the width of a window over the words, as Keras tells it: a list of one number."""
    return isinstance(value, list) and len(value) == 1 and type(value[0]) is int and 0 < value[0] <= MAX_WIDTH


def _is_activation(value: Any) -> bool:
    """Whether a setting is the name of one of Keras' own activations."""
    if type(value) is not str or value.startswith("_") or value in NO_ACTIVATIONS:
        return False
    return callable(getattr(importlib.import_module("keras").activations, value, None))


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """What a clean worker does: ``predict`` with the weights told, or ``train`` from fresh ones, and tell how it went."""
    try:
        if request["do"] == "predict":
            model = build(request["layers"], request["length"], weights=True)
            return {"outputs": plain(model(request["inputs"]))}
        return {"accuracy": train(request)}
    except Refused as refused:
        return {"refused": str(refused)}
    except Exception as error:
        return {"raised": f"{type(error).__name__}: {error}"[:300]}


def train(request: Mapping[str, Any]) -> float:
    """The accuracy on held-out data after training with Adam on binary cross-entropy, from seeded weights."""
    keras = importlib.import_module("keras")
    keras.utils.set_random_seed(request["seed"])
    model = build(request["layers"], request["length"], weights=False)
    model.compile(optimizer="adam", loss="binary_crossentropy")
    model.fit(request["x"], request["y"], epochs=request["epochs"], batch_size=request["batch"], verbose=0)
    outputs = np.asarray(model.predict(request["held_out_x"], verbose=0))
    if outputs.shape != (len(request["held_out_x"]), 1):
        raise ValueError(f"it gives outputs of shape {outputs.shape}, not one number for each text")
    return float(np.mean((outputs > 0.5) == (request["held_out_y"] > 0.5)))
