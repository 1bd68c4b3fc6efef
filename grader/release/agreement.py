"""Finds where a course contradicts itself, beyond its stubs: points, solutions that fail, a package that is out of date."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from grader.checks.run.bench import with_checks
from grader.course.master import points_told, read_master
from grader.errors import CourseError, GraderError
from grader.home.kit import missing_package, of_course, plain_start, seed_at_home
from grader.release.wheel import is_made_from, wheel_path
from grader.sandbox.outside.submission import Submission
from grader.sandbox.outside.work import Budget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.course.course_toml import Course, Exercise
    from grader.home.kit import Offered


def disagreements(course: Course, packages: Path, notice: Callable[[str], None]) -> Iterator[str]:
    """Yields a line for each thing that disagrees; ``packages`` is the folder with the packages that were made.

    ``notice`` gets a line for each solution that can't be tried on this machine.
    """
    for offered in of_course(course):
        differ = points_differ(offered)
        if differ:
            yield differ
        if offered.exercise.checks:
            yield from _tried(offered.exercise, notice)
    wheel = wheel_path(course, packages)
    if wheel.is_file() and not is_made_from(course, wheel):
        yield f"{wheel} was made from other files than these; run `grader release --wheel`, or take it out."


def points_differ(offered: Offered) -> str:
    """A line if a master's head states other points than its checks give; empty if they agree or it states none."""
    master, points = offered.exercise.master, sum(offered.points)
    told = points_told(read_master(master))
    if told is None or told == points:
        return ""
    return f"{master} says {told} points, and its checks give {points}; correct one of them."


def _tried(exercise: Exercise, notice: Callable[[str], None]) -> Iterator[str]:
    """Runs all checks of an exercise on its own solution."""
    missing = missing_package(exercise)
    if missing is not None:
        notice(f"{exercise.id}: its solution is not tried, since {missing} is not installed here.")
        return
    try:
        with plain_start(exercise) as start:
            serve = partial(Submission, spawning=start, budget=Budget.of(exercise.limits))
            with_checks(exercise, seed_at_home(exercise), lambda _bench: None, serve)
    except CourseError as error:
        yield str(error)
    except GraderError as error:
        yield f"{exercise.master}: its solution can't be tried: {error}"
    except Exception as error:  # a solution may raise anything
        yield f"{exercise.master}: its solution can't be run: {type(error).__name__}: {' '.join(str(error).split())[:300]}"
