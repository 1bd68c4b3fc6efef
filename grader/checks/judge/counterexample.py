"""The smallest case that a failing function gets wrong: the first on a fixed ladder of cases that a person can redo by hand."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.checks.compare.answers import Answer, difference, shown
from grader.checks.compare.looks import WHOLE, GapKind, Look
from grader.checks.judge.shown_call import printed
from grader.checks.judge.why_stopped import message_of, outcome_of
from grader.sandbox.outside.stops import Stopped
from grader.scores.records import Gap, Outcome

if TYPE_CHECKING:
    from grader.checks.compare.answers import Call
    from grader.checks.plan.plans import Plans
    from grader.checks.run.trial import Trial

SECONDS = 0.5  # for all rungs of one function; a rung takes well under a millisecond unless the submission is slow


@dataclass(frozen=True, slots=True)
class Smallest:
    """The smallest case that a function gets wrong, and (else empty) the hint for whoever fails on so small a one."""

    gap: Gap
    hint: str = ""


def find(
    plans: Plans,
    trial: Trial,
    function: str,
    look: Look = WHOLE,
    outcome: Outcome = Outcome.FAILED,
    alike: tuple[Any, ...] = (),
) -> Smallest | None:
    """The first rung of the function's ladder that ends as the check did: with a wrong answer, or (``outcome`` is error) a raise.

    Only rungs with the same `switches` as the check's calls (``alike``) are tried, or all if there are none of these. None if
    no rung ends so, or the function does not come back. The hint of the lowest rungs is about numbers, so it is for an answer
    that is wrong in nothing else.
    """
    started = time.monotonic()
    lowest, hint = plans.rung_hints.get(function, (0, ""))
    ladder = list(enumerate(plans.ladder.get(function, ())))
    for rung, want in [each for each in ladder if switches(each[1].call) == alike] or ladder:
        if time.monotonic() - started > SECONDS:
            return None
        reply = trial.ask_small(want)
        called = printed(want.call, plans.reference.parameters[function])
        if isinstance(reply, Answer):
            found = difference(reply.value, want, look)
            if found is not None and outcome is Outcome.FAILED:
                fits = rung < lowest and found.about is GapKind.NUMBERS
                return Smallest(Gap(called, found.expected, found.got), hint if fits else "")
        elif isinstance(reply, Stopped) and outcome_of(reply) is Outcome.ERROR:
            if outcome is Outcome.ERROR:
                return Smallest(Gap(called, shown(want.value), message_of(reply)))
        else:
            return None
    return None


def switches(call: Call) -> tuple[Any, ...]:
    """The arguments of a call that choose between things, in order: truth values and texts."""
    return tuple(arg for arg in (*call.args, *call.kwargs.values()) if isinstance(arg, bool | str))
