"""Two tables: what has to agree, and what may differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checks.compare.tables import Between, table_difference
from grader.sandbox.inside.objects import table
from grader.sandbox.wire.values import Facts, Opaque

pandas = pytest.importorskip("pandas")
RIGHT = pandas.DataFrame({"bytes": [52, 100], "relative_size": [1.0, 100 / 52]}, index=["lstm", "gru"])


def difference(got: Any) -> tuple[str, str] | None:
    """Compare with the right table."""
    return table_difference(table(got) if isinstance(got, pandas.DataFrame) else got, table(RIGHT), 1e-6)


@pytest.mark.parametrize(
    "got",
    [
        RIGHT,
        RIGHT.assign(note="mine"),
        RIGHT[["relative_size", "bytes"]],
        RIGHT.astype("float32"),
        RIGHT.astype(object),
        RIGHT * (1 + 1e-7),
    ],
)
def test_further_columns_another_order_and_other_dtypes_are_fine(got: Any) -> None:
    assert difference(got) is None


@pytest.mark.parametrize(
    ("got", "expected", "words"),
    [
        (RIGHT[::-1], "the rows lstm, gru", "the rows gru, lstm"),
        (RIGHT.reset_index(), "the rows lstm, gru", "the rows 0, 1"),
        (RIGHT.drop(columns="bytes"), "the column bytes", "the columns relative_size"),
        (RIGHT.assign(bytes=[52, 101]), "100 in column bytes, row gru", "101 there"),
        (RIGHT.assign(bytes=["52", "100"]), "52 in column bytes, row lstm", "a value of type str there"),
        (RIGHT.assign(bytes=[True, False]), "52 in column bytes, row lstm", "a value of type bool there"),
        (RIGHT.assign(relative_size=float("nan")), "1 in column relative_size, row lstm", "nan there"),
        (None, "a pandas DataFrame", "None (does the function end with return?)"),
        ({"lstm": {}}, "a pandas DataFrame", "a value of type dict"),
        (Opaque("pandas.Series"), "a pandas DataFrame", "a value of type pandas.Series"),
        (Facts("model", 0), "a pandas DataFrame", "a model"),
        (Facts("table", {"columns": ["bytes"], "index": [], "cells": [[1]]}), "a pandas DataFrame", "a table"),
        (Facts("table", {"columns": [RIGHT.to_numpy()], "index": [], "cells": [[]]}), "a pandas DataFrame", "a table"),
        (RIGHT.astype(object).assign(bytes=[10**400, 1]), "52 in column bytes, row lstm", "inf there"),
    ],
)
def test_the_first_difference_is_told_in_words(got: Any, expected: str, words: str) -> None:
    assert difference(got) == (expected, words)


def test_only_the_columns_that_are_named_count() -> None:
    got = table(RIGHT.drop(columns="relative_size"))
    assert table_difference(got, table(RIGHT), 1e-6, ("bytes",)) is None
    assert table_difference(got, table(RIGHT), 1e-6, ("relative_size",)) is not None


@pytest.mark.parametrize(("cell", "right"), [(0.3, True), (2.5, False), ("0.3", False), (None, False)])
def test_where_a_known_mistake_gives_any_number_of_a_range_one_of_them_is_the_same(cell: Any, right: bool) -> None:
    want = table(RIGHT.astype(object).assign(bytes=[52, Between(0.0, 2.0)]))
    assert (table_difference(table(RIGHT.astype(object).assign(bytes=[52, cell])), want, 1e-6) is None) is right


@pytest.mark.parametrize(
    "got", [np.zeros(3), np.zeros((2, 2)), [np.zeros(3)], Facts("model", np.zeros(3)), Facts("table", 0), 0]
)
def test_what_is_no_model_is_told_from_one(got: Any) -> None:
    """An array in the place of a model was compared with it number by number, and the grader's own process ended."""
    assert table_difference(got, Facts("model", 0), 1e-6) == ("a model", "something else")
    assert table_difference(Facts("model", 0), Facts("model", 0), 1e-6) is None
