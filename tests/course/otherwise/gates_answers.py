"""What a function answers to the cases of 01_gates: numbers, an error, warnings, inputs changed, dtype."""

from __future__ import annotations

import copy
import warnings
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

FUNCTIONS = (
    "sigmoid",
    "update_gate",
    "reset_gate",
    "candidate_state",
    "next_state",
    "gru_step",
    "gru_forward",
)

SIZES = {  # batch, T, d, u
    "all sizes differ": (3, 5, 4, 6),
    "batch equals u": (6, 5, 4, 6),
    "batch equals T": (5, 5, 4, 6),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One call's outcome; ``value`` is None where the call raised, and ``words`` are what it raised then."""

    value: np.ndarray | None
    warned: frozenset[str]
    changed: frozenset[str]
    words: str = ""


@cache
def cases(function: str, dtype: type = np.float64) -> tuple[tuple[Any, ...], ...]:
    """Arguments for calls of a function; no weight, bias or state is zero."""
    if function == "sigmoid":
        draw = np.random.default_rng(11)
        some = draw.normal(scale=2, size=(3, 6)).astype(dtype)
        large = np.array([-1000, -30, -1, 0, 1, 30, 1000], dtype)
        return ((some,), (large,), (-1000.0,), (1000.0,), (0.5,), (np.array([[-2, 0], [1, 3]]),))
    return tuple(_arguments(function, *sizes, dtype) for sizes in SIZES.values())


def can_fail(function: str, changed: Collection[str]) -> bool:
    """Tell whether a mistake in some functions makes this one fail: a gate is judged with its sigmoid replaced as well."""
    return function not in ("update_gate", "reset_gate") or set(changed) != {"sigmoid"}


def answers(functions: dict[str, Any], function: str, dtype: type = np.float64) -> tuple[Answer, ...]:
    """Call a function on all its cases, each time with fresh copies."""
    return tuple(_answer(functions[function], arguments) for arguments in cases(function, dtype))


def agree(got: tuple[Answer, ...], want: tuple[Answer, ...], tolerance: float = 1e-6) -> bool:
    """Tell whether two lots of answers are the same, at the contract's tolerance."""
    return all(_same(one, other, tolerance) for one, other in zip(got, want, strict=True))


def _same(got: Answer, want: Answer, tolerance: float) -> bool:
    if got.value is None or want.value is None:
        return got.value is want.value and got.words == want.words
    if got.warned != want.warned or got.changed != want.changed:
        return False
    if got.value.shape != want.value.shape or got.value.dtype != want.value.dtype:
        return False
    gap = np.abs(got.value - want.value) <= tolerance * np.maximum(1, np.abs(want.value))
    return bool(np.all(gap | (np.isnan(got.value) & np.isnan(want.value))))


def _answer(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Answer:
    given = copy.deepcopy(arguments)
    words = ""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = np.asarray(function(*given))
        except Exception as error:
            value, words = None, f"{type(error).__name__}: {error}"
    warned = frozenset(str(w.message).partition(" encountered")[0] for w in caught)
    changed = frozenset(
        name
        for (name, before), (_, after) in zip(_flat(arguments), _flat(given), strict=True)
        if np.any(before != after)
    )
    return Answer(value, warned, changed, words)


def _flat(arguments: tuple[Any, ...]) -> list[tuple[str, Any]]:
    """Name every array among the arguments."""
    flat: list[tuple[str, Any]] = []
    for place, argument in enumerate(arguments):
        flat += argument.items() if isinstance(argument, dict) else [(str(place), argument)]
    return flat


def _arguments(function: str, batch: int, steps: int, d: int, u: int, dtype: type) -> tuple[Any, ...]:
    draw = np.random.default_rng([batch, steps, FUNCTIONS.index(function)])

    def normal(*shape: int) -> np.ndarray:
        return draw.normal(scale=0.6, size=shape).astype(dtype)

    x, h, gate = normal(batch, d), normal(batch, u), draw.uniform(0.05, 0.95, size=(batch, u)).astype(dtype)
    if function in ("update_gate", "reset_gate"):
        return x, h, normal(d, u), normal(u, u), normal(u)
    if function == "candidate_state":
        return x, h, gate, normal(d, u), normal(u, u), normal(u)
    if function == "next_state":
        return gate, h, normal(batch, u)
    shapes = {"W": (d, u), "U": (u, u), "b": (u,)}
    params = {f"{kind}_{name}": normal(*shapes[kind]) for name in "zrh" for kind in "WUb"}
    return (x, h, params) if function == "gru_step" else (normal(batch, steps, d), h, params)
