"""The smallest case on the ladder that goes wrong, small enough to be redone by hand."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from grader.checks.compare.answers import Answer
from grader.checks.judge import counterexample
from grader.checks.judge.shown_call import printed
from grader.checks.plan.plans import Plans
from grader.checks.run.trial import Trial
from grader.sandbox.outside.stops import StopKind, Stopped
from grader.scores.records import Outcome
from unit.checks.run.test_trial import submission


def find(plans: Plans, function: str, text: str, outcome: Outcome = Outcome.FAILED) -> Any:
    """Look for the smallest case that a written function gets wrong."""
    trial = Trial(plans, submission(plans, text))  # type: ignore[arg-type]
    return counterexample.find(plans, trial, function, outcome=outcome)


def test_a_right_function_has_none(plans: Plans) -> None:
    for function in plans.reference.names:
        assert find(plans, function, "") is None


def test_the_first_rung_that_is_wrong_is_told(plans: Plans) -> None:
    gap = find(plans, "next_state", "def next_state(z, h, h_tilde): return (1 - z) * h + z * h_tilde").gap
    assert gap.called == printed(plans.ladder["next_state"][0].call, plans.reference.parameters["next_state"])
    assert (gap.expected, gap.got) == ("[[2]]", "[[-1]]")


def test_a_function_that_raises_on_a_rung_is_told_by_what_it_raised(plans: Plans) -> None:
    gap = find(plans, "update_gate", "def update_gate(x, h, W, U, b): return 1 / 0", Outcome.ERROR).gap
    assert "ZeroDivisionError" in gap.got


STEP = "np.tanh(x @ p['W_h'] + h @ p['U_h'] + p['b_h'])"
LOOP = "def gru_forward(xs, h, p):\n    out = []\n    for t in range(xs.shape[1]):\n        x = xs[:, t]\n        {step}\n        out.append(h)\n"


@pytest.mark.parametrize(
    ("step", "result", "hinted"),
    [
        pytest.param(f"h = {STEP}", "np.stack(out, axis=1)", True, id="a wrong step in a right loop"),
        pytest.param("h = gru_step(x, h, p) + t", "np.stack(out, axis=1)", False, id="wrong from the second word on"),
        pytest.param(f"h = {STEP}", "out[-1]", False, id="another shape"),
    ],
)
def test_a_sequence_that_is_wrong_after_one_word_is_told_to_look_at_the_step(
    plans: Plans, step: str, result: str, hinted: bool
) -> None:
    """Its hint once was about the second step, where a loop goes wrong; here the loop is right."""
    found = find(plans, "gru_forward", f"{LOOP.format(step=step)}    return {result}\n")
    assert found.gap.called.startswith("gru_forward(xs=np.array([[[")
    assert found.hint == (plans.rung_hints["gru_forward"][1] if hinted else "")


def test_a_function_without_a_ladder_has_none(plans: Plans) -> None:
    assert find(plans, "no_such_function", "") is None


@pytest.mark.parametrize("kind", [StopKind.LATE, StopKind.DIED, StopKind.TODO, StopKind.REFUSED])
def test_a_function_that_does_not_answer_is_not_tried_further(plans: Plans, kind: StopKind) -> None:
    class Silent:
        asked = 0

        def call(self, *_: Any, **__: Any) -> Stopped:
            self.asked += 1
            return Stopped("next_state", kind)

        def call_each(self, asked: Any) -> list[Stopped]:
            return [Stopped("next_state", kind) for _ in asked]

    silent = Silent()
    assert counterexample.find(plans, Trial(plans, silent), "next_state") is None  # type: ignore[arg-type]
    assert silent.asked <= 1


def numbers(value: Any) -> list[float]:
    """List all numbers of an argument."""
    if isinstance(value, dict):
        return [n for each in value.values() for n in numbers(each)]
    return np.asarray(value).ravel().tolist()


def test_every_rung_is_small_and_of_numbers_that_a_person_can_work_with(plans: Plans) -> None:
    """Sizes 1 to 3, small numbers in quarters; only the rung for overflow is larger."""
    assert set(plans.ladder) == set(plans.reference.names)
    for function, rungs in plans.ladder.items():
        sizes = [sum(len(numbers(arg)) for arg in want.call.args) for want in rungs]
        assert sizes[0] == min(sizes)
        for want in rungs:
            assert isinstance(want, Answer)
            for arg in want.call.args:
                assert all(n * 4 == int(n * 4) for n in numbers(arg))
                assert all(abs(n) < 100 for n in numbers(arg)) or want is rungs[-1]
                for array in arg.values() if isinstance(arg, dict) else [arg]:
                    assert max(np.shape(array), default=1) <= 3
            text = printed(want.call, plans.reference.parameters[function])
            assert re.fullmatch(r"[\w(),.\[\]{}\": =-]+", text), "one line, with all its numbers"
