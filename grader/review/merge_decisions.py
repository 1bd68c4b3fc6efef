"""Brings together what several people decided about the same run, and names what they decided differently."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.scores.records import as_written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.scores.records import Adjustment

_Place = tuple[str, str, str, str]  # student, exercise, check, digest


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two people gave one answer different points: the decision that is here, and the one that was not taken over."""

    ours: Adjustment
    theirs: Adjustment


@dataclass(frozen=True, slots=True)
class Merged:
    """What to append to our decisions, how many of theirs were here already, and where two people differ."""

    added: tuple[Adjustment, ...]
    known: int
    conflicts: tuple[Disagreement, ...]


def merge(ours: Sequence[Adjustment], theirs: Iterable[Adjustment]) -> Merged:
    """Return what their decisions add to ours; merging the same again adds nothing.

    Decisions about different answers stand beside each other, also those about another text of the same student. About one
    answer the later word of one person counts; if two people gave it different points, ours stays, and both are named. A word
    that takes a decision back counts only for the person who made the decision.
    """
    here = set(ours)
    last = _latest(ours)
    added: list[Adjustment] = []
    conflicts: list[Disagreement] = []
    known = 0
    for each in _latest(theirs).values():
        if each in here:
            known += 1
            continue
        standing = last.get(_place(each))
        if standing is None or standing.by == each.by:
            if standing is None or standing.moment <= each.moment:
                added.append(each)
            else:
                known += 1  # an earlier word of the same person
        elif standing.points is None and each.points is not None:
            added.append(each if standing.moment <= each.moment else replace(each, when=standing.when))
        elif each.points is None or each.points == standing.points:
            known += 1
        else:
            conflicts.append(Disagreement(standing, each))
    return Merged(tuple(added), known, tuple(conflicts))


def _latest(adjustments: Iterable[Adjustment]) -> dict[_Place, Adjustment]:
    return {_place(each): each for each in sorted(adjustments, key=lambda each: each.moment)}


def _place(adjustment: Adjustment) -> _Place:
    return as_written(adjustment.student), adjustment.exercise, adjustment.check, adjustment.digest
