"""Sums over results: what a submission, a student and a class reached. No files, no clock, no printing."""

from __future__ import annotations

import statistics
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.scores.records import CheckResult, Outcome, Results, Status, SubmissionResult, as_written
from grader.scores.row_heads import heads_of, picked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WORST_FIRST = (
    Outcome.BLOCKED,
    Outcome.CRASHED,
    Outcome.TIMEOUT,
    Outcome.ERROR,
    Outcome.FAILED,
    Outcome.TODO,
    Outcome.REVIEW,
    Outcome.PASSED,
)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the worst of several outcomes in the order of `Outcome`; passed only if all passed.

    Raises ValueError if there are none: a check passes only on evidence.
    """
    seen = set(outcomes)
    if not seen:
        raise ValueError("a check without any case has no outcome")
    return next(outcome for outcome in _WORST_FIRST if outcome in seen)


@dataclass(frozen=True, slots=True)
class Tally:
    """What the checks of one submission add up to."""

    status: Status
    points: int
    pending_points: int
    max_points: int


def tally(checks: Iterable[CheckResult]) -> Tally:
    """Status and points of a graded submission, from its checks alone."""
    rows = tuple(checks)
    waiting = [check for check in rows if check.waits]
    return Tally(
        status=Status.REVIEW if waiting else Status.GRADED,
        points=sum(check.points for check in rows),
        pending_points=sum(check.max_points for check in waiting),
        max_points=sum(check.max_points for check in rows),
    )


@dataclass(frozen=True, slots=True)
class StudentTotal:
    """One student over all exercises of the run; ``points`` are settled, ``pending_points`` wait for a person."""

    student: str
    page: str
    points: int
    pending_points: int
    max_points: int
    submissions: Sequence[SubmissionResult]

    @property
    def faulted(self) -> bool:
        """Whether the grader itself failed on one of the submissions, so that the points say nothing yet."""
        return any(row.status is Status.FAILED for row in heads_of(self.submissions))

    @property
    def handed_in(self) -> bool:
        """Whether there was a file for at least one exercise."""
        return any(row.status is not Status.MISSING for row in heads_of(self.submissions))


def student_totals(results: Results) -> tuple[StudentTotal, ...]:
    """Return a total for each student, sorted by id as written; ``max_points`` is that of the run's exercises."""
    place = {exercise.id: at for at, exercise in enumerate(results.exercises)}
    heads = heads_of(results.submissions)
    by_student: dict[str, list[int]] = defaultdict(list)
    for at in sorted(range(len(heads)), key=lambda at: (place.get(heads[at].exercise, len(place)), heads[at].exercise)):
        by_student[heads[at].student].append(at)
    whole = sum(exercise.max_points for exercise in results.exercises)
    return tuple(
        StudentTotal(
            student=student,
            page=heads[places[0]].page,
            points=sum(heads[at].points for at in places),
            pending_points=sum(heads[at].pending_points for at in places),
            max_points=whole,
            submissions=picked(results.submissions, places),
        )
        for student, places in sorted(by_student.items(), key=lambda each: as_written(each[0]))
    )


@dataclass(frozen=True, slots=True)
class ClassStatistics:
    """A class in a few numbers. Mean and median are of settled points, over students on whom the grader did not fail.

    A missing or unreadable file counts with its 0 points. ``counted`` is the number of students in mean and median.
    """

    students: int
    handed_in: int
    counted: int
    mean: float | None
    median: float | None
    max_points: int


def class_statistics(results: Results) -> ClassStatistics:
    """Sum up the class; mean and median are None if no student counts."""
    totals = student_totals(results)
    points = [total.points for total in totals if not total.faulted]
    return ClassStatistics(
        students=len(totals),
        handed_in=sum(total.handed_in for total in totals),
        counted=len(points),
        mean=statistics.fmean(points) if points else None,
        median=float(statistics.median(points)) if points else None,
        max_points=sum(exercise.max_points for exercise in results.exercises),
    )


def exercise_mean(results: Results, exercise: str) -> float | None:
    """Return the mean points of one exercise over settled work: nothing that waits, nothing the grader failed on."""
    settled = {Status.GRADED, Status.MISSING, Status.UNREADABLE}
    points = [row.points for row in heads_of(results.submissions) if row.exercise == exercise and row.status in settled]
    return statistics.fmean(points) if points else None


@dataclass(frozen=True, slots=True)
class MistakeCount:
    """A misconception and the students whose answers show it; ``explanation`` is empty if the course gives none."""

    id: str
    name: str
    explanation: str
    students: tuple[str, ...]


def mistake_counts(results: Results) -> tuple[MistakeCount, ...]:
    """Return the misconceptions found, those of most students first, then by id.

    What only a person can settle does not count, and neither does one for which a person gave all points.
    """
    names: dict[str, str] = {}
    students: dict[str, set[str]] = defaultdict(set)
    for row in results.submissions:
        for check in row.checks:
            if check.misconception is not None and check.outcome is not Outcome.REVIEW and not check.passes:
                names.setdefault(check.misconception.id, check.misconception.name)
                students[check.misconception.id].add(row.student)
    explained = {mistake.id: mistake.explanation for mistake in results.misconceptions}
    counts = [
        MistakeCount(known, name, explained.get(known, ""), tuple(sorted(students[known])))
        for known, name in names.items()
    ]
    return tuple(sorted(counts, key=lambda count: (-len(count.students), count.id)))
