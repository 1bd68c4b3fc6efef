"""Where a function first goes wrong, told by whole checks: after them all, the same at home, and for the trace of a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from grader.checks.judge import first_wrong
from grader.checks.mistakes.declare import compose
from grader.checks.plan.plans import Plans
from grader.checks.run.bench import CheckBench, with_checks, with_stored_checks
from grader.checks.run.trial import Trial
from grader.course.course_toml import Course, Exercise
from grader.dev.on_doubles import label, variants
from grader.home.live_names import LiveNames
from grader.scores.records import CheckResult, FirstWrong, KnownBy, Outcome
from helpers.collected import SEED

DEAF = "def reset_gate(x, h, W, U, b): return sigmoid(x @ W + b)\n"
RAGGED = "def gate_trace(weights, embedded): return [[1.0], [1.0, 2.0]], [[1.0]]\n"
FIRST_WORD, TOLERANCE = 1, 1e-4


class Noted(LiveNames):
    """A submission that notes its calls, and whether parts were replaced."""

    def __init__(self, bench: CheckBench, text: str) -> None:
        namespace = compose(bench.plans.reference.compiled, {})
        exec(text, namespace)
        super().__init__(namespace, bench.plans.reference.names, 10, "1 GB")
        self.calls: list[str] = []

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Note it, and call."""
        self.calls.append(name)
        return super().call(name, *args, **kwargs)


@dataclass
class Watched:
    """What checking a submission with a deaf reset gate gave, and what had been called and earned before and after."""

    tried: Noted
    points: list[int] = field(default_factory=list)
    called: list[int] = field(default_factory=list)
    first: dict[str, FirstWrong] = field(default_factory=dict)


@pytest.fixture(scope="module", autouse=True)
def no_plugins() -> Iterator[None]:
    """Keep the plugins of this very run out of the one that runs the checks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        yield


@pytest.fixture(scope="module")
def graded(exercise: Exercise, no_plugins: None) -> Watched:
    """Check a submission, and watch what is done when every check has its result."""
    found: list[Watched] = []

    def use(bench: CheckBench) -> None:
        found.append(watched := Watched(Noted(bench, DEAF)))
        real = first_wrong.add_first

        def watch(plans: Plans, trial: Trial, results: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
            watched.called.append(len(watched.tried.calls))
            watched.points.append(sum(each.points for each in results))
            return real(plans, trial, results)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("grader.checks.run.bench.add_first", watch)
            checks = bench.check(watched.tried).checks
        watched.called.append(len(watched.tried.calls))
        watched.points.append(sum(each.points for each in checks))
        watched.first = {each.id: each.first for each in checks if each.first is not None}

    with_checks(exercise, SEED, use)
    return found[0]


def test_the_calls_that_hand_out_right_answers_come_after_all_others(graded: Watched) -> None:
    """Whatever a submission sees in them it can play back to nobody: points stand, and nothing is asked after them."""
    before, after = graded.called
    assert 0 < before < after
    assert len(set(graded.points)) == 1


def test_it_is_told_at_home_as_when_it_is_graded(exercise: Exercise, recorded: str, graded: Watched) -> None:
    """At home no solution is there; what it was asked in the case, and answered, is stored."""
    at_home: dict[str, FirstWrong] = {}

    def use(bench: CheckBench) -> None:
        checks = bench.check(graded.tried).checks
        at_home.update({each.id: each.first for each in checks if each.first is not None})

    with_stored_checks(exercise, recorded, use)
    assert set(at_home) == {"gru_step_composes", "gru_forward_composes", "gru_forward_with_your_own_parts"}
    assert set(graded.first) == set(at_home) | {"gru_step_values", "gru_forward_values"}
    assert all(graded.first[check] == first for check, first in at_home.items())
    assert {(first.at, first.value, first.mend) for first in graded.first.values()} == {(1, "r", ("reset_gate",))}


def rows_that_differ(got: Any, want: Any) -> list[list[int]] | None:
    """Give the words at which z and r differ, from 1; None if they can't be compared."""
    if not isinstance(got, tuple | list) or len(got) != 2:
        return None
    pairs = [(np.asarray(one), np.asarray(other)) for one, other in zip(got, want, strict=True)]
    if any(one.shape != other.shape for one, other in pairs):
        return None
    wrong = [np.abs(one - other) > TOLERANCE * np.maximum(1, np.abs(other)) for one, other in pairs]
    return [[int(at) + 1 for at in np.flatnonzero(each.any(axis=1))] for each in wrong]


def test_a_trace_that_first_differs_at_the_second_word_shows_the_state_between(course: Course) -> None:
    """Both gates listen to it; each known mistake in the gates themselves shows at the first word already."""
    (trace,) = (each for each in course.exercises if each.id == "05_trace")
    states = set()

    def use(bench: CheckBench) -> None:
        plans, followed = bench.plans, bench.plans.followed["gate_trace"]
        check = plans.checks["gate_trace_z_values"]
        failed = (CheckResult(check.id, check.title, 0, check.points, Outcome.FAILED, check.hidden),)
        (result,) = first_wrong.add_first(plans, Trial(plans, Noted(bench, RAGGED)), failed)
        assert result.first is None, "lists of unequal length are no rows"
        for instance, tried in variants(plans.reference):
            (result,) = first_wrong.add_first(plans, Trial(plans, tried), failed)
            first = result.first
            try:
                wrong = compose(plans.reference.compiled, instance.overrides)["gate_trace"]
                given = wrong(*followed.want.call.args)
            except Exception:
                given = None
            rows = rows_that_differ(given, followed.want.value)
            if rows is None or not any(rows):
                assert first is None, label(instance)
                continue
            assert first is not None, label(instance)
            z, r = (min(each, default=0) for each in rows)
            if FIRST_WORD in (z, r):
                assert (first.known_by, first.at) == (KnownBy.ITSELF, 1), label(instance)
                assert first.differing == tuple(name for name, at in (("z", z), ("r", r)) if at == 1), label(instance)
            else:
                assert (z, r) == (2, 2), label(instance)
                assert (first.known_by, first.at, first.value, first.step) == (KnownBy.AFTER, 1, "state", "word")
                states.add(instance.id)

    with_checks(trace, SEED, use)
    assert states == {"R2", "R3", "R4", "R5", "R6", "R13", "R16", "R18"}
