"""Checks that the course does not count: everybody whose work was judged by one has all its points. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.meant import did_you_mean
from grader.scores.check_names import NoSuchCheck, find_check
from grader.scores.records import BY_COURSE, Decided, VoidCheck
from grader.scores.row_heads import changed
from grader.scores.settle import resummed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from grader.scores.records import CheckResult, Results, SubmissionResult

WHY_VOID = "This check does not count, so everybody has its points."


@dataclass(frozen=True, slots=True)
class NamedVoid:
    """The checks that a course's ``void`` means, and a line for each name that may be a slip."""

    checks: tuple[VoidCheck, ...]
    slips: tuple[str, ...] = ()


def void_checks(
    names: Iterable[str],
    checks: Mapping[str, Collection[str]],
    since: str,
    before: Iterable[VoidCheck] = (),
    *,
    unknown: Collection[str],
) -> NamedVoid:
    """Return the checks that a course's ``names`` mean; ``checks`` has the known ids of each exercise.

    A check that was void ``before`` keeps its date; the others are void ``since`` now. Of the exercises in ``unknown`` the
    checks are not known here: a name that may be one of theirs is no error, but is told unless it names such an exercise.
    Raises NoSuchCheck, whose text begins with the name.
    """
    dates = {(each.exercise, each.check): each.since for each in before}
    known = {exercise: ids for exercise, ids in checks.items() if ids}
    found: dict[tuple[str, str], VoidCheck] = {}
    slips: list[str] = []
    for name in names:
        exercise, slash, _ = name.partition("/")
        if slash and exercise in unknown:
            continue
        if unknown and not slash and not any(name in ids for ids in known.values()):
            slips.append(_slip(name, known))
            continue
        try:
            which = find_check(name, known)
        except NoSuchCheck as error:
            raise NoSuchCheck(f"{name!r}: {error}") from None
        found[which] = VoidCheck(*which, dates.get(which, since))
    return NamedVoid(tuple(found.values()), tuple(slips))


def _slip(name: str, known: Mapping[str, Collection[str]]) -> str:
    every = [ident for ids in known.values() for ident in ids]
    otherwise = f"if it is one of another exercise, write EXERCISE/{name}."
    return f"void names {name}, which no check graded here has; {did_you_mean(name, every, otherwise)}"


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
