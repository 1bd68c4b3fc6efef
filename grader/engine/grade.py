"""Grades one file: reads it, runs it in a worker, runs the checks on it, sums up."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.checks.judge.remarks import cells_of, flags_of
from grader.course.signature import signature
from grader.errors import UnreadableWork, WorkerFault
from grader.rubrics.text_bench import TextBench
from grader.sandbox import lockdown
from grader.sandbox.inside.imports import refused_packages
from grader.sandbox.outside.launch import wants_preloaded
from grader.sandbox.outside.process import Spawning
from grader.sandbox.outside.submission import Submission
from grader.sandbox.outside.work import GB, Budget, Workload
from grader.scores.records import CheckResult, Flag, Status, SubmissionResult
from grader.scores.totals import tally
from grader.submissions.files import load

if TYPE_CHECKING:
    import socket

    from grader.checks.run.bench import Bench
    from grader.course.course_toml import Exercise
    from grader.engine.api import Task
    from grader.source.text import Kind


def spawning(exercise: Exercise, control: socket.socket, data: bytes) -> Spawning:
    """How workers for a file of an exercise are had."""
    limits = lockdown.ResourceLimits(
        memory=int(exercise.limits.memory_gb * GB), cpu=int(exercise.limits.submission_seconds) + 30
    )
    full = wants_preloaded(exercise.packages, data)
    return Spawning(control, exercise.id, refused_packages(exercise.packages), limits, full=full)


def serve(exercise: Exercise, control: socket.socket, work: Workload) -> Submission:
    """Work put into a worker, its statements run; raises UnreadableWork, and WorkerFault where the grader failed."""
    return Submission(work, spawning(exercise, control, work.data), Budget.of(exercise.limits))


def grade_file(bench: Bench | TextBench, exercise: Exercise, task: Task, control: socket.socket) -> SubmissionResult:
    """The result of one file; what can't be read is `unreadable`, what the grader broke on is `failed`."""
    started = time.perf_counter()
    result = SubmissionResult(
        student=task.student, exercise=task.exercise, path=task.path, page=task.page, sha256=None,
        status=Status.UNREADABLE, points=0, pending_points=0, max_points=bench.max_points, seconds=0.0,
    )  # fmt: skip
    try:
        data = load(Path(task.file), task.kind)
        result = replace(result, sha256=hashlib.sha256(data).hexdigest())
        name = Path(task.file).name
        if isinstance(bench, TextBench):
            result = _read(bench, exercise, control, data, task.kind, name, result)
        else:
            work = Workload(
                data, task.kind, name, bench.names, bench.examples, bench.plans.reference.values, bench.said,
                signature(exercise).stub, task.shared,
            )  # fmt: skip
            result = _run(bench, exercise, control, work, result)
    except UnreadableWork as error:
        result = replace(result, flags=(Flag("unreadable", str(error)),))
    except WorkerFault as error:
        result = failed(result, str(error))
    return replace(result, seconds=time.perf_counter() - started)


def _run(
    bench: Bench, exercise: Exercise, control: socket.socket, work: Workload, result: SubmissionResult
) -> SubmissionResult:
    submission = serve(exercise, control, work)
    try:
        checks = bench.grade(submission)
    finally:
        submission.close()
    return _graded(result, submission, checks, bench.notes)


def _read(
    bench: TextBench,
    exercise: Exercise,
    control: socket.socket,
    data: bytes,
    kind: Kind,
    name: str,
    result: SubmissionResult,
) -> SubmissionResult:
    checks, flags = bench.grade(bench.read(data, kind, name, spawning(exercise, control, data)))
    counted = tally(checks)
    return replace(
        result,
        status=counted.status,
        points=counted.points,
        pending_points=counted.pending_points,
        max_points=counted.max_points,
        flags=flags,
        checks=checks,
    )


def failed(result: SubmissionResult, why: str) -> SubmissionResult:
    """The result where the grader itself failed: no points are lost, all of them stay open."""
    return replace(
        result,
        status=Status.FAILED,
        points=0,
        pending_points=result.max_points,
        checks=(),
        flags=(*result.flags, Flag("note", f"The grader failed, not the submission: {why}")),
    )


def _graded(
    result: SubmissionResult, submission: Submission, checks: tuple[CheckResult, ...], notes: tuple[Flag, ...]
) -> SubmissionResult:
    counted = tally(checks)
    return replace(
        result,
        status=counted.status,
        points=counted.points,
        pending_points=counted.pending_points,
        max_points=counted.max_points,
        flags=(*flags_of(submission.what_ran), *notes),
        cells=cells_of(submission.what_ran),
        output=submission.output,
        checks=checks,
    )
