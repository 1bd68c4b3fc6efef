"""`grader check`, from the stored cases and in a plain process, gives the verdicts that `grader score` gives."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.course import load_course
from grader.home.check import check_file
from grader.home.kit import Offered, of_course
from grader.submissions.contents import Contents
from grader.submissions.find import find_work
from grader.submissions.source import describe

ROOT = Path(__file__).parents[2]
CLASSROOM = ROOT / "tests" / "classroom"
# A machine at home lacks limits, or has others, and these take their time: the contract leaves them out.
EXCEPTED = {"blocked", "crashed", "timeout"}
# Each process that a file is run in imports TensorFlow anew, which takes seconds; so a few stand for all.
WITH_KERAS = ("ada", "carl-swaps-the-gates", "grace-notebook", "olive-last-state-only", "zack-untouched")
SLOW = ("lars-never-ends", "tariq-loops-in-a-cell")  # excepted as well, and half a minute each


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the class, without those who take all their time."""
    folder = tmp_path_factory.mktemp("agrees") / "classroom"
    shutil.copytree(CLASSROOM, folder, ignore=shutil.ignore_patterns("__pycache__", *SLOW))
    for exercise in load_course(ROOT / "solutions").exercises:
        if "tensorflow" in exercise.packages:
            for file in folder.glob(f"*/{exercise.id}.*"):
                if file.parent.name not in WITH_KERAS:
                    file.unlink()
    return folder


@pytest.fixture(scope="module")
def scored(classroom: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    """Grade the class in every exercise."""
    out = tmp_path_factory.mktemp("scored")
    command = [sys.executable, "-m", "grader", "score", str(classroom), "--out", str(out), "--seed", "7", "--quiet"]
    command += ["--course", str(ROOT / "solutions")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    rows = json.loads((out / "results.json").read_text(encoding="utf-8"))["submissions"]
    return {(row["student"], row["exercise"]): row for row in rows}


@pytest.fixture(scope="module")
def kit() -> dict[str, Offered]:
    """Record the checks of each exercise once for all students."""
    kit: dict[str, Offered] = {}
    for offered in of_course(load_course(ROOT / "solutions")):
        record = offered.record()
        kit[offered.exercise.id] = replace(offered, record=lambda record=record: record)
    return kit


def test_the_whole_class_gets_the_same_verdicts_at_home(
    classroom: Path, scored: dict[Any, Any], kit: dict[str, Offered]
) -> None:
    signatures = [offered.signature for offered in kit.values()]
    names = [name for each in signatures for name in each.names]
    found = find_work(
        classroom, signatures, lambda data, kind, name: Contents.from_plain(describe(data, kind, name, names)), False
    )
    different, compared = [], 0
    for work in found.works:
        row = scored[work.student, work.exercise]
        ended = {each["outcome"] for each in [*row["checks"], *row["cells"]]}
        if row["status"] == "missing" or EXCEPTED & ended:
            continue
        checked = check_file(kit[work.exercise], work)
        compared += 1
        if row["status"] == "unreadable":
            assert sum(result.points for result in checked.results) == 0
            assert "unreadable" in {flag.kind for flag in checked.notes}
            continue
        want = [
            (each["id"], each["outcome"], each["points"], (each["misconception"] or {"id": None})["id"])
            for each in row["checks"]
            if not each["hidden"]
        ]
        got = [
            (each.id, str(each.outcome), each.points, each.misconception.id if each.misconception else None)
            for each in checked.results
        ]
        if sorted(want) != sorted(got):
            different.append((work.student, work.exercise, set(want) ^ set(got)))

    assert different == []
    assert compared >= 80
