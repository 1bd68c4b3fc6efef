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
from grader.engine.earlier_rows import joined
from grader.engine.folder import RunFolder, open_run, unbroken
from grader.engine.intake import submissions_of
from grader.engine.judged import judged, void_of
from grader.engine.local import Pool
from grader.engine.rows import blank, moment_of, ungraded
from grader.engine.versions import missing_packages, newer_python, versions
from grader.errors import CourseError, GraderError, UsageError
from grader.package_table import is_slow
from grader.reports.unheld_words import unheld_lines
from grader.sandbox import lockdown
from grader.sandbox.outside import packages
from grader.scores.check_names import checks_of
from grader.scores.decisions import read_decisions
from grader.scores.kept_sources import WorkSource
from grader.scores.records import ExerciseRecord, Results, RunRecord, Status, SubmissionResult
from grader.submissions.names import page_names
from grader.submissions.roster import read_roster

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.engine.api import Engine
    from grader.scores.records import FunctionSource
    from grader.submissions.find import Form
    from grader.submissions.works import Found, Work

ENDED = "Not graded: the run ended before it came to this."
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
    roster: Path | None = None


class Watching:
    """Hears what a run reports while it goes on; this one ignores it."""

    def notice(self, line: str) -> None:
        """Something that the instructor should know before or during the run."""

    def remark(self, line: str) -> None:
        """Something that is good to know and no danger."""

    def doing(self, what: str) -> None:
        """What is being done from now on, until grading begins or something else is; a few words for a person."""

    def begin(self, works: Sequence[Work], limits: Mapping[str, float], jobs: int) -> None:
        """These are to be graded, ``jobs`` at once; ``limits`` has each exercise's seconds for one submission."""

    def running(self, works: Sequence[Work]) -> None:
        """These are being graded now; called at least once a second."""

    def placed(self, nodes: Mapping[Work, str]) -> None:
        """The machine of each work that is being graded, where there are several; called before `running`."""

    def done(self, result: SubmissionResult) -> None:
        """One more is graded."""


@dataclass(frozen=True, slots=True)
class Scored:
    """How a run ended: its results, whether it was interrupted, the report it replaced, and whom it found in which form."""

    results: Results
    interrupted: bool
    replaced: Path | None = None
    students: tuple[str, ...] = ()
    form: str = ""


def score(request: Request, watching: Watching) -> Scored:
    """Grades everything and writes the reports under ``request.out``; raises UsageError before anything runs."""
    course = load_course(request.course or find_course(Path.cwd()))
    roster = None if request.roster is None else read_roster(request.roster)
    exercises = choose_exercises(course, request.exercises, "--exercise")
    plan = lockdown.survey(packages.interpreter_paths())
    announce(plan, strict=request.strict, notice=watching.notice)
    if told := missing_packages(course, exercises):
        watching.notice(told)
    watching.doing("Finding the work")
    with (
        submissions_of(request.submissions, course, plan, request.layout, roster) as found,
        open_run(request.out, request.submissions) as folder,
    ):
        seed = _seed(request, folder)
        folder.keep_seed(seed)
        if newer := newer_python():
            watching.remark(newer)
        return _score(request, course, exercises, plan, found, seed, folder, watching)


def announce(plan: lockdown.Plan, *, strict: bool, notice: Callable[[str], None]) -> None:
    """Says which protections are missing before anything runs; raises UsageError if ``strict`` asks for all."""
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
    decided = read_decisions(folder.path)  # if that fails, it does before anything is graded
    with ExitStack() as calm:
        with Pool(course, exercises, seed, plan, request.jobs, strict=request.strict) as engine:
            graded = _grade(engine, course, exercises, found, watching)
            calm.enter_context(unbroken())
            facts = engine.facts()
        run = RunRecord(
            started=started.isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - clock, 3),
            seed=seed,
            versions=versions(),
            isolation=facts.isolation,
            engine=facts.name,
            jobs=facts.jobs,
            course=course.name,
            contact=course.contact,
            unplaced=found.unplaced,
            faults=graded.faults,
            not_listed=found.not_listed,
            asked=tuple(each.id for each in exercises) if len(exercises) < len(course.exercises) else (),
        )
        records = tuple(ExerciseRecord(each.id, each.title, facts.max_points[each.id]) for each in exercises)
        dated = tuple(row if row.is_ungraded else replace(row, graded_at=run.started) for row in graded.rows)
        results = Results(run, records, dated, misconceptions=facts.mistakes, roster=found.roster)
        earlier = folder.results() if request.exercises or course.void else None
        if earlier is not None and request.exercises:
            order = [exercise.id for exercise in course.exercises]
            results = joined(results, earlier, found.works, order, partial(ungraded, why=NOT_ASKED), found.renamed)
        before = earlier.run.void if earlier is not None else ()
        known = {**checks_of(results.submissions), **facts.checks}
        # whatever went wrong with these files while it graded, what was graded is written
        try:
            void = void_of(course, known, run.started, before)
        except CourseError as error:
            void = before
            watching.notice(str(error))
        try:
            decided = read_decisions(folder.path)
        except UsageError as error:
            watching.notice(str(error))
        results = judged(results, decided, void)
        watching.doing("Writing the reports")
        replaced = folder.write(results, graded.sources, interrupted=graded.interrupted)
        for line in unheld_lines(results, decided):
            watching.notice(line)
        return Scored(results, graded.interrupted, replaced, found.students, found.form)


@dataclass(frozen=True, slots=True)
class _GradedClass:
    """The rows of all students and exercises, the functions of their files, the grader's own faults, and whether Ctrl-C came."""

    rows: tuple[SubmissionResult, ...]
    sources: tuple[WorkSource, ...]
    faults: tuple[str, ...]
    interrupted: bool


def _grade(
    engine: Engine, course: Course, exercises: Sequence[Exercise], found: Found, watching: Watching
) -> _GradedClass:
    limits = {exercise.id: exercise.limits.submission_seconds for exercise in exercises}
    works = [work for work in found.works if work.exercise in limits]
    to_grade = [work for work in works if work.can_be_graded]
    sources: list[WorkSource] = []

    def keep(work: Work, functions: tuple[FunctionSource, ...]) -> None:
        if functions and work.sha256 is not None:
            sources.append(WorkSource(work.exercise, work.sha256, functions))

    wanted = {work.exercise for work in to_grade}
    slow = any(is_slow(exercise.packages) for exercise in exercises if exercise.id in wanted)
    watching.doing("Starting TensorFlow" if slow else "Starting")
    coming = engine.grade(to_grade, watching.running, keep)
    facts = engine.facts()
    void_of(course, facts.checks, "")  # an author's slip is told before hours of grading
    watching.begin(to_grade, limits, facts.jobs)
    results: dict[Work, SubmissionResult] = {}
    faults: list[str] = []
    interrupted = False
    try:
        for work, result in coming:
            results[work] = replace(
                result, flags=(*work.flags, *result.flags), submitted_at=moment_of(work), group=work.group
            )
            watching.done(result)
    except KeyboardInterrupt:
        interrupted = True
    except GraderError as error:
        faults.append(str(error))
    pages = page_names(found.students)
    rows: list[SubmissionResult] = []
    for work in works:
        for student in work.students:
            if work in results:
                row = replace(results[work], student=student)
                row = replace(row, flags=(*row.flags, *work.own_flags_of(student)))
            else:
                row = blank(work, student, facts.max_points[work.exercise])
                row = ungraded(row, INTERRUPTED if interrupted else ENDED)
            rows.append(replace(row, page=pages[student]))
    faults += [
        f"{row.student}, {row.exercise}: {row.flags[-1].message}"
        for row in rows
        if row.status is Status.FAILED and not row.is_ungraded
    ]
    return _GradedClass(tuple(rows), tuple(sources), tuple(faults), interrupted)
