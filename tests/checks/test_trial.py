"""In which order a submission is called, by which of its calls it is judged, and that agreeing with itself earns nothing."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checks.mistakes.declare import compose
from grader.checks.plan.plans import Mode, Plans
from grader.checks.run.trial import Trial
from grader.sandbox.inside import calls
from grader.sandbox.inside.objects import Live
from grader.sandbox.outside.replies import Reply, Returned
from grader.sandbox.outside.stops import StopKind, Stopped, Thrown
from grader.sandbox.wire import values

MASTER = Path(__file__).parents[2] / "solutions" / "01_gates.py"
PARTS_FIRST = ("sigmoid", "update_gate", "reset_gate", "candidate_state", "next_state", "gru_step", "gru_forward")


class InProcess:
    """Stands for a submission: calls its functions here, and notes with which parts replaced."""

    def __init__(self, module: Mapping[str, Any]) -> None:
        self.module = type(ast)("submission")
        self.module.__dict__.update(module)
        for name, value in module.items():
            if hasattr(value, "__globals__"):
                self.module.__dict__[name] = type(value)(
                    value.__code__, self.module.__dict__, value.__name__, value.__defaults__, value.__closure__
                )
        self.calls: list[tuple[str, tuple[str, ...]]] = []

    def call_each(self, asked: Sequence[tuple[str, Sequence[Any], Mapping[str, Any]]]) -> list[Reply]:
        """Call one after the other."""
        return [self.call(*each) for each in asked]

    def call(
        self,
        name: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None = None,
        parts: Mapping[str, Sequence[str]] | None = None,
        answer_part: Callable[[str, list[Any]], dict[str, Any]] | None = None,
        otherwise: str | None = None,
    ) -> Reply:
        """Call as the worker would."""
        self.calls.append((name, tuple(parts or ())))

        def ask(part: str, given: list[Any]) -> Any:
            assert answer_part is not None
            reply = answer_part(part, values.loads(*values.dumps(given)))
            if "refuse" in reply:
                raise TypeError(reply["refuse"])
            return values.loads(*values.dumps(reply["answer"]))

        given = values.loads(*values.dumps(list(args)))
        request = {"name": name, "args": given, "kwargs": dict(kwargs or {}), "parts": parts or {}}
        answer = calls.call(self.module, request, list(args), ask, frozenset(), Live())
        if "returned" not in answer:
            return Stopped(name, StopKind.RAISED, thrown=Thrown("Error", str(answer)))
        return Returned(
            values.loads(*values.dumps(answer["returned"])), tuple(answer["changed"]), frozenset(answer["warned"])
        )


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
