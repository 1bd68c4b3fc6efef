"""Rebuilds a model from facts in a clean worker, with Keras' own layers and known settings only, and trains it.

Keras' own deserialising is never used: the facts come from a submission.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from grader.sandbox.inside.model_facts import plain
from grader.sandbox.wire.layers import AROUND_A_CELL, SETTINGS
from grader.sandbox.wire.messages import LayerFacts, NotBuilt, PredictAgain, Predicted, TrainAgain, TrainedTo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
POLICIES = ("float16", "bfloat16", "float32", "float64", "mixed_float16", "mixed_bfloat16")
NO_ACTIVATIONS = frozenset({"deserialize", "get", "serialize"})  # the other functions of keras.activations
MAX_UNITS = 2048
MAX_WIDTH = 64  # of a window over the words


class Refused(ValueError):
    """A layer or a setting that is not on the list."""


def build(layers: Sequence[LayerFacts], length: int, *, weights: bool) -> Any:
    """The layers in order as a new model for sequences of ids, with the given weights or fresh ones; raises Refused."""
    keras = importlib.import_module("keras")
    model = keras.Sequential([keras.Input((length,), dtype="int32"), *(_layer(keras, facts) for facts in layers)])
    if weights:
        for layer, facts in zip(model.layers, layers, strict=True):
            try:
                layer.set_weights(list(facts.weights))
            except Exception as error:
                raise Refused(f"the weights of {facts.kind} do not fit it ({type(error).__name__})") from None
    return model


def _layer(keras: Any, facts: LayerFacts) -> Any:
    kind, inner = facts.kind, facts.inner
    if kind == "RNN" and inner is not None and inner.kind in ("GRUCell", "LSTMCell", "SimpleRNNCell"):
        whole = {**inner.settings, **{key: facts.settings.get(key, False) for key in AROUND_A_CELL}}
        return _layer(keras, LayerFacts(inner.kind.removesuffix("Cell"), inner.own, whole, (), None))
    if kind == "Bidirectional" and inner is not None and facts.own:
        return keras.layers.Bidirectional(_layer(keras, inner))
    if kind not in SETTINGS or not facts.own:
        raise Refused(f"a layer of the kind {kind[:60]}")
    told = facts.settings
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
    """Whether a setting is the width of a window over the words, as Keras gives it: a list of one number."""
    return isinstance(value, list) and len(value) == 1 and type(value[0]) is int and 0 < value[0] <= MAX_WIDTH


def _is_activation(value: Any) -> bool:
    """Whether a setting is the name of one of Keras' own activations."""
    if type(value) is not str or value.startswith("_") or value in NO_ACTIVATIONS:
        return False
    return callable(getattr(importlib.import_module("keras").activations, value, None))


def predict(asked: PredictAgain) -> Predicted | NotBuilt:
    """What a rebuilt model with the given weights gives."""
    return _or_why(lambda: Predicted(plain(build(asked.layers, asked.length, weights=True)(asked.inputs))))


def train(asked: TrainAgain) -> TrainedTo | NotBuilt:
    """A model's accuracy on held-out data after training with Adam on binary cross-entropy, from seeded weights."""
    return _or_why(lambda: TrainedTo(_accuracy(asked)))


def _or_why(work: Callable[[], T]) -> T | NotBuilt:
    try:
        return work()
    except Refused as refused:
        return NotBuilt(str(refused))
    except Exception as error:
        return NotBuilt(f"{type(error).__name__}: {error}")


def _accuracy(asked: TrainAgain) -> float:
    keras = importlib.import_module("keras")
    keras.utils.set_random_seed(asked.seed)
    model = build(asked.layers, asked.length, weights=False)
    model.compile(optimizer="adam", loss="binary_crossentropy")
    model.fit(asked.x, asked.y, epochs=asked.epochs, batch_size=asked.batch, verbose=0)
    outputs = np.asarray(model.predict(asked.held_out_x, verbose=0))
    if outputs.shape != (len(asked.held_out_x), 1):
        raise ValueError(f"it gives outputs of shape {outputs.shape}, not one number for each text")
    return float(np.mean((outputs > 0.5) == (asked.held_out_y > 0.5)))
