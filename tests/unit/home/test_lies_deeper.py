"""Work that lies too deep is found by its name, within bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.home import lies_deeper as module
from grader.home.lies_deeper import DEEPEST, lies_deeper


def put(folder: Path, *names: str) -> Path:
    """Write empty files."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def test_the_shallowest_is_named_and_what_is_looked_at_anyway_is_not(tmp_path: Path) -> None:
    put(tmp_path, "a/b/c/x.py", "z/b/x.ipynb", "a/y.py", "y.py", "a/b/other.py")
    found = lies_deeper([tmp_path], ["x", "y"])
    assert list(found) == ["x"]
    assert "x.ipynb lies in z/b," in found["x"]


def test_hidden_folders_links_and_what_is_far_down_are_left_out(tmp_path: Path) -> None:
    put(tmp_path, "a/.venv/x.py", "/".join(["d"] * (DEEPEST + 1)) + "/x.py", ".git/a/x.py")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert lies_deeper([tmp_path], ["x"]) == {}


def test_no_more_names_than_the_bound_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, *(f"a/b/{at}" for at in range(20)), "z/b/x.py")
    assert "x" in lies_deeper([tmp_path], ["x"])
    monkeypatch.setattr(module, "MOST", 10)
    assert lies_deeper([tmp_path], ["x"]) == {}


def test_a_folder_that_is_not_there_or_can_not_be_read_holds_nothing(tmp_path: Path) -> None:
    assert lies_deeper([tmp_path / "none"], ["x"]) == {}


def test_a_folders_name_is_one_line_that_can_be_written_down(tmp_path: Path) -> None:
    """A name may be no text at all, or a command to a runner."""
    put(tmp_path, "a\n::error::b/\udcff/x.py")
    (told,) = lies_deeper([tmp_path], ["x"]).values()
    assert "\n" not in told
    assert told.encode()
