"""The known mistakes of 01_gates can be told from the solution and from each other."""

from __future__ import annotations

import itertools
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from course.otherwise.gates_answers import FUNCTIONS, Answer, agree, answers, can_fail
from grader.checks.mistakes.declare import Instance, compose, load_mistakes

SOLUTIONS = Path(__file__).parents[2] / "solutions"
MASTER = SOLUTIONS / "01_gates.py"
MISTAKES = load_mistakes(SOLUTIONS / "misconceptions" / "01_gates.py", FUNCTIONS)
INSTANCES = [instance for mistake in MISTAKES for instance in mistake.instances]
SEEN_IN_FLOAT32_ALONE = {"G29"}
RAISE_FOR_ALL_SIZES = {"G13", "G32", "G43", "G44"}
SEEN_IN_SIGMOID_ALONE = {"G21", "G22", "G45"}  # they show in warnings, or for whole numbers, which no gate hands over


@cache
def given(instance: Instance | None, function: str, dtype: type = np.float64) -> tuple[Answer, ...]:
    """Give the answers of the solution with one mistake or none."""
    namespace = compose(MASTER.read_text(encoding="utf-8"), instance.overrides if instance else {}, str(MASTER))
    return answers(namespace, function, dtype)


def candidates(function: str) -> list[Instance]:
    """List the mistakes that can be named where a function fails."""
    return [instance for instance in INSTANCES if can_fail(function, instance.overrides)]


def dtype_of(instance: Instance) -> type:
    """Give the dtype in which a mistake can be seen."""
    return np.float32 if instance.id in SEEN_IN_FLOAT32_ALONE else np.float64


def named_in(instance: Instance) -> set[str]:
    """List the functions whose answers tell a mistake from the solution and from every other mistake.

    Where the numbers differ from the solution's, they alone must tell, as in a check that looks at numbers only.
    """
    dtype, found = dtype_of(instance), set()
    for function in FUNCTIONS:
        got, right = given(instance, function, dtype), given(None, function, dtype)
        if agree(got, right):
            continue
        others = [given(i, function, dtype) for i in candidates(function) if i.id != instance.id]
        if not agree(values_only(got), values_only(right)):
            got, others = values_only(got), [values_only(other) for other in others]
        if not any(agree(got, other) for other in others):
            found.add(function)
    return found


def label(instance: Instance) -> str:
    """Name a test after the mistake, its form and the functions."""
    return "-".join((instance.id, instance.form, *instance.overrides))


def values_only(lot: tuple[Answer, ...]) -> tuple[Answer, ...]:
    """Forget warnings and changed inputs."""
    return tuple(Answer(answer.value, frozenset(), frozenset(), answer.words) for answer in lot)


def test_the_mistakes_are_those_of_the_course_list():
    """Reports and statistics speak of them by their numbers, which stay as they are; new ones come behind."""
    numbers = [int(mistake.id.removeprefix("G")) for mistake in MISTAKES]
    assert numbers[:31] == list(range(1, 32))
    assert numbers == sorted(set(numbers))


def test_names_are_plain_and_hints_short():
    """A hint is read after the gap: one way, few words, and never the whole equation."""
    for mistake in MISTAKES:
        assert len(mistake.name) <= 80
        assert mistake.name[0].islower() or mistake.name.startswith("np.")
        assert 15 <= len(mistake.hint.split()) <= 60, mistake.id
        assert "return" not in mistake.hint


def test_names_differ():
    """The class page lists mistakes by name."""
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES)


@pytest.mark.parametrize("instance", INSTANCES, ids=label)
def test_a_variant_differs_from_the_solution_in_each_function_that_it_changes(instance):
    """A variant that is right somewhere would name right work as wrong."""
    dtype = dtype_of(instance)
    for function in instance.overrides:
        assert not agree(given(instance, function, dtype), given(None, function, dtype)), function


@pytest.mark.parametrize("instance", INSTANCES, ids=label)
def test_a_variant_leaves_alone_what_does_not_build_on_it(instance):
    """A fault in a part says nothing about the functions above it."""
    first = min(FUNCTIONS.index(function) for function in instance.overrides)
    gates = {"update_gate", "reset_gate", "candidate_state", "next_state"}
    for function in FUNCTIONS:
        above = FUNCTIONS.index(function) < first
        beside = function in gates and "sigmoid" not in instance.overrides and function not in instance.overrides
        if above or beside:
            assert agree(given(instance, function), given(None, function)), function


@pytest.mark.parametrize("instance", INSTANCES, ids=label)
def test_a_variant_can_be_named_in_each_function_that_it_changes(instance):
    """Its answers are neither the solution's nor those of any other mistake."""
    assert named_in(instance) >= set(instance.overrides)


@pytest.mark.parametrize("instance", INSTANCES, ids=label)
def test_a_mistake_in_a_part_can_be_named_in_the_step_and_in_the_sentence(instance):
    """So a step written in one piece gets its mistake named too; sigmoid's overflow never shows there."""
    if instance.id not in SEEN_IN_SIGMOID_ALONE:
        above_all = max(FUNCTIONS.index(function) for function in instance.overrides)
        assert named_in(instance) >= {
            name for name in ("gru_step", "gru_forward") if FUNCTIONS.index(name) >= above_all
        }


def test_what_raises_for_every_size_is_told_by_what_it_raises():
    """The words of NumPy name the operation and both shapes, so each slip that only raises has words of its own."""
    raising = {i.id for i in INSTANCES for f in i.overrides if all(answer.value is None for answer in given(i, f))}
    assert raising == RAISE_FOR_ALL_SIZES


def test_few_mistakes_raise_alike_where_all_sizes_differ():
    """With batch = u among the cases no two mistakes agree; with unequal sizes these multiply the same shapes."""
    alike: dict[str, set[str]] = {}
    for function in FUNCTIONS[1:]:
        for one, other in itertools.combinations(candidates(function), 2):
            first, second, right = (given(i, function)[:1] for i in (one, other, None))
            if one.id != other.id and agree(first, second) and not agree(first, right):
                assert first[0].value is None
                alike.setdefault(function, set()).update((one.id, other.id))
    both = {"G5", "G13"}  # (batch, u) times (batch, u), and (d, u) times (batch, d)
    assert alike == {"candidate_state": both, "gru_step": both, "gru_forward": both}


def test_four_mistakes_give_right_numbers():
    """They are seen by warnings, changed inputs or dtype, and only there."""
    right_numbers = {
        (instance.id, function)
        for instance in INSTANCES
        for function in instance.overrides
        if agree(values_only(given(instance, function)), values_only(given(None, function)))
    }
    assert right_numbers == {
        ("G21", "sigmoid"),
        ("G22", "sigmoid"),
        ("G28", "next_state"),
        ("G28", "gru_step"),
        ("G29", "gru_forward"),
    }


def test_a_changed_state_does_not_look_like_a_buffer_that_is_kept_twice():
    """A step that hands its caller's array back would give G27's sentence, and neither could be named there."""
    kept = [i for i in INSTANCES if i.id == "G27"]
    changed = [i for i in INSTANCES if i.id == "G28"]
    for one, other in itertools.product(kept, changed):
        assert not agree(values_only(given(one, "gru_forward")), values_only(given(other, "gru_forward")))
