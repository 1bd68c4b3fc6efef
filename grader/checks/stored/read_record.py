"""Reads back what `record` wrote down: plans that need no solution, and stand-ins that answer from the record."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from grader.checks.compare.answers import Answer, Array, Call, Raised
from grader.checks.compare.tables import Between
from grader.checks.mistakes.declare import Instance, Mistake
from grader.checks.models.live import ScriptedClock, TinyModel
from grader.checks.models.seen import KnownModels
from grader.checks.plan.followed import Followed
from grader.checks.plan.known_answers import Table
from grader.checks.plan.numbers import Numbers
from grader.checks.plan.plans import CheckPlan, Mode, PlannedCall, Plans
from grader.checks.plan.reference import Reference
from grader.sandbox.outside.conversation import NoAnswer
from grader.sandbox.wire.values import Facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.checks.models.live import Counts
    from grader.checks.plan.drawn import StandIns

WantedByParts = dict[frozenset[str], Any]
"""What a call gives, by the parts that answered in it."""
_WRITTEN = {kind.__name__: kind for kind in (TinyModel, ScriptedClock, Between, Facts)}
_NOTHING = compile("", "<no solution is here>", "exec")


@dataclass(slots=True, eq=False)
class Stored(Plans):
    """The plans of an exercise's public checks, from a record; ``pairs`` are the answers that the checks ask for.

    ``models`` are the solution's; ``recorded`` has for the calls that replace parts what they give, and what answers in the
    parts' place.
    """

    pairs: dict[str, list[tuple[Call, Answer]]] = field(default_factory=dict)
    models: KnownModels = field(default_factory=lambda: KnownModels({}))
    recorded: dict[tuple[str, int], tuple[WantedByParts, dict[str, Table] | Numbers]] = field(default_factory=dict)

    def stand_ins(self, planned: PlannedCall, parts: tuple[str, ...]) -> StandIns:
        """The stand-ins of one call, as they were recorded."""
        wants, answering = self.recorded[planned.item, planned.index]
        if isinstance(answering, Numbers):
            return RecordedNumbers(answering, wants)
        return Recorded({part: self.reference.parameters[part] for part in parts}, wants, answering)


def read_record(text: str) -> Stored:
    """The plans that a record holds."""
    plain = json.loads(text)
    arrays = [_array(*entry) for entry in plain["arrays"]]

    def value(coded: Any) -> Any:
        if isinstance(coded, list):
            return [value(item) for item in coded]
        if not isinstance(coded, dict):
            return coded
        ((kind, body),) = coded.items()
        if kind == "array":
            return arrays[body].copy()
        if kind == "scalar":
            return arrays[body][()]
        if kind in _WRITTEN:
            return _WRITTEN[kind](**value(body))
        return tuple(map(value, body)) if kind == "tuple" else {key: value(item) for key, item in body.items()}

    def call(function: str, args: Any, kwargs: Any) -> Call:
        return Call(function, tuple(value(args)), value(kwargs), of_value=function in plain["values"])

    def answer(asked: Call, coded: Any) -> Answer:
        given, changed, warned, *trained = coded
        counts, readings = trained or ((), ())
        seen = tuple(map(_counts, readings))
        return Answer(asked, value(given), tuple(changed), frozenset(warned), _counts(counts), seen)

    def pair(function: str, args: Any, kwargs: Any, coded: Any) -> tuple[Call, Answer]:
        asked = call(function, args, kwargs)
        return asked, answer(asked, coded)

    instances = [
        Instance(mistake, form, MappingProxyType(dict.fromkeys(names, _absent)))
        for mistake, form, names in plain["instances"]
    ]
    mistakes = tuple(
        Mistake(ident, name, "", hint, tuple(each for each in instances if each.id == ident), tuple(said))
        for ident, name, hint, said in plain["mistakes"]
    )
    names = tuple(plain["names"])
    parameters = {name: tuple(found) for name, found in plain["parameters"].items()}
    values = tuple(plain["values"])
    reference = Reference(_NOTHING, dict.fromkeys(names, _absent), names, parameters, mistakes, values)
    stored = Stored(reference, 0)
    for each in plain["checks"]:
        calls = [PlannedCall(item, index, *pair(*rest)) for item, index, *rest in each["calls"]]
        wrong = {
            instance: [
                Raised(a["raised"]) if isinstance(a, dict) else answer(p.call, a)
                for p, a in zip(calls, answers, strict=True)
            ]
            for instance, answers in zip(instances, each["wrong"], strict=True)
            if answers
        }
        stored.checks[each["id"]] = CheckPlan(
            each["id"], each["title"], each["points"], False, each["hint"], Mode[each["mode"]], tuple(each["parts"]),
            each["needs"], each["items"], calls, wrong=wrong,
        )  # fmt: skip
    stored.pairs = {item: [pair(*each) for each in found] for item, found in plain["pairs"].items()}
    stored.ladder = {name: [pair(*rung)[1] for rung in rungs] for name, rungs in plain["ladder"].items()}
    for name, call_and_answer, parts in plain["followed"]:
        asked = {part: value(own) for part, _, own, _ in parts}
        tables = {part: Table(split, value(known)) for part, split, _, known in parts}
        stored.followed[name] = Followed(pair(*call_and_answer)[1], asked, tables)
    stored.models = KnownModels({int(number): facts for number, facts in plain["models"].items()})
    for item, index, wants, kind, parts in plain["stand_ins"]:
        wanted = {frozenset(chosen): value(coded[0]) for chosen, coded in wants}
        if kind == "numbers":
            seeds = {part: seed for part, (seed, _) in parts.items()}
            answering: Any = Numbers(seeds, {part: tuple(taken) for part, (_, taken) in parts.items()})
        else:
            answering = {part: Table(split, [value(each) for each in asked]) for part, (split, asked) in parts.items()}
        stored.recorded[item, index] = (wanted, answering)
    return stored


def _counts(written: Sequence[Sequence[int]]) -> Counts:
    return tuple((rows, compiles) for rows, compiles in written)


def _array(dtype: str, shape: list[int], raw: str) -> Array:
    return np.frombuffer(bytearray(base64.b64decode(raw)), dtype=dtype).reshape(shape)


def _absent(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise LookupError("no solution is here")


class RecordedNumbers(Numbers):
    """The stand-ins of one call that is handed models."""

    def __init__(self, numbers: Numbers, wants: WantedByParts) -> None:
        super().__init__(numbers.seeds, {part: numbers.parameters(part) for part in numbers.seeds})
        self._wants = wants
        self._asked = frozenset().union(*wants)

    def want(self, call: Call) -> Answer:
        """What the call should give, by the stand-ins that were called for what the solution asks as well."""
        return Answer(call, self._wants[self._asked & self.called])


class Recorded:
    """The stand-ins of one call: they answer what was recorded, and to any other question something that is not right.

    ``guessed`` and ``refused`` say that they were asked such a question: then what comes out shows nothing
    about the function that asked, since a right one may ask differently from the solution.
    """

    def __init__(self, parts: dict[str, tuple[str, ...]], wants: WantedByParts, tables: dict[str, Table]) -> None:
        """``parts`` has the names of each part's parameters."""
        self._parts = parts
        self._wants = wants
        self._tables = tables
        self.called: set[str] = set()
        self.guessed = self.refused = False

    def answer(self, name: str, args: list[Any]) -> Any:
        """The stand-in's answer to the submission's call of it; raises NoAnswer."""
        if name not in self._parts or name not in self._tables:
            raise NoAnswer(f"{name} is not there")
        self.called.add(name)
        try:
            found, known = self._tables[name].find(args)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            self.refused = True
            raise NoAnswer(f"{name} was called with what does not fit: {error}") from None
        self.guessed |= not known
        return found

    def parameters(self, name: str) -> tuple[str, ...]:
        """The names of a part's parameters."""
        return self._parts[name]

    def want(self, call: Call) -> Answer:
        """What the call should give, by the stand-ins that were called."""
        return Answer(call, self._wants[frozenset(self.called)])
