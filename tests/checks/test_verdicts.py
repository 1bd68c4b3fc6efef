"""From reports to results: the worst outcome counts, no evidence is no pass, and the grader's fault is no student's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checks.answers import Answer, Call
from grader.checks.authoring import NotRight
from grader.checks.failures import NotShown, StudentStopped
from grader.checks.misconceptions import Mistake
from grader.checks.plans import CheckPlan, PlannedCall
from grader.checks.verdicts import ItemReport, check_result
from grader.errors import WorkerFault
from grader.sandbox.replies import Stopped
from grader.scores.records import CheckResult, Gap, Outcome

CALL = Call("f", (np.zeros((1, 2)),), {})
ANSWER = Answer(CALL, np.zeros(2))
MISTAKE = Mistake("G1", "the other way round", "...", "look at z", ())
SMALLEST = Gap("f(1)", "1", "2")


def plan(*items: str, needs: str | None = None, points: int = 3) -> CheckPlan:
    """Make a check of some items."""
    made = CheckPlan("f_values", "f is right", points, False, "the check's own hint", needs=needs)
    made.items = list(items)
    made.calls = [PlannedCall(item, 0, CALL, ANSWER) for item in items]
    return made


def stopped(outcome: Outcome) -> StudentStopped:
    """Make a call that gave nothing."""
    return StudentStopped(Stopped(outcome, f"it was {outcome}"), CALL)


def wrong(aspect: str = "value") -> NotRight:
    """Make an answer that was not right."""
    return NotRight(ANSWER, "1", "2", aspect)


def result(
    check: CheckPlan,
    errors: dict[str, BaseException | None],
    earlier: dict[str, CheckResult] | None = None,
    mistake: Mistake | None = MISTAKE,
) -> CheckResult:
    """Judge a check."""
    reports = [ItemReport(check.id, item, error, 0.25) for item, error in errors.items()]
    return check_result(check, reports, earlier or {}, {"f": ("a",)}, lambda *_: mistake, lambda *_: SMALLEST)


def test_all_items_that_pass_give_the_points() -> None:
    given = result(plan("a", "b"), {"a": None, "b": None})
    assert (given.outcome, given.points, given.max_points, given.message, given.hint) == (Outcome.PASSED, 3, 3, "", "")
    assert given.misconception is None
    assert given.seconds == 0.5


ORDER = [Outcome.BLOCKED, Outcome.CRASHED, Outcome.TIMEOUT, Outcome.ERROR, Outcome.FAILED, Outcome.TODO]
PAIRS = [(one, other) for at, one in enumerate(ORDER) for other in [*ORDER[at + 1 :], Outcome.PASSED]]


def as_error(outcome: Outcome) -> BaseException | None:
    """Make what an item of that outcome raises."""
    return {Outcome.FAILED: wrong(), Outcome.PASSED: None}.get(outcome, stopped(outcome))


@pytest.mark.parametrize(("worse", "better"), PAIRS)
def test_the_outcome_of_a_check_is_the_worst_of_its_items_in_the_contracts_order(
    worse: Outcome, better: Outcome
) -> None:
    for errors in ({"a": as_error(worse), "b": as_error(better)}, {"a": as_error(better), "b": as_error(worse)}):
        given = result(plan("a", "b"), errors)
        assert (given.outcome, given.points) == (worse, 0)
        assert worse is Outcome.FAILED or f"it was {worse}" in given.message


@pytest.mark.parametrize("reported", [{}, {"a": None}, {"a": None, "c": None}, {"a": None, "b": None, "c": None}])
def test_an_item_that_left_no_word_is_our_fault_and_no_pass(reported: dict[str, None]) -> None:
    with pytest.raises(WorkerFault, match="left no word"):
        result(plan("a", "b"), reported)  # type: ignore[arg-type]


def test_a_check_without_items_is_no_pass() -> None:
    with pytest.raises((WorkerFault, StopIteration, ValueError)):
        result(plan(), {})


@pytest.mark.parametrize(
    "error", [TypeError("x"), KeyError("x"), RuntimeError(), pytest.skip.Exception("later")], ids=repr
)
def test_a_check_that_breaks_is_our_fault_and_a_skipped_one_too(error: BaseException) -> None:
    with pytest.raises(WorkerFault):
        result(plan("a"), {"a": error})


def test_a_plain_assert_of_an_author_is_a_failed_check_with_its_words() -> None:
    given = result(plan("a"), {"a": AssertionError("z is too large")})
    assert (given.outcome, given.message) == (Outcome.FAILED, "z is too large")
    assert result(plan("a"), {"a": AssertionError()}).message == "f is right"


def test_a_named_mistake_brings_its_own_hint_and_else_the_check_has_one() -> None:
    given = result(plan("a"), {"a": wrong()})
    assert given.misconception is not None
    assert (given.misconception.id, given.hint) == ("G1", "look at z")
    assert given.counterexample == SMALLEST
    assert given.gap == Gap("f(a (1, 2))", "1", "2")
    assert result(plan("a"), {"a": wrong()}, mistake=None).hint == "the check's own hint"


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.CRASHED, Outcome.TIMEOUT, Outcome.TODO])
def test_what_gave_no_answer_is_compared_with_no_mistake(outcome: Outcome) -> None:
    given = result(plan("a"), {"a": stopped(outcome)})
    assert given.misconception is None
    assert given.counterexample is None
    assert given.hint == ""
    assert (given.gap is None) is (outcome is Outcome.TODO)


@pytest.mark.parametrize("aspect", ["warnings", "inputs", "dtype"])
def test_a_smallest_case_is_looked_for_only_where_the_numbers_are_wrong(aspect: str) -> None:
    assert result(plan("a"), {"a": wrong(aspect)}).counterexample is None


def earlier(outcome: Outcome) -> dict[str, CheckResult]:
    """Make the result of the check that is needed."""
    return {"g": CheckResult("g", "g is right", 3, 3, outcome)}


def test_a_check_that_needs_another_counts_only_with_it() -> None:
    assert result(plan("a", needs="g"), {"a": None}, earlier(Outcome.PASSED)).points == 3
    for outcome in ORDER:
        given = result(plan("a", needs="g"), {"a": None}, earlier(outcome))
        assert given.points == 0
        assert given.outcome is not Outcome.PASSED
        assert "g is right" in given.message


def test_a_check_that_could_not_be_judged_ends_as_the_one_it_builds_on() -> None:
    for outcome in ORDER:
        given = result(plan("a", needs="g"), {"a": NotShown("g")}, earlier(outcome))
        assert (given.outcome, given.points) == (outcome, 0)


def test_a_check_of_no_points_can_pass() -> None:
    given: Any = result(plan("a", points=0), {"a": None})
    assert (given.outcome, given.points) == (Outcome.PASSED, 0)


def test_what_says_itself_what_to_do_has_no_hint_to_repeat_the_call() -> None:
    """A module beside the file is there at home, so the call would go well there."""
    for advised in (True, False):
        error = StudentStopped(Stopped(Outcome.ERROR, "f raised ModuleNotFoundError: helpers", advised=advised), CALL)
        given = result(plan("a"), {"a": error}, mistake=None)
        assert (given.hint == "") is advised
