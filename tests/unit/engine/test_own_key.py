"""The key of one run, where there is nothing to make it with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.engine.own_key import make_own_key


def test_without_openssl_there_is_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)

    assert make_own_key(tmp_path) is None
    assert not list(tmp_path.iterdir())
