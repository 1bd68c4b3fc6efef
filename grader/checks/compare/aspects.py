"""Whether a reply is the one that a known mistake gives, on the side of the answer that a check looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.checks.compare.answers import Answer, Raised, agrees
from grader.checks.compare.looks import WHOLE, Aspect, Look
from grader.checks.models.live import clock_of
from grader.sandbox.outside.stops import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable


def matches(reply: Answer | Stopped, wrong: Answer | Raised, aspect: Aspect, look: Look = WHOLE) -> bool:
    """Whether a reply is the one that a known mistake gives, on the aspect looked at; what both raise may differ in words."""
    if isinstance(reply, Stopped) or isinstance(wrong, Raised):
        return isinstance(reply, Stopped) and isinstance(wrong, Raised)
    if aspect in TRAINING:
        return TRAINING[aspect](reply) == TRAINING[aspect](wrong)
    if not agrees(reply.value, wrong, look) or rows_seen(reply) != rows_seen(wrong):
        return False
    if aspect is Aspect.WARNINGS:
        return reply.warned == wrong.warned
    if aspect is Aspect.INPUTS:
        return set(reply.changed) == set(wrong.changed)
    if aspect is Aspect.DTYPE:
        return getattr(reply.value, "dtype", None) == getattr(wrong.value, "dtype", None)
    return True


def rows_seen(answer: Answer) -> list[int]:
    """The rows that each model was trained on."""
    return [rows for rows, _ in answer.counts]


def _epochs_read(answer: Answer) -> tuple[object, ...]:
    """At which whole epochs the clock was read, and how often the models had been compiled then."""
    clock = clock_of([answer.call.args, dict(answer.call.kwargs)])
    rows = clock.rows if clock is not None else 1
    whole = [counts for counts in answer.readings if all(seen % rows == 0 for seen, _ in counts)]
    return tuple(dict.fromkeys(whole))


TRAINING: dict[Aspect, Callable[[Answer], object]] = {
    Aspect.ROWS: rows_seen,
    Aspect.CLOCK: _epochs_read,
}
"""What an answer says about how models were trained, by the aspect that a check looks at; the value given plays no part."""
