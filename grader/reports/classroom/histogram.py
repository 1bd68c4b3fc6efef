"""The distribution of totals as bars with whole coordinates, ready to be drawn as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BINS = 10
WIDTH, HEIGHT, GAP = 600, 150, 4  # in the drawing's own units


@dataclass(frozen=True, slots=True)
class Bar:
    """The students with ``low`` to ``high`` points, and where their bar stands."""

    low: int
    high: int
    students: int
    x: int
    y: int
    width: int
    height: int

    @property
    def label(self) -> str:
        """The range of points in words."""
        return str(self.low) if self.low == self.high else f"{self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bars from 0 to the highest possible points."""

    bars: tuple[Bar, ...]
    students: int


def histogram(points: Sequence[int], max_points: int) -> Histogram:
    """Return at most ten bars of equal width in whole points; the last one holds ``max_points``."""
    step = max(1, -(-(max_points + 1) // BINS))
    lows = range(0, max_points + 1, step)
    counts = [sum(low <= point < low + step for point in points) for low in lows]
    tallest = max(counts, default=0) or 1
    slot = WIDTH // max(1, len(lows))
    bars = []
    for at, (low, students) in enumerate(zip(lows, counts, strict=True)):
        height = round(HEIGHT * students / tallest)
        high = min(low + step - 1, max_points)
        bars.append(Bar(low, high, students, at * slot + GAP // 2, HEIGHT - height, slot - GAP, height))
    return Histogram(tuple(bars), len(points))
