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

from grader.course.course_toml import COURSE_FILE, Course, Exercise, choose_exercises, find_course, load_course
from grader.engine.dask_engine import DaskEngine
from grader.engine.earlier_rows import joined
from grader.engine.folder import RunFolder, open_run, store_path, unbroken
from grader.engine.intake import submissions_of
from grader.engine.judged import judged, void_of
from grader.engine.keeping import Keeping
from grader.engine.known_looks import KnownLooks
from grader.engine.local import Pool
from grader.engine.results_so_far import ResultsSoFar
from grader.engine.rows import blank, elsewhere, moment_of, ungraded
from grader.engine.shards import class_shard
from grader.engine.store import Store
from grader.engine.store_keys import exercise_keys
from grader.engine.versions import missing_packages, newer_python, versions
from grader.errors import CourseError, GraderError, UsageError
from grader.package_table import is_slow
from grader.reports.unheld_words import unheld_lines
from grader.sandbox import lockdown
from grader.sandbox.outside import packages
from grader.scores.check_names import checks_of
from grader.scores.decisions import read_decisions
from grader.scores.kept_sources import KeptSources, WorkSource
from grader.scores.packed_rows import GrowingRows
from grader.scores.records import ExerciseRecord, Results, RunRecord, Status, SubmissionResult
from grader.scores.row_heads import heads_of
from grader.scores.settle import fallen
from grader.scores.void_checks import NamedVoid
from grader.submissions.names import page_names
from grader.submissions.roster import read_roster

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.engine.shards import ClassShard, ShardNumber
    from grader.scores.lead import Lead
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
    store: Path | None = None  # None: beside the reports
    keeps: bool = True  # whether there is a store at all
    shard: ShardNumber | None = None
    engine: str = "local"
    scheduler: str | None = None


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
    """How a run ended: its results, whether it was interrupted, the report it replaced, and whom it found in which form.

    ``trouble`` is a line about results that could not be kept for the next run.
    """

    results: Results
    interrupted: bool
    replaced: Path | None = None
    students: tuple[str, ...] = ()
    form: str = ""
    trouble: str = ""


def score(request: Request, watching: Watching) -> Scored:
    """Grades everything and writes the reports under ``request.out``; raises UsageError before anything runs."""
    course = load_course(request.course or find_course(Path.cwd()))
    _refuse_lone_shard(request)
    roster = None if request.roster is None else read_roster(request.roster)
    exercises = choose_exercises(course, request.exercises, "--exercise")
    plan = lockdown.survey(packages.interpreter_paths())
    announce(plan, strict=request.strict, notice=watching.notice)
    if told := missing_packages(course, exercises):
        watching.notice(told)
    path = store_path(request.out, request.store, request.submissions) if request.keeps else None
    watching.doing("Finding the work")
    with (
        KnownLooks(None if request.fresh else path) as known,
        submissions_of(request.submissions, course, plan, request.layout, roster, known) as found,
        open_run(request.out, request.submissions) as folder,
    ):
        seed = _seed(request, folder)
        folder.keep_seed(seed)
        if newer := newer_python():
            watching.remark(newer)
        with ExitStack() as stack:
            store = None if path is None else stack.enter_context(Store(path, watching.notice))
            if store is not None:
                known.keep_in(store)
            return _score(request, course, exercises, plan, found, seed, folder, store, watching)


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


def _refuse_lone_shard(request: Request) -> None:
    """Raises UsageError if a shard would draw a seed of its own, or take the place of another shard or of a whole class."""
    if request.shard is None:
        return
    folder = RunFolder(request.out)
    if request.seed is None and (request.fresh or folder.kept_seed() is None):
        raise UsageError(
            f"--shard {request.shard} needs the seed that all shards share: add --seed N, the same whole number for each."
        )
    there = folder.record()
    if there is None:
        return
    if there.shard is None:
        raise UsageError(
            f"--out {request.out} holds the results of a whole class; name another folder for a part of it."
        )
    if there.shard.of == request.shard.of and there.shard.index != request.shard.index:
        other = f"{there.shard.index}/{there.shard.of}"
        raise UsageError(f"--out {request.out} holds shard {other}; give each shard a folder of its own.")


def _seed(request: Request, folder: RunFolder) -> int:
    if request.seed is not None:
        return request.seed
    kept = None if request.fresh else folder.kept_seed()
    return secrets.randbelow(MAX_SEED) if kept is None else kept


def _engine(
    request: Request,
    course: Course,
    exercises: Sequence[Exercise],
    seed: int,
    plan: lockdown.Plan,
    watching: Watching,
    leads: Mapping[str, Lead],
) -> Pool | DaskEngine:
    """What grades: this machine, or a Dask cluster."""
    if request.engine == "local":
        return Pool(course, exercises, seed, plan, request.jobs, strict=request.strict, leads=leads)
    return DaskEngine(
        course, exercises, seed, plan, request.jobs, strict=request.strict, scheduler=request.scheduler,
        notice=watching.notice, placed=watching.placed,
    )  # fmt: skip


def _score(
    request: Request,
    course: Course,
    exercises: Sequence[Exercise],
    plan: lockdown.Plan,
    found: Found,
    seed: int,
    folder: RunFolder,
    store: Store | None,
    watching: Watching,
) -> Scored:
    started, clock = datetime.now(UTC), time.monotonic()
    asked = [exercise.id for exercise in exercises]
    shard = None if request.shard is None else class_shard(request.shard, found, asked, course)
    decided = read_decisions(folder.path)  # if that fails, it does before anything is graded
    moment = started.isoformat(timespec="seconds")
    keys = exercise_keys(course, exercises, seed, plan) if store is not None else {}
    leads = {name: store.lead(each.trainings, reads=not request.fresh) for name, each in keys.items()} if store else {}
    with ExitStack() as calm:
        with _engine(request, course, exercises, seed, plan, watching, leads) as inner:
            engine = Keeping(inner, store, keys, moment, reads=not request.fresh, strict=request.strict)
            graded = _grade(engine, course, exercises, found, watching, moment, shard)
            calm.enter_context(unbroken())
            facts = engine.facts()
        run = RunRecord(
            started=moment,
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
            asked=tuple(asked) if len(exercises) < len(course.exercises) else (),
            kept=sum(row.kept for row in heads_of(graded.rows)),
            shard=None if shard is None else shard.record,
            nodes=facts.nodes,
        )
        records = tuple(ExerciseRecord(each.id, each.title, facts.max_points[each.id]) for each in exercises)
        results = Results(run, records, graded.rows, misconceptions=facts.mistakes, roster=found.roster)
        earlier = folder.results() if request.exercises and shard is None else None
        if earlier is not None:
            order = [exercise.id for exercise in course.exercises]
            results = joined(results, earlier, found.works, order, partial(ungraded, why=NOT_ASKED), found.renamed)
        before = earlier_run.void if course.void and (earlier_run := folder.record()) is not None else ()
        known = {**checks_of(results.submissions), **facts.checks}
        # whatever went wrong with these files while it graded, what was graded is written
        try:
            named = void_of(course, known, run.started, before)
        except CourseError as error:
            named = NamedVoid(before)
            watching.notice(str(error))
        for line in named.slips:
            watching.notice(f"{course.folder / COURSE_FILE}: {line}")
        try:
            decided = read_decisions(folder.path)
        except UsageError as error:
            watching.notice(str(error))
        results = judged(results, decided, named.checks)
        watching.doing("Writing the reports")
        lapsed = fallen(results, decided.adjustments)
        replaced = folder.write(results, graded.sources, interrupted=graded.interrupted, lapsed=lapsed)
        for line in unheld_lines(results, decided):
            watching.notice(line)
        students = found.students if shard is None else tuple(filter(shard.students.__contains__, found.students))
        trouble = store.trouble if store is not None else ""
        return Scored(results, graded.interrupted, replaced, students, found.form, trouble)


@dataclass(frozen=True, slots=True)
class _GradedClass:
    """The rows of all students and exercises, the functions of their files, the grader's own faults, and whether Ctrl-C came."""

    rows: Sequence[SubmissionResult]
    sources: KeptSources
    faults: tuple[str, ...]
    interrupted: bool


def _grade(
    engine: Keeping,
    course: Course,
    exercises: Sequence[Exercise],
    found: Found,
    watching: Watching,
    at: str,
    shard: ClassShard | None = None,
) -> _GradedClass:
    limits = {exercise.id: exercise.limits.submission_seconds for exercise in exercises}
    works = [work for work in found.works if work.exercise in limits]
    to_grade = [work for work in works if work.can_be_graded and (shard is None or shard.grades(work))]
    sources = KeptSources()

    def keep(work: Work, functions: tuple[FunctionSource, ...]) -> None:
        if functions and work.sha256 is not None:
            sources.add(WorkSource(work.exercise, work.sha256, functions))

    wanted = {work.exercise for work in to_grade}
    slow = any(is_slow(exercise.packages) for exercise in exercises if exercise.id in wanted)
    watching.doing("Starting TensorFlow" if slow else "Starting")
    coming = engine.grade(to_grade, watching.running, keep)
    facts = engine.facts()
    void_of(course, facts.checks, "")  # an author's slip is told before hours of grading
    watching.begin(engine.to_grade, limits, facts.jobs)
    results = ResultsSoFar()
    faults: list[str] = []
    interrupted = False
    try:
        for work, result in coming:
            results.add(
                work,
                replace(
                    result,
                    flags=(*work.flags, *result.flags),
                    submitted_at=moment_of(work),
                    group=work.group,
                    repeatable=True,
                ),
            )
            if not result.kept:
                watching.done(result)
    except KeyboardInterrupt:
        interrupted = True
    except GraderError as error:
        faults.append(str(error))
    pages = page_names(found.students)
    rows = GrowingRows()
    for work in works:
        graded = results.of(work)
        for student in work.students:
            if shard is not None and student not in shard.students:
                continue
            if graded is not None:
                row = replace(graded, student=student, flags=(*graded.flags, *work.own_flags_of(student)))
            else:
                row = blank(work, student, facts.max_points[work.exercise])
                if shard is not None and not shard.grades(work):
                    row = elsewhere(row)
                else:
                    row = ungraded(row, INTERRUPTED if interrupted else ENDED)
            if row.status is Status.FAILED and not row.is_ungraded:
                faults.append(f"{row.student}, {row.exercise}: {row.flags[-1].message}")
            when = None if row.is_ungraded else row.graded_at if row.kept else at
            rows.add(replace(row, page=pages[student], graded_at=when))
    return _GradedClass(rows.rows(), sources, tuple(faults), interrupted)
