"""Where a step and a sentence first go wrong, and which of one's own functions would mend them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.checks.compare.answers import agrees, perform
from grader.checks.judge import first_wrong
from grader.checks.mistakes.declare import Instance, compose, load_mistakes
from grader.checks.plan.followed import follow
from grader.checks.plan.plans import Plans
from grader.checks.run.trial import Trial
from grader.sandbox.outside.conversation import NoAnswer
from grader.scores.records import CheckResult, FirstWrong, KnownBy, Outcome
from helpers.repository import SOLUTIONS
from unit.checks.run.test_trial import PARTS_FIRST, InProcess, by_parts, submission

VALUES = {"z": "update_gate", "r": "reset_gate", "candidate": "candidate_state", "state": "next_state"}
WHOLES = ("gru_step", "gru_forward")
SINGLE = [
    instance
    for mistake in load_mistakes(SOLUTIONS / "misconceptions" / "01_gates.py")
    for instance in mistake.instances
    if len(instance.overrides) == 1
]


def label(instance: Instance) -> str:
    """Name a test after the mistake, its form and the function."""
    return "-".join((instance.id, instance.form, *instance.overrides))


def results(plans: Plans, outcome: Outcome = Outcome.FAILED) -> tuple[CheckResult, ...]:
    """Make up results of the checks of the two functions that are put together."""
    checks = [plans.checks[f"{whole}_values"] for whole in WHOLES]
    return tuple(CheckResult(each.id, each.title, 0, each.points, outcome, each.hidden) for each in checks)


def told(plans: Plans, tried: InProcess, made_up: tuple[CheckResult, ...] = ()) -> dict[str, FirstWrong | None]:
    """Find where each of the two first goes wrong."""
    found = first_wrong.add_first(plans, Trial(plans, tried), made_up or results(plans))  # type: ignore[arg-type]
    return dict(zip(WHOLES, (each.first for each in found), strict=True))


def values_on_the_way(plans: Plans, overrides: Any, whole: str) -> tuple[Any, dict[str, list[Any]]]:
    """Give what a call of a namespace gives, and every value that its parts gave on the way; None for one that raised."""
    namespace = compose(plans.reference.compiled, overrides)
    seen: dict[str, list[Any]] = {name: [] for name in VALUES}

    def watched(name: str, part: Any) -> Any:
        def watch(*args: Any) -> Any:
            seen[name].append(None)
            seen[name][-1] = np.copy(value := part(*args))
            return value

        return watch

    for name, part in VALUES.items():
        namespace[part] = watched(name, namespace[part])
    followed = plans.followed["gru_forward"]
    args, _ = followed.asked["gru_step"][0]
    call = followed.want.call if whole == "gru_forward" else type(followed.want.call)(whole, tuple(args), {})
    try:
        return perform(namespace[whole], call), seen
    except Exception:
        return None, seen


def first_that_differs(plans: Plans, instance: Instance, whole: str) -> tuple[bool, tuple[int, str] | None]:
    """Whether the whole is wrong with a mistake, and by its values on the way the first step and value that differ."""
    right, wanted = values_on_the_way(plans, {}, whole)
    given, seen = values_on_the_way(plans, instance.overrides, whole)
    places = [
        (at, name)
        for at in range(max(map(len, wanted.values())))
        for name in VALUES
        if at < len(seen[name]) and (seen[name][at] is None or not _close(seen[name][at], wanted[name][at]))
    ]
    return given is None or not agrees(given.value, right), (places[0][0] + 1, places[0][1]) if places else None


def _close(one: Any, other: Any) -> bool:
    return bool(one.shape == other.shape and np.allclose(one, other, rtol=1e-6, atol=1e-6))


@pytest.mark.parametrize("instance", SINGLE, ids=label)
def test_a_mistake_in_one_function_is_placed_and_that_function_alone_is_to_be_mended(
    plans: Plans, instance: Instance
) -> None:
    """The place is compared with what the functions give on the way, which this test looks at and the grader can't."""
    found = told(plans, InProcess(compose(plans.reference.compiled, instance.overrides)))
    for whole in WHOLES:
        wrong, place = first_that_differs(plans, instance, whole)
        first = found[whole]
        if instance.id == "G28":
            continue  # what it gives is right, and spoils what was given before: the next test
        assert (first is not None) == wrong
        if first is not None:
            assert first.mend == tuple(instance.overrides)
            assert (first.at, first.value) == (place or (None, None))
            assert (first.known_by is KnownBy.RESULT) == (place is None)


@pytest.mark.parametrize("instance", [each for each in SINGLE if each.id == "G28"], ids=label)
def test_a_function_that_writes_into_its_input_is_to_be_mended(plans: Plans, instance: Instance) -> None:
    first = told(plans, InProcess(compose(plans.reference.compiled, instance.overrides)))["gru_forward"]
    assert first is not None
    assert (first.at, first.value, first.mend) == (1, "state", tuple(instance.overrides))


STEP = "h = z * h + (1 - z) * c"
IN_ONE_PIECE = """
def _own(a): return 1 / (1 + np.exp(-a))
def gru_forward(xs, h, p):
    out = []
    for t in range(xs.shape[1]):
        x = xs[:, t]
        z = _own(x @ p["W_z"] + h @ p["U_z"] + p["b_z"])
        r = _own(x @ p["W_r"] + h @ p["U_r"] + p["b_r"])
        c = np.tanh(x @ p["W_h"] + (r * h) @ p["U_h"] + p["b_h"])
        {}
        out.append(h)
    return np.stack(out, axis=1)
"""
DEAF = "def reset_gate(x, h, W, U, b): return sigmoid(x @ W + b)\n"
RELU = "def candidate_state(x, h, r, W, U, b): return np.maximum(x @ W + (r * h) @ U + b, 0)\n"


@pytest.mark.parametrize(
    ("step", "at"),
    [(STEP.replace("z * h", "z * x[:, :1]"), 1), (f"{STEP} + (t == 1)", 2), (f"{STEP} if t < 2 else h", 3)],
)
def test_of_a_sentence_in_one_piece_only_the_first_wrong_state_is_told(plans: Plans, step: str, at: int) -> None:
    """What comes before the state in that step was not seen, and which function to mend can't be said: there is but one."""
    first = told(plans, submission(plans, IN_ONE_PIECE.format(step)))["gru_forward"]
    assert first == FirstWrong("gru_forward", KnownBy.RETURNED, "step", at, "state", ("state",), ())


def test_a_step_in_one_piece_is_mended_for_the_sentence_as_a_whole(plans: Plans) -> None:
    found = told(plans, submission(plans, "def gru_step(x, h, p): return np.tanh(x @ p['W_h'] + h @ p['U_h'])"))
    assert found["gru_step"] is None, "that its one state is wrong is no news"
    first = found["gru_forward"]
    assert first is not None
    assert (first.known_by, first.at, first.mend) == (KnownBy.RETURNED, 1, ("gru_step",))


@pytest.mark.parametrize(
    ("text", "value", "mend"),
    [
        pytest.param(DEAF + RELU, "r", ("reset_gate", "candidate_state"), id="two parts"),
        pytest.param(
            DEAF + by_parts("next_state(r, h, candidate(z))"), "r", ("reset_gate", "gru_step"), id="a gate, and the step that swaps them"
        ),
        pytest.param(
            DEAF + by_parts("next_state(1 - z, h, candidate(r))"), "r", ("reset_gate", "gru_step"), id="a gate, and a step after it"
        ),
        pytest.param("def sigmoid(a): return np.tanh(a)\n" + RELU, "z", ("sigmoid", "candidate_state"), id="what gates build on"),
        pytest.param(
            DEAF + by_parts("next_state(z, h, candidate(0 * z + _own(x @ p['W_r'] + h @ p['U_r'] + p['b_r'])))").replace("def gru", "def _own(a): return 1 / (1 + np.exp(-a))\ndef gru").replace("    r = reset_gate(x, h, p['W_r'], p['U_r'], p['b_r'])\n", "") + RELU,
            "candidate",
            ("candidate_state",),
            id="a wrong gate that nothing calls is not to be mended for this",
        ),
    ],
)  # fmt: skip
def test_the_smallest_set_holds_what_has_to_be_mended_and_no_more(
    plans: Plans, text: str, value: str, mend: tuple[str, ...]
) -> None:
    found = told(plans, submission(plans, text))
    for whole in WHOLES:
        first = found[whole]
        assert first is not None
        assert (first.at, first.value, first.mend) == (1, value, mend)


def test_a_step_that_goes_row_by_row_is_told_the_same(plans: Plans) -> None:
    text = by_parts("next_state(z, h, candidate(r))").replace("gru_step", "one")
    text += "def gru_step(x, h, p): return np.stack([one(a, b, p) for a, b in zip(x, h)])\n"
    first = told(plans, submission(plans, text + DEAF))["gru_step"]
    assert first is not None
    assert (first.at, first.value, first.mend) == (1, "r", ("reset_gate",))


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.TODO, Outcome.TIMEOUT, Outcome.CRASHED, Outcome.BLOCKED])
def test_nothing_is_called_if_all_is_right_or_something_did_not_come_back(plans: Plans, outcome: Outcome) -> None:
    tried = submission(plans, DEAF)
    made_up = results(plans, outcome)
    assert first_wrong.add_first(plans, Trial(plans, tried), made_up) == made_up  # type: ignore[arg-type]
    assert tried.calls == []


class Sly(InProcess):
    """A worker that asks for functions which nobody replaced, under whatever name it likes."""

    def call(
        self, name: str, args: Any, kwargs: Any = None, parts: Any = None, answer_part: Any = None, **_: Any
    ) -> Any:
        """Ask for everything, then answer."""
        for other in ("no_such_function", "__class__", *PARTS_FIRST) if answer_part is not None else ():
            with suppress(NoAnswer):
                answer_part(other, [np.ones((2, 5)), [[1.0], [1.0, 2.0]], {"x": np.ones(9)}])
        return super().call(name, args, kwargs, parts, answer_part)


def test_a_worker_that_asks_for_what_is_not_there_breaks_nothing(plans: Plans) -> None:
    namespace = compose(plans.reference.compiled, {})
    exec(DEAF, namespace)
    found = told(plans, Sly(namespace))
    assert {first.function for first in found.values() if first is not None} <= set(WHOLES)


def test_a_slow_submission_is_asked_nothing_more(plans: Plans) -> None:
    tried = submission(plans, DEAF)
    made_up = tuple(replace(each, seconds=first_wrong.SLOW) for each in results(plans))
    assert first_wrong.add_first(plans, Trial(plans, tried), made_up) == made_up  # type: ignore[arg-type]
    assert tried.calls == []


def test_a_right_submission_is_told_nothing(plans: Plans) -> None:
    assert told(plans, submission(plans)) == dict.fromkeys(WHOLES)


def test_what_stands_in_for_a_part_does_not_answer_other_questions_as_the_solution_would(plans: Plans) -> None:
    """A submission that keeps a hidden check's inputs must not have the solution work them out."""
    known = first_wrong._Known(plans.followed["gru_forward"].tables, np.inf)
    for part, asked in plans.followed["gru_forward"].asked.items():
        args, value = asked[0]
        others = [arg + 0.01 if isinstance(arg, np.ndarray) else arg for arg in args]
        other = known.answer(part, others)
        assert not np.allclose(other, plans.reference.namespace[part](*others), atol=1e-4)
        assert np.allclose(known.answer(part, list(args)), value)


def test_no_check_asks_for_the_case_in_which_a_function_is_followed(plans: Plans) -> None:
    """Its right answers go to the submission's process, so they must be no check's answers."""
    followed = plans.followed["gru_forward"]
    states = [np.asarray(value) for asked in followed.asked.values() for _, value in asked] + [followed.want.value]
    wanted = [np.asarray(planned.want.value) for check in plans.checks.values() for planned in check.calls]
    wanted += [np.asarray(want.value) for rungs in plans.ladder.values() for want in rungs]
    assert not any(one.shape == other.shape and np.allclose(one, other) for one in states for other in wanted)


def test_a_case_is_followed_through_parts_that_call_parts(plans: Plans) -> None:
    followed = follow(plans.reference, "gru_forward", plans.follows["gru_forward"].case(np.random.default_rng(1)))
    asked = {part: len(each) for part, each in followed.asked.items()}
    assert asked == {"sigmoid": 6, "gru_step": 3, **dict.fromkeys(VALUES.values(), 3)}
