"""What is put together is judged no more strictly than its parts, and who is excused for a fault in a part is told so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checks.mistakes.declare import compose
from grader.checks.run.bench import CheckBench, with_checks, with_stored_checks
from grader.course.course_toml import Exercise
from grader.home.live_names import LiveNames
from grader.reports.checked import row_as_text
from grader.scores.records import Checked, CheckResult, Outcome
from helpers.collected import SEED

NOT_WHOLE = "Judged apart from your other functions: the whole is not right yet, because {} is not."
SLOPPY = "def sigmoid(a):\n    e = np.exp(-np.abs(a))\n    return np.where(a >= 0, 1, e) / (1 + e + 1e-6)\n"
STEP = """
def _own(a): return 1 / (1 + np.exp(-a))
def gru_step(x, h, p):
    z = _own(x @ p["W_z"] + h @ p["U_z"] + p["b_z"])
    r = _own(x @ p["W_r"] + h @ p["U_r"] + p["b_r"])
    return z * h + (1 - z) * np.tanh(x @ p["W_h"] + (r * h) @ p["U_h"] + p["b_h"]){}
"""
FORWARD = (
    "def gru_forward(xs, h, p):\n    out = []\n    for t in range(xs.shape[1]):\n        h = {}\n        out.append(h)\n"
    "    return np.stack(out, axis=1)\n"
)
TEXTS = {
    "right": "",
    "sigmoid off by a millionth": SLOPPY,
    "step off by a hundred-thousandth": STEP.format(" + 1e-5"),
    "z the other way round in its part": "def next_state(z, h, h_tilde): return (1 - z) * h + z * h_tilde\n",
    "a wrong part, and a right step in one piece": "def next_state(z, h, h_tilde): return h\n" + STEP.format(""),
    "sigmoid overflows": "def sigmoid(a): return 1 / (1 + np.exp(-np.asarray(a)))\n",
    "next_state writes into h": "def next_state(z, h, h_tilde):\n    h *= z\n    return h + (1 - z) * h_tilde\n",
    "zeros for what is large": "_s = sigmoid\ndef sigmoid(a): return a * 0 if np.size(a) > 32 else _s(a)\n",
    "integers stay integers": "def sigmoid(a): return np.piecewise(a, [a < 0], [lambda v: np.exp(v) / (1 + np.exp(v)), lambda v: 1 / (1 + np.exp(-v))])\n",
    "one piece, a wrong step": FORWARD.format("np.tanh(xs[:, t] @ p['W_h'] + h @ p['U_h'] + p['b_h'])"),
} | {
    f"{name} is right for small arrays": f"_f = {name}\ndef {name}(*args):\n    value = _f(*args)\n"
    "    return value * 0 if value.size > 60 else value\n"
    for name in ("update_gate", "reset_gate", "candidate_state", "next_state", "gru_step")
}  # fmt: skip


def submission(bench: CheckBench, text: str) -> LiveNames:
    """Put the solution before the checks, with some functions written anew."""
    namespace = compose(bench.plans.reference.compiled, {})
    exec(text, namespace)
    return LiveNames(namespace, bench.plans.reference.names, 10, "1 GB")


@pytest.fixture(scope="module")
def graded(exercise: Exercise) -> dict[str, dict[str, CheckResult]]:
    """Grade all texts of this module."""
    found: dict[str, dict[str, CheckResult]] = {}

    def use(bench: CheckBench) -> None:
        for name, text in TEXTS.items():
            found[name] = {check.id: check for check in bench.check(submission(bench, text)).checks}

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        with_checks(exercise, SEED, use)
    return found


def lost(results: dict[str, CheckResult]) -> set[str]:
    """List the checks that did not pass."""
    return {name for name, check in results.items() if check.outcome is not Outcome.PASSED}


def test_a_whole_is_as_right_as_its_right_parts_add_up_to(graded: Any) -> None:
    """Parts that were each off by less than the tolerance passed, and the sequence made of them lost its points."""
    assert lost(graded["sigmoid off by a millionth"]) == set()


def test_a_whole_that_is_off_by_itself_is_wrong(graded: Any) -> None:
    failed = lost(graded["step off by a hundred-thousandth"])
    assert {"gru_step_composes", "gru_step_values"} <= failed
    gap = graded["step off by a hundred-thousandth"]["gru_step_composes"].gap
    assert gap.expected.partition(" at ")[0] != gap.got.partition(" there")[0], "as many digits as it takes to see it"


@pytest.mark.parametrize("name", [name for name in TEXTS if "zeros" in name or "small arrays" in name])
def test_what_is_right_for_small_arrays_alone_loses_points(name: str, graded: Any) -> None:
    """A sigmoid that gave zeros for more than 32 numbers got all points."""
    function = "sigmoid" if "zeros" in name else name.partition(" ")[0]
    assert any(graded[name][check].max_points for check in lost(graded[name]) if check.startswith(function))


def test_whole_numbers_have_a_sigmoid_too(graded: Any) -> None:
    results = graded["integers stay integers"]
    assert results["sigmoid_values"].points == 0
    assert results["sigmoid_values"].misconception.id == "G45"
    assert lost(results) == {"sigmoid_values", "sigmoid_large_inputs"}


def test_who_is_excused_for_a_wrong_part_is_told_that_the_whole_is_not_right_yet(graded: Any) -> None:
    results = graded["z the other way round in its part"]
    for function in ("gru_step", "gru_forward"):
        check = results[f"{function}_composes"]
        assert (check.points, check.message) == (3, NOT_WHOLE.format("next_state"))
    shown = row_as_text(Checked("01_gates", "Gates", "01_gates.py", (), tuple(results.values()), 12))
    assert NOT_WHOLE.format("next_state") in " ".join(shown.split())


@pytest.mark.parametrize("name", ["right", "a wrong part, and a right step in one piece", "sigmoid overflows"])
def test_nobody_is_told_so_whose_whole_is_right(name: str, graded: Any) -> None:
    assert graded[name]["gru_step_composes"].message == graded[name]["gru_forward_composes"].message == ""


def test_a_part_that_writes_into_its_input_shows_at_home_in_the_sequence_made_of_the_own_parts(
    exercise: Exercise, recorded: str
) -> None:
    """No check of next_state may judge it, and replaced calls don't show it: so it passed at home and lost points."""
    found: dict[str, CheckResult] = {}
    solution: list[dict[str, Any]] = []

    def use(bench: CheckBench) -> None:
        names = LiveNames(solution[0], bench.plans.reference.names, 10, "1 GB")
        found.update({check.id: check for check in bench.check(names).checks})

    with_checks(exercise, SEED, lambda bench: solution.append(compose(bench.plans.reference.compiled, {})))
    exec(TEXTS["next_state writes into h"], solution[0])
    with_stored_checks(exercise, recorded, use)
    assert lost(found) == {"gru_forward_with_your_own_parts"}
    assert found["gru_forward_with_your_own_parts"].misconception.id == "G28"  # type: ignore[union-attr]


def test_a_sequence_in_one_piece_whose_step_is_wrong_gets_a_hint_about_the_step(graded: Any) -> None:
    check = graded["one piece, a wrong step"]["gru_forward_composes"]
    assert check.misconception is None
    assert "after a single word already" in check.hint
    assert "[[[" in check.counterexample.called


@pytest.mark.parametrize("seed", range(8))
def test_a_sloppy_sigmoid_gets_the_same_points_with_every_seed(exercise: Exercise, seed: int) -> None:
    found: list[int] = []

    def use(bench: CheckBench) -> None:
        found.append(sum(check.points for check in bench.check(submission(bench, SLOPPY)).checks))

    with_checks(exercise, np.random.default_rng(seed).integers(1 << 62).item(), use)
    assert found == [30]
