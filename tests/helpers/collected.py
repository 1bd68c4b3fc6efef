"""The checks of one exercise of the course, collected once: fixtures for the tests of checks, with and without processes."""

from __future__ import annotations

import pytest

from grader.checks.plan.plans import Plans
from grader.checks.run.bench import with_checks
from grader.checks.stored.read_record import Stored, read_record
from grader.course.course_toml import Course, Exercise, load_course
from helpers.repository import SOLUTIONS

SEED = 20


@pytest.fixture(scope="session")
def course() -> Course:
    """Load this repository's course."""
    return load_course(SOLUTIONS)


@pytest.fixture(scope="session")
def exercise(course: Course) -> Exercise:
    """Give the exercise that the tests of checks write submissions for."""
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
    """Read the record back: what a student has at home."""
    return read_record(recorded)
