"""Estimates how long a run will still take from what its submissions have taken so far."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.submissions.works import Work


class Forecast:
    """The rest of a run: each exercise's average time for a submission so far, and never more than its limit."""

    def __init__(
        self,
        works: Sequence[Work],
        limits: Mapping[str, float],
        jobs: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``works`` are to be graded, ``jobs`` at once; ``limits`` has each exercise's seconds for one submission."""
        self._open = Counter(work.exercise for work in works)
        self._limits = limits
        self._jobs = jobs
        self._clock = clock
        self._took: dict[str, list[float]] = defaultdict(list)
        self._since: dict[tuple[tuple[str, ...], str], float] = {}

    def running(self, works: Sequence[Work]) -> None:
        """These are being graded now."""
        now = self._clock()
        self._since = {key: self._since.get(key, now) for key in ((work.students, work.exercise) for work in works)}

    def done(self, exercise: str, seconds: float) -> None:
        """A submission of an exercise has been graded."""
        self._open[exercise] -= 1
        self._took[exercise].append(seconds)

    def seconds(self) -> float | None:
        """The seconds left, or None while there is an exercise of which nothing has been graded yet."""
        still = [exercise for exercise, number in self._open.items() if number > 0]
        if any(not self._took[exercise] for exercise in still):
            return None
        each = {
            exercise: min(sum(self._took[exercise]) / len(self._took[exercise]), self._limits[exercise])
            for exercise in still
        }
        now = self._clock()
        begun = Counter(exercise for _, exercise in self._since)
        rest = [max(0.0, each.get(exercise, 0.0) - (now - at)) for (_, exercise), at in self._since.items()]
        waiting = sum(each[exercise] * max(0, self._open[exercise] - begun[exercise]) for exercise in still)
        return max([(sum(rest) + waiting) / self._jobs, *rest])


def in_words(seconds: float | None) -> str:
    """The time left in words: empty before it is known, minutes where seconds would only look exact."""
    if seconds is None:
        return ""
    if seconds < 10:
        return ", a few seconds left"
    if seconds < 100:
        return f", about {round(seconds, -1):.0f} s left"
    return f", about {max(2, round(seconds / 60))} min left"
