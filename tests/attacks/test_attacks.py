"""Attacks, each graded by `grader score` among honest students, in each mode that the machine can make."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from attacks import grading
from attacks.attack import ROOT
from attacks.families import ATTACKS
from attacks.grading import ALL_FAMILIES, MODES, SYSTEMS
from grader.sandbox.lockdown import ESSENTIAL

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what holds elsewhere is in SECURITY.md")

# What a machine may be unable to make; anything else is a fault of these tests.
EXCUSES = (
    "the tests are not run by root",
    "a user namespace is refused",
    "a mount namespace is refused",
    "a mount is refused",
    "mounts can't be made private",
    "Permission denied",
    "Operation not permitted",
)


@pytest.fixture
def every(graded_in: Any) -> grading.Graded:
    """The mode in which all families are tried."""
    graded: grading.Graded = graded_in(ALL_FAMILIES)
    assert not graded.cannot
    return graded


@pytest.mark.parametrize("mode", SYSTEMS)
def test_no_attack_gains_reads_changes_or_leaves_anything(mode: str, graded_in: Any) -> None:
    """Only a mode that this machine refuses to make may be left out, and then its reason is printed (`make attack`)."""
    graded = graded_in(mode)
    if graded.cannot:
        assert any(each in graded.cannot for each in EXCUSES), graded.cannot
        pytest.skip(f"{mode}: {graded.cannot}")
    assert [f"{each.attack.student}: {each.wanted}; got {each.got}" for each in graded.verdicts if not each.holds] == []
    assert (graded.changed, graded.left, graded.alive) == ((), (), "0")


@pytest.mark.parametrize("mode", SYSTEMS)
def test_honest_students_get_exactly_their_points_among_attacks(mode: str, graded_in: Any) -> None:
    graded = graded_in(mode)
    if graded.cannot:
        pytest.skip(f"{mode}: {graded.cannot}")
    for work, points in {"right": 30, "zeros": 0}.items():
        found = [graded.rows[grading.honest(place, work)] for place in grading.PLACES]
        assert [(row["status"], row["points"], row["pending_points"]) for row in found] == [("graded", points, 0)] * 3
        checks = [[(check["id"], check["outcome"], check["message"]) for check in row["checks"]] for row in found]
        assert checks[0] == checks[1] == checks[2]


@pytest.mark.parametrize("mode", SYSTEMS)
def test_a_run_says_before_it_starts_what_the_machine_lacks(mode: str, graded_in: Any) -> None:
    graded = graded_in(mode)
    if graded.cannot:
        pytest.skip(f"{mode}: {graded.cannot}")
    lacks = not set(graded.results["run"]["isolation"]["protections"]) >= ESSENTIAL
    assert ("This machine lacks some protections" in graded.said) == lacks
    if lacks:
        first = graded.said.index("This machine lacks")
        assert first < graded.said.find("graded, about", first) or "graded, about" not in graded.said


@pytest.mark.parametrize("mode", [mode for mode in SYSTEMS if "refused" in mode or "no Landlock" in mode])
def test_a_strict_run_refuses_where_a_layer_is_missing(mode: str, tmp_path: Path) -> None:
    """Nothing may have been run by then: there is not even a folder for the results."""
    if mode.startswith("root") and os.geteuid() != 0:
        pytest.skip("the tests are not run by root")
    command = [
        sys.executable,
        "-B",
        "-m",
        "grader",
        "score",
        str(ROOT / "tests" / "class"),
        "--isolation",
        "strict",
    ]
    run = subprocess.run(
        [sys.executable, str(grading.ENTER), MODES[mode].words, *command, "--out", str(tmp_path / "out")],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "HOME": "/"},
    )  # fmt: skip
    if run.returncode == grading.CANNOT:
        assert any(each in run.stderr for each in EXCUSES), run.stderr
        pytest.skip(f"{mode}: {run.stderr.strip()}")
    assert run.returncode == 2, run.stderr
    assert "--isolation strict: this machine lacks" in run.stderr
    assert not (tmp_path / "out").exists()


def test_some_mode_was_run_and_each_mode_is_accounted_for(graded_in: Any) -> None:
    graded = [graded_in(mode) for mode in SYSTEMS]
    assert [bool(each.cannot) != bool(each.verdicts) for each in graded] == [True] * len(SYSTEMS)
    assert any(each.verdicts for each in graded)


def test_every_attack_on_the_system_works_where_nothing_is_locked(works_unlocked: Any) -> None:
    """An attack that fails everywhere shows nothing; one whose success depends on the machine says so in its reason."""
    unlocked = works_unlocked(ALL_FAMILIES)
    if os.geteuid() != 0 or os.uname().machine != "x86_64":
        pytest.skip("what works without a lock is written down for root on x86_64")
    assert [name for name, works in unlocked.items() if not works] == []
    assert len(unlocked) > 80


def test_a_forged_breach_is_noticed(every: grading.Graded) -> None:
    """The judge itself: a line of success, points or a file outside make a verdict fail."""
    attack = next(each for each in ATTACKS if each.name == "read a secret")
    row = every.rows[grading.handed_in_by(attack)]
    held = set(every.results["run"]["isolation"]["protections"])
    assert grading.judge(attack, row, every.rows, held, ()).holds
    assert not grading.judge(attack, {**row, "output": "BREACH: read a secret: x"}, every.rows, held, ()).holds
    assert not grading.judge(attack, {**row, "output": ""}, every.rows, held, ()).holds
    assert not grading.judge(attack, {**row, "points": 29}, every.rows, held, ()).holds
    assert not grading.judge(attack, {**row, "pending_points": 1}, every.rows, held, ()).holds
    assert not grading.judge(attack, row, every.rows, held, (attack.trace,)).holds


def test_there_are_many_attacks_and_no_two_share_a_name() -> None:
    assert len(ATTACKS) >= 300
    assert [name for name, count in Counter(each.student for each in ATTACKS).items() if count > 1] == []
    assert all(
        each.data is not None or compile(each.text, each.name, "exec", dont_inherit=True)
        for each in ATTACKS
        if "@" not in each.text
    )


def test_what_is_shown_carries_nothing_active(every: grading.Graded) -> None:
    """Pages, gradebook and terminal: no markup, no control, no formula and no workflow command of a submission's."""
    for name, page in every.pages.items():
        assert not re.search(r"<(?:script>document|img src=x|iframe|base |form |meta http-equiv=\"refresh)", page), name
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e\u2066\u200b]", page), name
        assert "{{ self" not in page or "{{ self.__init__" in page
    cells = [cell for row in csv.reader(io.StringIO(every.pages["gradebook.csv"])) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert len([row for row in csv.reader(io.StringIO(every.pages["gradebook.csv"])) if row]) == len(every.rows) + 1
    assert not [line for line in every.said.splitlines() if line.lstrip().startswith(("::", "##["))]
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", every.said)
