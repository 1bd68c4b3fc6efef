"""How long what waits will take, from the pace of the person at the desk."""

from __future__ import annotations

import statistics
from collections import deque

from grader.scores.waiting_work import BREAK, USUAL_PACE

ASSUMED = 60 / USUAL_PACE  # seconds for an answer before there is a pace
_KEPT = 40  # of the latest answers
_ENOUGH = 3


class Pace:
    """The seconds that the latest answers took; ``settled`` is told when one was, on any clock that only goes forward."""

    def __init__(self) -> None:
        self._took: deque[float] = deque(maxlen=_KEPT)
        self._last: float | None = None

    def settled(self, now: float) -> None:
        """Note that an answer was settled at ``now`` (seconds); after a break the time counts from here on."""
        if self._last is not None and 0 <= now - self._last <= BREAK:
            self._took.append(now - self._last)
        self._last = now

    @property
    def seconds(self) -> float:
        """Seconds for an answer: the mean of the latest, or those of the usual pace until there are three."""
        return statistics.fmean(self._took) if len(self._took) >= _ENOUGH else ASSUMED

    @property
    def is_measured(self) -> bool:
        """Whether the pace is this person's own."""
        return len(self._took) >= _ENOUGH

    def left(self, answers: int) -> str:
        """Return the time for that many answers in words."""
        if not answers:
            return "nothing left"
        minutes = answers * self.seconds / 60
        if minutes < 1:
            return "less than a minute left"
        if minutes < 90:
            whole = round(minutes)
            return f"about {whole} {'minute' if whole == 1 else 'minutes'} left"
        return f"about {minutes / 60:.1f} hours left"
