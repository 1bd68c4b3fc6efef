"""What a model's layers give, worked out in NumPy from its settings and weights, so that no process has to build it anew.

It does what Keras does on a CPU for the layers that submissions mostly use. Whatever is not exactly understood (another layer,
another dtype, a setting or weight of another form, ids without a row, too much work for this process) is left to a clean worker,
which has Keras itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.sandbox.wire.layers import AROUND_A_CELL, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.checks.compare.answers import Array
    from grader.sandbox.outside.models import Layer

MOST_UNITS = 2048  # what a clean worker builds; it also bounds every array that is made here
MOST_WORK = (
    200_000_000  # multiplications, slow ones too: a lesson's model takes a third of it for fifty texts of fifty words
)
DTYPES = ("float32", "float64")


class _NotUnderstood(Exception):
    """A clean worker has to say what this gives."""


@dataclass(frozen=True, slots=True, eq=False)
class _Flow:
    """What goes from layer to layer: values (n, ...), and which steps (n, length) count if not all do."""

    values: Array
    mask: Array | None = None


def forward(layers: Sequence[Layer], inputs: Array) -> Array | None:
    """What the layers, one after the other, give for ids (n, length); None if that is for a clean worker to say."""
    try:
        if inputs.ndim != 2 or not inputs.size or inputs.dtype.kind != "i" or not layers:
            return None
        _refuse_too_much(layers, inputs)
        flow = _embedding(layers[0], inputs)
        with np.errstate(all="ignore"):
            for layer in layers[1:]:
                flow = _LAYERS.get(layer.kind, _unknown)(layer, flow)
    except _NotUnderstood:
        return None
    return flow.values


def _refuse_too_much(layers: Sequence[Layer], inputs: Array) -> None:
    """Bounds the work: each number of a layer's weights meets each id once, those of an embedding apart."""
    weights = sum(weight.size for layer in layers[1:] for weight in layer.weights)
    if inputs.size * weights > MOST_WORK:
        raise _NotUnderstood


def _unknown(layer: Layer, flow: _Flow) -> _Flow:
    raise _NotUnderstood


def _settings(layer: Layer, more: Mapping[str, Any] | None = None, kind: str = "") -> Mapping[str, Any]:
    """All settings that define a layer, each of the form that a clean worker accepts."""
    told = {**layer.settings, **(more or {})}
    for name in ("dtype", *SETTINGS[kind or layer.kind]):
        if name not in told or not _FORMS.get(name, _is_bool)(told[name]):
            raise _NotUnderstood
    if not layer.own:
        raise _NotUnderstood
    return told


def _is_bool(value: Any) -> bool:
    return type(value) is bool


def _is_size(value: Any) -> bool:
    return type(value) is int and 0 < value <= MOST_UNITS


def _is_share(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value < 1


_FORMS: dict[str, Callable[[Any], bool]] = {
    "dtype": lambda value: type(value) is str and value in DTYPES,
    "units": _is_size,
    "input_dim": lambda value: type(value) is int and value > 0,
    "output_dim": _is_size,
    "activation": lambda value: type(value) is str and value in _ACTIVATIONS,
    "recurrent_activation": lambda value: type(value) is str and value in _ACTIVATIONS,
    "rate": _is_share,
    "dropout": _is_share,
    "recurrent_dropout": _is_share,
}


def _weights(told: Sequence[Array], dtype: str, *shapes: tuple[int, ...]) -> Sequence[Array]:
    """A layer's weights, if they are exactly these."""
    if [weight.shape for weight in told] != list(shapes) or any(weight.dtype != dtype for weight in told):
        raise _NotUnderstood
    return told


def _embedding(layer: Layer, ids: Array) -> _Flow:
    if layer.kind != "Embedding":
        raise _NotUnderstood
    told = _settings(layer)
    (rows,) = _weights(layer.weights, told["dtype"], (told["input_dim"], told["output_dim"]))
    if ids.min() < 0 or ids.max() >= len(rows):
        raise _NotUnderstood
    return _Flow(rows[ids], ids != 0 if told["mask_zero"] else None)


def _dense(layer: Layer, flow: _Flow) -> _Flow:
    told = _settings(layer)
    units, dtype, x = told["units"], told["dtype"], flow.values
    biases = [(units,)] if told["use_bias"] else []
    kernel, *bias = _weights(layer.weights, dtype, (x.shape[-1], units), *biases)
    y = x.astype(dtype, copy=False) @ kernel
    return _Flow(_ACTIVATIONS[told["activation"]](y + bias[0] if bias else y), flow.mask)


def _activation(layer: Layer, flow: _Flow) -> _Flow:
    told = _settings(layer)
    _weights(layer.weights, told["dtype"])
    return _Flow(_ACTIVATIONS[told["activation"]](flow.values.astype(told["dtype"], copy=False)), flow.mask)


def _dropout(layer: Layer, flow: _Flow) -> _Flow:
    """Drops nothing outside training."""
    told = _settings(layer)
    _weights(layer.weights, told["dtype"])
    return _Flow(flow.values.astype(told["dtype"], copy=False), flow.mask)


def _recurrent(layer: Layer, flow: _Flow) -> _Flow:
    return _run(layer.kind, _settings(layer), layer.weights, flow)


def _cell(layer: Layer, flow: _Flow) -> _Flow:
    """An RNN round one of Keras' own cells is the layer of that name."""
    inner, kind = layer.inner, layer.inner.kind.removesuffix("Cell") if layer.inner is not None else ""
    if not layer.own or inner is None or kind not in _STEPS or inner.kind != f"{kind}Cell":
        raise _NotUnderstood
    around = {name: layer.settings.get(name) for name in AROUND_A_CELL}
    return _run(kind, _settings(inner, around, kind), layer.weights, flow)


def _bidirectional(layer: Layer, flow: _Flow) -> _Flow:
    """The layer, and its like from the last step to the first, side by side; where both give all steps, masked ones are zero."""
    if not layer.own or layer.inner is None or layer.inner.kind not in _STEPS:
        raise _NotUnderstood
    told, half = _settings(layer.inner), len(layer.weights) // 2
    if told["go_backwards"] or told["dtype"] != "float32" or layer.settings.get("dtype") != "float32":
        raise _NotUnderstood
    one = _run(layer.inner.kind, told, layer.weights[:half], flow, zeros=True)
    other = _run(layer.inner.kind, {**told, "go_backwards": True}, layer.weights[half:], flow, zeros=True)
    back = other.values[:, ::-1] if told["return_sequences"] else other.values
    return _Flow(np.concatenate([one.values, back], axis=-1), one.mask)


def _run(kind: str, told: Mapping[str, Any], weights: Sequence[Array], flow: _Flow, *, zeros: bool = False) -> _Flow:
    """All steps of a recurrent layer, from a state of zeros; a masked step leaves the state and the output as they were.

    With ``zeros``, the output of a masked step is zero instead, if every step's is asked for.
    """
    if flow.values.ndim != 3:
        raise _NotUnderstood
    x, units = flow.values.astype(told["dtype"], copy=False), told["units"]
    gates, step = _STEPS[kind]
    wide, after = gates * units, kind == "GRU" and told["reset_after"]
    biases = [(2, wide) if after else (wide,)] if told["use_bias"] else []
    kernel, inner, *bias = _weights(weights, told["dtype"], (x.shape[-1], wide), (units, wide), *biases)
    entered = x @ kernel
    if bias:
        entered += bias[0][0] if after else bias[0]
    act, gate = _ACTIVATIONS[told["activation"]], _ACTIVATIONS[told.get("recurrent_activation", "linear")]
    move = partial(step, units=units, act=act, gate=gate)
    if kind == "GRU":
        move = partial(move, after=after, bias=bias[0][1] if bias and after else None)
    n, length = x.shape[:2]
    state, other = np.zeros((n, units), x.dtype), np.zeros((n, units), x.dtype)
    outputs = np.zeros((n, length, units) if told["return_sequences"] else (n, 0, units), x.dtype)
    for index, time in enumerate(reversed(range(length)) if told["go_backwards"] else range(length)):
        new, new_other = move(entered[:, time], state, other, inner)
        counts = flow.mask[:, time, None] if flow.mask is not None else np.True_
        state, other = np.where(counts, new, state), np.where(counts, new_other, other)
        if told["return_sequences"]:
            outputs[:, index] = np.where(counts, new, 0) if zeros else state
    return _Flow(outputs, flow.mask) if told["return_sequences"] else _Flow(state)


def _gru(x: Array, h: Array, same: Array, inner: Array, **how: Any) -> tuple[Array, Array]:
    """One step; ``inner`` are the recurrent weights of update gate, reset gate and candidate, side by side."""
    units, gate, bias = how["units"], how["gate"], how["bias"]
    own = h @ (inner if how["after"] else inner[:, : 2 * units])
    if bias is not None:
        own = own + bias
    z = gate(x[:, :units] + own[:, :units])
    r = gate(x[:, units : 2 * units] + own[:, units : 2 * units])
    past = r * own[:, 2 * units :] if how["after"] else (r * h) @ inner[:, 2 * units :]
    return z * h + (1 - z) * how["act"](x[:, 2 * units :] + past), same


def _lstm(x: Array, h: Array, c: Array, inner: Array, **how: Any) -> tuple[Array, Array]:
    """One step; ``inner`` are the recurrent weights of input gate, forget gate, candidate and output gate, side by side."""
    i, f, new, o = np.split(x + h @ inner, 4, axis=1)
    c = how["gate"](f) * c + how["gate"](i) * how["act"](new)
    return how["gate"](o) * how["act"](c), c


def _simple(x: Array, h: Array, same: Array, inner: Array, **how: Any) -> tuple[Array, Array]:
    return how["act"](x + h @ inner), same


def _flatten(layer: Layer, flow: _Flow) -> _Flow:
    told = _settings(layer)
    _weights(layer.weights, told["dtype"])
    if flow.mask is not None:
        raise _NotUnderstood
    return _Flow(flow.values.astype(told["dtype"], copy=False).reshape(len(flow.values), -1))


def _pooled(layer: Layer, flow: _Flow) -> _Flow:
    """The mean or the largest over the steps."""
    told = _settings(layer)
    _weights(layer.weights, told["dtype"])
    if flow.mask is not None or flow.values.ndim != 3:
        raise _NotUnderstood
    x = flow.values.astype(told["dtype"], copy=False)
    return _Flow(x.mean(axis=1) if layer.kind == "GlobalAveragePooling1D" else x.max(axis=1))


def _logistic(x: Array) -> Array:
    """By tanh, which overflows for no number."""
    half = x.dtype.type(0.5)
    made: Array = half * np.tanh(half * x) + half
    return made


def _shares(x: Array) -> Array:
    """Shares of one along the last axis."""
    powers: Array = np.exp(x - x.max(axis=-1, keepdims=True))
    powers /= powers.sum(axis=-1, keepdims=True)
    return powers


# The names are those of Keras' own activations, whatever the functions of an exercise are called.
_ACTIVATIONS: dict[str, Callable[[Array], Array]] = dict(  # noqa: C408  keywords, as Keras writes them
    linear=lambda x: x, relu=lambda x: np.maximum(x, 0), sigmoid=_logistic, softmax=_shares, tanh=np.tanh
)
_STEPS: dict[str, tuple[int, Callable[..., tuple[Array, Array]]]] = {
    "GRU": (3, _gru),
    "LSTM": (4, _lstm),
    "SimpleRNN": (1, _simple),
}
_LAYERS: dict[str, Callable[[Layer, _Flow], _Flow]] = {
    "Activation": _activation,
    "Bidirectional": _bidirectional,
    "Dense": _dense,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "GRU": _recurrent,
    "GlobalAveragePooling1D": _pooled,
    "GlobalMaxPooling1D": _pooled,
    "LSTM": _recurrent,
    "RNN": _cell,
    "SimpleRNN": _recurrent,
    "SpatialDropout1D": _dropout,
}
