"""How far the marking is: what is settled, what the rest will take, and how points are said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.reports import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.review.answer_groups import ReviewQuestion
    from grader.review.desk import Desk
    from grader.review.pace import Pace


@dataclass(frozen=True, slots=True)
class Progress:
    """Of ``answers`` so many are ``settled``; ``readings`` wait, equal answers as one, and take the time ``left``."""

    settled: int
    answers: int
    readings: int
    left: str

    @property
    def percent(self) -> int:
        """The share that is settled, in percent."""
        return round(100 * self.settled / self.answers) if self.answers else 100


def progress_of(desk: Desk, questions: Iterable[ReviewQuestion], pace: Pace) -> Progress:
    """Return how far these questions are."""
    groups = [group for question in questions for group in question.groups]
    answers = sum(len(group.papers) for group in groups)
    waiting = sum(len(desk.waiting(group)) for group in groups)
    readings = sum(bool(desk.waiting(group)) for group in groups)
    return Progress(answers - waiting, answers, readings, pace.left(readings))


def partly(points: int, most: int) -> str:
    """Return points as what they are: none, part or all."""
    shape = "○" if points == 0 else "✓" if points >= most else words.PARTLY
    return f"{shape} {points} of {most}" + (", in part" if 0 < points < most else "")
