"""Each mode is graded once; a mode that this machine can't make says why."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from attacks import grading

Grade = Callable[[str], grading.Graded]


@pytest.fixture(scope="session")
def graded_in() -> Grade:
    """What came of a mode."""
    return cache(grading.grade)
