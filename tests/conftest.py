"""What all tests share: the made-up class, graded once in a run of the tests."""

from __future__ import annotations

import pytest
from hypothesis import settings

from helpers.repository import CLASS
from helpers.scored import Scored, score
from helpers.shared import made_once

settings.register_profile("quick", max_examples=20)


@pytest.fixture(scope="session")
def graded_class(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    """Grade the made-up class in every exercise, as it is committed; whoever asks first does it for all."""
    return Scored(CLASS, made_once(tmp_path_factory, "graded-class", lambda out: score(CLASS, out)))
