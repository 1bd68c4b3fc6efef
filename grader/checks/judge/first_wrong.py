"""Where a function that goes step by step first goes wrong, and the smallest set of one's own functions that would mend it.

In one small case the solution asks each part certain questions. The submission's own part is asked the same, and is right or
not; one that is not, but would be with right functions in place of those that it calls, is excused. With right parts in place
of its own, the whole shows whether it puts them together rightly, and with which question it first asks for something else.
With sets of its faulty parts replaced, the smallest first, it shows which set mends it.

Why no point can be won by this. Right answers go to the submission's process, which is else never done when a class is graded.
But (1) `add_first` is called when every check has its result, and only adds `CheckResult.first`, which counts for nothing: no
call is judged after these, and the worker ends with the submission, so what it has seen can be played back to nobody. (2) The
case is drawn for this alone: no check asks it, so its answers are no check's answers. (3) What stands in for a part is no
function but a table of what the solution was asked in this case (`Table`): to any other question, a hidden check's inputs that
the submission has kept, say, it answers with a bend of these few numbers, so nobody can have the solution work for them.
"""

from __future__ import annotations

import itertools
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.compare.answers import Answer, Call, agrees, tolerance
from grader.checks.judge.why_stopped import outcome_of
from grader.checks.plan.drawn import as_arrays
from grader.checks.plan.plans import Mode
from grader.sandbox.outside.conversation import NoAnswer
from grader.scores.records import FirstWrong, KnownBy, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.checks.compare.answers import Array
    from grader.checks.plan.followed import Follow, Followed
    from grader.checks.plan.known_answers import Table
    from grader.checks.plan.plans import CheckPlan, Plans
    from grader.checks.run.trial import AnswerOrStop, Trial
    from grader.scores.records import CheckResult

SECONDS = 1.0  # for a whole submission; it takes some milliseconds unless the submission, or the machine, is slow
SLOW = 5.0  # seconds that the checks took: who is so slow in them would be slow here, in a call that can't be cut short
MOST_ASKED = 500  # questions in one call; loops over rows, steps and parts need a tenth
MOST_TO_MEND = 3  # a longer list says no more than the checks themselves
ENDED = frozenset({Outcome.BLOCKED, Outcome.CRASHED, Outcome.TIMEOUT})  # another such call would only cost time
WRONG = frozenset({Outcome.FAILED, Outcome.ERROR})


class _Unsure(Exception):
    """Nothing can be said: a call did not come back, or time is up."""


def add_first(plans: Plans, trial: Trial, results: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
    """The results, with where its function first goes wrong for each check of a followed one that fails.

    So does a check that passed apart from faults in other functions. Nothing is called if all is right, or if
    something did not come back, or hardly did.
    """
    outcomes = {result.outcome for result in results}
    if not outcomes & WRONG or outcomes & ENDED or sum(result.seconds for result in results) > SLOW:
        return results
    until = time.monotonic() + SECONDS
    told: dict[str, FirstWrong] = {}
    for function, followed in plans.followed.items():
        wholes = [part for part in followed.asked if plans.is_composed(part)] + [function]
        inquiry = _Inquiry(plans, trial, function, followed, plans.follows[function], until)
        for whole in wholes:
            if any(_concerns(plans.checks[result.id], result, whole, trial) for result in results):
                with suppress(_Unsure):
                    found = inquiry.first(whole)
                    if found is not None:
                        told[whole] = found
    return tuple(_with(told, plans.checks[result.id], result, trial) for result in results)


def _with(told: Mapping[str, FirstWrong], check: CheckPlan, result: CheckResult, trial: Trial) -> CheckResult:
    found = told.get(check.function or "")
    return replace(result, first=found) if found and _concerns(check, result, found.function, trial) else result


def _concerns(check: CheckPlan, result: CheckResult, whole: str, trial: Trial) -> bool:
    """Whether a check's result is about a function whose way is worth following."""
    if check.function != whole or check.needs is not None:
        return False
    apart = check.mode is Mode.COMPOSES and bool(trial.apart(check))
    return result.outcome in WRONG or (result.outcome is Outcome.PASSED and apart)


@dataclass(slots=True)
class _Known:
    """Stands in for parts with what the solution's are known to answer, and keeps what it was asked."""

    tables: Mapping[str, Table]
    until: float
    asked: list[tuple[str, bool]] = field(default_factory=list)  # the part, and whether it is a right question

    def answer(self, name: str, args: list[Any]) -> Any:
        """The recorded answer, or to any other question something that is not right; raises NoAnswer."""
        if name not in self.tables or len(self.asked) >= MOST_ASKED or time.monotonic() > self.until:
            raise NoAnswer(f"{name} is not there, or was asked too often")
        try:
            found, known = self.tables[name].find(as_arrays(args))
        except Exception as error:
            self.asked.append((name, False))
            raise NoAnswer(f"{name} was called with what does not fit: {error}") from None
        self.asked.append((name, known))
        return found

    @property
    def called(self) -> set[str]:
        """The parts that were asked anything."""
        return {name for name, _ in self.asked}


@dataclass(slots=True)
class _Inquiry:
    """What is found out about one submission in one followed case."""

    plans: Plans
    trial: Trial
    function: str
    followed: Followed
    follow: Follow
    until: float
    _plain: dict[str, list[tuple[Answer, AnswerOrStop]]] = field(default_factory=dict)
    _rights: dict[str, list[bool]] = field(default_factory=dict)
    _mended: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _alone: dict[str, tuple[bool, _Known]] = field(default_factory=dict)

    def first(self, whole: str) -> FirstWrong | None:
        """Where the function, or one that it is composed of, first goes wrong; None if it does not; raises _Unsure."""
        want, reply = self._plain_answers()[whole][0]
        if isinstance(reply, Answer) and agrees(reply.value, want):
            return None
        if self.follow.gives:
            return self._by_what_it_gives(reply, want)
        composed, known = self._by_itself(whole)
        inner = [part for part in known.called if self.plans.is_composed(part)]
        if inner and composed and all(self._by_itself(part)[0] for part in inner):
            seen = [each for part in (whole, *inner) for each in self._by_itself(part)[1].asked]
            found = self._where(whole, want, reply, composed, _Known({}, 0.0, seen))
        elif inner:
            plain = tuple(part for part in self._above(whole) if not self.plans.is_composed(part))
            found = self._where(whole, want, reply, *self._replaced(want, plain))
        else:
            found = self._where(whole, want, reply, composed, known)
        self._mended[whole] = mend = self._mend(whole, want) if known.called else ()
        mend = mend if len(mend) <= MOST_TO_MEND else ()
        if found is None:
            return FirstWrong(whole, KnownBy.ITSELF, self.follow.step, mend=mend) if mend else None
        return replace(found, mend=mend)

    def _by_what_it_gives(self, reply: AnswerOrStop, want: Answer) -> FirstWrong | None:
        """Where the rows that a function gives first differ; the value that is handed on can only be concluded from them."""
        if not isinstance(reply, Answer) or not all(look.finds(reply.value) for look in self.follow.gives):
            return None
        firsts: dict[str, int] = {}
        for look in self.follow.gives:
            got, wanted = look.pick(reply.value), np.asarray(look.pick(want.value))
            at = _first_step(got, wanted, self.follow.axis, look.tolerance or tolerance(got, want))
            if at is None:
                return None
            firsts[look.name] = at
        wrong = [at for at in firsts.values() if at]
        if not wrong:
            return None
        at = min(wrong)
        differing = tuple(name for name, place in firsts.items() if place == at)
        told = FirstWrong(self.function, KnownBy.ITSELF, self.follow.step, at, differing[0], differing)
        if at > 1 and self.follow.carried and len(differing) == len(firsts):
            return replace(told, known_by=KnownBy.AFTER, at=at - 1, value=self.follow.carried)
        return told

    def _where(self, whole: str, want: Answer, reply: AnswerOrStop, composed: bool, known: _Known) -> FirstWrong | None:
        """The first step and value that differ, by all that was seen: own parts, questions, and what is given back."""
        values = list(self.follow.parts)
        steps = np.shape(want.value)[self.follow.axis] if whole == self.function else 1
        seen: list[tuple[int, int]] = []
        for order, part in enumerate(self.follow.parts.values()):
            own = self._own(part)[:steps] if part in known.called else []
            seen += [(at, order) for at, right in enumerate(own, start=1) if not right]
        unknown = None if composed else self._first_other_question(known, steps)
        if unknown is not None:
            seen.append(unknown)
        inside = min(seen, default=None)
        every = known.called.issuperset(self.follow.parts.values())
        if inside is None and not composed and every and all(right for _, right in known.asked):
            return FirstWrong(whole, KnownBy.RESULT, self.follow.step)
        given = self._first_state(whole, want, reply, steps)
        last = len(values) - 1
        if given is not None and (inside is None or (given, last) < inside):
            if whole != self.function:
                return None  # that the one state which it gives is wrong is no news
            return FirstWrong(whole, KnownBy.RETURNED, self.follow.step, given, values[last], (values[last],))
        if inside is None:
            return None
        return FirstWrong(whole, KnownBy.ITSELF, self.follow.step, inside[0], values[inside[1]], (values[inside[1]],))

    def _first_other_question(self, known: _Known, steps: int) -> tuple[int, int] | None:
        """The step and value of the first question that the solution would not ask; None if it can't be placed."""
        at = next((at for at, (_, right) in enumerate(known.asked) if not right), None)
        if at is None:
            return None
        name = known.asked[at][0]
        asked = [index for index, (part, _) in enumerate(known.asked) if part == name]
        if name not in self.follow.parts.values() or len(asked) > steps:
            return None  # asked row by row, or for its own sake: which step it is for can't be told
        return asked.index(at) + 1, list(self.follow.parts.values()).index(name)

    def _first_state(self, whole: str, want: Answer, reply: AnswerOrStop, steps: int) -> int | None:
        """The first step whose state, as it is given back, differs; None if none does, or the shapes differ."""
        if not isinstance(reply, Answer) or not isinstance(reply.value, np.ndarray):
            return None
        wanted, axis = np.asarray(want.value), self.follow.axis
        got = reply.value
        if whole != self.function:
            got, wanted, axis = got[np.newaxis], wanted[np.newaxis], 0
        return _first_step(got, wanted, axis, tolerance(reply.value, want)) or None

    def _mend(self, whole: str, want: Answer) -> tuple[str, ...]:
        """The smallest set of own functions that, mended, make the whole right; empty if none is found."""
        faulty = [part for part in self._above(whole) if self._is_at_fault(part)]
        if not self._by_itself(whole)[0]:
            composes = (each for each in self.plans.of(whole) if each.mode is Mode.COMPOSES)
            if any(self.trial.way(each).right for each in composes):
                return ()  # with other stand-ins it is right: it only asks otherwise than the solution
            return self._with_what_they_call((whole,), faulty)
        called = self._by_itself(whole)[1].called
        if len(called) == 1 and (same := self._mended.get(next(iter(called)))):
            return same  # it rightly hands on what the one function that it calls gives
        for size in range(1, len(faulty) + 1):
            for chosen in itertools.combinations(faulty, size):
                if self._replaced(want, chosen)[0]:
                    return self._with_what_they_call(chosen, faulty)
        return ()

    def _with_what_they_call(self, chosen: tuple[str, ...], faulty: Iterable[str]) -> tuple[str, ...]:
        """Functions at fault, and those at fault that they call, which a right function in their place does not call."""
        others = {part for part in faulty if part not in chosen}
        reached: set[str] = set()
        todo = list(chosen) if others else []
        while todo:
            found = self._by_itself(todo.pop())[1].called - reached
            reached |= found
            todo += found
        names = {*chosen, *(others & reached)}
        return tuple(name for name in self.plans.reference.names if name in names)

    def _is_at_fault(self, part: str) -> bool:
        """Whether an own part is wrong, and not only for the sake of those that it calls."""
        return not all(self._own(part)) and not self._by_itself(part)[0]

    def _by_itself(self, function: str) -> tuple[bool, _Known]:
        """Whether a function is right with all above it replaced, where it went wrong first, and what it asked of these."""
        if function not in self._alone:
            own = self._own(function)
            want, _ = self._plain_answers()[function][own.index(False) if not all(own) else 0]
            self._alone[function] = self._replaced(want, self._above(function))
        return self._alone[function]

    def _own(self, function: str) -> list[bool]:
        """Whether an own function is right when it is asked what the solution asks its own, question by question."""
        if function not in self._rights:
            self._rights[function] = [_is_right(reply, want) for want, reply in self._plain_answers()[function]]
        return self._rights[function]

    def _plain_answers(self) -> dict[str, list[tuple[Answer, AnswerOrStop]]]:
        """What each own function should give and gives, when it is asked what the solution asks its own; the whole last.

        One that gives no value of a step is asked once.
        """
        if not self._plain:
            wants = self.followed.wants
            if not wants:
                values = set(self.follow.parts.values())
                wants += [
                    Answer(Call(part, tuple(args), {}), value)
                    for part, asked in self.followed.asked.items()
                    for args, value in (asked if part in values else asked[:1])
                ]
                wants.append(self.followed.want)
            replies = self.trial.ask_each_last([want.call for want in wants])
            plain: dict[str, list[tuple[Answer, AnswerOrStop]]] = {}
            for want, reply in zip(wants, replies, strict=True):
                plain.setdefault(want.call.function, []).append((want, self._certain(reply)))
            self._plain = plain
        return self._plain

    def _replaced(self, want: Answer, parts: tuple[str, ...]) -> tuple[bool, _Known]:
        """Whether a call is right with right functions in place of some own ones, and what these were asked."""
        known = _Known({part: self.followed.tables[part] for part in parts}, self.until)
        reply = self._certain(self.trial.ask_last(want.call, parts, known))
        return _is_right(reply, want), known

    def _above(self, name: str) -> tuple[str, ...]:
        """The parts above a function that the case has answers for."""
        return tuple(part for part in self.plans.reference.above(name) if part in self.followed.tables)

    def _certain(self, reply: AnswerOrStop) -> AnswerOrStop:
        """A reply that says something about what was called; raises _Unsure for any other, and when time is up."""
        if not isinstance(reply, Answer) and outcome_of(reply) is not Outcome.ERROR:
            raise _Unsure
        if time.monotonic() > self.until:
            raise _Unsure
        return reply


def _is_right(reply: AnswerOrStop, want: Answer) -> bool:
    """Whether a call gave what is wanted and left its inputs as they were, which others may still need."""
    return isinstance(reply, Answer) and agrees(reply.value, want) and not reply.changed


def _first_step(got: Any, wanted: Array, axis: int, tol: float) -> int | None:
    """The first step (from 1) in which two arrays differ, 0 if none does; None if they can't be compared step by step."""
    if (
        not isinstance(got, np.ndarray)
        or got.shape != wanted.shape
        or got.dtype.kind not in "fiu"
        or wanted.ndim <= axis
    ):
        return None
    with np.errstate(all="ignore"):
        wide, true = got.astype(np.float64), wanted.astype(np.float64)
        wrong = ~((np.abs(wide - true) <= tol * np.maximum(1.0, np.abs(true))) | (np.isnan(wide) & np.isnan(true)))
    steps = np.flatnonzero(np.moveaxis(wrong, axis, 0).reshape(wrong.shape[axis], -1).any(axis=1))
    return int(steps[0]) + 1 if steps.size else 0
