"""At home a stand-in knows only what was recorded: a right function that asks otherwise is not accused of a part's fault."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from grader.checks.mistakes.declare import compose
from grader.checks.plan.reference import Reference
from grader.checks.run.bench import CheckBench, with_checks, with_stored_checks
from grader.course.course_toml import Exercise
from grader.home.live_names import LiveNames
from grader.reports.checked import as_html, row_as_text
from grader.scores.causes import causes
from grader.scores.records import Checked, CheckResult, Outcome
from helpers.collected import SEED

GATES = """
def gru_step(x, h, p):
    z = update_gate(x, h, p["W_z"], p["U_z"], p["b_z"])
    r = reset_gate(x, h, p["W_r"], p["U_r"], p["b_r"])
"""
CANDIDATE = "    c = candidate_state(x, h, r, p['W_h'], p['U_h'], p['b_h'])\n"
BLEND = "    return next_state(z, h, c)\n"
FOLDED = """
def gru_step(x, h, p):
    x = np.hstack([x, np.ones((len(x), 1), x.dtype)])
    z, r = (
        gate(x, h, np.vstack([p["W_" + g], p["b_" + g]]), p["U_" + g], p["b_" + g] * 0)
        for gate, g in ((update_gate, "z"), (reset_gate, "r"))
    )
    c = candidate_state(x, h, r, np.vstack([p["W_h"], p["b_h"]]), p["U_h"], p["b_h"] * 0)
"""
RIGHT = {
    "the blend the other way round": GATES + CANDIDATE + "    return next_state(1 - z, c, h)\n",
    "the reset done before": GATES + CANDIDATE.replace("h, r", "r * h, np.ones_like(h)") + BLEND,
    "a reset of one number": GATES + CANDIDATE.replace("h, r", "r * h, 1.0") + BLEND,
    "the biases among the weights": FOLDED + BLEND,
}
WRONG = {
    "the gates exchanged": GATES + CANDIDATE.replace("h, r", "h, z") + "    return next_state(r, h, c)\n",
    "the candidate alone": GATES + CANDIDATE + "    return next_state(z * 0, h, c)\n",
}
PARTS = {
    "candidate_state": "_c = candidate_state\ndef candidate_state(*args): return _c(*args) + 0.1\n",
    "next_state": "_n = next_state\ndef next_state(*args): return _n(*args) * 0.9\n",
    "update_gate": "def update_gate(*args): print(args)\n",
}
UNJUDGED = "This can't be judged at home while {0} is not right: mend “{0} "


BY_ITSELF = PARTS["next_state"] + GATES + CANDIDATE + "    return next_stat(1 - z, c, h)\n"
STEPS = RIGHT | WRONG
TEXTS = [*STEPS.values(), BY_ITSELF, *(part + step for part in PARTS.values() for step in STEPS.values())]
ALONE = PARTS["next_state"] + RIGHT["the blend the other way round"]

Results = dict[str, CheckResult]


@dataclass(frozen=True)
class Judged:
    """What the public checks found in each text, as they are graded and at home; ``alone`` is what they say of one function."""

    graded: dict[str, Results]
    at_home: dict[str, Results]
    alone: Results


@pytest.fixture(scope="module")
def judged(exercise: Exercise, recorded: str) -> Judged:
    """Judge the solution with some functions written anew, in every way of this module."""
    found = Judged({}, {}, {})

    def names(bench: CheckBench, text: str) -> LiveNames:
        namespace = compose(solution[0].compiled, {})
        exec(text, namespace)
        return LiveNames(namespace, bench.plans.reference.names, 10, "1 GB")

    def graded(bench: CheckBench) -> None:
        solution.append(bench.plans.reference)
        for text in TEXTS:
            found.graded[text] = {check.id: check for check in bench.check(names(bench, text), public_only=True).checks}

    def at_home(bench: CheckBench) -> None:
        for text in TEXTS:
            found.at_home[text] = {check.id: check for check in bench.check(names(bench, text)).checks}
        found.alone.update({check.id: check for check in bench.check(names(bench, ALONE), only="gru_step").checks})
        forward = bench.check(names(bench, PARTS["candidate_state"]), only="gru_forward").checks
        found.alone.update({check.id: check for check in forward})

    solution: list[Reference] = []
    with_checks(exercise, SEED, graded)
    with_stored_checks(exercise, recorded, at_home)
    return found


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("way", RIGHT)
def test_a_right_step_that_asks_otherwise_is_not_accused_of_its_part(way: str, part: str, judged: Judged) -> None:
    """It failed as if it were put together wrongly, though it got its points when it was graded."""
    text = PARTS[part] + RIGHT[way]
    assert judged.graded[text]["gru_step_composes"].points == 3
    step = judged.at_home[text]["gru_step_composes"]
    if step.outcome is Outcome.PASSED:  # what it asks was recorded, as far as that part is concerned
        return
    assert (step.points, step.outcome, step.hint, step.gap, step.misconception) == (0, Outcome.FAILED, "", None, None)
    assert step.message.startswith(UNJUDGED.format(part))


@pytest.mark.parametrize("way", RIGHT)
def test_with_right_parts_it_may_ask_as_it_likes(way: str, judged: Judged) -> None:
    results = judged.at_home[RIGHT[way]]
    assert [check.id for check in results.values() if check.outcome is not Outcome.PASSED] == []


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("way", WRONG)
def test_asking_what_nobody_recorded_gains_nothing(way: str, part: str, judged: Judged) -> None:
    for found in (judged.graded, judged.at_home):
        assert found[PARTS[part] + WRONG[way]]["gru_step_composes"].points == 0


@pytest.mark.parametrize("way", WRONG)
def test_a_wrong_step_of_right_parts_is_told_what_it_gave(way: str, judged: Judged) -> None:
    step = judged.at_home[WRONG[way]]["gru_step_composes"]
    assert step.gap is not None
    assert "judged" not in step.message


def test_a_step_that_raises_by_itself_is_told_so(judged: Judged) -> None:
    step = judged.at_home[BY_ITSELF]
    assert step["gru_step_composes"].outcome is Outcome.ERROR
    assert "next_stat" in step["gru_step_composes"].message


def test_what_waits_for_a_part_is_told_behind_it_and_nobody_calls_the_step_wrong(judged: Judged) -> None:
    results = judged.at_home[PARTS["candidate_state"] + RIGHT["the blend the other way round"]]
    named = next(cause for cause in causes(results.values()) if results["gru_step_composes"] in cause.others)
    assert named.shown.id.startswith("candidate_state")
    row = Checked("01_gates", "Gates", "01_gates.py", (), tuple(results.values()), 12)
    told = " ".join(row_as_text(row).split())
    assert "1 more check can't be judged at home yet (3 points): gru_step puts" in told
    assert "because candidate_state is not." in told
    assert "because gru_step is not." not in told
    assert f"{results['gru_step_composes'].title} - not judged yet" in as_html([row])


def test_asked_for_alone_the_step_is_told_what_it_waits_for(judged: Judged) -> None:
    row = Checked("01_gates", "gru_step", "the live names", (), (judged.alone["gru_step_composes"],), 4)
    told = " ".join(row_as_text(row).split())
    assert "gru_step puts the two gates, the candidate and the blend together - not judged yet" in told
    assert UNJUDGED.format("next_state") in told


def test_asked_for_alone_a_sequence_with_a_wrong_part_is_sent_to_that_part(judged: Judged) -> None:
    """Its hint was to compare it with a call of gru_step, which gives just the same."""
    own = judged.alone["gru_forward_with_your_own_parts"]
    assert own.message.startswith("This is not right yet, because candidate_state is not: mend “candidate_state ")
    assert own.hint == ""
    assert judged.alone["gru_forward_composes"].outcome is Outcome.PASSED
