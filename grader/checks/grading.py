"""Grades one file: reads it, runs it in a worker, runs the checks on it, sums up."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.checks.allowance import GB, budget
from grader.errors import UnreadableWork, WorkerFault
from grader.sandbox import lockdown
from grader.sandbox.imports import refused_packages
from grader.sandbox.launch import names_preloaded
from grader.sandbox.process import Spawning
from grader.sandbox.submission import Submission, Work
from grader.scores.records import CheckResult, Flag, Status, SubmissionResult
from grader.scores.totals import tally
from grader.submissions.files import load

if TYPE_CHECKING:
    import socket

    from grader.checks.bench import Bench
    from grader.checks.task import Task
    from grader.course import Exercise


def spawning(exercise: Exercise, control: socket.socket, data: bytes) -> Spawning:
    """How workers for a file of an exercise are had."""
    limits = lockdown.Limits(
        memory=int(exercise.limits.memory_gb * GB), cpu=int(exercise.limits.submission_seconds) + 30
    )
    return Spawning(control, exercise.id, refused_packages(exercise.packages), limits, full=names_preloaded(data))


def grade_file(bench: Bench, exercise: Exercise, task: Task, control: socket.socket) -> SubmissionResult:
    """The result of one file; what can't be read is `unreadable`, what the grader broke on is `failed`."""
    started = time.perf_counter()
    result = SubmissionResult(
        student=task.student, exercise=task.exercise, path=task.path, page=task.page, sha256=None,
        status=Status.UNREADABLE, points=0, pending_points=0, max_points=bench.max_points, seconds=0.0,
    )  # fmt: skip
    try:
        data = load(Path(task.file), task.kind)
        result = replace(result, sha256=hashlib.sha256(data).hexdigest())
        work = Work(data, task.kind, Path(task.file).name, bench.names, bench.examples)
        submission = Submission(work, spawning(exercise, control, data), budget(exercise))
        try:
            checks = bench.grade(submission)
        finally:
            submission.close()
        result = _graded(result, submission, checks)
    except UnreadableWork as error:
        result = replace(result, flags=(Flag("unreadable", str(error)),))
    except WorkerFault as error:
        result = failed(result, str(error))
    return replace(result, seconds=time.perf_counter() - started)


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


def _graded(result: SubmissionResult, submission: Submission, checks: tuple[CheckResult, ...]) -> SubmissionResult:
    counted = tally(checks)
    flags = submission.flags
    if submission.work.data.strip() and not submission.contents.held(submission.work.names):
        flags = (*flags, Flag("note", f"None of {', '.join(submission.work.names[:8])} is defined in this file."))
    return replace(
        result,
        status=counted.status,
        points=counted.points,
        pending_points=counted.pending_points,
        max_points=counted.max_points,
        flags=flags,
        cells=submission.cells,
        output=submission.output,
        checks=checks,
    )
