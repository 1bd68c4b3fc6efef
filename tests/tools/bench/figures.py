"""The arithmetic of the benchmark: medians, ratios with their spread, growth with the class, goals. It measures nothing."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cost:
    """What one submission cost in one round, in seconds: wall, and CPU of all processes."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure over all rounds: the median, the smallest, the largest."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of one value or more."""
        return cls(statistics.median(values), min(values), max(values))


def ratio(these: Sequence[float], those: Sequence[float]) -> Spread:
    """How many times as large these are as those, round by round: a slow moment of the machine falls on both of a round."""
    return Spread.of([this / that for this, that in zip(these, those, strict=True) if that > 0])


def walls(costs: Sequence[Cost]) -> list[float]:
    """The wall seconds of each round."""
    return [cost.wall for cost in costs]


def cpus(costs: Sequence[Cost]) -> list[float]:
    """The CPU seconds of each round."""
    return [cost.cpu for cost in costs]


def one_more(seconds: Mapping[int, Sequence[float]]) -> dict[int, float]:
    """What one more submission costs in a class of each size: the median time, less that of the smallest class, for each more.

    ``seconds`` has the times of some runs by the number of submissions; the smallest class stands for the start.
    """
    smallest = min(seconds)
    start = statistics.median(seconds[smallest])
    return {
        size: (statistics.median(taken) - start) / (size - smallest)
        for size, taken in seconds.items()
        if size > smallest
    }


def growth(seconds: Mapping[int, Sequence[float]], small: int, large: int) -> float:
    """How many times as much one more submission costs in the large class as in the small one; 1 is linear."""
    each = one_more(seconds)
    return each[large] / each[small]


@dataclass(slots=True)
class Figures:
    """All that one run of the benchmark measured.

    ``costs`` has the rounds of each exercise, kind of file and subject: ``fork``, ``warm`` and ``items`` are the floor's, then
    ``pytest``, ``grader 1`` and ``grader 2`` (jobs), ``before 1`` and so on. ``classes`` has the runs of each subject by the
    size of the class, ``runs`` those of other whole classes by their names. ``memory`` is what the grader's processes hold
    when nothing is graded, in MB, by exercise and subject.
    """

    costs: dict[tuple[str, str, str], list[Cost]] = field(default_factory=dict)
    starts: dict[tuple[str, str], float] = field(default_factory=dict)
    memory: dict[tuple[str, str], float] = field(default_factory=dict)
    isolation: dict[str, str] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    classes: dict[str, dict[int, list[Cost]]] = field(default_factory=dict)
    runs: dict[tuple[str, str, str], list[tuple[float, float, float]]] = field(default_factory=dict)

    def add(self, exercise: str, kind: str, costs: Mapping[str, Cost]) -> None:
        """Takes one round's costs of a kind of file."""
        for subject, cost in costs.items():
            self.costs.setdefault((exercise, kind, subject), []).append(cost)

    def floor(self, exercise: str, kind: str) -> list[Cost]:
        """What a kind of file is compared with: the items on right work, since those of other work end where it is wrong."""
        return self.costs.get((exercise, "right", "items"), self.costs.get((exercise, kind, "items"), []))

    def kinds(self, exercise: str) -> list[str]:
        """The kinds of file that were measured for an exercise."""
        return list(dict.fromkeys(kind for each, kind, _ in self.costs if each == exercise))

    def subjects(self, exercise: str) -> list[str]:
        """The subjects that were measured for an exercise."""
        return list(dict.fromkeys(subject for each, _, subject in self.costs if each == exercise))


@dataclass(frozen=True, slots=True)
class Goal:
    """Something that should be, what was measured, and the bound that it must not go beyond."""

    what: str
    figure: float
    bound: float
    unit: str
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure keeps to its bound."""
        return self.figure >= self.bound if self.at_least else self.figure <= self.bound

    def __str__(self) -> str:
        word = "at least" if self.at_least else "at most"
        state = "met" if self.met else "NOT MET"
        return f"{state:7}  {self.what}: {self.figure:.3g}{self.unit}, goal {word} {self.bound:.3g}{self.unit}"
