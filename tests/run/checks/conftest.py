"""The checks of one exercise of the course, collected once, and a pool that grades files through the real sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from grader.course.course_toml import Course, Exercise
from grader.engine.api import Task
from grader.engine.local import Pool
from grader.sandbox import lockdown
from grader.sandbox.outside import packages
from grader.scores.records import SubmissionResult
from helpers.collected import SEED, course, exercise, plans, recorded, stored

__all__ = ["course", "exercise", "grade", "plans", "recorded", "stored"]

Grade = Callable[[Mapping[str, str]], dict[str, SubmissionResult]]


@pytest.fixture(scope="session")
def grade(course: Course, exercise: Exercise, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grade]:
    """Grade files by name and text, two at a time, in locked workers."""
    with Pool(course, [exercise], SEED, lockdown.survey(packages.interpreter_paths())) as pool:
        pool.wait_until_ready()

        def graded(texts: Mapping[str, str]) -> dict[str, SubmissionResult]:
            folder = tmp_path_factory.mktemp("work")
            tasks = []
            for number, (student, text) in enumerate(texts.items()):
                file = folder / f"{number}.py"
                file.write_text(text, encoding="utf-8")
                tasks.append(Task(student, exercise.id, str(file), file.name, "script", "page.html"))
            results = {task.student: result for task, result in pool.grade(tasks, 2) if result is not None}
            assert set(results) == set(texts), "each file has a result"
            return results

        yield graded
