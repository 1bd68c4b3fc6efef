"""Students that Git can't hold on every system, made and graded once for all tests of this folder."""

from __future__ import annotations

import pytest

from helpers.scored import Scored, score
from run.golden.make_hostile import make_hostile


@pytest.fixture(scope="session")
def graded_hostile(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    """Grade the students that a script makes, with nobody else around them."""
    folder = tmp_path_factory.mktemp("hostile") / "class"
    folder.mkdir()
    make_hostile(folder)
    return score(folder, folder.with_name("report"), exercises=["01_gates"])
