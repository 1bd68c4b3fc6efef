"""What a function answered to some questions: a stand-in without the function, that knows these answers and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.compare.answers import TOLERANCE, Array, copied

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PartCall = tuple[list[Any], Any]
"""What a function was asked, and what it answered."""


def spied(part: Callable[..., Any], seen: list[PartCall]) -> Callable[..., Any]:
    """The same function, that keeps in ``seen`` what it was asked and what it answered."""

    def spy(*args: Any) -> Any:
        value = part(*args)
        seen.append((copied(list(args)), value))
        return value

    return spy


def split_of(part: Callable[..., Any], asked: list[PartCall]) -> tuple[str | list[int], list[PartCall]]:
    """How a function's answers may be taken apart (by numbers, by rows, or not at all), and all that is known of it."""
    if all(_is_elementwise(part, args, value) for args, value in asked):
        if len(asked[0][0]) == 1:  # 1 - f(a) may be written as f(-a)
            asked = [*asked, *(([-args[0]], part(-args[0])) for args, _ in asked)]
        return "numbers", asked
    positions = {tuple(_rows(part, args, value)) for args, value in asked}
    return (list(positions.pop()) if len(positions) == 1 else []), asked


class Table:
    """What one stand-in was asked, and what it answered; ``split`` says whether numbers or rows may be asked for one by one."""

    def __init__(self, split: str | list[int], asked: Sequence[Sequence[Any]]) -> None:
        self.split = split
        self.known = asked
        self._numbers = split == "numbers"
        self._positions = [] if isinstance(split, str) else split

    def find(self, args: Sequence[Any]) -> tuple[Any, bool]:
        """The answer to a call, and whether it is the one that was recorded.

        Raises ValueError, TypeError, KeyError or IndexError if the call's form does not fit.
        """
        given = [np.asarray(arg) if isinstance(arg, list | tuple) else arg for arg in args]
        found, known = self._by_numbers(given) if self._numbers else self._by_rows(given)
        array = found.astype(_dtype(given)) if found.dtype.kind == "f" else found
        return (array if array.ndim else array[()]), known

    def _by_numbers(self, given: list[Any]) -> tuple[Array, bool]:
        grids = np.broadcast_arrays(*(np.asarray(arg) for arg in given))
        wanted = np.stack([grid.astype(np.float64).reshape(-1) for grid in grids], axis=1)
        known = np.concatenate([np.stack([np.ravel(arg) for arg in args], axis=1) for args, _ in self.known])
        values = np.concatenate([np.ravel(value) for _, value in self.known])
        found, is_known = _looked_up(wanted, known, values, _tolerance(given))
        return found.reshape(grids[0].shape), is_known

    def _by_rows(self, given: list[Any]) -> tuple[Array, bool]:
        tol = _tolerance(given)
        fitting = [(args, value) for args, value in self.known if self._fits(given, args, tol)]
        if not self._positions:
            return (np.asarray(fitting[0][1]), True) if fitting else (_other(np.asarray(self.known[0][1])), False)
        chosen = fitting or self.known
        first = self._positions[0]
        one = np.ndim(given[first]) < np.ndim(chosen[0][0][first])
        rows = [given[at][np.newaxis] if one else given[at] for at in self._positions]
        wanted = _flat(rows)
        known = np.concatenate([_flat([args[at] for at in self._positions]) for args, _ in chosen])
        values = np.concatenate([value for _, value in chosen])
        found, is_known = _looked_up(wanted, known, values, tol if fitting else -1.0)
        return (found[0] if one else found), is_known

    def _fits(self, given: list[Any], args: list[Any], tol: float) -> bool:
        """Whether what goes with every row (or all, if there are no rows) is as it was recorded."""
        return all(at in self._positions or _close(given[at], arg, tol) for at, arg in enumerate(args))


def _flat(rows: list[Array]) -> Array:
    return np.concatenate([np.asarray(each, dtype=np.float64).reshape(len(each), -1) for each in rows], axis=1)


def _looked_up(wanted: Array, known: Array, values: Array, tol: float) -> tuple[Array, bool]:
    """For each wanted row the value of the known one, and whether all are known; for an unknown one, something else."""
    found, all_known = np.empty((len(wanted), *values.shape[1:]), dtype=values.dtype), True
    for at, row in enumerate(wanted):
        gaps = np.max(np.abs(known - row) / np.maximum(1.0, np.abs(known)), axis=1)
        nearest = int(np.argmin(np.where(np.isnan(gaps), np.inf, gaps)))
        is_known = bool(gaps[nearest] <= tol)
        found[at] = values[nearest] if is_known else _other(values[nearest])
        all_known &= is_known
    return found, all_known


def _other(value: Array) -> Array:
    """Something of a right answer's form and size that is not right."""
    return np.asarray(0.5 * value + 0.25)


def _close(given: Any, want: Any, tol: float) -> bool:
    if isinstance(want, dict):
        return all(_close(given[key], item, tol) for key, item in want.items())
    got, wanted = np.asarray(given), np.asarray(want)
    return got.shape == wanted.shape and bool(np.all(np.abs(got - wanted) <= tol * np.maximum(1.0, np.abs(wanted))))


def _leaves(given: Sequence[Any]) -> list[Any]:
    return [leaf for value in given for leaf in (value.values() if isinstance(value, dict) else (value,))]


def _dtype(given: Sequence[Any]) -> np.dtype[Any]:
    found = np.result_type(*_leaves(given))
    return found if found.kind == "f" else np.dtype(np.float64)


def _tolerance(given: Sequence[Any]) -> float:
    single = any(getattr(leaf, "dtype", None) in ("float32", "float16") for leaf in _leaves(given))
    return TOLERANCE["float32" if single else "float64"]


def _is_elementwise(part: Callable[..., Any], args: list[Any], value: Any) -> bool:
    if not all(isinstance(arg, np.ndarray) and arg.shape == np.shape(value) for arg in args):
        return False
    return np.array_equal(part(*(arg.reshape(-1) for arg in args)), np.reshape(value, -1), equal_nan=True)


def _rows(part: Callable[..., Any], args: list[Any], value: Any) -> list[int]:
    """The positions of the arguments whose rows belong to the rows of the answer; none if rows play no part."""
    count = len(value) if np.ndim(value) > 1 else 0
    found = [i for i, arg in enumerate(args) if isinstance(arg, np.ndarray) and arg.ndim > 1 and len(arg) == count]
    for row in range(count) if found else ():
        try:
            alone = part(*(arg[row] if i in found else arg for i, arg in enumerate(args)))
        except (ValueError, IndexError, TypeError):
            return []
        if np.shape(alone) != value[row].shape or not np.allclose(alone, value[row], rtol=1e-5, atol=1e-7):
            return []
    return found
