"""Checks that hand in models and a clock, or look at a model, written down and read again; nothing here needs Keras."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.checks.compare.answers import Answer, Call, agrees
from grader.checks.compare.questions import is_same_call
from grader.checks.compare.tables import Between
from grader.checks.models.live import ScriptedClock, TinyModel, clock_of, is_live
from grader.checks.models.seen import Layer, Seen
from grader.checks.plan.plans import CheckPlan, Plans
from grader.checks.plan.reference import Reference
from grader.checks.run.bench import with_checks
from grader.checks.stored.read_record import Stored, read_record
from grader.checks.stored.write_record import record
from grader.course.course_toml import Course
from grader.sandbox.outside.conversation import NoAnswer
from grader.sandbox.wire.values import Facts
from helpers.collected import SEED


@pytest.fixture(scope="module")
def found(course: Course) -> tuple[Plans, Stored]:
    """Rehearse the public checks of an exercise that hands in models, and read what is written down of them."""
    (exercise,) = (each for each in course.exercises if each.id == "03_measure")
    kept: list[tuple[Plans, Stored]] = []
    public = replace(exercise, hidden=())
    with_checks(public, SEED, lambda bench: kept.append((bench.plans, read_record(bench.record()))))
    return kept[0]


def test_models_and_clocks_come_back_as_they_were_handed_in(found: tuple[Plans, Stored]) -> None:
    plans, stored = found
    handed_in: list[Any] = []
    for name, check in plans.checks.items():
        for one, other in zip(check.calls, stored.checks[name].calls, strict=True):
            assert is_same_call(one.call, other.call)
            assert one.call.of_value == other.call.of_value
            handed_in += [value for value in (*other.call.args, *other.call.kwargs.values()) if is_live(value)]
    assert {type(value) for value in handed_in} == {TinyModel, ScriptedClock, dict}


def test_what_each_mistake_trains_and_reads_of_the_clock_comes_back(found: tuple[Plans, Stored]) -> None:
    plans, stored = found
    given: list[Answer] = []
    for name, check in plans.checks.items():
        for one, other in zip(check.wrong.values(), stored.checks[name].wrong.values(), strict=True):
            for answer, again in zip(one, other, strict=True):
                assert type(answer) is type(again)
                if isinstance(answer, Answer) and isinstance(again, Answer):
                    assert (again.counts, again.readings) == (answer.counts, answer.readings)
                    assert again.value == answer.value or agrees(again.value, answer)
                    given.append(again)
    assert any(isinstance(answer.value, Between) for answer in given)
    assert any(clock_of(dict(answer.call.kwargs)) and answer.readings for answer in given)


def test_whichever_parts_are_called_the_same_table_is_wanted(found: tuple[Plans, Stored]) -> None:
    plans, stored = found
    check = plans.checks["compare_models_table"]
    (planned,), parts = check.calls, plans.parts_of(check)
    for chosen in itertools.chain.from_iterable(itertools.combinations(parts, n) for n in range(len(parts) + 1)):
        drawn, remembered = plans.stand_ins(planned, parts), stored.stand_ins(planned, parts)
        drawn.called, remembered.called = set(chosen), set(chosen)
        assert agrees(remembered.want(planned.call).value, drawn.want(planned.call))


def test_a_stand_in_gives_the_number_that_was_drawn_for_its_arguments(found: tuple[Plans, Stored]) -> None:
    plans, stored = found
    check = plans.checks["compare_models_table"]
    (planned,), parts = check.calls, plans.parts_of(check)
    args = [Facts("given", 0), planned.call.args[1], planned.call.args[2], 2, Facts("given", 2)]
    drawn, remembered = (each.stand_ins(planned, parts) for each in (plans, stored))
    assert remembered.parameters("time_training") == ("model", "x", "y", "epochs=", "clock=")
    assert remembered.answer("time_training", args) == drawn.answer("time_training", args)
    assert remembered.answer("time_training", args) != remembered.answer(
        "time_training", [Facts("given", 1), *args[1:]]
    )
    with pytest.raises(NoAnswer):
        remembered.answer("nothing", args)


def test_what_the_solution_measured_is_not_written_down(found: tuple[Plans, Stored]) -> None:
    _, stored = found
    values = [p for check in stored.checks.values() for p in check.calls if p.call.of_value]
    assert {planned.call.function for planned in values} == {"MEASURED"}
    assert {planned.want.value for planned in values} == {None}


def test_of_a_model_the_layers_and_settings_are_written_down_and_no_numbers() -> None:
    """What weights a model begins with differs in every process, and equal courses have to make equal packages."""
    call, ids = Call("build", (), {}), np.zeros((1, 2))
    cell = Layer("GRUCell", True, {"units": 3, "activation": "tanh"}, (), None)
    layers = (Layer("RNN", True, {"return_sequences": False}, (np.ones((2, 3), "float32"),), cell),)
    public, hidden = (Answer(call, Facts("model", number)) for number in (4, 5))
    seen = [Seen(answer, ids, np.ones((1, 1)), layers, True, None) for answer in (public, hidden)]
    plans = Plans(Reference(compile("", "", "exec"), {}, ("build",), {"build": ()}, ()), 0)
    plans.checks["build_it"] = CheckPlan("build_it", "", 1, False, "", items=["one"])
    models = read_record(record(plans, {"one": [(call, public)], "two": [(call, hidden)]}, seen)).models

    again = models.look(public, ids)
    assert again.layers == (replace(layers[0], weights=()),)
    assert (again.built, again.outputs.size) == (True, 0)
    with pytest.raises(KeyError):
        models.look(hidden, ids)
