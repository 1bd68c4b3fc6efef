"""One submission before the checks: which calls are made, in which order, and by which of them a function is judged.

The order matters. All calls of a function with its parts replaced come before its first call by the reference, whichever check
asks for them, so that nothing seen in one can be played back in the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from grader.checks.compare.answers import Answer, Call, Raised, agrees, bounded, copied
from grader.checks.compare.aspects import matches
from grader.checks.compare.looks import Aspect
from grader.checks.compare.questions import is_same_call
from grader.checks.models.live import Watch, clock_of, is_live, sent
from grader.checks.models.seen import Models
from grader.checks.plan.plans import CheckPlan, Mode, PlannedCall, Plans
from grader.sandbox.outside.conversation import NoAnswer
from grader.sandbox.outside.replies import Asked, Returned
from grader.sandbox.outside.stops import Stopped
from grader.sandbox.outside.submission import Submission
from grader.sandbox.wire.values import Facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.checks.mistakes.declare import Instance
    from grader.checks.plan.drawn import Answering
    from grader.sandbox.outside.replies import Asking
    from grader.scores.records import Flag

AnswerOrStop = Answer | Stopped
# Parts that are each off by the tolerance make a sequence that is off by some 20 times as much, seldom by 50.
ADDED_UP = 100.0


@dataclass(slots=True, eq=False)
class Way:
    """How a check's function was judged: the answers, and what they should have been, call by call.

    ``apart`` are the parts whose own faults it was judged apart from: something else answered in their place, or made them.
    ``waits_for`` is the check of a wrong part without which a way that is not right shows nothing about the function itself.
    """

    right: bool
    replies: list[AnswerOrStop] = field(default_factory=list)
    wants: list[Answer] = field(default_factory=list)
    apart: set[str] = field(default_factory=set)
    waits_for: CheckPlan | None = None


class Trial:
    """Makes the calls of one submission's checks, each at most once."""

    def __init__(self, plans: Plans, submission: Asking, models: Models | None = None) -> None:
        """``models`` look at the submission's Keras models."""
        self.plans = plans
        self.models = models or Models(None, None)
        self.notes: dict[str, Flag] = {}
        self._submission = submission
        self._by_reference: dict[tuple[str, int], AnswerOrStop] = {}
        self._replaced: dict[str, Way | None] = {}
        self._ways: dict[str, Way] = {}
        self._guessed: dict[str, set[str]] = {}  # the parts of rounds whose stand-ins did not know an answer
        self._prepared: set[str] = set()
        self._kept: list[tuple[Call, AnswerOrStop]] = []  # calls that train models

    @property
    def served_otherwise(self) -> bool:
        """Whether another value of the module was judged in place of a missing function."""
        return any(isinstance(reply, Answer) and reply.instead for _, reply in self._kept)

    def note(self, flag: Flag) -> None:
        """Keeps what a check notes, and repeated notes only once."""
        self.notes.setdefault(flag.message, flag)

    def way(self, check: CheckPlan) -> Way:
        """Which calls the check judges by: the first way that holds, in the order of `Mode`, else the calls by the reference."""
        if check.id not in self._ways:
            self._ways[check.id] = self._find_way(check)
        return self._ways[check.id]

    def apart(self, check: CheckPlan) -> frozenset[str]:
        """The parts whose own faults a check was judged apart from."""
        way = self._ways.get(check.id)
        return frozenset(way.apart) if way is not None else frozenset()

    def waits_for(self, check: CheckPlan) -> CheckPlan | None:
        """The check of a part that has to pass before this failing one can be judged; None if it was judged."""
        way = self._ways.get(check.id)
        return way.waits_for if way is not None else None

    def blames(self, check: CheckPlan) -> CheckPlan | None:
        """The check of a part that alone makes a plain public check fail, whose function composes rightly; else None."""
        if check.mode is not Mode.PLAIN or check.hidden:
            return None
        composing = [each for each in self.plans.of(check.function or "") if each.mode is Mode.COMPOSES]
        if not all(self.way(each).right for each in composing):
            return None
        return self._wrong_behind({part for each in composing for part in self.way(each).apart})

    def is_behind_its_parts(self, check: CheckPlan) -> bool:
        """Whether a plain check, public or hidden, fails for a wrong part alone: its function composes rightly."""
        if check.mode is not Mode.PLAIN:
            return False
        composing = [each for each in self.plans.of(check.function or "") if each.mode is Mode.COMPOSES]
        if not all(self.way(each).right for each in composing):
            return False
        behind, names = {part for each in composing for part in self.way(each).apart}, self.plans.reference.names
        for name in reversed(names):
            if name in behind:
                behind |= {part for other in self.plans.of(name) for part in self.way(other).apart}
        return any(not self.way(other).right for name in behind for other in self.plans.of(name))

    def by_reference(self, planned: PlannedCall) -> AnswerOrStop:
        """The submission's answer to a planned call, with none of its parts replaced."""
        key = (planned.item, planned.index)
        if key not in self._by_reference:
            self._prepare(planned.call.function)
        if key not in self._by_reference:
            self._by_reference[key] = self._ask_once(planned)
        return self._by_reference[key]

    def ask_small(self, want: Answer) -> AnswerOrStop:
        """The answer to a small case; it is asked for after all checks, for the counterexample only."""
        self._prepare(want.call.function)
        return self._ask(want.call)

    def ask_last(self, call: Call, parts: tuple[str, ...] = (), answering: Answering | None = None) -> AnswerOrStop:
        """The answer to a call that decides nothing, with ``answering`` in the place of some parts.

        It may hand right values to the submission, so it is made when every check has its result, and
        nothing is judged after it.
        """
        return self._ask(call, {part: self.plans.reference.parameters[part] for part in parts}, answering)

    def ask_each_last(self, calls: list[Call]) -> list[AnswerOrStop]:
        """The same for some calls with nothing replaced, one after the other."""
        replies = self._submission.call_each([self._plain(call) for call in calls])
        return [_answered(call, reply, Watch(None)) for call, reply in zip(calls, replies, strict=True)]

    def _find_way(self, check: CheckPlan) -> Way:
        function = check.function
        if function is not None:
            self._prepare(function)
        replaced = self._replaced.get(check.id)
        if replaced is not None:
            return replaced
        replies = [self.by_reference(planned) for planned in check.calls]
        wants = [planned.want for planned in check.calls]
        if _all_agree(replies, wants):
            return Way(True, replies, wants)
        if check.mode is Mode.PLAIN and self._puts_right_parts_together(check):
            lenient = [replace(want, slack=ADDED_UP) for want in wants]
            if _all_agree(replies, lenient):
                return Way(True, replies, lenient)
        # With models and clocks a fault in a part shows in replaced calls; by itself it would excuse the same fault in the whole.
        if check.mode is Mode.COMPOSES and not any(is_live(_arguments(planned.call)) for planned in check.calls):
            for instance in self._in_parts(check):
                wrong = check.wrong[instance]
                made = (self._makes(part, instance, check) for part in instance.overrides)
                if _are_given(replies, wrong) and all(made):
                    given = [answer for answer in wrong if isinstance(answer, Answer)]
                    return Way(True, replies, given, set(instance.overrides))
        return Way(False, replies, wants, waits_for=self._wrong_behind(self._guessed.get(check.id, set())))

    def _wrong_behind(self, parts: set[str]) -> CheckPlan | None:
        """The first check not to pass, of some parts and of those that they were judged apart from; None if all pass."""
        behind, names = set(parts), [*self.plans.reference.names]
        for name in reversed(names):
            if name in behind:
                behind |= {part for check in self.plans.of(name) for part in self.way(check).apart}
        checks = (check for name in names if name in behind for check in self.plans.of(name) if not check.hidden)
        wrong = next((check for check in checks if not self.way(check).right), None)
        return (self.way(wrong).waits_for or wrong) if wrong is not None else None

    def _puts_right_parts_together(self, check: CheckPlan) -> bool:
        """Whether the check's function composes rightly and all above it is right: then it is as right as these add up to."""
        function = check.function or ""
        if not self.plans.is_composed(function) or any(is_live(_arguments(planned.call)) for planned in check.calls):
            return False
        composing = (self.way(other).right for other in self.plans.of(function) if other.mode is Mode.COMPOSES)
        return all(composing) and self._are_right(self.plans.reference.above(function))

    def _in_parts(self, check: CheckPlan) -> list[Instance]:
        """The ways of making one known mistake in the functions above the check's own."""
        above = set(self.plans.reference.above(check.function or ""))
        return [instance for instance in check.wrong if above.issuperset(instance.overrides)]

    def _makes(self, part: str, instance: Instance, judged: CheckPlan) -> bool:
        """Whether the submission's own ``part`` makes a known mistake: it gives its answers in a check that it fails.

        What a hidden check of the part shows excuses nothing in a public one, which has to end at home as it does here.
        """
        return any(
            not self.way(check).right
            and _are_given([self.by_reference(planned) for planned in check.calls], check.wrong[instance])
            for check in self.plans.of(part)
            if instance in check.wrong and (judged.hidden or not check.hidden)
        )

    def _prepare(self, function: str) -> None:
        """Makes all calls of a function with parts replaced, for every check of it."""
        if function in self._prepared:
            return
        self._prepared.add(function)
        checks = self.plans.of(function)
        for check in checks:
            if check.mode is Mode.COMPOSES or (check.mode is Mode.PARTS and not self._are_right(check.parts)):
                twin = next(
                    (other for other in checks if other.id in self._replaced and _asks_alike(other, check)), None
                )
                self._replaced[check.id] = self._replaced[twin.id] if twin else self._with_parts_replaced(check)
                if twin and twin.id in self._guessed:
                    self._guessed[check.id] = self._guessed[twin.id]
        needed = [planned for check in checks if self._replaced.get(check.id) is None for planned in check.own_calls]
        plain = [planned for planned in needed if not (planned.call.of_value or _is_dear(planned))]
        replies = self._submission.call_each([self._plain(planned.call) for planned in plain])
        for planned, reply in zip(plain, replies, strict=True):
            self._by_reference[planned.item, planned.index] = _answered(planned.call, reply, Watch(None))

    def _are_right(self, parts: tuple[str, ...]) -> bool:
        """Whether functions pass all their checks: then calls with them replaced show no more than calls by the reference."""
        return all(self.way(check).right for part in parts for check in self.plans.of(part))

    def _with_parts_replaced(self, check: CheckPlan) -> Way | None:
        """The replaced calls of a check, up to the first that is not right; None if there is one."""
        parts = self.plans.parts_of(check)
        if not parts:
            return None
        way = Way(True)
        for planned in check.calls:
            drawn = self.plans.stand_ins(planned, parts)
            reply = self._ask(planned.call, {part: drawn.parameters(part) for part in parts}, drawn)
            if is_live(_arguments(planned.call)) and not drawn.called:
                self._kept.append((planned.call, reply))  # nothing was replaced, and training takes its time
            nothing_shown = drawn.refused or (drawn.guessed and isinstance(reply, Answer))  # else it raised by itself
            if nothing_shown and check.mode is Mode.COMPOSES:
                self._guessed[check.id] = set(drawn.called if isinstance(reply, Answer) else parts)
            if not isinstance(reply, Answer):
                if any(rows for rows, _ in reply.counted):
                    self._kept.append((planned.call, reply))  # it trained before it raised, and would do so again
                return None
            want = drawn.want(planned.call)
            way.apart |= drawn.called
            way.replies.append(reply)
            way.wants.append(want)
            if not agrees(reply.value, want):
                if not any(rows for rows, _ in reply.counts):
                    return None
                self._kept.append((planned.call, reply))  # it trained by itself: asked again, it would train again
                way.right = False
        return way

    def _plain(self, call: Call) -> Asked:
        """A call as it is handed to a submission: the same objects each time where they are only written to a worker."""
        if not isinstance(self._submission, Submission):
            return _plain(call)
        if not call.as_sent:
            call.as_sent.append(_plain(call))
        asked: Asked = call.as_sent[0]
        return asked

    def _ask_once(self, planned: PlannedCall) -> AnswerOrStop:
        """The answer to a call; one that builds or trains models is made once for all checks that ask the same."""
        call = planned.call
        if not _is_dear(planned):
            return self._ask(call)
        found = next((reply for asked, reply in self._kept if is_same_call(asked, call)), None)
        if found is None:
            found = self._ask(call)
            self._kept.append((call, found))
        return replace(found, call=call) if isinstance(found, Answer) else found

    def _ask(
        self, call: Call, parts: Mapping[str, tuple[str, ...]] | None = None, drawn: Answering | None = None
    ) -> AnswerOrStop:
        if call.of_value:
            return _answered(call, self._submission.value(call.function), Watch(None))
        watch = Watch(clock_of(_arguments(call)))

        def answer_part(name: str, args: list[Any]) -> Any:
            if name == "clock":
                return watch.answer(args)
            if drawn is None:
                raise NoAnswer(f"{name} is not there")
            return drawn.answer(name, args)

        otherwise = self.plans.otherwise.get(call.function)
        return _answered(
            call, self._submission.call(*self._plain(call), parts, answer_part, otherwise=otherwise), watch
        )


def _asks_alike(one: CheckPlan, other: CheckPlan) -> bool:
    """Whether two checks make the same calls with the same parts replaced, so that one round of them serves both."""
    calls = zip(one.calls, other.calls, strict=False)
    same = len(one.calls) == len(other.calls) and all(is_same_call(a.call, b.call) for a, b in calls)
    return same and (one.mode, one.parts) == (other.mode, other.parts)


def _is_dear(planned: PlannedCall) -> bool:
    """Whether a call takes its time: one that is handed models, or gives one."""
    given = planned.want.value
    return is_live(_arguments(planned.call)) or (isinstance(given, Facts) and given.kind == "model")


def _arguments(call: Call) -> list[Any]:
    return [list(call.args), dict(call.kwargs)]


def _plain(call: Call) -> Asked:
    """A call as it is handed to a submission: copies, so that nothing comes back into the plan."""
    return call.function, sent(copied(call.args)), sent(copied(dict(call.kwargs)))


def _answered(call: Call, reply: Returned | Stopped, watch: Watch) -> AnswerOrStop:
    if not isinstance(reply, Returned):
        return reply
    readings = tuple(watch.readings)
    return Answer(call, bounded(reply.value), reply.changed, reply.warned, reply.counted, readings, reply.instead)


def _all_agree(replies: list[AnswerOrStop], wants: list[Answer]) -> bool:
    return all(isinstance(r, Answer) and agrees(r.value, want) for r, want in zip(replies, wants, strict=True))


def _are_given(replies: list[AnswerOrStop], wrong: list[Answer | Raised]) -> bool:
    """Whether the replies are what a known mistake answers, call by call."""
    return all(isinstance(r, Answer) and matches(r, w, Aspect.VALUE) for r, w in zip(replies, wrong, strict=True))
