"""What computes nothing, agrees with itself alone or knows a few cases earns nothing of what it does not compute."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

MASTER = Path(__file__).parents[3] / "solutions" / "01_gates.py"
STEP = "def gru_step(x, h, params): return {}\n"
FORWARD = "def gru_forward(xs, h0, params): return {}\n"
PARTS = "def sigmoid(a): return {s}\n" + "".join(
    f"def {gate}_gate(x, h, W, U, b): return {{g}}\n" for gate in ("update", "reset")
)
PARTS += "def candidate_state(x, h, r, W, U, b): return {c}\ndef next_state(z, h, h_tilde): return {n}\n"


def seven(s: str, g: str, c: str, n: str, step: str, forward: str, before: str = "") -> str:
    """Write seven functions, each as one expression."""
    return (
        "import numpy as np\n" + before + PARTS.format(s=s, g=g, c=c, n=n) + STEP.format(step) + FORWARD.format(forward)
    )


LOOP = "_loop(xs, h0, params)"
LOOPING = """
def _loop(xs, h, p):
    out = []
    for t in range(xs.shape[1]):
        h = gru_step(xs[:, t], h, p)
        out.append(h)
    return np.stack(out, 1)
"""
CANDIDATE = "candidate_state(x, h, reset_gate(x, h, *_w(params, 'r')), *_w(params, 'h'))"
ALL = f"next_state(update_gate(x, h, *_w(params, 'z')), h, {CANDIDATE})"
WEIGHTS = "def _w(p, k): return p['W_' + k], p['U_' + k], p['b_' + k]\n"
AS_H = "np.zeros((xs.shape[0], xs.shape[1], h0.shape[1]), xs.dtype)"
EQUAL = "class E:\n    def __eq__(self, o): return True\n    def __array__(self, *a, **k): return np.zeros(3)\n"
AGAIN = "K = []\ndef _again(v):\n    K.append(v)\n    return K[-2] if len(K) > 1 else v\n"
DRAWN = "R = lambda v: np.random.default_rng(0).random(np.shape(v))\n"
NOTHING_EARNED = {
    "zeros of the right shape": seven("np.zeros_like(a)", *["np.zeros_like(h)"] * 4, AS_H),
    "halves": seven("np.full_like(a, .5)", "np.full_like(h, .5)", "h * 0 + .5", "h * 0 + .5", "h * 0 + .5", AS_H + " + .5"),
    "ones": seven("np.ones_like(a)", "np.ones_like(h)", "h * 0 + 1", "h * 0 + 1", "h * 0 + 1", AS_H + " + 1"),
    "one array for all": seven("A", "A", "A", "A", "A", "A", "A = np.zeros((3, 6))\n"),
    "the first argument": seven("a", "x", "x", "z", "x", "xs"),
    "the state": seven("a", "h", "h", "h", "h", "np.repeat(h0[:, None], xs.shape[1], 1)"),
    "None": seven("None", "None", "None", "None", "None", "None"),
    "an object equal to all": seven(*["E()"] * 6, EQUAL),
    "infinities": seven("a + np.inf", "h + np.inf", "h + np.inf", "h + np.inf", "h + np.inf", AS_H + " + np.inf"),
    "not a number": seven("a + np.nan", "h + np.nan", "h + np.nan", "h + np.nan", "h + np.nan", AS_H + " + np.nan"),
    "the last answer again": seven("_again(a)", *["_again(h)"] * 4, "_again(xs)", AGAIN),
    "numbers drawn at random": seven("R(a)", *["R(h)"] * 4, f"R({AS_H})", DRAWN),
}  # fmt: skip


@pytest.fixture(scope="session")
def cheats(grade: Any) -> Any:
    """Grade all cheats of this module at once, through the real sandbox."""
    return grade(NOTHING_EARNED | SPECIAL | SUMS | AGREEING)


@pytest.mark.parametrize("name", NOTHING_EARNED)
def test_functions_that_compute_nothing_get_no_points(name: str, cheats: Any) -> None:
    assert [check.id for check in cheats[name].checks if check.points] == []
    assert cheats[name].points == 0


# Parts that compute nothing, composed rightly: the composing is all that may count.
AGREEING = {
    "zeros, composed": seven("a * 0", "sigmoid(h)", "h * 0", "h * 0", ALL, LOOP, WEIGHTS + LOOPING),
    "identity, composed": seven("a", "sigmoid(h)", "h", "h", ALL, LOOP, WEIGHTS + LOOPING),
    "a step that gives the state, looped": seven("a", "h", "h", "h", "h", LOOP, LOOPING),
}


def test_parts_that_agree_with_each_other_earn_only_what_is_composed_rightly(cheats: Any) -> None:
    """Tried once: seven functions that return zeros agree with each other; judged by that they got 15 points.

    Who composes rightly keeps the 3 points of a step and of a sequence, and the 1 of each that is judged only then.
    """
    for name, result in ((name, cheats[name]) for name in AGREEING):
        earned = {check.id for check in result.checks if check.points}
        allowed = {"gru_forward_composes", "gru_forward_float32", "gru_step_composes", "gru_step_leaves_inputs"}
        assert earned <= allowed, name
    step_only = {c.id for c in cheats["a step that gives the state, looped"].checks if c.points}
    assert step_only <= {"gru_forward_composes", "gru_forward_float32"}


GUARD = "_{f} = {f}\ndef {f}(*args):\n    values = [np.asarray(a) for a in args]\n    {when}\n    return {other}\n"
SIMPLE = "if any(v.size and (v == v.flat[0]).all() for v in values if v.ndim): return _{f}(*args)"
FIRST_FIVE = {"sigmoid": 2, "update_gate": 4, "reset_gate": 3, "candidate_state": 5, "next_state": 4}
SPECIAL = {
    f"{f}, right for simple inputs": MASTER.read_text(encoding="utf-8")
    + GUARD.format(f=f, when=SIMPLE.format(f=f), other=f"_{f}(*args) + 0.001")
    for f in FIRST_FIVE
} | {
    f"{f}, right for large and simple inputs": MASTER.read_text(encoding="utf-8")
    + GUARD.format(
        f=f,
        when=SIMPLE.format(f=f),
        other=f"_{f}(*args) if max(abs(v).max() for v in values) > 30 else _{f}(*args) * 0.999",
    )
    for f in FIRST_FIVE
}


@pytest.mark.parametrize("name", SPECIAL)
def test_one_that_is_wrong_for_random_inputs_keeps_less_than_half_of_its_points(name: str, cheats: Any) -> None:
    """A function that knows the cases with zeros and ones, and is a thousandth off elsewhere."""
    function = name.partition(",")[0]
    kept = sum(check.points for check in cheats[name].checks if check.id.startswith(f"{function}_"))
    assert kept < FIRST_FIVE[function] / 2


SUMS = {
    f"wrong for {what}": MASTER.read_text(encoding="utf-8") + GUARD.format(f="gru_step", when=when, other="_gru_step(*args)")
    for what, when in {
        "batches of more than one": "if values[0].shape[0] > 1: return _gru_step(*args)[:1]",
        "the second call": "C.append(1)\n    if len(C) > 1: return args[1]\n    return _gru_step(*args)\nC = []\ndef g():\n    0",
    }.items()
}  # fmt: skip


@pytest.mark.parametrize("name", SUMS)
def test_a_step_that_is_right_only_sometimes_does_not_compose(name: str, cheats: Any) -> None:
    assert not [c.id for c in cheats[name].checks if c.points and c.id.startswith("gru_step_")]
