"""What gate_trace answers to cases of unequal sizes, and which sides of it a check may look at."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    Gates = tuple[np.ndarray, np.ndarray]

SIZES = {"wide": (5, 4, 6), "narrow": (3, 5, 2), "long": (11, 9, 7)}  # T, d, u
LOOKS = {"z": (0, None), "r": (1, None), "z, first word": (0, 1), "r, first word": (1, 1)}  # which part, how many rows
TOLERANCE = 1e-4


def cases(dtype: str = "float64") -> list[tuple[list[np.ndarray], np.ndarray]]:
    """Draw weights and a sentence for each size; nothing is zero, and the two rows of the bias differ."""
    drawn = []
    for steps, d, u in SIZES.values():
        rng = np.random.default_rng([steps, d, u])
        weights = [rng.normal(0, 0.6, size=size).astype(dtype) for size in ((d, 3 * u), (u, 3 * u), (2, 3 * u))]
        drawn.append((weights, rng.normal(size=(steps, d)).astype(dtype)))
    return drawn


def answers(function: Callable[..., Any], dtype: str = "float64") -> list[Gates | str]:
    """Call it on every case; where it raises, what it raised. Fails where an input was changed or the form is not accepted."""
    return [_answer(function, weights, embedded) for weights, embedded in cases(dtype)]


def _answer(function: Callable[..., Any], weights: list[np.ndarray], embedded: np.ndarray) -> Gates | str:
    before = copy.deepcopy([*weights, embedded])
    try:
        value = function(weights, embedded)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    assert all(np.array_equal(one, other) for one, other in zip(before, [*weights, embedded], strict=True))
    assert isinstance(value, tuple | list | np.ndarray)
    assert len(value) == 2
    assert all(isinstance(gate, np.ndarray) and gate.dtype.kind == "f" for gate in value)
    return value[0], value[1]


def agree(got: list[Gates | str], want: list[Gates | str], look: str) -> bool:
    """Tell whether two lots of answers are the same on one side."""
    return all(_agree(one, other, *LOOKS[look]) for one, other in zip(got, want, strict=True))


def _agree(got: Gates | str, want: Gates | str, part: int, rows: int | None) -> bool:
    if isinstance(got, str) or isinstance(want, str):
        return got is want or (isinstance(got, str) and got == want)
    g, w = got[part], want[part]
    if g.shape != w.shape:
        return False
    return bool(np.all(np.abs(g[:rows] - w[:rows]) <= TOLERANCE * np.maximum(1, np.abs(w[:rows]))))
