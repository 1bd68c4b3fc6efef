"""Names the mistake behind a check that failed, by what each known mistake would have answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.checks.compare.answers import Answer, Raised, agrees
from grader.checks.compare.aspects import TRAINING, matches
from grader.checks.compare.looks import WHOLE, Aspect, Look
from grader.checks.judge.why_stopped import outcome_of
from grader.sandbox.outside.stops import StopKind, Stopped
from grader.scores.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.checks.mistakes.declare import Mistake
    from grader.checks.plan.plans import CheckPlan
    from grader.checks.run.trial import AnswerOrStop, Trial


def explaining(
    trial: Trial, check: CheckPlan, aspect: Aspect, look: Look = WHOLE, named: str | None = None
) -> frozenset[str]:
    """The ids of the known mistakes that give the submission's answers on all calls of the check; if it is one, it is named.

    Only what the check looked at in an answer counts (``aspect``, ``look``); among several mistakes that train models alike,
    the one that gives back the same value. A call that raised agrees with a mistake that raises there; but at least one call
    must have given an answer that tells the mistake from the solution, or all that raised must have done so in the mistake's
    very words, since very different slips raise alike. A check that recognised a mistake by itself has ``named`` it.
    """
    if named is not None:
        return frozenset({named})
    replies = [trial.by_reference(planned) for planned in check.calls]
    if any(isinstance(reply, Stopped) and outcome_of(reply) is not Outcome.ERROR for reply in replies):
        return frozenset()
    found = _alike(check, replies, aspect, look)
    if len(found) > 1 and aspect in TRAINING:
        found &= _alike(check, replies, Aspect.VALUE, look)  # they train alike; what came back tells them apart
    return frozenset(found)


def only(mistakes: Sequence[Mistake], explain: frozenset[str]) -> Mistake | None:
    """The mistake that is named: the only one that explains a check; None if there are several or none."""
    found = [mistake for mistake in mistakes if mistake.id in explain]
    return found[0] if len(explain) == len(found) == 1 else None


def _alike(check: CheckPlan, replies: Sequence[AnswerOrStop], aspect: Aspect, look: Look) -> set[str]:
    """The ids of the mistakes that answer all calls of the check as the submission does."""
    told = any(tells(reply, planned.want, aspect, look) for reply, planned in zip(replies, check.calls, strict=True))
    return {
        instance.id
        for instance, wrong in check.wrong.items()
        if all(matches(reply, other, aspect, look) for reply, other in zip(replies, wrong, strict=True))
        and (told or _says_the_same(replies, wrong))
    }


def tells(reply: AnswerOrStop, want: Answer, aspect: Aspect, look: Look) -> bool:
    """Whether a reply is an answer, and another one than the wanted, on the side and in the part that a check looks at."""
    if isinstance(reply, Stopped):
        return False
    if aspect in TRAINING:
        return not matches(reply, want, aspect, look)
    return not agrees(reply.value, want, look) or (
        aspect is not Aspect.VALUE and not matches(reply, want, aspect, look)
    )


def _says_the_same(replies: Sequence[AnswerOrStop], wrong: Sequence[Answer | Raised]) -> bool:
    """Whether every call that raised did so in the words in which the mistake raises; these name shapes and operations."""
    raised = [
        (r.thrown.words if r.thrown is not None and r.kind is StopKind.RAISED else "", w.words)
        for r, w in zip(replies, wrong, strict=True)
        if isinstance(r, Stopped) and isinstance(w, Raised)
    ]
    return bool(raised) and all(words == wanted for words, wanted in raised)
