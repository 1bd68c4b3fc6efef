"""The written answers that wait for a person, with what supports the suggested points; only for the class page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.reports import harmless, words
from grader.scores.waiting_work import USUAL_PACE, measured_pace, minutes_for, waiting_questions

if TYPE_CHECKING:
    from grader.scores.records import Results, SubmissionResult

ALL_TEXT = 400_000  # characters of answers on the page: in a large class each is cut earlier


@dataclass(frozen=True, slots=True)
class ShownIdea:
    """An idea that was found, and the words that show it."""

    idea: str
    quote: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the person who marks should look at, and why."""

    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """One answer that waits: its ``text``, ``suggested`` of ``max_points``, the ideas found in it, and what to look at."""

    student: str
    exercise: str
    question: str
    text: str
    suggested: int
    max_points: int
    found: tuple[ShownIdea, ...]
    flags: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question of which answers wait: how many, how many ``different`` ones, the points that are open, and the time."""

    exercise: str
    title: str
    answers: int
    different: int
    points: int
    minutes: str


@dataclass(frozen=True, slots=True)
class WorkView:
    """All that waits for a person: ``told`` in a few words, the ``time`` that it takes, and a row for each question."""

    told: str
    time: str
    pace: str
    questions: tuple[QuestionRow, ...]


def work_left(results: Results) -> WorkView | None:
    """Return the work to do; None if nothing waits."""
    found = waiting_questions(results)
    if not found:
        return None
    measured = measured_pace(results)
    pace = measured or USUAL_PACE
    answers = sum(each.answers for each in found)
    time = _about(minutes_for(found, pace))
    return WorkView(
        told=f"{words.count(answers, 'answer')} {'waits' if answers == 1 else 'wait'}, {time}",
        time=time,
        pace=f"{pace:.0f} a minute, {'as so far' if measured else 'by keyboard'}; equal answers are settled together",
        questions=tuple(
            QuestionRow(
                exercise=each.exercise,
                title=harmless.line(each.title),
                answers=each.answers,
                different=each.different,
                points=each.points,
                minutes=_about(minutes_for((each,), pace)),
            )
            for each in found
        ),
    )


def _about(minutes: int) -> str:
    if minutes < 120:
        return f"about {words.count(minutes, 'minute')}"
    return f"about {words.count(round(minutes / 60), 'hour')}"


def waiting_answers(results: Results) -> tuple[Waiting, ...]:
    """Return what waits with a suggestion, question by question, so that equal answers are read one after the other."""
    place: dict[tuple[str, str], int] = {}  # a rubric's order is the same in every submission
    found: list[tuple[tuple[str, str], int, str, int, str]] = []
    for number, row in enumerate(results.submissions):
        for at, check in enumerate(row.checks):
            place[row.exercise, check.id] = at
            if check.waits and check.suggested_points is not None:
                found.append(((row.exercise, check.id), check.suggested_points, row.student, number, check.id))
    found.sort(key=lambda each: (each[0][0], place[each[0]], each[1], each[2]))
    limit = min(harmless.PARAGRAPH, max(harmless.LINE, ALL_TEXT // max(1, len(found))))
    # in the order of the rows, so that each is unpacked once
    wanted: dict[int, list[str]] = defaultdict(list)
    for *_, number, ident in found:
        wanted[number].append(ident)
    made = {
        (number, ident): _waiting(row, ident, limit)
        for number in sorted(wanted)
        for row in (results.submissions[number],)
        for ident in wanted[number]
    }
    return tuple(made[number, ident] for *_, number, ident in found)


def _waiting(row: SubmissionResult, ident: str, limit: int) -> Waiting:
    check = next(each for each in row.checks if each.id == ident)
    return Waiting(
        student=row.student,
        exercise=row.exercise,
        question=harmless.line(check.title),
        text="" if check.answer is None else harmless.block(check.answer.text, limit),
        suggested=check.suggested_points or 0,
        max_points=check.max_points,
        found=tuple(ShownIdea(harmless.line(each.idea), harmless.line(each.quote)) for each in check.evidence),
        flags=tuple(
            Told(words.flag(flag.kind), harmless.line(flag.message)) for flag in row.flags if flag.check == ident
        ),
    )
