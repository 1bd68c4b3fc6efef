"""Each mode is tried once in a run of the tests; a mode that this machine can't make says why."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from attacks import grading
from attacks.told import controls_once, tried_once

Grade = Callable[[str], grading.Graded]
Controls = Callable[[str], dict[str, bool]]


@pytest.fixture(scope="session")
def graded_in(tmp_path_factory: pytest.TempPathFactory) -> Grade:
    """What came of a mode."""
    return cache(lambda mode: tried_once(tmp_path_factory, mode))


@pytest.fixture(scope="session")
def works_unlocked(tmp_path_factory: pytest.TempPathFactory) -> Controls:
    """Which attacks of a mode work where nothing is locked."""
    return cache(lambda mode: controls_once(tmp_path_factory, mode))
