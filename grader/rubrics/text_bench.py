"""Judges an exercise of written answers: reads them from a file's text, runs none of it, and assesses them by a rubric."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from grader.course.make_notebook import notebook_text
from grader.course.master import read_master, stub_text
from grader.errors import CourseError, WorkerFault
from grader.rubrics.assessment import Assessment, assess
from grader.rubrics.rubric_toml import load_rubric
from grader.sandbox.outside.read_written import read_written
from grader.scores.records import CheckResult, Evidence, Flag, Graded, KnownMistake, Outcome, WrittenAnswer
from grader.source.written.read_answers import prompts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.course.course_toml import Exercise
    from grader.rubrics.rubric import Question
    from grader.sandbox.outside.process import Spawning
    from grader.sandbox.outside.work import Workload
    from grader.source.text import Kind
    from grader.source.written.written_text import Text

LONGEST_KEPT = 20_000  # characters of an answer in the results: as many as are assessed


class TextBench:
    """The rubric of an exercise, ready to assess one submission after the other."""

    def __init__(self, exercise: Exercise, start: Callable[[bytes], Spawning] | None = None) -> None:
        """Raises CourseError for an author's slip; the exercise has a rubric.

        ``start`` says how to get workers for a file of these bytes; without it nothing can be graded.
        """
        assert exercise.rubric is not None, "an exercise of written answers has a rubric"
        self.rubric = load_rubric(exercise.rubric)
        self.names = tuple(question.id for question in self.rubric.questions)
        self._completion = exercise.completion
        master = read_master(exercise.master)
        if self.names != master.graded_names:
            other = sorted(set(self.names) ^ set(master.graded_names)) or ["their order"]
            raise CourseError(
                f"{exercise.rubric}: its questions are not those of {exercise.master.name}, in the same order; see "
                f"{', '.join(other)}."
            )
        stub = stub_text(master)
        stubs: list[tuple[bytes, Kind]] = [
            (stub.encode(), "script"),
            (notebook_text(stub, exercise.id).encode(), "notebook"),
        ]
        self.prompts = prompts_of(stubs, self.names)
        self._start = start

    @property
    def max_points(self) -> int:
        """The points of all questions."""
        return sum(question.points for question in self.rubric.questions)

    @property
    def check_ids(self) -> tuple[str, ...]:
        """The ids of all questions, in the author's order."""
        return self.names

    @property
    def mistakes(self) -> tuple[KnownMistake, ...]:
        """The wrong ideas that the rubric knows."""
        return tuple(KnownMistake(each.id, each.name, each.explanation) for each in self.rubric.mistakes)

    def grade(self, work: Workload) -> Graded:
        """The answers of a file, assessed; raises UnreadableWork, and WorkerFault if the grader failed."""
        return self.assess(self.read(work))

    def read(self, work: Workload) -> dict[str, Text]:
        """The answers in a file, read in a locked process; raises UnreadableWork, and WorkerFault if there is none."""
        if self._start is None:
            raise WorkerFault("there is nothing here that could read a file")
        return read_written(self._start(work.data), work.data, work.kind, work.name, self.names, self.prompts)

    def assess(self, texts: Mapping[str, Text]) -> Graded:
        """A result for each question, and what a person should look at."""
        results: list[CheckResult] = []
        flags: list[Flag] = []
        for question in self.rubric.questions:
            text = texts[question.id]
            made = assess(
                self.rubric, question.id, text.text,
                certain=text.certain, why=text.why, completion=self._completion,
            )  # fmt: skip
            results.append(_result(question, text.text, made))
            flags += made.flags
        return Graded(tuple(results), tuple(flags))


def _kept(answer: str) -> WrittenAnswer | None:
    """The answer as the person who marks it reads it; None if there is none."""
    if not answer:
        return None
    return WrittenAnswer(answer[:LONGEST_KEPT], hashlib.sha256(answer.encode("utf-8", "surrogatepass")).hexdigest())


def _result(question: Question, answer: str, made: Assessment) -> CheckResult:
    return CheckResult(
        id=question.id,
        title=question.title,
        points=made.settled or 0,
        max_points=question.points,
        outcome=made.outcome,
        hidden=True,
        message=made.message,
        hint=made.hint,
        misconception=made.misconception,
        suggested_points=made.suggested if made.outcome is Outcome.REVIEW else None,
        evidence=tuple(Evidence(each.idea, answer[each.start : each.end], each.start) for each in made.evidence),
        answer=_kept(answer),
    )
