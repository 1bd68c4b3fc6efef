"""Whoever wires right parts wrongly learns it at home, and keeps no point for composing; who wires them rightly keeps all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.checks.mistakes.declare import compose
from grader.checks.plan.plans import CheckPlan, Plans
from grader.checks.run.trial import Trial
from grader.checks.stored.read_record import Stored
from grader.home.live_names import LiveNames

from .wirings import BEFORE, OF, Wiring, right, wirings

WIRINGS = wirings()
COMPOSED = ("gru_step", "gru_forward")
SHOWN = 12  # of those that pass by mistake: the first few tell the kind


def trial(judged: Plans, plans: Plans, text: str) -> Trial:
    """Put a submission before the checks that is the solution but for some functions."""
    namespace = compose(plans.reference.compiled, {})
    exec(BEFORE + text, namespace)
    return Trial(judged, LiveNames(namespace, plans.reference.names, 10, "1 GB"))


def judging(plans: Plans, function: str) -> Iterator[CheckPlan]:
    """The public checks of a function which say whether it is put together rightly."""
    for check in plans.of(function):
        if check.points and not check.hidden and (function not in COMPOSED or check.id.endswith("_composes")):
            yield check


def test_the_generator_makes_hundreds_of_wirings_in_both_manners() -> None:
    assert len(WIRINGS) > 450
    assert {(each.function, each.manner) for each in WIRINGS} >= {
        (function, manner) for function in COMPOSED for manner in OF
    }


@pytest.mark.parametrize("where", ["at home", "graded"])
def test_no_wrong_wiring_of_right_parts_keeps_a_point_for_composing(plans: Plans, stored: Stored, where: str) -> None:
    """A mistake known from a part once excused the same one in the whole, also where the part was right."""
    judged = stored if where == "at home" else plans
    assert [each for each in WIRINGS if _passes(judged, plans, each)][:SHOWN] == []


def _passes(judged: Plans, plans: Plans, wiring: Wiring) -> bool:
    tried = trial(judged, plans, wiring.text)
    return all(tried.way(check).right for check in judging(judged, wiring.function))


@pytest.mark.parametrize("manner", OF)
@pytest.mark.parametrize("where", ["at home", "graded"])
def test_a_right_function_keeps_all_in_either_manner(plans: Plans, stored: Stored, where: str, manner: str) -> None:
    judged = stored if where == "at home" else plans
    for text in right(manner).values():
        tried = trial(judged, plans, text)
        assert all(tried.way(check).right for check in judged.checks.values())
