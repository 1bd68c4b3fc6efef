"""What a student should do next: the few things that would win most points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.reports import harmless
from grader.reports.student.shown import Card, ExerciseView, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 3  # a student reads three lines, and no more


def next_steps(exercises: Iterable[ExerciseView]) -> tuple[Step, ...]:
    """Return at most three steps, those that would win most points first.

    A cause is one step, whatever follows from it. What was begun comes before what was not, which stays in the order of
    the parts, since later parts build on earlier ones.
    """
    begun: list[Step] = []
    fresh: list[Step] = []
    for exercise in exercises:
        if exercise.kind in {"missing", "unreadable"}:
            fresh.append(Step(exercise.anchor, f"Hand in “{exercise.title}”", exercise.state, exercise.max_points))
        begun += [_step(card) for card in exercise.cards if card.lost and not card.waiting]
        fresh += [_step(card) for card in exercise.unfinished if card.lost]
    return tuple((sorted(begun, key=lambda step: -step.points) + fresh)[:MOST])


def _step(card: Card) -> Step:
    if card.decision is not None:
        detail = f"{card.points} of {card.max_points} points{f': {card.decision.why}' if card.decision.why else ''}"
    else:
        detail = f"looks like: {card.mistake}" if card.mistake else card.word
        detail = f"{detail}. {card.mend}" if card.mend else detail
    return Step(card.anchor, card.title, harmless.line(detail), card.lost)
