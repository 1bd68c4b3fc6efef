"""What people and the course decided, put on what the grader found; a run and a rendering do it alike."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.course.course_toml import COURSE_FILE
from grader.errors import CourseError
from grader.scores.check_names import NoSuchCheck
from grader.scores.row_heads import changed
from grader.scores.settle import row_as_found, settling
from grader.scores.void_checks import NamedVoid, giving, void_checks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from grader.course.course_toml import Course
    from grader.scores.decisions import Decisions
    from grader.scores.records import Results, SubmissionResult, VoidCheck


def judged(results: Results, decided: Decisions, void: Collection[VoidCheck]) -> Results:
    """Return the results as the grader found them, then as people decided, then without the checks that do not count."""
    settled, given = settling(results, decided.adjustments), giving(void)

    def judged_row(row: SubmissionResult) -> SubmissionResult:
        row = row_as_found(row)
        if settled is not None:
            row = settled(row)
        return row if given is None else given(row)

    run = replace(results.run, void=tuple(void))
    return replace(results, run=run, submissions=changed(results.submissions, judged_row))


def void_of(
    course: Course, checks: Mapping[str, Collection[str]], since: str, before: Iterable[VoidCheck] = ()
) -> NamedVoid:
    """Return the checks that a course does not count, of those whose ids are known by exercise, and names that may be slips.

    Raises CourseError for a name that no check of the course has; if an exercise is not known here, it may be one of its checks.
    """
    unknown = {exercise.id for exercise in course.exercises if not checks.get(exercise.id)}
    try:
        return void_checks(course.void, checks, since, before, unknown=unknown)
    except NoSuchCheck as error:
        raise CourseError(f"{course.folder / COURSE_FILE}, 'void', {error}") from None
