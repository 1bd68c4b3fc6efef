"""What is made ready before workers are forked is the grader's own, and leaves nothing that a submission could tell."""

from __future__ import annotations

import builtins
import sys
import warnings

import numpy as np
import pytest

from grader.sandbox.inside.warm_up import warm_up


def state() -> list[object]:
    """Tell what a submission could find changed."""
    seeds = np.random.get_state(legacy=False)["state"]
    return [
        set(sys.modules), builtins.input, sys.modules["__main__"], list(sys.meta_path), list(warnings.filters),
        np.geterr(), seeds["pos"], bytes(seeds["key"]),
    ]  # fmt: skip


def test_warming_up_changes_nothing_that_can_be_seen(capfd: pytest.CaptureFixture[str]) -> None:
    warm_up()  # what it imports at its first use stays imported
    before = state()
    warm_up()
    assert state() == before
    assert capfd.readouterr() == ("", "")
