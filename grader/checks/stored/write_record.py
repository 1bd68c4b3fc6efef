"""Writes down all that the public checks of an exercise need without a solution: questions and answers, no code.

Every call with its right answer and what each known mistake answers to it; and for calls in which parts are replaced, what the
stand-ins answered to every question that the solution asks them, whichever of them it is built on, and what then comes out.
A model that is handed in is written down as what it is made of, one that the solution gave as what its layers are.
"""

from __future__ import annotations

import base64
import itertools
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.compare.answers import Answer, Raised, perform
from grader.checks.compare.tables import Between
from grader.checks.mistakes.declare import compose
from grader.checks.models.live import ScriptedClock, TinyModel
from grader.checks.models.seen import to_plain
from grader.checks.plan.drawn import Drawn, DrawnNumbers
from grader.checks.plan.known_answers import PartCall, spied, split_of
from grader.checks.plan.plans import CheckPlan, Mode, PlannedCall, Plans
from grader.errors import CourseError
from grader.sandbox.wire.values import Facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from grader.checks.compare.answers import Call
    from grader.checks.models.seen import Seen

MOST_PARTS = 8  # replaced at once: each choice of them is written down, and ten would be a thousand choices


def record(plans: Plans, pairs: Mapping[str, Iterable[tuple[Call, Answer]]], seen: Iterable[Seen] = ()) -> str:
    """The record of an exercise's public checks, as JSON; ``pairs`` are the answers that the checks asked for, item by item.

    ``seen`` are the solution's models, as the checks looked at them. Raises CourseError if a public check builds on a hidden
    one, or replaces more parts than can be written down.
    """
    arrays = _Arrays()
    reference = plans.reference
    checks = [check for check in plans.checks.values() if not check.hidden]
    items = {item for check in checks for item in check.items}
    asked = {item: list(found) for item, found in pairs.items() if item in items}
    given = {id(answer) for found in asked.values() for _, answer in found}
    instances = [instance for mistake in reference.mistakes for instance in mistake.instances]
    for check in checks:
        if any(planned.item not in items for planned in check.calls):
            raise CourseError(
                f"check_{check.id} is public and builds on a hidden check, which no student's package holds"
            )
    return json.dumps({
        "names": reference.names,
        "parameters": reference.parameters,
        "values": reference.values,
        "mistakes": [[m.id, m.name, m.hint, m.said] for m in reference.mistakes],
        "instances": [[i.id, i.form, list(i.overrides)] for i in instances],
        "checks": [
            {
                **{key: getattr(check, key) for key in ("id", "title", "points", "hint", "parts", "needs", "items")},
                "mode": check.mode.name,
                "calls": [[p.item, p.index, *_call(p.call, arrays), _want(p, arrays)] for p in check.calls],
                "wrong": [[_answer(answer, arrays) for answer in check.wrong.get(i, ())] for i in instances],
            }
            for check in checks
        ],
        "pairs": {
            item: [[*_call(call, arrays), _answer(answer, arrays)] for call, answer in found]
            for item, found in asked.items()
        },
        "ladder": {
            name: [[*_call(want.call, arrays), _answer(want, arrays)] for want in rungs]
            for name, rungs in plans.ladder.items()
        },
        "followed": [
            [
                name,
                [*_call(found.want.call, arrays), _answer(found.want, arrays)],
                [
                    [part, *(arrays.put(each) for each in (found.tables[part].split, asked, found.tables[part].known))]
                    for part, asked in found.asked.items()
                ],
            ]
            for name, found in plans.followed.items()
        ],
        "models": {each.answer.value.data: _model(each) for each in seen if id(each.answer) in given},
        "stand_ins": [
            [planned.item, planned.index, *_stand_ins(plans, planned, parts, arrays)]
            for check in checks
            if check.mode is not Mode.PLAIN and (parts := plans.parts_of(check))
            for planned in _bounded(check, parts).calls
        ],
        "arrays": arrays.written,
    })  # fmt: skip


class _Arrays:
    """The arrays of a record, each written once."""

    def __init__(self) -> None:
        self.written: list[tuple[str, tuple[int, ...], str]] = []
        self._places: dict[tuple[str, tuple[int, ...], str], int] = {}

    def put(self, value: Any) -> Any:
        """A value as JSON can hold it, with the places of its arrays."""
        if isinstance(value, np.ndarray | np.generic):
            array = np.asarray(value)
            little = array.dtype.newbyteorder("<")
            raw = np.ascontiguousarray(array, dtype=little).tobytes()
            entry = (little.str, array.shape, base64.b64encode(raw).decode())
            place = self._places.setdefault(entry, len(self.written))
            if place == len(self.written):
                self.written.append(entry)
            return {"array" if isinstance(value, np.ndarray) else "scalar": place}
        if isinstance(value, dict):
            return {"dict": {key: self.put(item) for key, item in value.items()}}
        if isinstance(value, tuple):
            return {"tuple": [self.put(item) for item in value]}
        if isinstance(value, TinyModel | ScriptedClock | Between):
            return {type(value).__name__: self.put(asdict(value))}
        if isinstance(value, Facts):
            return {"Facts": self.put({"kind": value.kind, "data": value.data})}
        return [self.put(item) for item in value] if isinstance(value, list) else value


def _call(call: Call, arrays: _Arrays) -> list[Any]:
    return [call.function, arrays.put(list(call.args)), arrays.put(dict(call.kwargs))]


def _answer(answer: Answer | Raised, arrays: _Arrays) -> Any:
    if isinstance(answer, Raised):
        return {"raised": answer.words}
    trained = [answer.counts, answer.readings] if answer.counts or answer.readings else []
    return [arrays.put(answer.value), list(answer.changed), sorted(answer.warned), *trained]


def _want(planned: PlannedCall, arrays: _Arrays) -> Any:
    """What a call should give; a value that a person writes down is left out, since the solution's is nobody else's."""
    want = planned.want
    return _answer(replace(want, value=None) if planned.call.of_value else want, arrays)


def _model(seen: Seen) -> dict[str, Any]:
    """What the solution's model is, without the numbers that it began with: those differ in every process."""
    return {"built": seen.built, "loss": seen.loss, "layers": [to_plain(layer) for layer in seen.layers]}


def _bounded(check: CheckPlan, parts: tuple[str, ...]) -> CheckPlan:
    if len(parts) > MOST_PARTS:
        raise CourseError(f"check_{check.id} replaces {len(parts)} functions at once; {MOST_PARTS} can be written down")
    return check


def _stand_ins(plans: Plans, planned: PlannedCall, parts: tuple[str, ...], arrays: _Arrays) -> list[Any]:
    """What the call gives for every choice of stand-ins, and all that these were asked."""
    drawn = plans.stand_ins(planned, parts)
    if isinstance(drawn, DrawnNumbers):
        return _numbers(drawn, planned, parts, arrays)
    assert isinstance(drawn, Drawn), "what is recorded is drawn"
    seen: dict[str, list[PartCall]] = {part: [] for part in parts}
    wants = []
    for chosen in _choices(parts):
        spies = {part: spied(drawn.part(part), seen[part]) for part in chosen}
        function = compose(plans.reference.compiled, spies)[planned.call.function]
        wants.append([list(chosen), _answer(perform(function, planned.call), arrays)])
    return [wants, "tables", {part: _table(drawn.part(part), asked, arrays) for part, asked in seen.items() if asked}]


def _numbers(drawn: DrawnNumbers, planned: PlannedCall, parts: tuple[str, ...], arrays: _Arrays) -> list[Any]:
    """The same for stand-ins that answer with numbers, model by model: each needs only its seed."""
    drawn.want(planned.call)
    wants = []
    for chosen in _choices(_few(tuple(drawn.asked), planned)):
        drawn.called = set(chosen)
        wants.append([list(chosen), _answer(drawn.want(planned.call), arrays)])
    return [wants, "numbers", {part: [drawn.seeds[part], drawn.parameters(part)] for part in parts}]


def _few(asked: tuple[str, ...], planned: PlannedCall) -> tuple[str, ...]:
    if len(asked) > MOST_PARTS:
        raise CourseError(f"{planned.item} asks parts for {len(asked)} models; {MOST_PARTS} can be written down")
    return asked


def _choices(parts: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """Every choice of some of the parts."""
    return itertools.chain.from_iterable(itertools.combinations(parts, size) for size in range(len(parts) + 1))


def _table(part: Callable[..., Any], asked: list[PartCall], arrays: _Arrays) -> Any:
    """All that a part was asked, each question once, and how its answers may be taken apart."""
    split, known = split_of(part, asked)
    once = {json.dumps([arrays.put(args), arrays.put(value)]): None for args, value in known}
    return [split, [json.loads(text) for text in once]]
