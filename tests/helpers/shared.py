"""Makes something once in a run of the tests, however many processes run them."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(temporary: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Give the folder that ``make`` has filled; whoever comes first fills it, and the others wait.

    If making it fails for the first, it fails for all of them, with the same words: nobody tries a run of minutes again.
    """
    own = temporary.getbasetemp()
    place = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder, ended = place / f"shared-{name}", place / f"shared-{name}.ended"
    with (place / f"shared-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ended.exists():
            try:
                folder.mkdir()
                make(folder)
            except BaseException as error:
                ended.write_text(f"{type(error).__name__}: {error}", encoding="utf-8")
                raise
            ended.touch()
        words = ended.read_text(encoding="utf-8")
    assert not words, f"{name} could not be made: {words}"
    return folder
