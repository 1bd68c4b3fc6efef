"""`grader check`, from the stored cases, gives the verdicts that `grader score` gives: for the whole class, in every exercise."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.checks.grading import spawning
from grader.course import Exercise, load_course
from grader.home.check import check_file
from grader.home.kit import Offered, of_course, plain_start
from grader.sandbox import lockdown
from grader.sandbox.launch import Zygote
from grader.sandbox.packages import interpreter_paths
from grader.submissions.contents import Contents
from grader.submissions.find import find_work
from grader.submissions.source import describe

ROOT = Path(__file__).parents[2]
CLASSROOM = ROOT / "tests" / "classroom"
# A machine at home lacks limits, or has others, and these take their time: the contract leaves them out.
EXCEPTED = {"blocked", "crashed", "timeout"}
SLOW = ("lars-never-ends", "tariq-loops-in-a-cell")  # excepted as well, and half a minute each


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the class, without those who take all their time."""
    folder = tmp_path_factory.mktemp("agrees") / "classroom"
    shutil.copytree(CLASSROOM, folder, ignore=shutil.ignore_patterns("__pycache__", *SLOW))
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


@pytest.fixture
def with_keras_imported(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run the files of exercises about Keras in forks of one process.

    A plain process imports TensorFlow anew, which takes seconds, twice for each file; how files fare in those is shown with a
    few of them in tests/home.
    """
    packages = ("numpy", "pandas", "matplotlib", "tensorflow", "keras")
    with Zygote(packages, lockdown.survey(interpreter_paths())) as zygote:
        zygote.wait_until_ready()

        def start(exercise: Exercise) -> Any:
            keras = "tensorflow" in exercise.packages
            return nullcontext(spawning(exercise, zygote.control, b"")) if keras else plain_start(exercise)

        monkeypatch.setattr("grader.home.check.plain_start", start)
        yield


@pytest.mark.usefixtures("with_keras_imported")
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
    assert compared >= 140
