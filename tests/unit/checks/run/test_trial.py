"""In which order a submission is called, by which of its calls it is judged, and that agreeing with itself earns nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checks.mistakes.declare import compose
from grader.checks.plan.plans import Mode, Plans
from grader.checks.run.trial import Trial
from helpers.in_process import InProcess

MASTER = Path(__file__).parents[4] / "solutions" / "01_gates.py"
PARTS_FIRST = ("sigmoid", "update_gate", "reset_gate", "candidate_state", "next_state", "gru_step", "gru_forward")


def submission(plans: Plans, text: str = "") -> InProcess:
    """Make a submission of the solution, with some functions written anew."""
    namespace = compose(plans.reference.compiled, {})
    exec(text, namespace)
    return InProcess(namespace)


def run_all(plans: Plans, tried: InProcess, order: Sequence[str]) -> Trial:
    """Ask for every check, in an order."""
    trial = Trial(plans, tried)  # type: ignore[arg-type]
    for check in order:
        plan = plans.checks[check]
        if plan.mode is Mode.PLAIN:
            for planned in plan.calls:
                trial.by_reference(planned)
        else:
            trial.way(plan)
    return trial


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    "text", ["", "def gru_step(x, h, params): return h", "def gru_forward(xs, h0, params): return 1 / 0"]
)
def test_all_replaced_calls_of_a_function_come_before_its_first_by_the_reference(
    plans: Plans, text: str, backwards: bool
) -> None:
    """Whatever check asks first, a submission must not see in the one what it could play back in the other."""
    tried = submission(plans, text)
    order = list(plans.checks)
    run_all(plans, tried, order[::-1] if backwards else order)
    for function in PARTS_FIRST:
        replaced = [bool(parts) for name, parts in tried.calls if name == function]
        assert replaced == sorted(replaced, reverse=True), function


def test_a_check_that_builds_on_another_makes_no_calls_of_its_own(plans: Plans) -> None:
    tried = submission(plans)
    trial = run_all(plans, tried, ["gru_step_composes"])
    before = len(tried.calls)
    trial.way(plans.checks["gru_step_composes"])
    assert len(tried.calls) == before
    assert plans.checks["gru_step_leaves_inputs"].needs == "gru_step_composes"
    assert plans.checks["gru_forward_float32"].needs == "gru_forward_composes"
    assert plans.checks["sigmoid_large_inputs"].needs == "sigmoid_values"


def test_only_functions_above_are_replaced(plans: Plans) -> None:
    tried = submission(plans)
    run_all(plans, tried, list(plans.checks))
    for name, parts in tried.calls:
        assert set(parts) <= set(PARTS_FIRST[: PARTS_FIRST.index(name)])
    assert {parts for name, parts in tried.calls if name == "gru_forward" and parts} == {PARTS_FIRST[:6]}


@pytest.mark.parametrize(
    ("sigmoid", "replaced"), [("return 1 / (1 + np.exp(-a))", set()), ("return a", {("sigmoid",)})]
)
def test_the_sigmoid_of_a_gate_is_replaced_only_where_it_is_wrong(
    plans: Plans, sigmoid: str, replaced: set[Any]
) -> None:
    """With a right sigmoid, calls with another one could show no more than calls with the submission's own."""
    tried = submission(plans, f"def sigmoid(a):\n    {sigmoid}\n")
    run_all(plans, tried, list(plans.checks))
    assert {parts for name, parts in tried.calls if name == "update_gate" and parts} == replaced


INLINE = """
def gru_step(x, h, params):
    z = {sigmoid}(x @ params["W_z"] + h @ params["U_z"] + params["b_z"])
    r = {sigmoid}(x @ params["W_r"] + h @ params["U_r"] + params["b_r"])
    c = np.tanh(x @ params["W_h"] + (r * h) @ params["U_h"] + params["b_h"])
    return {blend}
"""
RIGHT, WRONG = "z * h + (1 - z) * c", "(1 - z) * h + z * c"


def inline(sigmoid: str, blend: str) -> str:
    """Write a step in one piece."""
    own = "_s = sigmoid\n_t = np.tanh\ndef _own(a): return 1 / (1 + np.exp(-a))\n"
    return own + INLINE.format(sigmoid=sigmoid, blend=blend)


def by_parts(result: str) -> str:
    """Write a step that calls both gates, and says what it gives."""
    lines = [
        "def gru_step(x, h, p):",
        "    z = update_gate(x, h, p['W_z'], p['U_z'], p['b_z'])",
        "    r = reset_gate(x, h, p['W_r'], p['U_r'], p['b_r'])",
        "    def candidate(gate): return candidate_state(x, h, gate, p['W_h'], p['U_h'], p['b_h'])",
        f"    return {result}",
    ]
    return "\n".join(lines) + "\n"


def own(part: str, result: str) -> str:
    """Write a part by its result; the blend calls the candidate c."""
    return f"def {part}({'a' if part == 'sigmoid' else 'z, h, c'}): return {result}\n"


TANH = {gate: f"def {gate}_gate(x, h, W, U, b): return np.tanh(x @ W + h @ U + b)\n" for gate in ("update", "reset")}
BAD = {part: f"def {part}(*a): return np.zeros(3)\n" for part in PARTS_FIRST[:5]}


@pytest.mark.parametrize(
    ("text", "right"),
    [
        pytest.param("".join(BAD.values()), True, id="way 1: calls all parts, all parts wrong"),
        pytest.param(BAD["next_state"], True, id="way 1: one part wrong"),
        pytest.param(inline("sigmoid", RIGHT) + BAD["sigmoid"], True, id="way 1: sigmoid for both gates, the rest inline"),
        pytest.param(inline("_own", "next_state(z, h, c)") + BAD["next_state"], True, id="way 1: only the blend is a part"),
        pytest.param(inline("_own", RIGHT), True, id="way 2: all inline"),
        pytest.param(inline("_s", RIGHT), True, id="way 2: parts out of reach"),
        pytest.param(inline("_own", WRONG) + own("next_state", WRONG), True, id="way 3: z the other way round in both"),
        pytest.param(inline("_t", RIGHT) + own("sigmoid", "np.tanh(a)"), True, id="way 3: tanh, as its own sigmoid"),
        pytest.param(inline("_t", RIGHT) + TANH["update"] + TANH["reset"], True, id="way 3: tanh, as its own two gates"),
        pytest.param(inline("_t", RIGHT) + TANH["update"], False, id="tanh in both gates, where one of its own has it"),
        pytest.param(inline("_own", WRONG), False, id="z the other way round, where its own part is right"),
        pytest.param(inline("_own", WRONG) + "del next_state\n", False, id="z the other way round, without a part"),
        pytest.param(inline("_own", WRONG) + own("next_state", "z * h + c"), False, id="another mistake in its own part"),
        pytest.param(inline("_t", WRONG) + own("next_state", WRONG), False, id="two mistakes"),
        pytest.param("def gru_step(x, h, p): return h", False, id="gives the state back"),
        pytest.param(by_parts("next_state(r, h, candidate(z))"), False, id="gates swapped"),
        pytest.param("def gru_step(x, h, p): return next_state(h, h, h)", False, id="calls one part with anything"),
        pytest.param("def gru_step(x, h, p): return 1 / 0", False, id="raises"),
        pytest.param("def gru_step(x, h, p): return [0]", False, id="no array"),
    ],
)  # fmt: skip
def test_a_step_composes_rightly_by_one_of_three_ways(plans: Plans, text: str, right: bool) -> None:
    trial = run_all(plans, submission(plans, text), list(plans.checks))
    assert trial.way(plans.checks["gru_step_composes"]).right is right


def test_a_part_that_is_called_twice_or_for_its_own_sake_is_no_fault(plans: Plans) -> None:
    """A student may print a gate, or compute it once to look at it."""
    text = by_parts("update_gate(0 * x, h, p['W_z'], p['U_z'], p['b_z']) * 0 + next_state(z, h, candidate(r))")
    tried = submission(plans, text)
    assert run_all(plans, tried, list(plans.checks)).way(plans.checks["gru_step_composes"]).right


def test_a_step_that_goes_row_by_row_composes_rightly(plans: Plans) -> None:
    """Stand-ins take one row as well as a batch."""
    text = by_parts("next_state(z, h, candidate(r))").replace("gru_step", "one")
    text += "def gru_step(x, h, p): return np.stack([one(a, b, p) for a, b in zip(x, h)])\n"
    trial = run_all(plans, submission(plans, text + "".join(BAD.values())), list(plans.checks))
    assert trial.way(plans.checks["gru_step_composes"]).right


def test_a_gate_is_right_with_its_sigmoid_replaced_although_the_sigmoid_is_wrong(plans: Plans) -> None:
    trial = run_all(plans, submission(plans, "def sigmoid(a): return a * 0"), list(plans.checks))
    for check in (
        "update_gate_values",
        "update_gate_terms",
        "reset_gate_values",
        "gru_step_composes",
        "gru_forward_composes",
    ):
        assert trial.way(plans.checks[check]).right


def test_what_fails_every_way_is_told_by_its_calls_by_the_reference(plans: Plans) -> None:
    trial = run_all(plans, submission(plans, "def gru_step(x, h, p): return h * 2"), list(plans.checks))
    way = trial.way(plans.checks["gru_step_composes"])
    wants = [planned.want.value for planned in plans.checks["gru_step_composes"].calls]
    assert all(np.array_equal(way_want.value, want) for way_want, want in zip(way.wants, wants, strict=True))
