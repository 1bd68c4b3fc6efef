"""Grades one work in the process of its exercise: hands its bytes to the bench, and makes a row of what that finds."""

from __future__ import annotations

import sys
import time
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.course.signature import signature, stub_grams
from grader.engine.rows import blank, failed, graded, unreadable
from grader.errors import UnreadableWork, WorkerFault
from grader.package_table import refused_packages
from grader.sandbox import lockdown
from grader.sandbox.outside.launch import wants_preloaded
from grader.sandbox.outside.process import Spawning
from grader.sandbox.outside.submission import Submission
from grader.sandbox.outside.work import GB, Budget, Workload
from grader.scores.kept_sources import less_the_stub
from grader.submissions.works import digest_of

if TYPE_CHECKING:
    import socket

    from grader.course.course_toml import Exercise
    from grader.engine.api import Bench
    from grader.scores.records import FunctionSource, SubmissionResult
    from grader.submissions.works import Work


def spawning(exercise: Exercise, control: socket.socket, data: bytes) -> Spawning:
    """How to get workers for a file of an exercise."""
    limits = lockdown.ResourceLimits(
        memory=int(exercise.limits.memory_gb * GB), cpu=int(exercise.limits.submission_seconds) + 30
    )
    full = wants_preloaded(exercise.packages, data)
    return Spawning(control, exercise.id, refused_packages(exercise.packages), limits, full=full)


def serve(exercise: Exercise, control: socket.socket, work: Workload) -> Submission:
    """Puts work into a worker and runs its statements; raises UnreadableWork, and WorkerFault if the grader failed."""
    return Submission(work, spawning(exercise, control, work.data), Budget.of(exercise.limits))


def grade_work(bench: Bench, exercise: Exercise, work: Work) -> tuple[SubmissionResult, tuple[FunctionSource, ...]]:
    """The row of the work's first student, and the functions of its file.

    What can't be read is `unreadable`, what the grader broke on is `failed`.
    """
    started = time.perf_counter()
    row = blank(work, work.students[0], bench.max_points)
    sources: tuple[FunctionSource, ...] = ()
    try:
        found = bench.grade(_workload(exercise, work))
        row, sources = graded(row, found), less_the_stub(found.sources, stub_grams(exercise))
    except UnreadableWork as error:
        row = unreadable(row, error)
    except WorkerFault as error:
        row = failed(row, str(error))
    except Exception as error:  # the grader's own, whatever it is: the next work can still be graded
        tell_fault(f"{work.students[0]}, {work.exercise}", error)
        # Its text may hold what a hidden check asks, so no page shows it.
        row = failed(row, f"a {type(error).__name__} in the grader itself")
    return replace(row, seconds=time.perf_counter() - started), sources


def _workload(exercise: Exercise, work: Work) -> Workload:
    data = work.read()
    if digest_of(data) != work.sha256 or work.file is None or work.kind is None:
        raise WorkerFault("what came to be graded is not what was handed in")
    return Workload(data, work.kind, work.file.name, stub=signature(exercise).stub, shared=work.shared, keep=True)


def tell_fault(where: str, error: BaseException) -> None:
    """Writes to stderr what went wrong and in which line of the grader, in a form that no CI takes for a command."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename.rpartition('/')[2]}, line {frames[-1].lineno})" if frames else ""
    told = ascii(f"{where}: {type(error).__name__}: {error}"[:500] + place)
    print(f"grader: {told.replace('::', ': :').replace('##[', '# # [')}", file=sys.stderr, flush=True)
