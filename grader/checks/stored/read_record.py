"""Reads back what `record` wrote down: plans that need no solution, and stand-ins that answer from the record."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from grader.checks.compare.answers import TOLERANCE, Answer, Array, Call, Raised
from grader.checks.compare.tables import Between
from grader.checks.mistakes.declare import Instance, Mistake
from grader.checks.models.live import ScriptedClock, TinyModel
from grader.checks.models.seen import KnownModels
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


class Table:
    """What one stand-in was asked, and what it answered; ``split`` says whether numbers or rows may be asked for one by one."""

    def __init__(self, split: str | list[int], asked: list[list[Any]]) -> None:
        self._numbers = split == "numbers"
        self._positions = [] if isinstance(split, str) else split
        self._asked = asked

    def find(self, args: Sequence[Any]) -> tuple[Any, bool]:
        """The answer to a call, and whether it is the one that was recorded.

        Raises ValueError, TypeError, KeyError or IndexError if the call's form does not fit.
        """
        given = [np.asarray(arg) if isinstance(arg, list | tuple) else arg for arg in args]
        found, known = self._by_numbers(given) if self._numbers else self._by_rows(given)
        array = found.astype(_dtype(given)) if found.dtype.kind == "f" else found
        return (array if array.ndim else array[()]), known

    def _by_numbers(self, given: list[Any]) -> tuple[Array, bool]:
        grids = np.broadcast_arrays(*(np.asarray(arg) for arg in given))
        wanted = np.stack([grid.astype(np.float64).reshape(-1) for grid in grids], axis=1)
        known = np.concatenate([np.stack([np.ravel(arg) for arg in args], axis=1) for args, _ in self._asked])
        values = np.concatenate([np.ravel(value) for _, value in self._asked])
        found, is_known = _looked_up(wanted, known, values, _tolerance(given))
        return found.reshape(grids[0].shape), is_known

    def _by_rows(self, given: list[Any]) -> tuple[Array, bool]:
        tol = _tolerance(given)
        fitting = [(args, value) for args, value in self._asked if self._fits(given, args, tol)]
        if not self._positions:
            return (np.asarray(fitting[0][1]), True) if fitting else (_other(np.asarray(self._asked[0][1])), False)
        chosen = fitting or self._asked
        first = self._positions[0]
        one = np.ndim(given[first]) < np.ndim(chosen[0][0][first])
        rows = [given[at][np.newaxis] if one else given[at] for at in self._positions]
        wanted = _flat(rows)
        known = np.concatenate([_flat([args[at] for at in self._positions]) for args, _ in chosen])
        values = np.concatenate([value for _, value in chosen])
        found, is_known = _looked_up(wanted, known, values, tol if fitting else -1.0)
        return (found[0] if one else found), is_known

    def _fits(self, given: list[Any], args: list[Any], tol: float) -> bool:
        """Whether what goes with every row (or all, if there are no rows) is as it was recorded."""
        return all(at in self._positions or _close(given[at], arg, tol) for at, arg in enumerate(args))


def _flat(rows: list[Array]) -> Array:
    return np.concatenate([np.asarray(each, dtype=np.float64).reshape(len(each), -1) for each in rows], axis=1)


def _looked_up(wanted: Array, known: Array, values: Array, tol: float) -> tuple[Array, bool]:
    """For each wanted row the value of the known one, and whether all are known; for an unknown one, something else."""
    found, all_known = np.empty((len(wanted), *values.shape[1:]), dtype=values.dtype), True
    for at, row in enumerate(wanted):
        gaps = np.max(np.abs(known - row) / np.maximum(1.0, np.abs(known)), axis=1)
        nearest = int(np.argmin(np.where(np.isnan(gaps), np.inf, gaps)))
        is_known = bool(gaps[nearest] <= tol)
        found[at] = values[nearest] if is_known else _other(values[nearest])
        all_known &= is_known
    return found, all_known


def _other(value: Array) -> Array:
    """Something of a right answer's form and size that is not right."""
    return np.asarray(0.5 * value + 0.25)


def _close(given: Any, want: Any, tol: float) -> bool:
    if isinstance(want, dict):
        return all(_close(given[key], item, tol) for key, item in want.items())
    got, wanted = np.asarray(given), np.asarray(want)
    return got.shape == wanted.shape and bool(np.all(np.abs(got - wanted) <= tol * np.maximum(1.0, np.abs(wanted))))


def _leaves(given: Sequence[Any]) -> list[Any]:
    return [leaf for value in given for leaf in (value.values() if isinstance(value, dict) else (value,))]


def _dtype(given: Sequence[Any]) -> np.dtype[Any]:
    found = np.result_type(*_leaves(given))
    return found if found.kind == "f" else np.dtype(np.float64)


def _tolerance(given: Sequence[Any]) -> float:
    single = any(getattr(leaf, "dtype", None) in ("float32", "float16") for leaf in _leaves(given))
    return TOLERANCE["float32" if single else "float64"]
