"""A call as it is shown to a student: Python that runs when it is pasted below the function, where NumPy is ``np``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.models.live import ScriptedClock, TinyModel, leaves

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.checks.compare.answers import Array, Call

ALL_SHOWN = 48  # numbers of a call that are written out; with more, only the sizes tell a person anything
OTHER_NUMBERS = "# the check has other numbers, of these sizes:"
OWN_CLOCK = "# the check hands in a clock of its own, too:"


def printed(call: Call, parameters: tuple[str, ...]) -> str:
    """A call in Python: with all its numbers if these are few, else with others of the same sizes, and a line that says so."""
    if call.of_value:
        return call.function
    arguments = leaves([list(call.args), dict(call.kwargs)])
    few = sum(leaf.size for leaf in arguments if isinstance(leaf, np.ndarray)) <= ALL_SHOWN
    models: list[str] = []
    written = [
        f"{name}={_python(value, _written if few else _sized, models)}" for name, value in _named(call, parameters)
    ]
    told = [] if few else [OTHER_NUMBERS]
    told += [OWN_CLOCK] if any(isinstance(leaf, ScriptedClock) for leaf in arguments) else []
    return "\n".join([*(["import keras"] if models else []), *models, *told, f"{call.function}({', '.join(written)})"])


def in_words(call: Call, parameters: tuple[str, ...]) -> str:
    """A call in a sentence, with the sizes of its arguments: ``next_state with z (3, 6), h (3, 6), h_tilde (3, 6)``."""
    if call.of_value:
        return call.function
    told = [_size(name, value) for name, value in _named(call, parameters)]
    return f"{call.function} with {', '.join(told)}" if told else f"{call.function}()"


def _named(call: Call, parameters: tuple[str, ...]) -> list[tuple[str, Any]]:
    """The arguments that say something about a call, by their names; a clock says nothing."""
    named = [*zip(parameters, call.args, strict=False), *call.kwargs.items()]
    return [(name, value) for name, value in named if not isinstance(value, ScriptedClock)]


def _size(name: str, value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{name} {value.shape}{'' if value.dtype == np.float64 else f' {value.dtype}'}"
    if isinstance(value, list | tuple) and value and all(isinstance(item, np.ndarray) for item in value):
        return f"{name} [{', '.join(str(item.shape) for item in value)}]"
    if isinstance(value, TinyModel):
        return f"{name} = {value}"
    return name if isinstance(value, dict | list | tuple) else f"{name} = {_scalar(value)}"


def _python(value: Any, array: Callable[[Array], str], models: list[str]) -> str:
    """A value in Python; the lines that make the models in it are put into ``models``."""
    if isinstance(value, np.ndarray):
        return array(value)
    if isinstance(value, TinyModel):
        name = f"model_{len(models) + 1}"
        models.append(_model(name, value))
        return name
    if isinstance(value, dict):
        keys = [f'"{key}"' if isinstance(key, str) and key.isidentifier() else repr(key) for key in value]
        items = [_python(item, array, models) for item in value.values()]
        return "{" + ", ".join(f"{key}: {item}" for key, item in zip(keys, items, strict=True)) + "}"
    if isinstance(value, list | tuple):
        inside = ", ".join(_python(item, array, models) for item in value)
        if isinstance(value, list):
            return f"[{inside}]"
        return f"({inside}{',' * (len(value) == 1)})"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, np.generic) and not isinstance(value, np.bool_):
        return f"np.{value.dtype.name}({_number(value)})"
    return _number(value) if isinstance(value, float) else repr(value)


def _number(value: Any) -> str:
    """The shortest text that gives the very number in its own precision."""
    if isinstance(value, float | np.floating):
        if math.isnan(value):
            return "np.nan"
        if math.isinf(value):
            return "np.inf" if value > 0 else "-np.inf"
        return repr(float(str(value)))
    return repr(value.item() if isinstance(value, np.generic) else value)


def _written(array: Array) -> str:
    if not array.size:
        return f"np.zeros({array.shape}{_dtype(array)})"
    return f"np.array({_nested(array)}{_dtype(array)})"


def _nested(array: Array) -> str:
    if array.ndim == 0:
        return _number(array[()])
    return f"[{', '.join(_nested(np.asarray(item)) for item in array)}]"


def _dtype(array: Array) -> str:
    plain = array.dtype in (np.float64, np.bool_) or (array.dtype == np.int64 and array.size)
    return "" if plain else f", dtype=np.{array.dtype.name}"


def _sized(array: Array) -> str:
    """An array of the same size and dtype with other numbers; a single number as it is."""
    if array.size <= 1:
        return _written(array)
    if array.dtype.kind != "f":
        return f"np.full({array.shape}, {_number(array.flat[0])}{_dtype(array)})"
    drawn = f"np.random.rand({', '.join(map(str, array.shape))})"
    return drawn if array.dtype == np.float64 else f"np.{array.dtype.name}({drawn})"


def _model(name: str, model: TinyModel) -> str:
    """The lines that make a model of the same layers."""
    layers = [f"keras.Input(({model.inputs},))"]
    for units, dtype in model.layers:
        layers.append(f"keras.layers.Dense({units}{'' if dtype == 'float32' else f', dtype={dtype!r}'})")
    lines = [f"{name} = keras.Sequential([{', '.join(layers)}])", f'{name}.compile("adam", "mse")']
    if model.slots:
        lines.append(f"{name}.optimizer.build({name}.trainable_variables)")
    return "\n".join(lines)
