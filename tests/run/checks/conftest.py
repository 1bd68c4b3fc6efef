"""The checks of one exercise of the course, collected once, and a pool that grades files through the real sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from grader.course.course_toml import Course, Exercise
from grader.engine.local import Pool
from grader.sandbox import lockdown
from grader.sandbox.outside import packages
from grader.scores.records import Status, SubmissionResult
from helpers.collected import SEED, course, exercise, plans, recorded, stored
from helpers.made_work import work_of

__all__ = ["course", "exercise", "grade", "plans", "recorded", "stored"]

Grade = Callable[[Mapping[str, str]], dict[str, SubmissionResult]]


@pytest.fixture(scope="session")
def grade(course: Course, exercise: Exercise, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grade]:
    """Grade files by name and text, two at a time, in locked workers."""
    with Pool(course, [exercise], SEED, lockdown.survey(packages.interpreter_paths()), 2) as pool:

        def graded(texts: Mapping[str, str]) -> dict[str, SubmissionResult]:
            folder = tmp_path_factory.mktemp("work")
            works = []
            for number, (student, text) in enumerate(texts.items()):
                file = folder / f"{number}.py"
                file.write_text(text, encoding="utf-8")
                works.append(work_of(file, exercise.id, student))
            results = {result.student: result for _, result in pool.grade(works)}
            assert Status.FAILED not in {result.status for result in results.values()}, "each file has a result"
            return results

        yield graded
