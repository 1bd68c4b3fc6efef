"""From what the items of a check reported to the check's result: pure, except for asking which mistake it looks like."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.checks.compare.looks import WHOLE, Aspect, GapKind, Look
from grader.checks.failures import NotDone, NotRight, NotShown, StudentStopped
from grader.checks.judge.shown_call import in_words, printed
from grader.checks.judge.why_stopped import cause_of, is_advised, is_own_absence, message_of, outcome_of, way_out
from grader.checks.mistakes.declare import Mistake
from grader.checks.plan.plans import CheckPlan, Mode
from grader.errors import WorkerFault
from grader.sandbox.outside.stops import Absence, StopKind
from grader.scores.causes import STOPPED, reason
from grader.scores.flag_kinds import FlagKind
from grader.scores.records import CheckResult, Flag, Gap, Misconception, Outcome
from grader.scores.totals import worst

RAISED_HINT = (
    "Make this very call in a cell of your own: the last of your own lines in the traceback is the place to look."
)
HIDDEN_RAISED_HINT = (
    "Call the function with sizes of your own, no two of them equal, and with float32 numbers: one of these stops it."
)
Recognise = Callable[[CheckPlan, Aspect, Look, str | None], Mistake | None]
FindSmallest = Callable[[str, Look, Outcome], Gap | None]


@dataclass(frozen=True, slots=True)
class ItemReport:
    """How one item of a check ended: ``error`` is what it raised, None if it passed."""

    check: str
    item: str
    error: BaseException | None
    seconds: float


@dataclass(frozen=True, slots=True)
class _Verdict:
    """How an item ended; ``raised``: the submission's own code raised, and its message does not say what to do."""

    outcome: Outcome
    message: str = ""
    gap: Gap | None = None
    aspect: Aspect = Aspect.VALUE
    look: Look = WHOLE
    mistake: str | None = None
    needed: CheckResult | None = None
    raised: bool = False
    about: GapKind = GapKind.OTHER
    cause: str = ""


def not_the_exercise(
    checks: Sequence[CheckResult], names: Sequence[str], held: frozenset[str], data: bytes, absent: Iterable[Absence]
) -> tuple[Flag, ...]:
    """A flag for a file with something in it, but nothing of the exercise, so that nothing could be judged.

    ``absent`` says for each graded name why it is not there, and so what may be meant to be it.
    """
    nothing = all(check.outcome in (Outcome.TODO, Outcome.BLOCKED) for check in checks)
    if held or not nothing or not data.strip():
        return ()
    named = f"none of {', '.join(names[:8])}" if len(names) > 1 else f"no {names[0]}"
    close = dict.fromkeys(map(way_out, absent))
    told = f"This does not look like the exercise: {named} is defined in this file.{''.join(close)}"
    return (Flag(FlagKind.UNRECOGNISED, told),)


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
        if shown.gap is not None and shown.aspect is Aspect.VALUE:
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

    ``waits_for`` is the check of a part without which nothing can be said about the function, ``blames`` that
    of a part which alone makes this check fail.
    """
    if result.misconception is not None or result.outcome not in (Outcome.FAILED, Outcome.ERROR):
        return result
    if part := waits_for(check):
        told = f"This can't be judged at home while {part.function} is not right: mend “{part.title}” first."
        return replace(_behind(result, part, told), outcome=Outcome.FAILED, unjudged=True)
    if part := blames(check):
        told = f"This is not right yet, because {part.function} is not: mend “{part.title}” first."
        return _behind(result, part, told)
    return result


def _behind(result: CheckResult, part: CheckPlan, told: str) -> CheckResult:
    """The result of a check whose part has to be mended first: what it shows itself would mislead."""
    return replace(result, message=told, hint="", gap=None, counterexample=None, cause="", needs=part.id)


def tell_wholes(
    found: Sequence[tuple[CheckPlan, CheckResult]],
    apart: Callable[[CheckPlan], Collection[str]],
    waits_for: Callable[[CheckPlan], CheckPlan | None],
) -> tuple[CheckResult, ...]:
    """The results; one that passed apart from faults in its parts says so.

    ``apart`` says which parts' faults a check was judged apart from, ``waits_for`` which check of a part has
    to pass before it can be judged. A function whose plain check passes is right as a whole, whatever it is
    made of.
    """
    counted = [(check, result) for check, result in found if check.needs is None and check.function]
    failed = {check.function for check, result in counted if result.outcome not in (Outcome.PASSED, Outcome.REVIEW)}
    plain = {check.function for check, _ in counted if check.mode is Mode.PLAIN}
    faults: dict[str | None, str] = {}  # functions that are not right as a whole, and which one is at fault
    told: dict[str, str] = {}
    for check, result in counted:
        passed = result.outcome is Outcome.PASSED
        waiting = waits_for(check)
        own = waiting.function if waiting is not None and result.unjudged else check.function
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
        hint=mistake.hint if mistake else _hint(check, outcome, shown),
        misconception=Misconception(mistake.id, mistake.name) if mistake else None,
        seconds=sum(report.seconds for report in reports),
        gap=shown.gap,
        counterexample=counterexample,
        cause=shown.cause,
        needs=shown.needed.id if shown.needed is not None else None,
    )


def _hint(check: CheckPlan, outcome: Outcome, shown: _Verdict) -> str:
    """The hint if no mistake is recognised.

    None if the message says what to do (return an array, write a function), or if the check could not judge at all. The
    message of a hidden check is not shown, so its hint says which check it builds on.
    """
    if shown.needed is not None and check.hidden:
        return f"This is checked once “{shown.needed.title}” passes."
    if shown.gap is None:
        return ""
    if outcome is Outcome.ERROR and shown.raised:
        return HIDDEN_RAISED_HINT if check.hidden else RAISED_HINT
    return check.hint if outcome is Outcome.FAILED and shown.about is not GapKind.TYPE else ""


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
        stopped, outcome, message = error.stopped, outcome_of(error.stopped), message_of(error.stopped)
        gap = None
        if outcome is not Outcome.TODO and not is_own_absence(stopped):
            gap = Gap(printed(error.call, parameters[error.call.function]), "an answer", message)
        raised = stopped.kind is StopKind.RAISED and not is_advised(stopped)
        return _Verdict(outcome, message, gap, raised=raised, cause=cause_of(stopped))
    if isinstance(error, NotRight):
        call = error.answer.call
        gap = Gap(printed(call, parameters[call.function]), error.expected, error.got)
        told = in_words(call, parameters[call.function])
        asked = told if call.of_value else f"Called {told}"
        message = f"{asked}: expected {gap.expected}, got {gap.got}."
        return _Verdict(Outcome.FAILED, message, gap, error.aspect, error.look, error.mistake, about=error.about)
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
