"""The known mistakes of 03_measure fail its checks, and can be told from each other by what these see."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from grader.checks.answers import Answer, Between
from grader.checks.bench import Bench, with_checks
from grader.checks.misconceptions import Instance, load_mistakes
from grader.checks.plans import Plans, matches
from grader.course import load_course
from grader.release.master import read_master

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
TWINS = {
    "M18 the upper of the two in the middle: time_training": {"M14", "M18"},
    "M19 with one epoch, whatever was asked for: compare_models": {"M18", "M19"},
}
ASPECTS = {"time_training_epochs": "rows", "time_training_clock": "clock"}


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Plans:
    """Rehearse the course's own checks, and let every mistake answer their calls."""
    solutions = tmp_path_factory.mktemp("course") / "solutions"
    for file in FILES:
        (solutions / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SOLUTIONS / file, solutions / file)
    (solutions / "course.toml").write_text(COURSE, encoding="utf-8")
    found: list[Plans] = []

    def keep(bench: Bench) -> None:
        found.append(bench.plans)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        with_checks(load_course(solutions).exercises[0], 7, keep)
    return found[0]


def seen(answer: Answer | None) -> Answer | None:
    """Give an answer as a submission gives it: where any number of a range will do, one of them."""
    if answer is None or not isinstance(answer.value, Between):
        return answer
    return replace(answer, value=(answer.value.low + answer.value.high) / 2)


def failed_checks(plans: Plans, instance: Instance) -> dict[str, set[str]]:
    """List the checks of a function that a mistake changes and fails, each with the mistakes that answer alike there."""
    found = {}
    for name, check in plans.checks.items():
        if check.function not in instance.overrides:
            continue
        aspect, answers = ASPECTS.get(name, "value"), [seen(answer) for answer in check.wrong[instance]]
        if not all(matches(answer, planned.want, aspect) for answer, planned in zip(answers, check.calls, strict=True)):
            found[name] = {
                other.id
                for other, wrong in check.wrong.items()
                if all(matches(*pair, aspect) for pair in zip(answers, wrong, strict=True))
            }
    return found


def test_the_mistakes_are_those_of_the_course_list():
    """M13 and M21 are wrong readings of right numbers: they have patterns and no variant."""
    assert [mistake.id for mistake in MISTAKES] == [f"M{n}" for n in range(1, 22)]
    assert [mistake.id for mistake in MISTAKES if not mistake.instances] == ["M13", "M21"]


def test_names_are_plain_and_hints_short():
    for mistake in MISTAKES:
        assert len(mistake.name) <= 80
        assert mistake.name[0].islower()
        assert 15 <= len(mistake.hint.split()) <= 60, mistake.id
        assert "return" not in mistake.hint
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES)


@pytest.mark.parametrize("label", INSTANCES)
def test_every_mistake_fails_a_check_that_has_points(label: str, plans: Plans):
    instance = _same(plans, label)

    assert any(plans.checks[name].points for name in failed_checks(plans, instance))


@pytest.mark.parametrize("label", [label for label in INSTANCES if label not in TWINS])
def test_every_mistake_can_be_named_by_a_check_that_it_fails(label: str, plans: Plans):
    instance = _same(plans, label)

    assert {instance.id} in failed_checks(plans, instance).values()


@pytest.mark.parametrize("label", TWINS)
def test_where_two_mistakes_give_the_same_numbers_neither_is_named(label: str, plans: Plans):
    """Above the median of four lies that of five with a slow first one: to name either would be a guess."""
    instance = _same(plans, label)

    assert list(failed_checks(plans, instance).values()) == [TWINS[label]]


def _same(plans: Plans, label: str) -> Instance:
    """Find a mistake among those that the rehearsal has read itself."""
    wanted = INSTANCES[label]
    return next(
        i
        for mistake in plans.reference.mistakes
        for i in mistake.instances
        if (i.id, i.form, list(i.overrides)) == (wanted.id, wanted.form, list(wanted.overrides))
    )
