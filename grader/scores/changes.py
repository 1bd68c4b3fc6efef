"""Whose marks differ between two runs, and why; pure."""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.scores.records import BY_COURSE, Status, SubmissionResult, as_written
from grader.scores.row_heads import heads_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.scores.records import CheckResult, Results
    from grader.scores.row_heads import Head


class ChangeKind(enum.StrEnum):
    """Why a mark is another one."""

    CAME = "came"  # a student, or an exercise of a student, that was not there before
    WENT = "went"
    HANDED_IN = "handed in"
    TAKEN_AWAY = "taken away"
    OTHER_FILE = "other file"
    GRADED = "graded"  # the grader had failed, or had not come to it
    NOT_GRADED = "not graded"
    DECIDED = "decided"
    UNDECIDED = "undecided"
    VOID = "void"
    COUNTS_AGAIN = "counts again"
    OTHER_CHECKS = "other checks"
    OTHER_CASES = "other cases"
    OTHER_VERSIONS = "other versions"
    OTHERWISE = "otherwise"  # the same file, cases and versions: the check itself, or work that is not steady


@dataclass(frozen=True, slots=True)
class ChangeReason:
    """A reason for which a mark changed, and the checks that it is about, if it is about some."""

    kind: ChangeKind
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """What a row gives: settled points, those that wait, and the most there are."""

    points: int
    pending: int
    most: int


@dataclass(frozen=True, slots=True)
class Change:
    """One student's mark in one exercise: before and now (None if there is no such row), and why it changed."""

    student: str
    exercise: str
    before: MarkedRow | None
    now: MarkedRow | None
    reasons: tuple[ChangeReason, ...]


def changes(before: Results, now: Results) -> tuple[Change, ...]:
    """Return the marks that changed, by student and then in the order of the exercises, each with every reason that is known."""
    old, new = _places(before), _places(now)
    heads, new_heads = heads_of(before.submissions), heads_of(now.submissions)
    place = {exercise.id: at for at, exercise in enumerate((*now.exercises, *before.exercises))}
    found = []
    for key in sorted(old.keys() | new.keys(), key=lambda key: (key[0], place.get(key[1], len(place)), key[1])):
        at, at_now = old.get(key), new.get(key)
        was = None if at is None else _marks(heads[at])
        is_now = None if at_now is None else _marks(new_heads[at_now])
        if was != is_now:
            one = None if at is None else before.submissions[at]
            other = None if at_now is None else now.submissions[at_now]
            found.append(Change(*key, was, is_now, _reasons(one, other, before, now)))
    return tuple(found)


def students_of(found: Iterable[Change]) -> int:
    """Return how many students these changes are about."""
    return len({each.student for each in found})


def reason_counts(found: Iterable[Change]) -> tuple[tuple[ChangeKind, int], ...]:
    """Return how many marks changed for each reason, the most frequent first."""
    counted = Counter(kind for each in found for kind in {reason.kind for reason in each.reasons})
    return tuple(sorted(counted.items(), key=lambda each: (-each[1], list(ChangeKind).index(each[0]))))


def _places(results: Results) -> dict[tuple[str, str], int]:
    return {(as_written(row.student), row.exercise): at for at, row in enumerate(heads_of(results.submissions))}


def _marks(row: Head) -> MarkedRow:
    return MarkedRow(row.points, row.pending_points, row.max_points)


def _reasons(
    one: SubmissionResult | None, other: SubmissionResult | None, before: Results, now: Results
) -> tuple[ChangeReason, ...]:
    if one is None or other is None:
        return (ChangeReason(ChangeKind.CAME if one is None else ChangeKind.WENT),)
    if one.sha256 != other.sha256:
        kind = (
            ChangeKind.HANDED_IN if one.sha256 is None
            else ChangeKind.TAKEN_AWAY if other.sha256 is None
            else ChangeKind.OTHER_FILE
        )  # fmt: skip
        return (ChangeReason(kind), *_of_checks(one, other, otherwise=None))
    if Status.FAILED in (one.status, other.status) and one.status is not other.status:
        return (ChangeReason(ChangeKind.GRADED if one.status is Status.FAILED else ChangeKind.NOT_GRADED),)
    versions = before.run.versions != now.run.versions
    cases = before.run.seed != now.run.seed
    otherwise = ChangeKind.OTHER_CASES if cases else ChangeKind.OTHER_VERSIONS if versions else ChangeKind.OTHERWISE
    return _of_checks(one, other, otherwise=otherwise) or (ChangeReason(ChangeKind.OTHERWISE),)


def _of_checks(
    one: SubmissionResult, other: SubmissionResult, otherwise: ChangeKind | None
) -> tuple[ChangeReason, ...]:
    """The reasons that checks show; ``otherwise`` is the one for a check of which the grader found something else.

    If the file is another one, only what people and the course decided is a reason of its own.
    """
    old, new = {check.id: check for check in one.checks}, {check.id: check for check in other.checks}
    found: dict[ChangeKind, list[str]] = {}
    for ident in {**old, **new}:
        for kind in _why(old.get(ident), new.get(ident), otherwise):
            found.setdefault(kind, []).append(ident)
    return tuple(ChangeReason(kind, tuple(ids)) for kind, ids in found.items())


def _why(was: CheckResult | None, is_now: CheckResult | None, otherwise: ChangeKind | None) -> list[ChangeKind]:
    if was is None or is_now is None or was.max_points != is_now.max_points:
        return [] if otherwise is None else [ChangeKind.OTHER_CHECKS]
    if (was.points, was.waits) == (is_now.points, is_now.waits):
        return []
    if _decision(was) != _decision(is_now):
        return [_decided(was, is_now)]
    return [] if otherwise is None else [otherwise]


def _decision(check: CheckResult) -> object:
    return check.adjusted and replace(check.adjusted, was=0)


def _decided(was: CheckResult, is_now: CheckResult) -> ChangeKind:
    if is_now.adjusted is not None:
        return ChangeKind.VOID if is_now.adjusted.by == BY_COURSE else ChangeKind.DECIDED
    by_course = was.adjusted is not None and was.adjusted.by == BY_COURSE
    return ChangeKind.COUNTS_AGAIN if by_course else ChangeKind.UNDECIDED
