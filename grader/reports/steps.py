"""What a student should do next: the few things that would win most points."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.reports.student import Card, ExerciseView, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 3  # a student reads three lines, and no more


def next_steps(exercises: Iterable[ExerciseView]) -> tuple[Step, ...]:
    """Return at most three steps, those that would win most points first.

    Checks that show the same mistake are one step. What was begun comes before what was not, and of the latter the
    first part comes first, since later parts build on it.
    """
    begun: dict[tuple[str, str], Step] = {}
    fresh: list[Step] = []
    for exercise in exercises:
        if exercise.kind in {"missing", "unreadable"}:
            fresh.append(Step(exercise.anchor, f"Hand in “{exercise.title}”", exercise.state, exercise.max_points))
        for card in exercise.cards:
            if card.lost and not card.waiting:
                key = (exercise.anchor, card.mistake or card.anchor)
                earlier = begun.get(key)
                begun[key] = replace(earlier, points=earlier.points + card.lost) if earlier else _step(card)
        fresh += [_step(card) for card in exercise.unfinished if card.lost]
    return tuple((sorted(begun.values(), key=lambda step: -step.points) + fresh)[:MOST])


def _step(card: Card) -> Step:
    return Step(card.anchor, card.title, f"looks like: {card.mistake}" if card.mistake else card.word, card.lost)
