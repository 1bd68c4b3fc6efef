"""What all tests share: the made-up class, graded once in a run of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from grader.course.course_toml import load_course
from grader.release.wheel import make_wheel, wheel_path
from helpers.repository import CLASS, SOLUTIONS
from helpers.scored import Scored, score
from helpers.shared import made_once

settings.register_profile("quick", max_examples=20)


@pytest.fixture(scope="session")
def graded_class(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    """Grade the made-up class in every exercise, as it is committed; whoever asks first does it for all."""
    return Scored(CLASS, made_once(tmp_path_factory, "graded-class", lambda out: score(CLASS, out)))


@pytest.fixture(scope="session")
def students_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the students' package of the course that stands in this repository."""
    course = load_course(SOLUTIONS)
    made = made_once(tmp_path_factory, "students-wheel", lambda folder: make_wheel(course, folder))
    return wheel_path(course, made)
