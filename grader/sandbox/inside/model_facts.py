"""What a Keras model is, as plain facts: its built-in layers in order, their settings and weights; runs in the worker."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from grader.sandbox.inside import faults

MAX_LAYERS = 40
WRAPPERS = ("Bidirectional", "TimeDistributed")


def look(model: Any, inputs: np.ndarray[Any, Any], filenames: frozenset[str]) -> dict[str, Any]:
    """The facts of a model, and what it gives for some inputs, which builds it if it was not.

    Where it can't take them, ``raised`` says why, and its layers are told all the same; ``filenames`` as in `faults.describe`.
    """
    built, outputs, raised = bool(model.built), None, None
    try:
        outputs = plain(model(inputs))
    except MemoryError:
        raise
    except Exception as error:
        raised = faults.describe(error, filenames)
    loss = getattr(model, "loss", None)
    return {
        "built": built,
        "outputs": outputs,
        "raised": raised,
        "loss": loss if isinstance(loss, str) else type(loss).__name__ if loss is not None else None,
        "layers": [describe(layer) for layer in flat(model)[:MAX_LAYERS]],
    }


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


def describe(layer: Any) -> dict[str, Any]:
    """One layer: its class, whether that is one of Keras' own, its settings, and the weights it has."""
    own = _is_own(layer)
    settings = layer.get_config() if own else _settings_of_a_students(layer)
    facts = {
        "kind": type(layer).__name__,
        "own": own,
        "settings": {key: _setting(value) for key, value in settings.items()},
        "weights": [plain(weight) for weight in layer.get_weights()],
        "inner": None,
    }
    if facts["kind"] in WRAPPERS:
        inner = getattr(layer, "forward_layer", None) or layer.layer
        facts["inner"] = describe(inner) | {"weights": []}
    elif facts["kind"] == "RNN":
        facts["inner"] = {
            "kind": type(layer.cell).__name__,
            "own": _is_own(layer.cell),
            "settings": {key: _setting(value) for key, value in layer.cell.get_config().items()},
            "weights": [],
            "inner": None,
        }
    return facts


def plain(values: Any) -> np.ndarray[Any, Any]:
    """An array that can cross: NumPy itself knows no bfloat16."""
    array = np.asarray(values)
    return array.astype(np.float32) if array.dtype.name == "bfloat16" else array


def _settings_of_a_students(layer: Any) -> dict[str, Any]:
    """The settings of a layer that is not Keras' own; mostly it has no way to tell them, and Keras raises."""
    try:
        return dict(layer.get_config())
    except Exception:
        return {}


def _is_own(layer: Any) -> bool:
    layers = importlib.import_module("keras").layers
    return getattr(layers, type(layer).__name__, None) is type(layer)


def _setting(value: Any) -> Any:
    """A setting as plain data; what is an object of Keras' own by the name of its class, a dtype policy by its own name."""
    if isinstance(value, dict):
        if value.get("class_name") == "DTypePolicy":
            return str(value.get("config", {}).get("name"))
        return str(value.get("class_name", "custom"))
    if isinstance(value, list | tuple):
        return [_setting(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else "custom"
