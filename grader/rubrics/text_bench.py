"""Judges an exercise of written answers: they are read from a file's text, assessed by a rubric, and none of it is run."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.course.make_notebook import notebook_text
from grader.course.master import read_master, stub_text
from grader.errors import CourseError
from grader.rubrics.assess import Assessment, assess
from grader.rubrics.load import load_rubric
from grader.sandbox.outside.read_written import read_written
from grader.scores.records import CheckResult, Evidence, Flag, KnownMistake, Outcome, WrittenAnswer
from grader.source.written.read_answers import Text, prompts_of

if TYPE_CHECKING:
    from grader.course.course_toml import Exercise
    from grader.rubrics.rubric import Question
    from grader.sandbox.outside.process import Spawning
    from grader.source.text import Kind

LONGEST_KEPT = 20_000  # characters of an answer in the results: as many as are assessed


class TextBench:
    """The rubric of an exercise, ready to assess one submission after the other."""

    def __init__(self, exercise: Exercise) -> None:
        """Raises CourseError for an author's slip; the exercise has a rubric."""
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

    @property
    def max_points(self) -> int:
        """The points of all questions."""
        return sum(question.points for question in self.rubric.questions)

    @property
    def mistakes(self) -> tuple[KnownMistake, ...]:
        """The wrong ideas that the rubric knows."""
        return tuple(KnownMistake(each.id, each.name, each.explanation) for each in self.rubric.mistakes)

    def read(self, data: bytes, kind: Kind, name: str, spawning: Spawning) -> dict[str, Text]:
        """The answers in a file, read in a locked process; raises UnreadableWork."""
        return read_written(spawning, data, kind, name, self.names, self.prompts)

    def grade(self, texts: dict[str, Text]) -> tuple[tuple[CheckResult, ...], tuple[Flag, ...]]:
        """A result for each question, and what a person should look at."""
        results: list[CheckResult] = []
        flags: list[Flag] = []
        for question in self.rubric.questions:
            text = texts[question.id]
            made = assess(
                self.rubric, question.id, text.text,
                certain=text.certain, why=text.why, completion=self._completion,
            )  # fmt: skip
            results.append(_result(question, made, text.text))
            flags += made.flags
        return tuple(results), tuple(flags)


def _kept(answer: str) -> WrittenAnswer | None:
    """The answer as the person who marks it reads it; None where there is none."""
    if not answer:
        return None
    return WrittenAnswer(answer[:LONGEST_KEPT], hashlib.sha256(answer.encode("utf-8", "surrogatepass")).hexdigest())


def _placed(evidence: Evidence, answer: str) -> Evidence:
    """The words that show an idea, with the first place in the answer where they stand."""
    at = answer.find(evidence.quote)
    return replace(evidence, start=at) if evidence.start is None and at >= 0 else evidence


def _result(question: Question, made: Assessment, answer: str) -> CheckResult:
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
        evidence=tuple(_placed(each, answer) for each in made.evidence),
        answer=_kept(answer),
    )
