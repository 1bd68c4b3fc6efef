"""A newer Python on this machine is named once, since students may have written for it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.engine.versions import newer_python

MINOR = sys.version_info.minor


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], None),
        ([f"python3.{MINOR}", "python3.8", "python3", "python"], None),
        ([f"python3.{MINOR + 1}", f"python3.{MINOR + 2}"], f"Python 3.{MINOR + 2} is on this machine"),
    ],
)
def test_the_newest_python_is_found_by_its_name_and_never_run(
    names: list[str], told: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in names:
        file = tmp_path / name
        file.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n", encoding="utf-8")
        file.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    line = newer_python()

    assert line.startswith(f"This run has Python 3.{MINOR}, and {told}") if told else line == ""
    assert not (tmp_path / "ran").exists()
