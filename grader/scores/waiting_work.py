"""The work that waits for a person, question by question, and how long it takes; pure."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grader.scores.records import BY_COURSE, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.scores.records import CheckResult, Results

USUAL_PACE = 6.0  # answers a minute, by keyboard
_ENOUGH = 20  # decisions one after the other, before which a pace says little
BREAK = 120.0  # seconds without a decision: the person did something else


@dataclass(frozen=True, slots=True)
class WaitingQuestion:
    """A question whose ``answers`` wait; equal ones are settled together, so only ``different`` ones take time."""

    exercise: str
    check: str
    title: str
    answers: int
    different: int
    points: int
    suggested: int


class _Waiting:
    """What is known of the answers to one question, taken one at a time."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.answers = self.points = self.suggested = self.unknown = 0
        self.texts: set[str] = set()

    def take(self, check: CheckResult) -> None:
        self.answers += 1
        self.points += check.max_points
        self.suggested += check.suggested_points or 0
        if check.answer is None:
            self.unknown += 1
        else:
            self.texts.add(check.answer.sha256)


def waiting_questions(results: Results) -> tuple[WaitingQuestion, ...]:
    """Return what waits, a record for each question, in the order of the exercises and their questions."""
    place = {exercise.id: at for at, exercise in enumerate(results.exercises)}
    found: dict[tuple[int, str, int, str], _Waiting] = {}
    order: dict[tuple[str, str], int] = {}
    for row in results.submissions:
        for at, check in enumerate(row.checks):
            if check.waits:
                key = (
                    place.get(row.exercise, len(place)),
                    row.exercise,
                    order.setdefault((row.exercise, check.id), at),
                )
                found.setdefault((*key, check.id), _Waiting(check.title)).take(check)
    return tuple(
        WaitingQuestion(
            exercise=exercise,
            check=ident,
            title=each.title,
            answers=each.answers,
            different=len(each.texts) + each.unknown,
            points=each.points,
            suggested=each.suggested,
        )
        for (_, exercise, _, ident), each in sorted(found.items(), key=lambda each: each[0])
    )


def minutes_for(questions: Iterable[WaitingQuestion], pace: float) -> int:
    """Return the whole minutes that these take at ``pace`` answers a minute, rounded up."""
    return math.ceil(sum(each.different for each in questions) / pace)


def measured_pace(results: Results) -> float | None:
    """Return how many answers a minute people have settled so far, breaks left out; None until that says something.

    What was settled in one moment, equal answers or a whole table, counts once.
    """
    moments: dict[str, set[datetime]] = defaultdict(set)
    for row in results.submissions:
        for check in row.checks:
            word = check.adjusted
            if word is not None and check.outcome is Outcome.REVIEW and word.by != BY_COURSE:
                at = _moment(word.when)
                if at is not None:
                    moments[word.by].add(at)
    gaps = [
        gap
        for each in moments.values()
        for one, other in zip(sorted(each), sorted(each)[1:], strict=False)
        if (gap := (other - one).total_seconds()) <= BREAK
    ]
    return 60 * len(gaps) / sum(gaps) if len(gaps) >= _ENOUGH else None


def _moment(when: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(when)
    except ValueError:  # results.json may have been edited
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
