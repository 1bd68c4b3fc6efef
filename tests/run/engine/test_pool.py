"""The processes of a run: so many at once as there are jobs, each result once, and nobody left at the end."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.course.course_toml import load_course
from grader.engine.api import Task
from grader.engine.local import Pool
from grader.errors import CourseError
from grader.sandbox import lockdown
from grader.sandbox.outside import packages
from grader.scores.records import Status

from .conftest import COURSE, EXERCISE, SOLUTION, STUB, descendants, is_alive


def tasks(folder: Path, texts: Sequence[str]) -> list[Task]:
    """Write files and make a task of each."""
    made = []
    for number, text in enumerate(texts):
        file = folder / f"{number}.py"
        file.write_text(text, encoding="utf-8")
        made.append(Task(f"s{number}", EXERCISE, str(file), file.name, "script", "p.html"))
    return made


def test_each_task_has_its_result_and_no_more_run_at_once_than_there_are_jobs(tmp_path: Path) -> None:
    course, before = load_course(COURSE), set(descendants(os.getpid()))
    told: list[int] = []
    with Pool(course, course.exercises, 3, lockdown.survey(packages.interpreter_paths())) as pool:
        pool.wait_until_ready()
        assert pool.max_points(EXERCISE) == 30
        assert {mistake.id for mistake in pool.mistakes} >= {"G1", "G31"}
        given = tasks(tmp_path, [SOLUTION, STUB] * 3)
        results = {task.student: result for task, result in pool.grade(given, 2, lambda now: told.append(len(now)))}
        points = [results[task.student].points for task in given]  # type: ignore[union-attr]
        assert points == [30, 0] * 3
        assert max(told) <= 2
        own = [pid for pid in descendants(os.getpid()) if pid not in before]
        assert own
        assert list(pool.grade([], 2)) == []
    assert not [pid for pid in own if is_alive(pid)]


def test_a_file_that_vanished_is_unreadable_and_the_next_is_graded(tmp_path: Path) -> None:
    course = load_course(COURSE)
    with Pool(course, course.exercises, 3, lockdown.survey(packages.interpreter_paths())) as pool:
        pool.wait_until_ready()
        given = tasks(tmp_path, [SOLUTION, SOLUTION])
        (tmp_path / "0.py").unlink()
        results = {task.student: result for task, result in pool.grade(given, 1)}
    assert results["s0"].status is Status.UNREADABLE  # type: ignore[union-attr]
    assert results["s1"].points == 30  # type: ignore[union-attr]


@pytest.mark.parametrize("exercise", [each.id for each in load_course(COURSE).exercises if each.checks])
def test_an_authors_slip_is_told_before_anything_is_graded(exercise: str, tmp_path: Path) -> None:
    """Of whichever exercise it is: each has a process of its own, and the run waits for all of them."""
    shutil.copytree(COURSE, tmp_path / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    check = tmp_path / "solutions" / "checks" / f"check_{exercise}.py"
    check.write_text(re.sub(r"@pytest\.mark\.points\(\d+\)", "", check.read_text(), count=1))
    course = load_course(tmp_path / "solutions")
    with (
        Pool(course, course.exercises, 3, lockdown.survey(packages.interpreter_paths())) as pool,
        pytest.raises(CourseError, match=r"needs @pytest\.mark\.points"),
    ):
        pool.wait_until_ready()
