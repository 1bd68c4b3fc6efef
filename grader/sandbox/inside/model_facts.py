"""What a Keras model is, as plain facts: its built-in layers in order, their settings and weights; runs in the worker."""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.sandbox.inside import faults
from grader.sandbox.wire.messages import MAX_LAYERS, MAX_REASON, LayerFacts, LookRaised, ModelFacts

if TYPE_CHECKING:
    from collections.abc import Callable

WRAPPERS = ("Bidirectional", "TimeDistributed")


def look(model: Any, inputs: np.ndarray[Any, Any], filenames: frozenset[str]) -> ModelFacts:
    """The facts of a model, and what it gives for some inputs, which builds it if it was not.

    If it can't take them, ``fault`` says why, and its layers are there all the same; ``filenames`` as in `faults.describe`.
    """
    built, outputs, fault = bool(model.built), None, None
    try:
        outputs = plain(model(inputs))
    except MemoryError:
        raise
    except Exception as error:
        fault = faults.describe(error, filenames)
    loss = getattr(model, "loss", None)
    named = loss if isinstance(loss, str) else type(loss).__name__ if loss is not None else None
    return ModelFacts(built, outputs, fault, named, tuple(describe(layer) for layer in flat(model)[:MAX_LAYERS]))


def look_or_tell(
    model: Callable[[], Any], inputs: np.ndarray[Any, Any], filenames: frozenset[str]
) -> ModelFacts | LookRaised:
    """What `look` gives for the model that ``model`` finds, or what was raised instead."""
    try:
        return look(model(), inputs, filenames)
    except BaseException as error:
        return LookRaised(faults.describe(error, filenames))


def flat(model: Any) -> list[Any]:
    """The layers of a model in order, those of models within it in their place, without inputs."""
    keras = importlib.import_module("keras")
    found: list[Any] = []
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            found += flat(layer)
        elif not isinstance(layer, keras.layers.InputLayer):
            found.append(layer)
    return found


def describe(layer: Any) -> LayerFacts:
    """One layer: its class, whether that is one of Keras' own, its settings, and the weights it has."""
    kind, own = type(layer).__name__, _is_own(layer)
    settings = layer.get_config() if own else _settings_of_a_students(layer)
    inner = None
    if kind in WRAPPERS:
        inner = replace(describe(getattr(layer, "forward_layer", None) or layer.layer), weights=())
    elif kind == "RNN":
        cell = layer.cell
        inner = LayerFacts(type(cell).__name__, _is_own(cell), _settings(cell.get_config()), (), None)
    return LayerFacts(kind, own, _settings(settings), tuple(plain(weight) for weight in layer.get_weights()), inner)


def plain(values: Any) -> np.ndarray[Any, Any]:
    """An array that can cross: NumPy itself knows no bfloat16."""
    array = np.asarray(values)
    return array.astype(np.float32) if array.dtype.name == "bfloat16" else array


def _settings_of_a_students(layer: Any) -> dict[str, Any]:
    """The settings of a layer that is not Keras' own; mostly it can't give them, and Keras raises."""
    try:
        return dict(layer.get_config())
    except Exception:
        return {}


def _is_own(layer: Any) -> bool:
    layers = importlib.import_module("keras").layers
    return getattr(layers, type(layer).__name__, None) is type(layer)


def _settings(told: dict[str, Any]) -> dict[str, Any]:
    return {key: _setting(value) for key, value in told.items() if type(key) is str}


def _setting(value: Any) -> Any:
    """A setting as plain data: an object of Keras' own becomes its class's name, a dtype policy its own name."""
    if isinstance(value, dict):
        if value.get("class_name") == "DTypePolicy":
            return str(value.get("config", {}).get("name"))[:MAX_REASON]
        return str(value.get("class_name", "custom"))[:MAX_REASON]
    if isinstance(value, list | tuple):
        return [_setting(item) for item in value]
    if isinstance(value, float):  # NumPy's floats are floats as well, and would not cross as one
        return float(value)
    if type(value) is str:
        return value[:MAX_REASON]
    return value if value is None or type(value) in (bool, int) else "custom"
