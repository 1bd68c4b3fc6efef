"""What each attack got, kept between processes: the tests try every mode once, and `make attack` can print what they saw.

Where the environment names a folder in ``ATTACKS_TOLD``, whatever was tried is also left there.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from attacks import grading
from helpers.shared import made_once

TOLD = "ATTACKS_TOLD"


def tried_once(temporary: pytest.TempPathFactory, mode: str) -> grading.Graded:
    """What came of a mode, tried by whoever asks first."""
    graded: grading.Graded = _kept(temporary, "graded", mode, grading.grade)
    return graded


def controls_once(temporary: pytest.TempPathFactory, mode: str) -> dict[str, bool]:
    """Which attacks of a mode work where nothing is locked, tried by whoever asks first."""
    works: dict[str, bool] = _kept(temporary, "controls", mode, grading.controls)
    return works


def told(folder: Path, kind: str, mode: str) -> Any:
    """What the tests left in a folder: ``graded`` or ``controls`` of a mode; raises FileNotFoundError where they tried nothing."""
    return pickle.loads((folder / _name(kind, mode)).read_bytes())


def _kept(temporary: pytest.TempPathFactory, kind: str, mode: str, tried: Callable[[str], object]) -> Any:
    name = _name(kind, mode)

    def make(folder: Path) -> None:
        data = pickle.dumps(tried(mode))
        (folder / name).write_bytes(data)
        if TOLD in os.environ:
            (Path(os.environ[TOLD]) / name).write_bytes(data)

    return told(made_once(temporary, name, make), kind, mode)


def _name(kind: str, mode: str) -> str:
    return f"{kind}-{mode.replace(' ', '-').replace(',', '')}"
