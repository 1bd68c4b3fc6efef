"""From what the items of a check reported to the check's result: pure, but for asking which mistake it looks like."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.checks.compare.looks import WHOLE, Look
from grader.checks.failures import NotDone, NotRight, NotShown, StudentStopped
from grader.checks.judge.shown_call import in_words, printed
from grader.checks.mistakes.declare import Mistake
from grader.checks.plan.plans import CheckPlan, Mode
from grader.errors import WorkerFault
from grader.sandbox.outside.remarks import NOT_WRITTEN
from grader.scores.causes import NOT_JUDGED, STOPPED, is_not_judged, reason
from grader.scores.records import CheckResult, Flag, Gap, Misconception, Outcome
from grader.scores.totals import worst

RAISED_HINT = (
    "Make this very call in a cell of your own: the last of your own lines in the traceback is the place to look."
)
HIDDEN_RAISED_HINT = (
    "Call the function with sizes of your own, no two of them equal, and with float32 numbers: one of these stops it."
)
Recognise = Callable[[CheckPlan, str, Look, str | None], Mistake | None]
FindSmallest = Callable[[str, Look, Outcome], Gap | None]


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
    needed: CheckResult | None = None
    advised: bool = False


def not_the_exercise(
    checks: Sequence[CheckResult], names: Sequence[str], held: frozenset[str], data: bytes
) -> tuple[Flag, ...]:
    """A flag for a file with something in it, but nothing of the exercise: nothing of it could be judged either."""
    nothing = all(check.outcome in (Outcome.TODO, Outcome.BLOCKED) for check in checks)
    if held or not nothing or not data.strip():
        return ()
    named = f"none of {', '.join(names[:8])}" if len(names) > 1 else f"no {names[0]}"
    close = dict.fromkeys(check.message.partition(NOT_WRITTEN)[2] for check in checks)  # a function of nearly that name
    told = f"This does not look like the exercise: {named} is defined in this file.{''.join(close)}"
    return (Flag("unrecognised", told),)


def check_result(
    check: CheckPlan,
    reports: Sequence[ItemReport],
    earlier: Mapping[str, CheckResult],
    parameters: Mapping[str, tuple[str, ...]],
    recognise: Recognise,
    smallest: FindSmallest,
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
        told = f"This counts only together with “{needed.title}”, which is not right yet."
        return _result(check, reports, outcome, _Verdict(outcome, told, needed=needed))
    mistake, counterexample = None, None
    if outcome in (Outcome.FAILED, Outcome.ERROR) and check.function is not None:
        mistake = recognise(check, shown.aspect, shown.look, shown.mistake)
        if shown.gap is not None and shown.aspect == "value":
            counterexample = smallest(check.function, shown.look, outcome)
    found = _result(check, reports, outcome, shown, mistake, counterexample)
    same = _same_in_public(found, check, earlier) if check.hidden and mistake is None else None
    return replace(found, hint=f"The same happens in “{same.title}”: mend that first.") if same else found


def behind_its_part(
    check: CheckPlan,
    result: CheckResult,
    waits_for: Callable[[CheckPlan], CheckPlan | None],
    blames: Callable[[CheckPlan], CheckPlan | None],
) -> CheckResult:
    """The result of a check that does not pass, with the check of a part that has to pass first, if there is one.

    ``waits_for`` has that of a part without which nothing can be said of the function, ``blames`` that of a part for whose
    fault alone this check fails.
    """
    if result.misconception is not None or result.outcome not in (Outcome.FAILED, Outcome.ERROR):
        return result
    if part := waits_for(check):
        told = f"{NOT_JUDGED} while {part.function} is not right: mend “{part.title}” first."
        return replace(result, outcome=Outcome.FAILED, message=told, hint="", gap=None, counterexample=None)
    if part := blames(check):
        told = f"This is not right yet, because {part.function} is not: mend “{part.title}” first."
        return replace(result, message=told, hint="", gap=None, counterexample=None)
    return result


def tell_wholes(
    found: Sequence[tuple[CheckPlan, CheckResult]],
    apart: Callable[[CheckPlan], Collection[str]],
    waits_for: Callable[[CheckPlan], CheckPlan | None] = lambda _check: None,
) -> tuple[CheckResult, ...]:
    """The results; one that passed apart from faults in its parts says so.

    ``apart`` tells from the faults of which parts a check was judged apart, ``waits_for`` which check of a part has to pass
    before it can be judged. A function whose plain check passes is right as a whole, whatever it is made of.
    """
    counted = [(check, result) for check, result in found if check.needs is None and check.function]
    failed = {check.function for check, result in counted if result.outcome not in (Outcome.PASSED, Outcome.REVIEW)}
    plain = {check.function for check, _ in counted if check.mode is Mode.PLAIN}
    faults: dict[str | None, str] = {}  # functions that are not right as a whole, and which one is at fault
    told: dict[str, str] = {}
    for check, result in counted:
        passed = result.outcome is Outcome.PASSED
        waiting = waits_for(check)
        own = waiting.function if waiting is not None and is_not_judged(result) else check.function
        fault = next((faults[part] for part in faults if part in apart(check)), None) if passed else own
        if fault is None or (passed and check.function in plain - failed):
            continue
        faults.setdefault(check.function, faults.get(fault, fault))
        if passed:
            told[check.id] = (
                f"Judged apart from your other functions: the whole is not right yet, because {fault} is not."
            )
    return tuple(replace(result, message=told.get(check.id, result.message)) for check, result in found)


def _same_in_public(found: CheckResult, check: CheckPlan, earlier: Mapping[str, CheckResult]) -> CheckResult | None:
    """The public check of the same function that was stopped by the same thing: it shows what the hidden one must not."""
    if found.outcome not in STOPPED or found.outcome is Outcome.TODO:
        return None
    return next(
        (
            other
            for other in earlier.values()
            if not other.hidden
            and other.id.startswith(f"{check.function}_")
            and other.outcome is found.outcome
            and (other.outcome is Outcome.TIMEOUT or reason(other) == reason(found))
        ),
        None,
    )


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
        hint=mistake.hint if mistake else "" if shown.advised else _hint(check, outcome, shown),
        misconception=Misconception(mistake.id, mistake.name) if mistake else None,
        seconds=sum(report.seconds for report in reports),
        gap=shown.gap,
        counterexample=counterexample,
    )


def _hint(check: CheckPlan, outcome: Outcome, shown: _Verdict) -> str:
    """The hint where no mistake is recognised.

    None where the message says what to do (return an array, write a function), or where the check could not judge at all. The
    message of a hidden check is not shown, so its hint says which check it builds on.
    """
    gap = shown.gap
    if shown.needed is not None and check.hidden:
        return f"This is checked once “{shown.needed.title}” passes."
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
        called = printed(error.call, parameters[function])
        absent = error.stopped.message.startswith(f"{function} is ")  # no function of the file: no call would tell more
        todo = error.stopped.outcome is Outcome.TODO
        gap = None if todo or absent else Gap(called, "an answer", error.stopped.message)
        return _Verdict(error.stopped.outcome, error.stopped.message, gap, advised=error.stopped.advised)
    if isinstance(error, NotRight):
        call = error.answer.call
        gap = Gap(printed(call, parameters[call.function]), error.expected, error.got)
        told = in_words(call, parameters[call.function])
        asked = told if call.of_value else f"Called {told}"
        message = f"{asked}: expected {gap.expected}, got {gap.got}."
        return _Verdict(Outcome.FAILED, message, gap, error.aspect, error.look, error.mistake)
    if isinstance(error, NotDone):
        return _Verdict(Outcome.TODO, str(error))
    if isinstance(error, NotShown):
        needed = earlier[error.needed]
        message = f"This is judged only where “{needed.title}” holds, and it does not yet."
        outcome = needed.outcome if needed.outcome is not Outcome.PASSED else Outcome.FAILED
        return _Verdict(outcome, message, needed=needed)
    if isinstance(error, AssertionError):
        return _Verdict(Outcome.FAILED, str(error) or check.title)
    raise WorkerFault(f"{report.item} broke: {type(error).__name__}: {error}") from error
