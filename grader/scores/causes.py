"""One cause, one message: the checks of an exercise that do not pass, gathered by what stopped them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.scores.records import CheckResult, Outcome

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from grader.scores.records import FirstWrong

STOPPED = frozenset({Outcome.BLOCKED, Outcome.CRASHED, Outcome.TIMEOUT, Outcome.ERROR, Outcome.TODO})


@dataclass(frozen=True, slots=True)
class Cause:
    """Checks that do not pass for one reason: ``shown`` tells it best, the ``others`` follow from the same cause.

    ``shown`` also names a known mistake that only one of the others shows.
    """

    shown: CheckResult
    others: tuple[CheckResult, ...]

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """All of them, the one that is shown first."""
        return (self.shown, *self.others)

    @property
    def first(self) -> FirstWrong | None:
        """Where it first goes wrong, told by the first of the checks that can tell."""
        return next((check.first for check in self.checks if check.first is not None), None)

    @property
    def lost(self) -> int:
        """The points lost in all of them together."""
        return sum(check.max_points - check.points for check in self.checks)


def causes(checks: Iterable[CheckResult]) -> tuple[Cause, ...]:
    """The causes behind the checks that do not pass, in the order of their first checks; one that waits for a person has none.

    Checks share a cause if they show the same known mistake, if the same thing stopped them, if the same small case goes wrong
    in them, or if one counts only together with the other.
    """
    missed = [check for check in checks if check.outcome not in (Outcome.PASSED, Outcome.REVIEW)]
    named = {reason(check): check.misconception.id for check in missed if check.misconception and reason(check)}
    groups: dict[Hashable, list[CheckResult]] = {}
    for check in missed:
        groups.setdefault(_key(check, missed, named), []).append(check)
    return tuple(_cause(found) for found in groups.values())


def reason(check: CheckResult) -> str:
    """What stopped a check, to be compared and not to be read; empty if nothing did.

    If the grader has no key for it, the message serves as one.
    """
    return (check.cause or check.message) if check.outcome in STOPPED else ""


def _key(check: CheckResult, missed: Sequence[CheckResult], named: Mapping[str, str]) -> Hashable:
    needed = _needed(check, missed)
    if needed is not None:
        return _key(needed, missed[: missed.index(needed)], named)
    if check.misconception is not None:
        return check.misconception.id
    if check.outcome is Outcome.TIMEOUT:
        return check.outcome  # whatever calls a function that never returns never returns either
    if check.outcome in STOPPED:
        why = reason(check)
        return named.get(why, (check.outcome, why))
    return check.counterexample or check.id


def _needed(check: CheckResult, missed: Sequence[CheckResult]) -> CheckResult | None:
    """The check for whose sake alone this one does not pass."""
    return next((other for other in missed if other.id == check.needs and other is not check), None)


def _cause(found: list[CheckResult]) -> Cause:
    """Shows the first that tells most: a public one before a hidden one, then one with a small case, a name, a call.

    A check that stopped without a call is about the very function that is missing.
    """

    def less(check: CheckResult) -> tuple[bool, ...]:
        needs = _needed(check, found) is not None
        absent = check.gap is None and check.outcome is Outcome.ERROR and not needs
        return check.hidden, not absent, check.counterexample is None, check.misconception is None, check.gap is None

    shown = min(found, key=less)
    others = tuple(check for check in found if check is not shown)
    named = next((check for check in found if check.misconception is not None), shown)
    return Cause(replace(shown, misconception=named.misconception, hint=named.hint), others)
