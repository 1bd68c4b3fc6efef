"""A mistake of reading is told at home as it is when the work is graded: the package holds its patterns."""

from __future__ import annotations

import shutil

from .conftest import ROOT

SAYS_IT = ROOT / "tests" / "course" / "otherwise" / "05_trace" / "noted" / "R10-in_a_comment.py"


def test_a_mistake_of_reading_is_told_in_full_and_costs_nothing(at_home, tmp_path):
    shutil.copy(SAYS_IT, tmp_path / "05_trace.py")
    run = at_home("-m", "grader", "check", "05_trace.py")
    told = " ".join(run.stdout.split())

    assert run.returncode == 0, run.stdout + run.stderr
    assert "reads like a known mistake, which costs nothing: a high z at a word is read as the importance" in told
    assert "of that word, and what a low one tells. Public checks:" in told
