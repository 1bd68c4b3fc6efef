"""Grades files of the course itself: in ordinary processes, since nobody else wrote them, with all checks and a real solution."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

from grader.checks.judge.remarks import cells_of
from grader.checks.run.bench import with_checks
from grader.course.signature import signature
from grader.home.kit import plain_start
from grader.sandbox.outside.submission import Submission
from grader.sandbox.outside.work import Budget, Workload
from grader.scores.records import Outcome
from grader.source.written.read_answers import read_answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.checks.run.bench import CheckBench
    from grader.course.course_toml import Exercise
    from grader.rubrics.text_bench import TextBench
    from grader.scores.records import CellResult, CheckResult
    from grader.source.text import Kind


@dataclass(frozen=True, slots=True)
class FileMarks:
    """What one file got: its checks, and the statements that stopped."""

    checks: tuple[CheckResult, ...]
    stopped: tuple[CellResult, ...] = ()

    @property
    def points(self) -> int:
        """The points that are settled, and those that are suggested if a person decides."""
        return sum(each.points + (each.suggested_points or 0) for each in self.checks)

    @property
    def max_points(self) -> int:
        """The most that a file can get."""
        return sum(each.max_points for each in self.checks)

    @property
    def lost(self) -> tuple[CheckResult, ...]:
        """The checks that did not give all of their points, or did not pass though they have none."""
        return tuple(
            each
            for each in self.checks
            if each.points + (each.suggested_points or 0) < each.max_points
            or each.outcome not in (Outcome.PASSED, Outcome.REVIEW)
        )


class GradeFile(Protocol):
    """Grades a file by the checks that were collected."""

    def __call__(self, data: bytes, kind: Kind, name: str, *, public_only: bool = False) -> FileMarks:
        """What the file gets from all checks, or from the public ones, which train no model."""


def with_files(exercise: Exercise, seed: int, use: Callable[[CheckBench, GradeFile], None]) -> None:
    """Collects an exercise's checks and hands them to ``use``, with what grades a file by them; raises CourseError.

    A solution that needs a worker runs in an ordinary process as well. Raises UnreadableWork for a file that can't be read, and
    WorkerFault where the grader failed.
    """
    with plain_start(exercise) as start, TemporaryDirectory(prefix="grader-") as shared:

        def grade(bench: CheckBench, data: bytes, kind: Kind, name: str, *, public_only: bool = False) -> FileMarks:
            values = bench.plans.reference.values
            stub = signature(exercise).stub
            work = Workload(data, kind, name, bench.names, bench.examples, values, bench.said, stub)
            submission = Submission(work, start, Budget.of(exercise.limits))
            try:
                checks = bench.check(submission, public_only=public_only).checks
                return FileMarks(checks, cells_of(submission.what_ran))
            finally:
                submission.close()

        serve = partial(Submission, spawning=start, budget=Budget.of(exercise.limits))
        with_checks(exercise, seed, lambda bench: use(bench, partial(grade, bench)), serve, Path(shared))


def written_marks(bench: TextBench, data: bytes, kind: Kind) -> FileMarks:
    """What a file of written answers gets; raises UnreadableWork."""
    return FileMarks(bench.assess(read_answers(data, kind, bench.names, bench.prompts)).checks)
