"""Names the mistake behind a check that failed, by what each known mistake would have answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.checks.answers import Answer, agrees
from grader.checks.looks import WHOLE, Look
from grader.checks.plans import TRAINING, CheckPlan, Plans, matches
from grader.sandbox.replies import Stopped
from grader.scores.records import Outcome

if TYPE_CHECKING:
    from grader.checks.misconceptions import Mistake
    from grader.checks.trial import Trial


def recognise(
    plans: Plans, trial: Trial, check: CheckPlan, aspect: str, look: Look = WHOLE, named: str | None = None
) -> Mistake | None:
    """The one known mistake that gives the submission's answers on all calls of the check, if there is exactly one.

    Of an answer counts what the check looked at (``aspect``, ``look``); of several mistakes that train models alike, the one that
    gives back the same value. A call that raised agrees with a mistake that raises there; but at least one call must have given
    an answer that tells the mistake from the solution, since very different slips raise alike. A check that recognised a mistake
    by itself has ``named`` it.
    """
    if named is not None:
        return next((mistake for mistake in plans.reference.mistakes if mistake.id == named), None)
    answers: list[Answer | None] = []
    for planned in check.calls:
        reply = trial.by_reference(planned)
        if isinstance(reply, Stopped) and reply.outcome is not Outcome.ERROR:
            return None
        answers.append(reply if isinstance(reply, Answer) else None)
    if not any(
        _tells(answer, planned.want, aspect, look) for answer, planned in zip(answers, check.calls, strict=True)
    ):
        return None
    found = _alike(check, answers, aspect, look)
    if len(found) > 1 and aspect in TRAINING:
        found &= _alike(check, answers, "value", look)  # they train alike; what came back tells them apart
    if len(found) != 1:
        return None
    return next(mistake for mistake in plans.reference.mistakes if mistake.id in found)


def _alike(check: CheckPlan, answers: list[Answer | None], aspect: str, look: Look) -> set[str]:
    """The ids of the mistakes that answer all calls of the check as the submission does."""
    return {
        instance.id
        for instance, wrong in check.wrong.items()
        if all(matches(answer, other, aspect, look) for answer, other in zip(answers, wrong, strict=True))
    }


def _tells(answer: Answer | None, want: Answer, aspect: str, look: Look) -> bool:
    if answer is None:
        return False
    if aspect in TRAINING:
        return not matches(answer, want, aspect, look)
    return not agrees(answer.value, want, look) or (aspect != "value" and not matches(answer, want, aspect, look))
