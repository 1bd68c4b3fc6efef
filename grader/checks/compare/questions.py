"""Whether two calls ask the same: to the last digit, or as far as one can tell if another NumPy draws the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from grader.checks.compare.answers import Call


def is_same_call(one: Call, other: Call) -> bool:
    """Whether two calls ask the same function the same question."""
    return (
        one.function == other.function and _same(one.args, other.args) and _same(dict(one.kwargs), dict(other.kwargs))
    )


def is_alike(one: Call, other: Call) -> bool:
    """Whether two calls hand over arrays of the same shapes and dtypes; another NumPy may draw other last digits."""
    return bool(_form([*one.args, dict(one.kwargs)]) == _form([*other.args, dict(other.kwargs)]))


def _form(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_form(item) for item in value]
    if isinstance(value, dict):
        return {key: _form(item) for key, item in value.items()}
    return (value.shape, value.dtype) if isinstance(value, np.ndarray) else type(value)


def _same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if hasattr(one, "dtype") and hasattr(one, "tobytes"):
        return bool(one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes())
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(one == other)
