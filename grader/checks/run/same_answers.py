"""How checks ended, remembered by the answers that they judged, in a process that grades many submissions.

All submissions are asked the same, and a check that can only ask and compare ends the same for the same answers. These are the
same if they are the same objects: equal frames from workers are taken apart once (`grader.sandbox.outside.remembered`), so
whoever gives another byte gives another object.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.compare.answers import Answer
from grader.checks.failures import NotRight

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from grader.checks.judge.verdicts import ItemReport
    from grader.sandbox.outside.stops import Stopped

MOST_VERDICTS = 4_000


@dataclass(frozen=True, slots=True)
class Key:
    """What tells some answers from others; ``held`` is what ``told`` names by its id, kept so that nothing takes its place."""

    told: Hashable
    held: tuple[Any, ...] = field(compare=False)


def answered_key(about: Hashable, replies: Sequence[Answer | Stopped], wants: Sequence[Answer] = ()) -> Key | None:
    """The key of what is judged by some answers, and by what they should have been; None if they can't be told so."""
    told: list[Hashable] = [about, *map(id, wants)]
    held: list[Any] = [*wants]
    for reply in replies:
        if not isinstance(reply, Answer) or not isinstance(reply.value, np.ndarray | np.generic | float):
            return None
        told.append(
            (id(reply.value), id(reply.call), reply.changed, reply.warned, reply.counts, reply.readings, reply.instead)
        )
        held += [reply.value, reply.call]
    return Key(tuple(told), tuple(held))


class Verdicts:
    """The reports of checks, by what was answered."""

    def __init__(self) -> None:
        self._known: dict[Key, tuple[ItemReport, ...]] = {}

    def get(self, key: Key) -> tuple[ItemReport, ...] | None:
        """How the items of a check ended with these answers; the times are those of that time."""
        return self._known.get(key)

    def keep(self, key: Key, reports: Sequence[ItemReport]) -> None:
        """Remembers how items ended, if they passed or told a difference."""
        errors = [report.error for report in reports if report.error is not None]
        if len(self._known) < MOST_VERDICTS and all(type(error) is NotRight for error in errors):
            for error in errors:
                error.__traceback__ = None  # it holds on to all that was called
            self._known[key] = tuple(reports)
