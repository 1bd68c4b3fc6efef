"""Turns records into what the class page shows; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import nsmallest
from typing import TYPE_CHECKING
from urllib.parse import quote

from grader.reports import harmless, words
from grader.reports.classroom.decided import SettledQuestion, VoidRow, settled_questions, void_rows
from grader.reports.classroom.histogram import Histogram, histogram
from grader.reports.classroom.lapsed import LapsedRow, lapsed_rows
from grader.reports.classroom.tasks import Link, ToDo, decisions_in, gathered, once, task_of, tasks_of
from grader.reports.classroom.waiting import Waiting, WorkView, waiting_answers, work_left
from grader.reports.student.views import isolation
from grader.scores.attendance import attendance, people_by_id
from grader.scores.item_statistics import check_statistics
from grader.scores.records import Status, as_written
from grader.scores.row_heads import Head, heads_of
from grader.scores.totals import class_statistics, exercise_mean, mistake_counts, student_totals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.reports.classroom.large_class import Shelf
    from grader.scores.attendance import Attendance
    from grader.scores.item_statistics import CheckStatistics
    from grader.scores.records import Person, Results
    from grader.scores.settle import NotApplied
    from grader.scores.totals import StudentTotal

SLOWEST = 5
TINTS = 5


@dataclass(frozen=True, slots=True)
class MistakeView:
    """A misconception with the students who show it; ``list_name`` is what a list of them on a page of its own is called."""

    id: str
    name: str
    explanation: str
    students: tuple[Link, ...]
    percent: int
    list_name: str


@dataclass(frozen=True, slots=True)
class PointsCell:
    """One field of the matrix; ``tint`` is 1 (few points) to 5 (all), and 0 if points say nothing."""

    points: int
    pending: int
    tint: int
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """A student's row of the matrix."""

    student: Link
    cells: tuple[PointsCell | None, ...]
    total: PointsCell


@dataclass(frozen=True, slots=True)
class CheckRow:
    """How a check did in the class; ``suspect`` if somebody tried it, nobody got points and nobody waits for a person.

    ``partial`` counts those whom a person gave some of its points; ``percent`` is the share of its points that they reached.
    """

    exercise: str
    title: str
    id: str
    hidden: bool
    max_points: int
    passed: int
    judged: int
    partial: int
    waiting: int
    percent: int
    discrimination: str
    suspect: bool


@dataclass(frozen=True, slots=True)
class Slow:
    """A submission that took long."""

    student: Link
    exercise: str
    seconds: str


@dataclass(frozen=True, slots=True)
class RosterView:
    """The class against its roster: who is absent, and who is not on it, each with the reason.

    ``asked`` names the exercises that it is about, if these are not all of the course.
    """

    listed: int
    handed_in: int
    absent: tuple[Link, ...]
    strangers: tuple[tuple[Link, str], ...]
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """An exercise as a column of the matrix, with the mean of its settled points, in which missing work counts as 0."""

    id: str
    title: str
    max_points: int
    mean: str


@dataclass(frozen=True, slots=True)
class ClassView:
    """The whole class page. ``shelves`` tell where all of a list is of which it holds the first, in a large class."""

    course: str
    part: str
    started: str
    when: str
    students: int
    handed_in: int
    counted: int
    mean: str
    median: str
    max_points: int
    missing: bool
    pending: bool
    faults: tuple[str, ...]
    broken: tuple[ToDo, ...]
    tasks: tuple[ToDo, ...]
    work: WorkView | None
    answers: tuple[tuple[Link, Waiting], ...]
    mistakes: tuple[MistakeView, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    checks: tuple[CheckRow, ...]
    histogram: Histogram
    slowest: tuple[Slow, ...]
    flags: tuple[ToDo, ...]
    decisions: tuple[ToDo, ...]
    lapsed: tuple[LapsedRow, ...]
    settled: tuple[SettledQuestion, ...]
    void: tuple[VoidRow, ...]
    unplaced: tuple[str, ...]
    roster: RosterView | None
    versions: tuple[tuple[str, str], ...]
    isolation: str
    engine: str
    jobs: int
    seconds: str
    kept: int
    shelves: Mapping[str, Shelf] = field(default_factory=dict)

    def many(self, name: str, shown: int) -> int:
        """Return how long a list is of which so many are shown."""
        return self.shelves[name].total if name in self.shelves else shown


def class_view(results: Results, lapsed: Sequence[NotApplied] = ()) -> ClassView:
    """Return what the class page shows; ``lapsed`` are decisions that do not hold in these results."""
    totals = student_totals(results)
    people = people_by_id(results)
    links = {total.student: _link(total, people.get(as_written(total.student))) for total in totals}
    numbers = class_statistics(results)
    heads = heads_of(results.submissions)
    lines = _lines(totals, links)
    return ClassView(
        course=results.run.course,
        part=words.part_of(results.run),
        started=results.run.started,
        when=words.moment(results.run.started),
        students=numbers.students,
        handed_in=numbers.handed_in,
        counted=numbers.counted,
        mean=words.decimal(numbers.mean),
        median=words.decimal(numbers.median),
        max_points=numbers.max_points,
        missing=any(row.status in {Status.MISSING, Status.UNREADABLE} for row in heads),
        pending=any(total.pending_points for total in totals),
        faults=tuple(harmless.line(fault) for fault in results.run.faults),
        broken=tuple(lines.broken),
        tasks=once(lines.tasks),
        work=work_left(results),
        answers=tuple((links[answer.student], answer) for answer in waiting_answers(results)),
        mistakes=tuple(
            MistakeView(
                id=found.id,
                name=harmless.line(found.name),
                explanation=harmless.block(found.explanation),
                students=tuple(links[student] for student in found.students),
                percent=_percent(len(found.students), numbers.handed_in),
                list_name=f"mistake-{number}",
            )
            for number, found in enumerate(mistake_counts(results), start=1)
        ),
        columns=tuple(
            Column(exercise.id, exercise.title, exercise.max_points, words.decimal(exercise_mean(results, exercise.id)))
            for exercise in results.exercises
        ),
        rows=tuple(_row(total, [exercise.id for exercise in results.exercises], links) for total in totals),
        checks=tuple(_check(check) for check in check_statistics(results)),
        histogram=histogram([total.points for total in totals if not total.faulted], numbers.max_points),
        slowest=tuple(
            Slow(links[student], exercise, f"{-less:.1f}")
            for less, student, exercise in nsmallest(SLOWEST, lines.times)
            if less < 0
        ),
        flags=tuple(lines.flags),
        decisions=tuple(lines.decisions),
        lapsed=lapsed_rows(lapsed, links),
        settled=settled_questions(results),
        void=void_rows(results),
        unplaced=tuple(harmless.name(entry) for entry in results.run.unplaced),
        roster=_roster(attendance(results), links),
        versions=tuple(sorted(results.run.versions.items())),
        isolation=isolation(results.run),
        engine=results.run.engine,
        jobs=results.run.jobs,
        seconds=f"{results.run.seconds:.1f}",
        kept=results.run.kept,
    )


@dataclass(slots=True)
class _Lines:
    """What the page tells of single submissions, gathered while each is unpacked once; ``times`` are less than 0."""

    broken: list[ToDo] = field(default_factory=list)
    tasks: list[ToDo] = field(default_factory=list)
    flags: list[ToDo] = field(default_factory=list)
    decisions: list[ToDo] = field(default_factory=list)
    times: list[tuple[float, str, str]] = field(default_factory=list)


def _lines(totals: Sequence[StudentTotal], links: dict[str, Link]) -> _Lines:
    found = _Lines()
    for total in totals:
        for row in total.submissions:
            if row.status is Status.FAILED and not row.is_ungraded:
                found.broken.append(task_of(row, links, "the grader failed", ""))
            found.tasks += tasks_of(row, links)
            if not words.not_the_exercise(row):  # one line says so, and the rest is folded behind it
                telling = [flag for flag in row.flags if flag.kind in words.ONLY_TELLING]
                found.flags += gathered(row, links, telling)
            found.decisions += decisions_in(row, links)
            found.times.append((-row.seconds, row.student, row.exercise))
    return found


def _link(total: StudentTotal, person: Person | None) -> Link:
    name = harmless.name(total.student)
    called = "" if person is None else harmless.name(person.name)
    return Link(name, quote(total.page, safe="/"), "" if called == name else called)


def _roster(found: Attendance | None, links: dict[str, Link]) -> RosterView | None:
    if found is None:
        return None
    return RosterView(
        listed=found.listed,
        handed_in=found.handed_in,
        absent=tuple(
            links.get(person.student) or Link(harmless.name(person.student), "", harmless.name(person.name))
            for person in found.absent
        ),
        strangers=tuple((links[each.student], harmless.line(each.why)) for each in found.strangers),
        asked=words.and_so([harmless.name(each) for each in found.asked]),
    )


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _tint(points: int, max_points: int) -> int:
    """Return the tint for a share of the points, from 1 to 5; only all points have the last one."""
    if points >= max_points:
        return TINTS
    return 1 + int((TINTS - 1) * points / max_points)


def _row(total: StudentTotal, exercises: list[str], links: dict[str, Link]) -> Row:
    by_exercise = {row.exercise: _cell(row) for row in heads_of(total.submissions)}
    kind = "faulted" if total.faulted else "review" if total.pending_points else ""
    whole = PointsCell(
        points=total.points,
        pending=total.pending_points,
        tint=0 if total.faulted or not total.handed_in else _tint(total.points, total.max_points),
        kind=kind if total.handed_in else "missing",
        note=f"{total.pending_points} waiting" if total.pending_points else "",
    )
    return Row(links[total.student], tuple(by_exercise.get(exercise) for exercise in exercises), whole)


def _cell(row: Head) -> PointsCell:
    notes = {
        Status.GRADED: "",
        Status.REVIEW: f"{row.pending_points} waiting",
        Status.MISSING: "not handed in",
        Status.UNREADABLE: "could not be read",
        Status.FAILED: "in another part"
        if row.is_elsewhere
        else "not graded yet"
        if row.is_ungraded
        else "the grader failed",
    }
    judged = row.status in {Status.GRADED, Status.REVIEW}
    return PointsCell(
        points=row.points,
        pending=row.pending_points,
        tint=_tint(row.points, row.max_points) if judged else 0,
        kind={Status.GRADED: "", Status.FAILED: "faulted"}.get(row.status, row.status.value),
        note=notes[row.status],
    )


def _check(check: CheckStatistics) -> CheckRow:
    return CheckRow(
        exercise=check.exercise,
        title=harmless.line(check.title),
        id=check.id,
        hidden=check.hidden,
        max_points=check.max_points,
        passed=check.passed,
        judged=check.judged,
        partial=check.partial,
        waiting=check.waiting,
        percent=round(100 * check.share) if check.partial else _percent(check.passed, check.judged),
        discrimination="" if check.discrimination is None else f"{check.discrimination:.2f}",
        suspect=check.passed == check.partial == check.waiting == 0 and check.tried > 0,
    )
