"""Compares a table that a submission gave with the wanted one: columns and rows by their names, cells as numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.sandbox.wire.values import Facts, Opaque


@dataclass(frozen=True, slots=True)
class Between:
    """What a known mistake answers if its number depends on the machine: any number from ``low`` to ``high``."""

    low: float
    high: float

    def holds(self, value: Any) -> bool:
        """Whether a value is such a number."""
        number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
        return number and self.low <= value <= self.high


def table_difference(got: Any, want: Facts, tolerance: float, columns: tuple[str, ...] = ()) -> tuple[str, str] | None:
    """The first wrong thing in a table, as (expected, got) in words; None if all is right.

    The wanted columns have to be there, others may be; the rows have to bear the wanted names in the wanted
    order. Only the named ones of the wanted columns count (none named: all).
    """
    if want.kind != "table":
        return None if _is_same(got, want) else (f"a {want.kind}", "something else")
    if not (isinstance(got, Facts) and got.kind == "table" and _is_table(got.data)):
        return "a pandas DataFrame", _other(got)
    wanted, given = want.data, got.data
    counted = [column for column in wanted["columns"] if not columns or column in columns]
    missing = [column for column in counted if column not in given["columns"]]
    if missing:
        return f"the column {missing[0]}", f"the columns {', '.join(map(str, given['columns'][:12])) or '(none)'}"
    if given["index"] != wanted["index"]:
        return (
            f"the rows {', '.join(wanted['index'])}",
            f"the rows {', '.join(map(str, given['index'][:12])) or '(none)'}",
        )
    for column in counted:
        cells = wanted["cells"][wanted["columns"].index(column)]
        for row, right, cell in zip(
            wanted["index"], cells, given["cells"][given["columns"].index(column)], strict=True
        ):
            if not _is_right(cell, right, tolerance):
                expected, given = _numbers(right, cell)
                return f"{expected} in column {column}, row {row}", f"{given} there"
    return None


def _is_same(got: Any, want: Facts) -> bool:
    """Whether a value stands for the very object; arrays are not compared, since they have no single truth value."""
    if not (isinstance(got, Facts) and got.kind == want.kind and type(got.data) is type(want.data)):
        return False
    return bool(got.data == want.data)


def _is_table(data: Any) -> bool:
    """Whether what a worker calls a table is one: lists of the lengths that its names ask for."""
    if not (isinstance(data, dict) and all(isinstance(data.get(key), list) for key in ("columns", "index", "cells"))):
        return False
    rows, columns = len(data["index"]), len(data["columns"])
    names = all(type(name) in (str, int, float, bool) for name in (*data["columns"], *data["index"]))  # no arrays
    return (
        names and len(data["cells"]) == columns and all(isinstance(c, list) and len(c) == rows for c in data["cells"])
    )


def _is_right(cell: Any, right: float | Between, tolerance: float) -> bool:
    if isinstance(right, Between):
        return right.holds(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float | np.integer | np.floating):
        return False
    number = _float(cell)
    return math.isfinite(number) and abs(number - right) <= tolerance * max(1.0, abs(right))


def _float(number: Any) -> float:
    """A number as a float; one that is too large for it is infinite."""
    try:
        return float(number)
    except OverflowError:
        return math.inf


def _numbers(right: float, cell: Any) -> tuple[str, str]:
    """The wanted number and what stands in its place, with as many digits as it takes to see that they differ."""
    for digits in (6, 9, 17):
        words = _number(right, digits), _number(cell, digits)
        if words[0] != words[1]:
            break
    return words


def _number(value: Any, digits: int) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        return f"a value of type {value.type_name if isinstance(value, Opaque) else type(value).__name__}"
    number = _float(value)
    return f"{int(value)}" if number.is_integer() else f"{number:.{digits}g}"


def _other(value: Any) -> str:
    if value is None:
        return "None (does the function end with return?)"
    kind = value.type_name if isinstance(value, Opaque) else type(value).__name__
    return f"a value of type {kind}" if not isinstance(value, Facts) else f"a {value.kind}"
