"""The seam between a run and what grades for it: processes on this machine, or anything else that follows these protocols."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from grader.scores.kept_sources import functions_from_json, functions_to_json
from grader.scores.records import FunctionSource, KnownMistake
from grader.scores.results import submission_from_json, submission_to_json
from grader.submissions.works import Work

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.sandbox.outside.work import Workload
    from grader.scores.records import Graded, Isolation, NodeRecord, SubmissionResult

Keep = Callable[[Work, tuple[FunctionSource, ...]], None]
"""Hears of a work that was graded, and of the functions that its file defines."""


@dataclass(frozen=True, slots=True)
class ExerciseFacts:
    """The points, the known mistakes and the ids of the checks or questions of one exercise, each in the author's order."""

    max_points: int
    mistakes: tuple[KnownMistake, ...]
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """What an engine says about itself and the exercises: ``max_points`` by id, ``mistakes`` in the order of the exercises.

    ``checks`` are the ids of each exercise's checks or questions, in their order.
    ``isolation`` names the protections that held in every kind of worker started so far; none if none was started. ``nodes``
    are the machines that graded, if they are others than this one.
    ``exercises`` has the same by exercise, to be handed to another engine (`Engine.know`); what is not there is found out again.
    """

    name: str
    jobs: int
    max_points: Mapping[str, int]
    mistakes: tuple[KnownMistake, ...]
    isolation: Isolation
    checks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exercises: Mapping[str, ExerciseFacts] = field(default_factory=dict)
    nodes: tuple[NodeRecord, ...] = ()


class Engine(Protocol):
    """Grades works, in whatever order and place suits it."""

    def know(self, facts: Mapping[str, ExerciseFacts]) -> None:
        """Takes what is known of some exercises, which need not be found out any more; called before all else."""

    def facts(self) -> EngineFacts:
        """What is known now; raises CourseError for an author's slip in an exercise, even one without work."""

    def grade(
        self, works: Sequence[Work], tell: Callable[[Sequence[Work]], None] | None = None, keep: Keep | None = None
    ) -> Iterator[tuple[Work, SubmissionResult]]:
        """Yields each work with its result as soon as it is graded.

        A result has the name of a group's first member, no page, and only the flags that grading found.
        This starts what these works need and tests its protections before it returns, so it raises CourseError, UsageError
        or WorkerFault before anything of a submission has run. ``tell`` gets the works that are being graded, whenever these
        change and at least once a second. ``keep`` gets the functions of a work before its result is yielded. The
        iterator raises WorkerFault if the engine can't go on.
        """

    def close(self) -> None:
        """Ends every process that was started."""


class Bench(Protocol):
    """Judges files of one exercise, one after the other: by checks that run them, or by a rubric for written answers."""

    @property
    def max_points(self) -> int:
        """The most points that a file can get."""

    @property
    def check_ids(self) -> tuple[str, ...]:
        """The ids of its checks or questions, in the author's order."""

    @property
    def mistakes(self) -> tuple[KnownMistake, ...]:
        """The known mistakes, in the author's order."""

    def grade(self, work: Workload) -> Graded:
        """What the bench finds out about a file; raises UnreadableWork, and WorkerFault if the grader failed."""


def to_order(work: Work) -> bytes:
    """The message that tells a grading process about a work; the bytes of its file go beside it."""
    name = None if work.file is None else work.file.name
    order = {
        "students": work.students, "exercise": work.exercise, "name": name, "path": work.path, "kind": work.kind,
        "sha256": work.sha256, "shared": work.shared,
    }  # fmt: skip
    return json.dumps(order).encode()


def from_order(order: bytes, data: bytes) -> Work:
    """The work that `to_order` described, with the bytes of its file; raises ValueError for anything else."""
    try:
        told = json.loads(order)
        if not isinstance(told, dict):
            raise TypeError("an order is a dict")
        name, path, kind, sha256 = (told[key] for key in ("name", "path", "kind", "sha256"))
        students, exercise, shared = tuple(told["students"]), told["exercise"], told["shared"]
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"this is no order: {error!r}") from None
    if kind not in ("script", "notebook") or not students or not all(isinstance(each, str) for each in students):
        raise ValueError("this is no order: its kind or its students are of another form")
    if not all(isinstance(each, str) for each in (name, path, sha256, exercise)) or not isinstance(shared, bool):
        raise ValueError("this is no order: a text or a truth value was expected")
    return Work(students, exercise, Path(name), path, kind, sha256, data, shared=shared)


def to_answer(result: SubmissionResult, sources: tuple[FunctionSource, ...] = ()) -> bytes:
    """What a grading process answers: a line with the result, and one with the functions of the file."""
    return f"{submission_to_json(result)}\n{functions_to_json(sources)}".encode()


def from_answer(answer: bytes) -> tuple[SubmissionResult, tuple[FunctionSource, ...]]:
    """The result and the functions that `to_answer` wrote; raises ValueError for anything else, such as a part of it."""
    result, _, sources = answer.decode().partition("\n")
    return submission_from_json(result), functions_from_json(sources)
