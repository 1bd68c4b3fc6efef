"""What is kept of functions that are wrong in a way that no known mistake explains: pure, but for answers already given.

All students of a run get the same cases, so two functions that are wrong in the same way give the same answers, however they are
written. Of each answer so much is kept as tells them apart: `grader.study` compares, when everybody is graded.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.compare.answers import Answer, Array, LargeArray, tolerance
from grader.checks.compare.aspects import TRAINING, rows_seen
from grader.checks.compare.looks import Aspect, Look
from grader.checks.judge.naming import tells
from grader.checks.judge.why_stopped import is_own_absence, outcome_of
from grader.checks.models.live import leaves
from grader.checks.plan.plans import Mode
from grader.sandbox.outside.stops import Stopped
from grader.sandbox.wire.values import Facts, Opaque
from grader.scores.records import Outcome
from grader.scores.wrong_work import LONGEST_SOURCE, CaseAnswer, WrongWork

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.checks.plan.plans import CheckPlan, Plans
    from grader.checks.run.trial import AnswerOrStop, Trial
    from grader.scores.records import CheckResult

SAMPLES = 12  # numbers of one answer that are kept as they are
MOST_CASES = 60  # of one function
MOST_ITEMS = 1_000  # of a list or a dict that are looked at
LONGEST_FORM = 200  # characters; of a longer one its beginning and a digest
FRACTIONS = (0.6180339887498949, 0.41421356237309515)  # their multiples fill the interval from 0 to 1 evenly


@dataclass(frozen=True, slots=True)
class Looked:
    """At which side and which part of the answers a failed check looked, and the ids of the mistakes that explain it."""

    aspect: Aspect
    look: Look
    explain: frozenset[str]


class _NotToldError(Exception):
    """An answer of which nothing can be kept that would tell it from another."""


def unexplained(
    plans: Plans,
    trial: Trial,
    looked: Mapping[str, Looked],
    results: Mapping[str, CheckResult],
    sources: Mapping[str, str],
) -> tuple[WrongWork, ...]:
    """The wrong functions of a submission that no one known mistake explains, in the table's order.

    ``looked`` has an entry for each check that failed, ``sources`` has the text of functions. A function is left out if one of
    its calls did not come back, if it is not there, and if it gives Keras models, of which an answer tells only that they are
    models.
    """
    found = []
    for function in plans.reference.names:
        failed = [check for check in plans.of(function) if check.id in looked]
        by_whole = [check for check in failed if check.mode is not Mode.COMPOSES and check.needs is None] or failed
        if not failed or function in plans.reference.values or _is_explained(by_whole, looked):
            continue
        own = any(_is_its_own(check, results[check.id], trial) for check in failed)
        try:
            made = _wrong_work(plans, trial, function, by_whole, looked)
        except _NotToldError:
            continue
        found.append(
            replace(made, source=sources.get(function, "")[:LONGEST_SOURCE]) if own else replace(made, own=False)
        )
    return tuple(found)


def _is_its_own(check: CheckPlan, result: CheckResult, trial: Trial) -> bool:
    """Whether a check shows a fault of its function itself, and not of a part or of a check that it builds on."""
    return result.needs is None and not result.unjudged and not trial.is_behind_its_parts(check)


def _is_explained(failed: Sequence[CheckPlan], looked: Mapping[str, Looked]) -> bool:
    """Whether there is one known mistake that explains all failed checks, or is named in most of them.

    In a check that tells little another mistake than the student's may be named, so one name alone explains nothing. But where
    most checks say the same name, pages tell the student what to mend, though a rare case has other answers than the variants.
    """
    explain = [looked[check.id].explain for check in failed]
    named = Counter(next(iter(each)) for each in explain if len(each) == 1)
    return bool(frozenset.intersection(*explain)) or any(2 * times > len(failed) for times in named.values())


def _wrong_work(
    plans: Plans, trial: Trial, function: str, failed: Sequence[CheckPlan], looked: Mapping[str, Looked]
) -> WrongWork:
    """What is kept of one function, as long as it is at fault itself; raises _NotToldError."""
    asked = {
        (planned.item, planned.index, aspect, look): (trial.by_reference(planned), planned.want)
        for check in failed
        for aspect, look in [(looked[check.id].aspect, looked[check.id].look)]
        for planned in check.calls
    }
    told = any(tells(reply, want, aspect, look) for (_, _, aspect, look), (reply, want) in asked.items())
    chosen = list(asked.items())[:MOST_CASES]
    cases = tuple(case_answer(*answered, aspect, look, told=told) for (_, _, aspect, look), answered in chosen)
    first = next((reply for reply, _ in asked.values() if isinstance(reply, Stopped)), None)
    stopped = None if told else first
    return WrongWork(
        function,
        tuple(check.id for check in failed),
        _digest(tuple(failed)),
        cases,
        raised=_words(stopped) if stopped is not None else "",
        place=_place(stopped, plans.reference.names) if stopped is not None else "",
    )


def case_answer(reply: AnswerOrStop, want: Answer, aspect: Aspect, look: Look, *, told: bool) -> CaseAnswer:
    """What is kept of a reply; if other answers have ``told`` what is wrong, what this one raised plays no part.

    So it is where a mistake is named: very different slips raise alike, and one slip may raise in different words, as ``@`` and
    ``np.dot`` do. Raises _NotToldError.
    """
    if isinstance(reply, Stopped):
        if is_own_absence(reply) or outcome_of(reply) is not Outcome.ERROR:
            raise _NotToldError
        return CaseAnswer("raised" if told else _cut(f"raised {_words(reply)}"), "", 0.0)
    value = look.pick(reply.value) if look.finds(reply.value) else reply.value
    parts: list[Array] = []
    form = _form(look.head(value) if isinstance(value, np.ndarray) else value, parts)
    numbers = np.concatenate(parts) if parts else np.empty(0)
    notes = [form, *_not_finite(numbers), *_beside(reply, aspect)]
    relative = look.tolerance or tolerance(reply.value, want)
    return CaseAnswer(_cut("; ".join(notes)), " ".join(f"{each:.10g}" for each in _kept(numbers)), relative)


def _form(value: Any, numbers: list[Array]) -> str:
    """What a value is, apart from its numbers, which are added to ``numbers`` in order."""
    if isinstance(value, np.ndarray | np.generic | float) or (isinstance(value, int) and not isinstance(value, bool)):
        return _number_form(value, numbers)
    if isinstance(value, str | bytes):
        data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        return f"{type(value).__name__} {hashlib.sha256(data).hexdigest()[:12]}"
    if isinstance(value, list | tuple):
        kinds = dict.fromkeys(_form(item, numbers) for item in value[:MOST_ITEMS])
        return f"{type(value).__name__} of {len(value)} ({', '.join(kinds)})"
    if isinstance(value, dict):
        chosen = itertools.islice(value.items(), MOST_ITEMS)
        return f"dict of {len(value)} ({', '.join(f'{key}: {_form(item, numbers)}' for key, item in chosen)})"
    if isinstance(value, Facts):
        if value.kind == "model":
            raise _NotToldError
        return f"{value.kind} ({_form(value.data, numbers)})"
    if isinstance(value, LargeArray):
        return f"array {value.shape}, very large"
    if isinstance(value, Opaque):
        return f"a value of type {value.type_name}"
    return str(value)[:80] if value is None or isinstance(value, bool) else type(value).__name__


def _number_form(value: Any, numbers: list[Array]) -> str:
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biufc":
            return f"array {array.shape} of dtype {str(array.dtype)[:20]}"
        flat = array.ravel()
        parts = [flat.real, flat.imag] if array.dtype.kind == "c" else [flat]
        numbers += [part.astype(np.float64) for part in parts]
    except OverflowError:
        return "a whole number beyond all floats"
    kind = {"b": "truth values", "c": "complex numbers"}.get(array.dtype.kind, "numbers")
    return f"{kind} {array.shape}" if isinstance(value, np.ndarray) and array.ndim else kind


def _not_finite(numbers: Array) -> list[str]:
    counts = {"nan": np.isnan(numbers), "inf": np.isposinf(numbers), "-inf": np.isneginf(numbers)}
    return [f"{int(found.sum())} {word}" for word, found in counts.items() if found.any()]


def _beside(answer: Answer, aspect: Aspect) -> list[str]:
    """What else of an answer counts where a known mistake is looked for: see `matches`.

    Of those that train models alike, the value tells one from the other.
    """
    notes = [f"rows {rows}"] if (rows := rows_seen(answer)) else []
    if aspect in TRAINING:
        notes.append(f"{aspect} {TRAINING[aspect](answer)}")
    if aspect is Aspect.WARNINGS:
        notes.append(f"warns {sorted(answer.warned)}")
    if aspect is Aspect.INPUTS:
        notes.append(f"changes {sorted(set(answer.changed))}")
    if aspect is Aspect.DTYPE:
        notes.append(f"dtype {getattr(answer.value, 'dtype', None)}")
    return notes


def _kept(numbers: Array) -> list[float]:
    """Numbers at even distances; and of a long answer the largest one and two weighted means of all, relative to that.

    Each weight is between -1/2 and 1/2. So where no number differs by more than a tolerance (relative to the larger of itself
    and 1), none of these does either; and what differs in a few numbers shows in the means.
    """
    size = len(numbers)
    if size <= SAMPLES:
        return [float(each) for each in numbers]
    places = np.linspace(0, size - 1, SAMPLES).astype(np.int64)
    finite = np.where(np.isfinite(numbers), numbers, 0.0)
    largest = float(np.abs(finite).max())
    shares = finite / max(1.0, largest)
    count = np.arange(1, size + 1)
    means = [float(np.mean((count * fraction % 1 - 0.5) * shares)) for fraction in FRACTIONS]
    return [*(float(each) for each in numbers[places]), largest, *means]


def _words(stopped: Stopped) -> str:
    words = stopped.thrown.words if stopped.thrown is not None else ""
    return " ".join((words or f"{stopped.kind} {stopped.type_name}").split())[:LONGEST_FORM]


def _place(stopped: Stopped, names: Sequence[str]) -> str:
    """The innermost graded function in which something was raised: helpers bear a name of their own in each file."""
    inside = stopped.thrown.inside if stopped.thrown is not None else ()
    return next((name for name in reversed(inside) if name in names), stopped.function)


def _cut(form: str) -> str:
    if len(form) <= LONGEST_FORM:
        return form
    return f"{form[:LONGEST_FORM]}... {hashlib.sha256(form.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


@lru_cache(maxsize=256)
def _digest(checks: tuple[CheckPlan, ...]) -> str:
    """What tells the questions of some checks from those of another seed or another course."""
    hashed = hashlib.sha256()
    for check in checks:
        for planned in check.calls:
            for leaf in leaves([planned.call.function, *planned.call.args, dict(planned.call.kwargs)]):
                if isinstance(leaf, np.ndarray):
                    hashed.update(f"{leaf.dtype} {leaf.shape}".encode() + leaf.tobytes())
                else:
                    hashed.update(repr(leaf).encode())
    return hashed.hexdigest()[:16]
