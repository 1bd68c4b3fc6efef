"""Work that is done once in a run, by whichever process comes first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.checks.models.once import once
from helpers.processes import wait_for

COMERS = 8


def test_the_first_works_and_the_others_read(tmp_path: Path) -> None:
    """Eight processes at once, as when many hand in the same model."""
    marks, came = tmp_path / "marks", tmp_path / "came"
    marks.mkdir()
    came.mkdir()

    def work() -> dict[str, int]:
        (marks / str(os.getpid())).touch()
        assert wait_for(lambda: len(list(came.iterdir())) == COMERS), "the others come meanwhile"
        return {"by": os.getpid()}

    children = []
    for _ in range(COMERS):
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                (came / str(os.getpid())).touch()
                status = 0 if "by" in once(tmp_path, "one model", work) else 1
            finally:
                os._exit(status)
        children.append(pid)

    assert [os.waitpid(pid, 0)[1] for pid in children] == [0] * COMERS
    assert len(list(marks.iterdir())) == 1


def test_another_key_is_other_work(tmp_path: Path) -> None:
    assert [once(tmp_path, key, lambda key=key: key) for key in ("a", "b", "a")] == ["a", "b", "a"]


def test_what_raised_is_tried_again(tmp_path: Path) -> None:
    def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        once(tmp_path, "a", fails)
    assert once(tmp_path, "a", lambda: 5) == 5


def test_without_a_folder_everybody_works() -> None:
    seen: list[int] = []
    for number in (1, 2):
        once(None, "a", lambda number=number: seen.append(number))
    assert seen == [1, 2]
