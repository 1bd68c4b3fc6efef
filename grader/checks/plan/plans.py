"""What the checks of one exercise ask, found out by running them once on the reference before any submission is graded."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from grader.checks.compare.answers import Answer, Call, Raised, agrees, bounded, copied, perform
from grader.checks.compare.looks import WHOLE, Look
from grader.checks.mistakes.declare import Instance, Mistake, compose
from grader.checks.models.live import clock_of, is_live, sent
from grader.checks.plan.drawn import Drawn, DrawnNumbers
from grader.errors import WorkerFault
from grader.sandbox.outside.own_calls import words_of
from grader.sandbox.outside.replies import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType

    from grader.sandbox.outside.submission import Submission


class Mode(Enum):
    """By which calls a check judges a function."""

    PLAIN = "by the reference"
    PARTS = "right with the named parts replaced, or by the reference"
    COMPOSES = "right with all parts replaced, or by the reference, or with one known mistake that its own part makes"


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One call that an item of a check makes, and the reference's answer."""

    item: str
    index: int
    call: Call
    want: Answer


@dataclass(slots=True)
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


@dataclass(frozen=True, slots=True)
class Reference:
    """The reference solution as the checks use it.

    ``names`` are functions and, among them, ``values`` that are written down. ``submission`` is the solution in a worker of its
    own, where only that can run it.
    """

    compiled: CodeType
    namespace: Mapping[str, Any]
    names: tuple[str, ...]
    parameters: Mapping[str, tuple[str, ...]]
    mistakes: tuple[Mistake, ...]
    values: tuple[str, ...] = ()
    submission: Submission | None = None

    def above(self, name: str) -> tuple[str, ...]:
        """The functions that stand above ``name`` in the exercise's table."""
        names = self.names[: self.names.index(name)] if name in self.names else ()
        return tuple(each for each in names if each not in self.values)

    def function(self, name: str) -> Callable[..., Any]:
        """A function of the reference by its name; raises AttributeError for a name that it does not have."""
        if name not in self.names:
            raise AttributeError(f"the exercise has no function {name}; it has {', '.join(self.names)}")
        found = self.namespace[name]
        function: Callable[..., Any] = (lambda: found) if name in self.values else found
        return function

    def answer(self, call: Call) -> Answer:
        """What the solution answers to a call; raises WorkerFault where it runs in a worker and gives nothing."""
        if self.submission is None:
            return perform(self.function(call.function), call)
        reply = self.submission.call(call.function, sent(copied(call.args)), sent(copied(dict(call.kwargs))))
        if isinstance(reply, Stopped):
            raise WorkerFault(f"the solution did not answer: {reply.message}")
        return Answer(call, bounded(reply.value), reply.changed, reply.warned)


class StandIns(Protocol):
    """The functions that stand in for a submission's parts during one call."""

    called: set[str]
    guessed: bool  # asked what it does not know, it gave something that is not right
    refused: bool

    def answer(self, name: str, args: list[Any]) -> Any:
        """A stand-in's answer to the submission's call of it; raises NoAnswer."""

    def parameters(self, name: str) -> tuple[str, ...]:
        """The names of a part's parameters; one that may be left out ends in ``=``."""

    def want(self, call: Call) -> Answer:
        """What the call should give, by the stand-ins that were called and the solution for the other parts."""


@dataclass(slots=True)
class Plans:
    """Everything about the checks of one exercise that is the same for all submissions of a run."""

    reference: Reference
    seed: int
    checks: dict[str, CheckPlan] = field(default_factory=dict)
    ladder: dict[str, list[Answer]] = field(default_factory=dict)
    rung_hints: dict[str, tuple[int, str]] = field(default_factory=dict)  # of the lowest rungs of a ladder, how many
    otherwise: dict[str, str] = field(
        default_factory=dict
    )  # a value of the module that serves where a function is missing

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
        seed = [self.seed & 0xFFFFFFFF, self.seed >> 32, zlib.crc32(planned.item.encode()), planned.index]
        with_models = is_live([list(planned.call.args), dict(planned.call.kwargs)])
        drawn = DrawnNumbers if with_models else Drawn
        return drawn(self.reference.namespace, self.reference.compiled, parts, np.random.default_rng(seed))

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


def _attempt(function: Callable[..., Any], call: Call) -> Answer | Raised:
    try:
        return perform(function, call)
    except Exception as error:
        return Raised(words_of(error))


def is_same_call(one: Call, other: Call) -> bool:
    """Whether two calls ask the same function the same question."""
    return (
        one.function == other.function and _same(one.args, other.args) and _same(dict(one.kwargs), dict(other.kwargs))
    )


def is_alike(one: Call, other: Call) -> bool:
    """Whether two calls hand over arrays of the same shapes and dtypes; another NumPy may draw other last digits."""
    return bool(_form([*one.args, dict(one.kwargs)]) == _form([*other.args, dict(other.kwargs)]))


def _form(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_form(item) for item in value]
    if isinstance(value, dict):
        return {key: _form(item) for key, item in value.items()}
    return (value.shape, value.dtype) if isinstance(value, np.ndarray) else type(value)


def _same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if hasattr(one, "dtype") and hasattr(one, "tobytes"):
        return bool(one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes())
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(one == other)


def matches(reply: Answer | Stopped, wrong: Answer | Raised, aspect: str, look: Look = WHOLE) -> bool:
    """Whether a reply is the one that a known mistake gives, on the aspect looked at; in which words both raise is left open."""
    if isinstance(reply, Stopped) or isinstance(wrong, Raised):
        return isinstance(reply, Stopped) and isinstance(wrong, Raised)
    if aspect in TRAINING:
        return TRAINING[aspect](reply) == TRAINING[aspect](wrong)
    if not agrees(reply.value, wrong, look) or _rows_seen(reply) != _rows_seen(wrong):
        return False
    if aspect == "warnings":
        return reply.warned == wrong.warned
    if aspect == "inputs":
        return set(reply.changed) == set(wrong.changed)
    if aspect == "dtype":
        return getattr(reply.value, "dtype", None) == getattr(wrong.value, "dtype", None)
    return True


def _rows_seen(answer: Answer) -> list[int]:
    """The rows that each model was trained on."""
    return [rows for rows, _ in answer.counts]


def _epochs_read(answer: Answer) -> tuple[object, ...]:
    """At which whole epochs the clock was read, and how often the models had been compiled then."""
    clock = clock_of([answer.call.args, dict(answer.call.kwargs)])
    rows = clock.rows if clock is not None else 1
    whole = [counts for counts in answer.readings if all(seen % rows == 0 for seen, _ in counts)]
    return tuple(dict.fromkeys(whole))


TRAINING: dict[str, Callable[[Answer], object]] = {
    "rows": _rows_seen,
    "clock": _epochs_read,
}
"""What an answer says of how models were trained, by the aspect that a check looks at; the value given plays no part."""
