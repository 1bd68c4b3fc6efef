"""Times that were worked out from the parameters are told from times that were measured, where their digits can tell."""

from __future__ import annotations

import ast
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

CHECKS = Path(__file__).parents[2] / "solutions" / "checks" / "check_03_measure.py"
LAYERS, MODELS = 24_960 / 33_024, 345_025 / 353_089


def functions() -> dict[str, Any]:
    """The two functions of the check file that are about digits; the others need pytest's markers."""
    body = ast.parse(CHECKS.read_text(encoding="utf-8")).body
    kept = [node for node in body if isinstance(node, ast.FunctionDef) and node.name in ("worked_out", "half_a_digit")]
    namespace: dict[str, Any] = {"Decimal": Decimal}
    exec(compile(ast.Module(kept, type_ignores=[]), str(CHECKS), "exec"), namespace)
    return namespace


worked_out = functions()["worked_out"]


@pytest.mark.parametrize(
    ("gru", "lstm", "ratio"),
    [
        (0.756, 1.0, LAYERS),
        (0.7558, 1, LAYERS),
        (1.5116, 2.0, LAYERS),
        (0.98, 1.2966, LAYERS),
        (1.12 * 0.756, 1.12, LAYERS),
        (0.977, 1.0, MODELS),
        (6.449, 6.6, MODELS),
    ],
)
def test_a_time_that_follows_from_the_other_is_seen(gru: float, lstm: float, ratio: float) -> None:
    assert worked_out(gru, lstm, ratio)


@pytest.mark.parametrize(
    ("gru", "lstm"),
    [(1.3, 1.72), (3, 4), (0.76, 1.0), (1.18, 0.97), (1.234, 1.61), (1.0, 1.0), (5e-324, 1e14), (1e14, 5e-324)],
)
def test_times_of_few_digits_or_another_ratio_are_left_alone(gru: float, lstm: float) -> None:
    assert not worked_out(gru, lstm, LAYERS)


@given(st.floats(0.01, 1000), st.sampled_from([LAYERS, MODELS]))
def test_the_whole_product_is_always_seen_and_one_per_cent_beside_it_never(lstm: float, ratio: float) -> None:
    assert worked_out(lstm * ratio, lstm, ratio)
    assert not worked_out(lstm * ratio * 1.01, lstm, ratio)
