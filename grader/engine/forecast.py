"""Estimates how long a run will still take from what its submissions have taken so far."""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.submissions.works import Work

ENOUGH = 2  # submissions of an exercise that tell how long another one takes
SHARE = 0.03  # of all submissions that must be graded before they tell anything about a whole class
WIDE = 2.0  # how many times the likely figure the largest possible one may be, for it to be told at all
FOLLOWS_IN = 5.0  # seconds in which most of a new figure is taken over, and a tenth of itself for a longer one


class Forecast:
    """The rest of a run: what waits by each exercise's average so far, what runs by those that took longer than that.

    Nothing counts for more than its limit. If work runs for longer than any other of its exercise did, only its limit is
    known: there is no figure then, unless what is left of the limit is small beside the rest.
    """

    def __init__(
        self,
        works: Sequence[Work],
        limits: Mapping[str, float],
        jobs: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``works`` are to be graded, ``jobs`` at once; ``limits`` has each exercise's seconds for one submission."""
        self._open = Counter(work.exercise for work in works)
        self._enough = {exercise: max(1, min(ENOUGH, number - 1)) for exercise, number in self._open.items()}
        self._least = SHARE * len(works)
        self._limits = limits
        self._jobs = jobs
        self._clock = clock
        self._took: dict[str, list[float]] = defaultdict(list)
        self._since: dict[Work, float] = {}
        self._told: tuple[float, float] | None = None  # when, and which figure

    def running(self, works: Sequence[Work]) -> None:
        """These are being graded now."""
        now = self._clock()
        self._since = {work: self._since.get(work, now) for work in works}

    def done(self, exercise: str, seconds: float) -> None:
        """A submission of an exercise has been graded."""
        self._open[exercise] -= 1
        self._took[exercise].append(min(seconds, self._limits[exercise]))

    def longest(self) -> list[tuple[Work, float]]:
        """What is being graded now, and for how many seconds it has been; the longest first."""
        now = self._clock()
        return sorted(((work, now - since) for work, since in self._since.items()), key=lambda each: -each[1])

    def seconds(self) -> float | None:
        """The seconds left, or None while they can't be known. A new figure is taken over bit by bit, not at once."""
        found, now = self._estimate(), self._clock()
        if found is None:
            self._told = None
            return None
        left, most = found
        if self._told is not None:
            before, told = self._told
            expected = max(0.0, told - (now - before))
            share = 1 - math.exp(-(now - before) / max(FOLLOWS_IN, left / 10))
            left = min(most, expected + share * (left - expected))
        self._told = now, left
        return left

    def _estimate(self) -> tuple[float, float] | None:
        """The seconds that are likely left, and the most that can be; None if they can't be known."""
        still = [exercise for exercise, number in self._open.items() if number > 0]
        few = any(len(self._took[exercise]) < self._enough[exercise] for exercise in still)
        if few or sum(map(len, self._took.values())) < self._least:
            return None
        begun = Counter(work.exercise for work in self._since)
        waiting = sum(
            max(0, self._open[exercise] - begun[exercise]) * sum(self._took[exercise]) / len(self._took[exercise])
            for exercise in still
        )
        rests = [self._rest(work.exercise, took) for work, took in self.longest() if self._open[work.exercise] > 0]
        likely, most = (
            max([(waiting + sum(each)) / self._jobs, *each]) for each in zip((0.0, 0.0), *rests, strict=True)
        )
        return (likely, most) if most <= WIDE * likely or not rests else None

    def _rest(self, exercise: str, seconds: float) -> tuple[float, float]:
        """The seconds that a submission will likely still be graded for, and the most, if it has been for so many."""
        longer = [took - seconds for took in self._took[exercise] if took > seconds]
        if longer:
            return sum(longer) / len(longer), sum(longer) / len(longer)
        most = max(0.0, self._limits[exercise] - seconds)
        return min(seconds, most), most  # what nothing is known about is as likely to be half over as not


def in_words(seconds: float | None) -> str:
    """The time left in words: empty before it is known, minutes where seconds would only look exact."""
    if seconds is None:
        return ""
    if seconds < 10:
        return ", a few seconds left"
    if seconds < 100:
        return f", about {round(seconds, -1):.0f} s left"
    return f", about {max(2, round(seconds / 60))} min left"
