"""``grader check`` as a student types it: the public checks, a hint for what is not right, and never a hidden check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .conftest import ROOT

SOLUTION = (ROOT / "solutions" / "01_gates.py").read_text(encoding="utf-8")
WRONG = SOLUTION.replace("z * h + (1 - z) * h_tilde", "(1 - z) * h + z * h_tilde")


def course(folder: Path) -> Path:
    """Put a student's folder beside the course, as `check` looks for it above."""
    (folder / "solutions").symlink_to(ROOT / "solutions")
    (folder / "mine").mkdir()
    return folder / "mine"


def test_right_work_is_told_so_and_what_remains_is_decided_later(typed: Any, tmp_path: Path) -> None:
    mine = course(tmp_path)
    (mine / "01_gates.py").write_text(SOLUTION)
    run = typed("check", "01_gates.py", cwd=mine)
    assert run.returncode == 0, run.stderr
    assert run.stdout.endswith("Public checks: 18 of 18 points. The other 12 are decided when it is graded.\n")


def test_what_is_not_right_is_told_with_the_mistake_the_case_and_a_hint(typed: Any, tmp_path: Path) -> None:
    mine = course(tmp_path)
    (mine / "01_gates.py").write_text(WRONG)
    run = typed("check", cwd=mine)
    assert run.returncode == 1, run.stderr
    for words in ("the update gate works the other way round", "Hint:", "expected:", "got:", "next_state("):
        assert words in run.stdout, words
    assert "next_state is right for batches" not in run.stdout, "the title of a hidden check"


def test_a_stub_is_not_done_yet_and_not_wrong(typed: Any, tmp_path: Path) -> None:
    mine = course(tmp_path)
    (mine / "01_gates.ipynb").write_bytes((ROOT / "exercises" / "01_gates.ipynb").read_bytes())
    run = typed("check", cwd=mine)
    assert run.returncode == 1, run.stderr
    assert "Nothing is done yet. Begin with: sigmoid" in run.stdout
    assert run.stdout.count("not done yet") == 1
    assert "not yet right" not in run.stdout


def test_a_file_that_can_not_be_read_says_why(typed: Any, tmp_path: Path) -> None:
    mine = course(tmp_path)
    (mine / "01_gates.ipynb").write_text("{")
    run = typed("check", cwd=mine)
    assert run.returncode == 1, run.stderr
    assert "can't be read" in run.stdout


def test_a_folder_without_an_exercise_is_one_line_and_exit_2(typed: Any, tmp_path: Path) -> None:
    run = typed("check", cwd=course(tmp_path))
    assert (run.returncode, run.stdout) == (2, "")
    assert len(run.stderr.splitlines()) == 1
