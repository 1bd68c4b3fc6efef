"""The checks of one exercise of the course, collected once, and a pool that grades files through the real sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from made_work import work_of

from grader.checks.plan.plans import Plans
from grader.checks.run.bench import with_checks
from grader.checks.stored.read_record import Stored, read_record
from grader.course.course_toml import Course, Exercise, load_course
from grader.engine.local import Pool
from grader.sandbox import lockdown
from grader.sandbox.outside import packages
from grader.scores.records import Status, SubmissionResult

ROOT = Path(__file__).parents[2]
SEED = 20

Grade = Callable[[Mapping[str, str]], dict[str, SubmissionResult]]


@pytest.fixture(scope="session")
def course() -> Course:
    """Load the course that stands in this repository."""
    return load_course(ROOT / "solutions")


@pytest.fixture(scope="session")
def exercise(course: Course) -> Exercise:
    """Give the exercise that the tests of this folder write submissions to."""
    (only,) = (each for each in course.exercises if each.id == "01_gates")
    return only


@pytest.fixture(scope="session")
def plans(exercise: Exercise) -> Plans:
    """Collect and rehearse the checks in this process, and keep what they ask."""
    kept: list[Plans] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        with_checks(exercise, SEED, lambda bench: kept.append(bench.plans))
    return kept[0]


@pytest.fixture(scope="session")
def recorded(exercise: Exercise) -> str:
    """Record the checks of the exercise, as a release does."""
    kept: list[str] = []
    with_checks(exercise, SEED, lambda bench: kept.append(bench.record()))
    return kept[0]


@pytest.fixture(scope="session")
def stored(recorded: str) -> Stored:
    """Read the record again: what a student has at home."""
    return read_record(recorded)


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
