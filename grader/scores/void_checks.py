"""Checks that the course does not count: everybody whose work was judged by one has all its points. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.scores.check_names import NoSuchCheck, find_check
from grader.scores.records import BY_COURSE, Decided, VoidCheck
from grader.scores.row_heads import changed
from grader.scores.settle import resummed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from grader.scores.records import CheckResult, Results, SubmissionResult

WHY_VOID = "This check does not count, so everybody has its points."


def void_checks(
    names: Iterable[str],
    checks: Mapping[str, Collection[str]],
    since: str,
    before: Iterable[VoidCheck] = (),
    *,
    complete: bool,
) -> tuple[VoidCheck, ...]:
    """Return the checks that a course's ``names`` mean; ``checks`` has the known ids of each exercise.

    A check that was void ``before`` keeps its date; the others are void ``since`` now. Unless ``complete``, an exercise may be
    unknown here, and a name that fits nothing is passed over. Raises NoSuchCheck, whose text begins with the name.
    """
    dates = {(each.exercise, each.check): each.since for each in before}
    known = {exercise: ids for exercise, ids in checks.items() if ids}
    found: dict[tuple[str, str], VoidCheck] = {}
    for name in names:
        exercise, slash, _ = name.partition("/")
        stands = exercise in known if slash else any(name in ids for ids in known.values())
        if stands or complete:
            try:
                which = find_check(name, known)
            except NoSuchCheck as error:
                raise NoSuchCheck(f"{name!r}: {error}") from None
            found[which] = VoidCheck(*which, dates.get(which, since))
    return tuple(found.values())


def give_void(results: Results, void: Collection[VoidCheck]) -> Results:
    """Return the results with all points for these checks in every row that has them, and with ``run.void`` saying so.

    It overrides what a person decided about them. Work that was not handed in, or not judged, gets nothing.
    """
    run = replace(results.run, void=tuple(void))
    given = giving(void)
    return replace(
        results, run=run, submissions=results.submissions if given is None else changed(results.submissions, given)
    )


def giving(void: Collection[VoidCheck]) -> Callable[[SubmissionResult], SubmissionResult] | None:
    """Return what gives one row all points for these checks; None if there are no such checks."""
    since = {(each.exercise, each.check): each.since for each in void}
    exercises = {each.exercise for each in void}
    if not since:
        return None

    def given(row: SubmissionResult) -> SubmissionResult:
        if row.exercise not in exercises:
            return row
        return resummed(row, tuple(_given(check, since.get((row.exercise, check.id))) for check in row.checks))

    return given


def _given(check: CheckResult, since: str | None) -> CheckResult:
    if since is None or (check.passes and check.adjusted is None):
        return check
    was = check.points if check.adjusted is None else check.adjusted.was
    return replace(check, points=check.max_points, adjusted=Decided(check.max_points, was, BY_COURSE, since, WHY_VOID))
