"""From what the items of a check reported to the check's result: pure, but for asking which mistake it looks like."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from grader.checks.answers import outline
from grader.checks.authoring import NotRight
from grader.checks.failures import NotDone, NotShown, StudentStopped
from grader.checks.looks import WHOLE, Look
from grader.checks.misconceptions import Mistake
from grader.checks.plans import CheckPlan
from grader.errors import WorkerFault
from grader.scores.records import CheckResult, Gap, Misconception, Outcome
from grader.scores.totals import worst

RAISED_HINT = (
    "Make this very call in a cell of your own: the last of your own lines in the traceback is the place to look."
)
HIDDEN_RAISED_HINT = (
    "Call the function with sizes of your own, no two of them equal, and with float32 numbers: one of these stops it."
)
Recognise = Callable[[CheckPlan, str, Look, str | None], Mistake | None]
Smallest = Callable[[str, Look, Outcome], Gap | None]


@dataclass(frozen=True, slots=True)
class ItemReport:
    """How one item of a check ended: ``error`` is what it raised, None where it passed."""

    check: str
    item: str
    error: BaseException | None
    seconds: float


@dataclass(frozen=True, slots=True)
class _Verdict:
    outcome: Outcome
    message: str = ""
    gap: Gap | None = None
    aspect: str = "value"
    look: Look = WHOLE
    mistake: str | None = None
    advised: bool = False


def check_result(
    check: CheckPlan,
    reports: Sequence[ItemReport],
    earlier: Mapping[str, CheckResult],
    parameters: Mapping[str, tuple[str, ...]],
    recognise: Recognise,
    smallest: Smallest,
) -> CheckResult:
    """The result of one check from the reports of its items.

    ``earlier`` holds the results of the checks that this one may need. Raises WorkerFault for what is the grader's own fault: a
    check without a report, or one that broke in a way that no submission can cause.
    """
    if {report.item for report in reports} != set(check.items):
        raise WorkerFault(f"{check.id} was told to run and left no word")
    verdicts = [_verdict(check, report, earlier, parameters) for report in reports]
    outcome = worst(verdict.outcome for verdict in verdicts)
    shown = next(verdict for verdict in verdicts if verdict.outcome is outcome)
    needed = earlier.get(check.needs) if check.needs else None
    if outcome is Outcome.PASSED and needed is not None and needed.outcome is not Outcome.PASSED:
        outcome = Outcome.FAILED
        shown = _Verdict(outcome, f"This counts only together with “{needed.title}”, which is not right yet.")
        return _result(check, reports, outcome, shown)
    mistake, counterexample = None, None
    if outcome in (Outcome.FAILED, Outcome.ERROR) and check.function is not None:
        mistake = recognise(check, shown.aspect, shown.look, shown.mistake)
        if shown.gap is not None and shown.aspect == "value":
            counterexample = smallest(check.function, shown.look, outcome)
    return _result(check, reports, outcome, shown, mistake, counterexample)


def _result(
    check: CheckPlan,
    reports: Sequence[ItemReport],
    outcome: Outcome,
    shown: _Verdict,
    mistake: Mistake | None = None,
    counterexample: Gap | None = None,
) -> CheckResult:
    return CheckResult(
        id=check.id,
        title=check.title,
        points=check.points if outcome is Outcome.PASSED else 0,
        max_points=check.points,
        outcome=outcome,
        hidden=check.hidden,
        message=shown.message,
        hint=mistake.hint if mistake else "" if shown.advised else _hint(check, outcome, shown.gap),
        misconception=Misconception(mistake.id, mistake.name) if mistake else None,
        seconds=sum(report.seconds for report in reports),
        gap=shown.gap,
        counterexample=counterexample,
    )


def _hint(check: CheckPlan, outcome: Outcome, gap: Gap | None) -> str:
    """The hint where no mistake is recognised.

    None where the message says what to do (return an array, write a function), or where the check could not judge at all.
    """
    if gap is None:
        return ""
    if outcome is Outcome.ERROR:
        raised = " raised " in gap.got
        return (HIDDEN_RAISED_HINT if check.hidden else RAISED_HINT) if raised else ""
    of_another_kind = gap is not None and any(
        kind in gap.expected for kind in ("a NumPy array", "a number", "a tuple of")
    )
    return check.hint if outcome is Outcome.FAILED and not of_another_kind else ""


def _verdict(
    check: CheckPlan,
    report: ItemReport,
    earlier: Mapping[str, CheckResult],
    parameters: Mapping[str, tuple[str, ...]],
) -> _Verdict:
    error = report.error
    if error is None:
        return _Verdict(Outcome.PASSED)
    if isinstance(error, StudentStopped):
        function = error.call.function
        called = outline(error.call, parameters[function])
        gap = None if error.stopped.outcome is Outcome.TODO else Gap(called, "an answer", error.stopped.message)
        return _Verdict(error.stopped.outcome, error.stopped.message, gap, advised=error.stopped.advised)
    if isinstance(error, NotRight):
        call = error.answer.call
        gap = Gap(outline(call, parameters[call.function]), error.expected, error.got)
        asked = gap.called if call.of_value else f"Called {gap.called}"
        message = f"{asked}: expected {gap.expected}, got {gap.got}."
        return _Verdict(Outcome.FAILED, message, gap, error.aspect, error.look, error.mistake)
    if isinstance(error, NotDone):
        return _Verdict(Outcome.TODO, str(error))
    if isinstance(error, NotShown):
        needed = earlier[error.needed]
        message = f"This is judged only where “{needed.title}” holds, and it does not yet."
        return _Verdict(needed.outcome if needed.outcome is not Outcome.PASSED else Outcome.FAILED, message)
    if isinstance(error, AssertionError):
        return _Verdict(Outcome.FAILED, str(error) or check.title)
    raise WorkerFault(f"{report.item} broke: {type(error).__name__}: {error}") from error
