"""Scores a class: finds the work, grades it, writes the reports."""

from __future__ import annotations

import secrets
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.course_toml import Course, Exercise, choose_exercises, find_course, load_course
from grader.engine.api import Task
from grader.engine.earlier import joined
from grader.engine.folder import RunFolder, open_run
from grader.engine.grade import failed
from grader.engine.handed_in import submissions_of
from grader.engine.lacking import lacking
from grader.engine.leaving import leave, unbroken
from grader.engine.local import Pool
from grader.engine.protections import protections, weakest
from grader.engine.versions import newer_python, versions
from grader.errors import GraderError, UsageError
from grader.sandbox import lockdown
from grader.sandbox.lockdown.selftest import open_targets
from grader.sandbox.outside import packages
from grader.scores.records import (
    UNGRADED,
    ExerciseRecord,
    Flag,
    Isolation,
    Results,
    RunRecord,
    Status,
    SubmissionResult,
)
from grader.submissions.names import page_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.submissions.find import Form, Found, Work

ENDED = "the run ended before this was graded"
INTERRUPTED = "Not graded: you interrupted the run."
NOT_ASKED = "Not graded: the run that found it was asked for other exercises."
MAX_SEED = 2**53  # what every reader of JSON keeps exactly


@dataclass(frozen=True, slots=True)
class Request:
    """What ``grader score`` was asked to do."""

    submissions: Path
    out: Path
    course: Path | None = None
    exercises: tuple[str, ...] = ()
    jobs: int = 1
    seed: int | None = None
    fresh: bool = False
    strict: bool = False
    layout: Form | None = None


class Watching:
    """What a run tells while it goes on; this one keeps it to itself."""

    def notice(self, line: str) -> None:
        """Something that the instructor should know before or during the run."""

    def remark(self, line: str) -> None:
        """Something that is good to know, and no danger."""

    def begin(self, tasks: Sequence[Task], limits: Mapping[str, float], jobs: int) -> None:
        """These are to be graded, ``jobs`` at once; ``limits`` has the seconds that one of an exercise may take."""

    def running(self, tasks: Sequence[Task]) -> None:
        """These are being graded now; told at least once a second."""

    def done(self, result: SubmissionResult) -> None:
        """One more is graded."""


@dataclass(frozen=True, slots=True)
class Scored:
    """How a run ended: its results, whether it was interrupted, the report that it replaced, who was found in which form."""

    results: Results
    interrupted: bool
    replaced: Path | None = None
    students: tuple[str, ...] = ()
    form: str = ""


def score(request: Request, watching: Watching) -> Scored:
    """Grades everything and writes the reports under ``request.out``; raises UsageError before anything was run."""
    course = load_course(request.course or find_course(Path.cwd()))
    exercises = choose_exercises(course, request.exercises, "--exercise")
    plan = lockdown.survey(packages.interpreter_paths())
    announce(plan, strict=request.strict, notice=watching.notice)
    if told := lacking(course, exercises):
        watching.notice(told)
    with (
        submissions_of(request.submissions, course, plan, request.layout) as found,
        open_run(request.out, request.submissions) as folder,
    ):
        seed = _seed(request, folder)
        folder.keep_seed(seed)
        if newer := newer_python():
            watching.remark(newer)
        return _score(request, course, exercises, plan, found, seed, folder, watching)


def announce(plan: lockdown.Plan, *, strict: bool, notice: Callable[[str], None]) -> None:
    """Says which protections are missing before anything runs; raises UsageError where all are asked for."""
    if not plan.lacks:
        return
    missing = "; ".join(lockdown.LAYERS[name] for name in plan.lacks)
    if strict:
        raise UsageError(f"--isolation strict: this machine lacks {missing}. `grader doctor` says why.")
    few = len(plan.lacks) > len(lockdown.ESSENTIAL) / 2
    if few:
        notice(f"Submissions are hardly isolated on this machine: it lacks {missing}. Grade only work that you trust.")
    else:
        notice(f"This machine lacks some protections ({missing}); the others hold. `grader doctor` says why.")


def _seed(request: Request, folder: RunFolder) -> int:
    if request.seed is not None:
        return request.seed
    kept = None if request.fresh else folder.kept_seed()
    return secrets.randbelow(MAX_SEED) if kept is None else kept


def _score(
    request: Request,
    course: Course,
    exercises: Sequence[Exercise],
    plan: lockdown.Plan,
    found: Found,
    seed: int,
    folder: RunFolder,
    watching: Watching,
) -> Scored:
    started, clock = datetime.now(UTC), time.monotonic()
    with ExitStack() as calm:
        with open_targets() as targets, Pool(course, exercises, seed, plan) as pool:
            pool.wait_until_ready()
            held = weakest(protections(control, targets, plan, full=full) for control, full in pool.kinds())
            if request.strict and (
                lost := [each.name for each in held if not each.held and each.name in lockdown.ESSENTIAL]
            ):
                raise UsageError(
                    f"--isolation strict: the self-test of {', '.join(lost)} failed. `grader doctor` says more."
                )
            rows, faults, interrupted = _grade(pool, exercises, found, request.jobs, watching)
            calm.enter_context(unbroken())
            maximum = {exercise.id: pool.max_points(exercise.id) for exercise in exercises}
            mistakes = pool.mistakes
        run = RunRecord(
            started=started.isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - clock, 3),
            seed=seed,
            versions=versions(),
            isolation=Isolation(plan.backend, tuple(each.name for each in held if each.held)),
            engine="local",
            jobs=request.jobs,
            course=course.name,
            contact=course.contact,
            unplaced=found.unplaced,
            faults=tuple(faults),
        )
        records = tuple(ExerciseRecord(exercise.id, exercise.title, maximum[exercise.id]) for exercise in exercises)
        dated = tuple(row if row.is_ungraded else replace(row, graded_at=run.started) for row in rows)
        results = Results(run, records, dated, misconceptions=mistakes)
        earlier = folder.results() if request.exercises else None
        if earlier is not None:
            order = [exercise.id for exercise in course.exercises]
            results = joined(results, earlier, found.works, order, partial(_ungraded, why=NOT_ASKED))
        replaced = leave(results, folder, interrupted=interrupted)
        return Scored(results, interrupted, replaced, found.students, found.form)


def _grade(
    pool: Pool, exercises: Sequence[Exercise], found: Found, jobs: int, watching: Watching
) -> tuple[list[SubmissionResult], list[str], bool]:
    """The rows of all students and exercises, the faults that are the grader's own, and whether Ctrl-C came."""
    pages = page_names(found.students)
    ids = {exercise.id for exercise in exercises}
    works = [work for work in found.works if work.exercise in ids]
    rows = {(w.student, w.exercise): _blank(w, pages[w.student], pool.max_points(w.exercise)) for w in works}
    tasks = [
        Task(w.student, w.exercise, str(w.file), w.path or w.file.name, w.kind, pages[w.student], w.shared)
        for w in works
        if w.file is not None and w.kind is not None and w.unreadable is None
    ]
    given = {(work.student, work.exercise): work for work in works}
    waiting = {(task.student, task.exercise): failed(rows[task.student, task.exercise], ENDED) for task in tasks}
    rows |= waiting
    watching.begin(tasks, {exercise.id: exercise.limits.submission_seconds for exercise in exercises}, jobs)
    faults: list[str] = []
    interrupted = False
    try:
        for task, result in pool.grade(tasks, jobs, watching.running):
            key = (task.student, task.exercise)
            work = given[key]
            if result is None:
                why = "the process that graded it ended without a word"
                result = failed(_blank(work, task.page, pool.max_points(task.exercise)), why)
            else:
                result = replace(result, flags=(*work.flags, *result.flags), submitted_at=_moment(work))
            rows[key] = result
            watching.done(result)
    except KeyboardInterrupt:
        interrupted = True
        for key in [key for key, row in waiting.items() if rows[key] is row]:
            rows[key] = _ungraded(given[key], rows[key].page, rows[key].max_points, why=INTERRUPTED)
    except GraderError as error:
        faults.append(str(error))
    faults += [
        f"{row.student}, {row.exercise}: {row.flags[-1].message}"
        for row in rows.values()
        if row.status is Status.FAILED and not row.is_ungraded and not row.flags[-1].message.endswith(ENDED)
    ]
    return list(rows.values()), faults, interrupted


def _ungraded(work: Work, page: str, max_points: int, *, why: str) -> SubmissionResult:
    """The row of work that nobody has graded: its points stay open. What can't be graded has its row as ever."""
    row = _blank(work, page, max_points)
    if work.file is None or work.unreadable is not None:
        return row
    flags = (*row.flags, Flag(UNGRADED, why))
    return replace(row, status=Status.FAILED, pending_points=max_points, flags=flags)


def _blank(work: Work, page: str, max_points: int) -> SubmissionResult:
    """The row of what is not there or can't be read."""
    flags = work.flags
    if work.unreadable is not None and not any(flag.kind == "unreadable" for flag in flags):
        flags = (*flags, Flag("unreadable", work.unreadable))
    return SubmissionResult(
        student=work.student,
        exercise=work.exercise,
        path=work.path,
        page=page,
        sha256=None,
        status=Status.MISSING if work.file is None and work.unreadable is None else Status.UNREADABLE,
        points=0,
        pending_points=0,
        max_points=max_points,
        seconds=0.0,
        flags=flags,
        submitted_at=_moment(work),
    )


def _moment(work: Work) -> str | None:
    """When a file was handed in, in UTC; None where that is not told, or only in a time zone that is not."""
    if work.handed_in is None or work.handed_in.tzinfo is None:
        return None
    return work.handed_in.astimezone(UTC).isoformat(timespec="seconds")
