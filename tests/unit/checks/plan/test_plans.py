"""What checks draw depends on the whole seed of a run, on the item that draws, and on nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks.plan.plans import Plans

SEED = 7


def drawn(seed: int, *told: Any) -> list[float]:
    reference: Any = None  # nothing is asked of it
    return Plans(reference, seed).rng(*told).normal(size=3).tolist()


@pytest.mark.parametrize("other", [SEED + 1, SEED + (1 << 32), SEED + (1 << 63), SEED + (1 << 70)])
def test_every_digit_of_the_seed_counts(other: int) -> None:
    assert drawn(SEED) != drawn(other)
    assert drawn(SEED, "check_x::check_a") != drawn(other, "check_x::check_a")


def test_another_item_draws_other_numbers_and_the_same_one_the_same() -> None:
    assert drawn(SEED, "check_x::check_a") == drawn(SEED, "check_x::check_a")
    assert drawn(SEED, "check_x::check_a") != drawn(SEED, "check_x::check_b")
    assert drawn(SEED, "check_x::check_a", 0) != drawn(SEED, "check_x::check_a", 1)
