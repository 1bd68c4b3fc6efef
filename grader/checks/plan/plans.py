"""What the checks of one exercise ask, found by running them once on the reference before any submission is graded."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.compare.answers import Answer, Call, Raised, perform
from grader.checks.mistakes.declare import Instance, compose
from grader.checks.models.live import is_live
from grader.checks.plan.drawn import Drawn, DrawnNumbers, StandIns
from grader.checks.plan.followed import Followed, follow
from grader.sandbox.outside.own_calls import words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.checks.plan.followed import Follow
    from grader.checks.plan.reference import Reference


class Mode(Enum):
    """By which calls a check judges a function."""

    PLAIN = "by the reference"
    PARTS = "right with the named parts replaced, or by the reference"
    COMPOSES = "right with all parts replaced, or by the reference, or with one known mistake that its own part makes"


@dataclass(frozen=True, slots=True, eq=False)
class PlannedCall:
    """One call that an item of a check makes, and the reference's answer."""

    item: str
    index: int
    call: Call
    want: Answer


@dataclass(slots=True, eq=False)
class CheckPlan:
    """One check: its texts, its points, how it judges, and the calls it makes over all its items, in order."""

    id: str
    title: str
    points: int
    hidden: bool
    hint: str
    mode: Mode = Mode.PLAIN
    parts: tuple[str, ...] = ()
    needs: str | None = None
    items: list[str] = field(default_factory=list)
    calls: list[PlannedCall] = field(default_factory=list)
    expected: dict[str, list[Call]] = field(default_factory=dict)
    wrong: dict[Instance, list[Answer | Raised]] = field(default_factory=dict)

    @property
    def own_calls(self) -> list[PlannedCall]:
        """The calls that it makes itself, without those of a check that it builds on."""
        return [planned for planned in self.calls if planned.item in self.items]

    @property
    def function(self) -> str | None:
        """The function that the check is about: the first that it calls."""
        return self.calls[0].call.function if self.calls else None


@dataclass(slots=True, eq=False)
class Plans:
    """Everything about the checks of one exercise that is the same for all submissions of a run."""

    reference: Reference
    seed: int
    checks: dict[str, CheckPlan] = field(default_factory=dict)
    ladder: dict[str, list[Answer]] = field(default_factory=dict)
    rung_hints: dict[str, tuple[int, str]] = field(default_factory=dict)  # for a ladder's lowest rungs, how many
    follows: dict[str, Follow] = field(default_factory=dict)  # functions that are followed step by step, and how
    followed: dict[str, Followed] = field(default_factory=dict)
    otherwise: dict[str, str] = field(
        default_factory=dict
    )  # a value of the module that serves if a function is missing
    _drawn: dict[tuple[PlannedCall, tuple[str, ...]], Drawn] = field(default_factory=dict, init=False)

    def rng(self, item: str | None = None, *more: int) -> np.random.Generator:
        """Random numbers that depend on the whole seed of the run, and on an item of a check and further numbers if given."""
        told = [] if item is None else [zlib.crc32(item.encode()), *more]
        return np.random.default_rng([self.seed & 0xFFFFFFFF, self.seed >> 32, *told])

    def of(self, function: str) -> list[CheckPlan]:
        """The checks about one function."""
        return [check for check in self.checks.values() if check.function == function]

    def is_composed(self, function: str) -> bool:
        """Whether a function is judged by how it puts others together."""
        return any(check.mode is Mode.COMPOSES for check in self.of(function))

    def parts_of(self, check: CheckPlan) -> tuple[str, ...]:
        """The functions that are replaced while a check judges with parts replaced."""
        above = self.reference.above(check.function or "")
        return tuple(part for part in above if check.mode is Mode.COMPOSES or part in check.parts)

    def stand_ins(self, planned: PlannedCall, parts: tuple[str, ...]) -> StandIns:
        """Functions drawn for one call, the same ones for every submission of a run."""
        if is_live([list(planned.call.args), dict(planned.call.kwargs)]):
            rng = self.rng(planned.item, planned.index)
            return DrawnNumbers(self.reference.namespace, self.reference.compiled, parts, rng)
        drawn = self._drawn.get((planned, parts))
        if drawn is None:
            rng = self.rng(planned.item, planned.index)
            drawn = Drawn(self.reference.namespace, self.reference.compiled, parts, rng)
            self._drawn[planned, parts] = drawn
        return drawn.anew()

    def work_out_mistakes(self) -> None:
        """Computes what every known mistake answers to every call, once for all submissions.

        A check that is also right with a part replaced does not fail for a mistake in that part alone, and leaves it out.
        """
        for mistake in self.reference.mistakes:
            for instance in mistake.instances:
                namespace = compose(self.reference.compiled, instance.overrides)
                for check in self.checks.values():
                    excused = set(check.parts).issuperset(instance.overrides)
                    if check.calls and check.function not in self.reference.values and not excused:
                        check.wrong[instance] = [_attempt(namespace[p.call.function], p.call) for p in check.calls]

    def climb(self, function: str, rungs: list[tuple[Any, ...]]) -> None:
        """Keeps the reference's answers to the small cases of one function, smallest first."""
        self.ladder[function] = [self.reference.answer(Call(function, tuple(rung), {})) for rung in rungs]

    def follow_all(self) -> None:
        """Works out the cases in which functions are followed step by step; raises what a case or the solution raises."""
        for function, wanted in self.follows.items():
            case = wanted.case(self.rng(f"followed {function}"))
            self.followed[function] = follow(self.reference, function, case)


def _attempt(function: Callable[..., Any], call: Call) -> Answer | Raised:
    try:
        return perform(function, call)
    except Exception as error:
        return Raised(words_of(error))
