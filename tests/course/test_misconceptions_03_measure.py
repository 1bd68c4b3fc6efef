"""The known mistakes of 03_measure fail its checks, and can be told from each other by what these see."""

from __future__ import annotations

import itertools
import shutil
import types
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checks.compare.answers import Answer
from grader.checks.compare.aspects import matches
from grader.checks.compare.looks import WHOLE, Aspect, Look
from grader.checks.compare.tables import Between
from grader.checks.judge import counterexample
from grader.checks.mistakes.declare import Instance, load_mistakes
from grader.checks.plan.plans import Plans
from grader.checks.run.bench import CheckBench, with_checks
from grader.checks.run.trial import Trial
from grader.course.course_toml import load_course
from grader.course.master import read_master
from grader.sandbox.outside.replies import Returned
from grader.sandbox.wire.values import Facts

SOLUTIONS = Path(__file__).parents[2] / "solutions"
EXERCISE = "03_measure"
FILES = (
    f"{EXERCISE}.py",
    f"misconceptions/{EXERCISE}.py",
    f"checks/check_{EXERCISE}.py",
    f"checks/hidden_{EXERCISE}.py",
)
MISTAKES = load_mistakes(
    SOLUTIONS / "misconceptions" / f"{EXERCISE}.py", read_master(SOLUTIONS / FILES[0]).graded_names
)
INSTANCES = {f"{i.id} {i.form}: {', '.join(i.overrides)}": i for mistake in MISTAKES for i in mistake.instances}
COURSE = f"""
name = "Measured"
[[exercises]]
id = "{EXERCISE}"
title = "Count it, and time it"
packages = ["numpy", "pandas", "tensorflow", "keras"]
"""
ASPECTS = {
    "time_training_epochs": Aspect.ROWS,
    "time_training_clock": Aspect.CLOCK,
    "time_training_clock_drawn": Aspect.CLOCK,
}
LOOKS = {"compare_models_measured": Look(columns=("parameters", "bytes", "seconds_per_epoch"))}


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Plans:
    """Rehearse the course's own checks, and let every mistake answer their calls."""
    return rehearsed(tmp_path_factory.mktemp("course"), 7)


def rehearsed(folder: Path, seed: int) -> Plans:
    """The plans of a run with a seed, by a course of this exercise alone."""
    solutions = folder / "solutions"
    for file in FILES:
        (solutions / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SOLUTIONS / file, solutions / file)
    (solutions / "course.toml").write_text(COURSE, encoding="utf-8")
    found: list[Plans] = []

    def keep(bench: CheckBench) -> None:
        found.append(bench.plans)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        with_checks(load_course(solutions).exercises[0], seed, keep)
    return found[0]


def seen(answer: Answer | None) -> Answer | None:
    """Give an answer as a submission gives it: where any number of a range will do, one of them."""
    if answer is None:
        return answer
    if isinstance(answer.value, Facts):
        cells = [[number(cell) for cell in column] for column in answer.value.data["cells"]]
        return replace(answer, value=Facts(answer.value.kind, {**answer.value.data, "cells": cells}))
    return replace(answer, value=number(answer.value))


def number(value: Any) -> Any:
    """Give one number of a range, and all else as it is."""
    return (value.low + value.high) / 2 if isinstance(value, Between) else value


def failed_checks(plans: Plans, instance: Instance) -> dict[str, set[str]]:
    """List the checks of a function that a mistake changes and fails, each with the mistakes that answer alike there."""
    found = {}
    for name, check in plans.checks.items():
        if check.function not in instance.overrides:
            continue
        aspect, look = ASPECTS.get(name, Aspect.VALUE), LOOKS.get(name, WHOLE)
        answers = [seen(answer) for answer in check.wrong[instance]]
        wants = [planned.want for planned in check.calls]
        if not all(matches(*pair, aspect, look) for pair in zip(answers, wants, strict=True)):
            found[name] = {
                other.id
                for other, wrong in check.wrong.items()
                if all(matches(*pair, aspect, look) for pair in zip(answers, wrong, strict=True))
            }
    return found


def test_the_mistakes_are_those_of_the_course_list():
    """M13 and M21 are wrong readings of right numbers: they have patterns and no variant."""
    assert [mistake.id for mistake in MISTAKES] == [f"M{n}" for n in range(1, 24)]
    assert [mistake.id for mistake in MISTAKES if not mistake.instances] == ["M13", "M21"]


def test_names_are_plain_and_hints_short():
    for mistake in MISTAKES:
        assert len(mistake.name) <= 80
        assert mistake.name[0].islower()
        assert 15 <= len(mistake.hint.split()) <= 60, mistake.id
        assert "return" not in mistake.hint
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES)


@pytest.mark.parametrize("label", INSTANCES)
def test_every_mistake_fails_a_public_check_that_has_points(label: str, plans: Plans):
    """Whoever makes it is told at home; a sum for a median passed every public check once."""
    failed = failed_checks(plans, _same(plans, label))

    assert any(plans.checks[name].points and not plans.checks[name].hidden for name in failed)


@pytest.mark.parametrize("label", INSTANCES)
def test_every_mistake_is_named_by_a_check_that_it_fails(label: str, plans: Plans):
    instance = _same(plans, label)

    assert {instance.id} in failed_checks(plans, instance).values()


def test_what_is_drawn_decides_neither_points_nor_names(plans: Plans, tmp_path: Path):
    """Two numbers that happened to agree left a mistake without its name, or made ratios to the largest right."""
    other = rehearsed(tmp_path, 8)

    for label in INSTANCES:
        assert failed_checks(other, _same(other, label)) == failed_checks(plans, _same(plans, label)), label


def test_no_median_is_a_round_number_and_no_quantity_is_taken_for_another(check_file: Any):
    """Every factor that may be drawn, without a run for each: the script's own numbers decide."""
    inputs = check_file(f"check_{EXERCISE}")

    for hundredths in range(655, 1255):
        drawn = types.SimpleNamespace(integers=lambda low, high, drawn=hundredths: min(max(drawn, low), high - 1))
        first, *epochs, _ = inputs.script(inputs.drawn_scale(drawn))
        median, low, high = float(np.median(epochs)), *sorted(epochs)[1:3]
        like_it = {
            "M14": [first, np.mean([first, *epochs]), np.median([first, *epochs[:3]]), np.mean([first, *epochs[:3]])],
            "M16": [sum(epochs), 1000 * median, median // 1, round(median), round(median, 2)],
            "M18": [np.mean(epochs), min(epochs), max(epochs), low, high, *epochs],
            "M19": [np.median(epochs[:3])],
        }

        assert low < first < high
        assert all(abs(value - median) > 1e-3 for values in like_it.values() for value in values), hundredths
        for one, other in itertools.combinations(["M14", "M16", "M18"], 2):
            assert all(abs(a - b) > 1e-4 for a, b in itertools.product(like_it[one], like_it[other])), hundredths


def test_the_smallest_case_of_a_check_is_one_that_it_could_ask(plans: Plans):
    """What is wrong with reset_after=False was shown by a call without it."""
    trial = Trial(plans, Wrong())  # type: ignore[arg-type]
    shown = {
        name: counterexample.find(
            plans, trial, check.function or "", alike=counterexample.switches(check.calls[0].call)
        )
        for name, check in plans.checks.items()
        if check.function == "gru_parameter_count"
    }

    assert {name: found and found.gap.called for name, found in shown.items()} == {
        "gru_parameter_count_default": "gru_parameter_count(input_dim=1, units=1)",
        "gru_parameter_count_reset_before": "gru_parameter_count(input_dim=1, units=1, reset_after=False)",
        "gru_parameter_count_default_drawn": "gru_parameter_count(input_dim=1, units=1)",
    }


class Wrong:
    """A submission whose functions all give 0."""

    def call(self, *_: Any, **__: Any) -> Returned:
        return Returned(0)

    def call_each(self, asked: Any) -> list[Returned]:
        return [Returned(0) for _ in asked]


def _same(plans: Plans, label: str) -> Instance:
    """Find a mistake among those that the rehearsal has read itself."""
    wanted = INSTANCES[label]
    return next(
        i
        for mistake in plans.reference.mistakes
        for i in mistake.instances
        if (i.id, i.form, list(i.overrides)) == (wanted.id, wanted.form, list(wanted.overrides))
    )
