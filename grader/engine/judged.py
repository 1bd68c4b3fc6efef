"""What people and the course decided, put on what the grader found; a run and a rendering do it alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.course.course_toml import COURSE_FILE
from grader.errors import CourseError
from grader.scores.check_names import NoSuchCheck
from grader.scores.settle import as_found, settle
from grader.scores.void_checks import give_void, void_checks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from grader.course.course_toml import Course
    from grader.scores.decisions import Decisions
    from grader.scores.records import Results, VoidCheck


def judged(results: Results, decided: Decisions, void: Collection[VoidCheck]) -> Results:
    """Return the results as the grader found them, then as people decided, then without the checks that do not count."""
    return give_void(settle(as_found(results), decided.adjustments), void)


def void_of(
    course: Course, checks: Mapping[str, Collection[str]], since: str, before: Iterable[VoidCheck] = ()
) -> tuple[VoidCheck, ...]:
    """Return the checks that a course does not count, of those whose ids are known by exercise.

    Raises CourseError for a name that no check of the course has; if an exercise is not known here, it may be one of its checks.
    """
    complete = all(checks.get(exercise.id) for exercise in course.exercises)
    try:
        return void_checks(course.void, checks, since, before, complete=complete)
    except NoSuchCheck as error:
        raise CourseError(f"{course.folder / COURSE_FILE}, 'void', {error}") from None
