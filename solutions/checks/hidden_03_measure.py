"""The hidden checks of 03_measure: other sizes and dtypes; what trains models asks the public checks' own calls, drawn for the run.

Its inputs are those of the public checks, which stand beside this file.
"""

import importlib.util
from pathlib import Path

import pytest

from grader.checks.authoring import Look, TinyModel, same, timed, whole

SPEC = importlib.util.spec_from_file_location("inputs_03_measure", Path(__file__).with_name("check_03_measure.py"))
inputs = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(inputs)

UNEQUAL = "Try it with an input dimension that is not the number of units, and compare with Keras' own count_params()."
MEASURED = ("parameters", "bytes", "seconds_per_epoch")


@pytest.mark.points(2)
@pytest.mark.hint(UNEQUAL)
@pytest.mark.parametrize("case", range(3))
def check_gru_parameter_count_default_drawn(case, rng, student, expected):
    """gru_parameter_count is right for other sizes"""
    sizes = [int(n) for n in rng.choice(range(5, 200), size=2, replace=False)]
    whole(student.gru_parameter_count(*sizes, True), expected.gru_parameter_count(*sizes, True))


@pytest.mark.points(2)
@pytest.mark.hint(UNEQUAL)
@pytest.mark.parametrize("case", range(3))
def check_lstm_parameter_count_drawn(case, rng, student, expected):
    """lstm_parameter_count is right for other sizes"""
    sizes = [int(n) for n in rng.choice(range(5, 200), size=2, replace=False)]
    whole(student.lstm_parameter_count(*sizes), expected.lstm_parameter_count(*sizes))


@pytest.mark.points(1)
@pytest.mark.hint("Go through model.weights one by one: does each of them count, once, and nothing else?")
@pytest.mark.parametrize("frozen", [0, 1])
def check_model_size_bytes_values_drawn(frozen, rng, student, expected):
    """model_size_bytes adds up the weights of other models"""
    units = [int(n) for n in rng.integers(6, 9, size=3)]  # large enough, as above in the public checks
    model = TinyModel(5, tuple((n, "float32") for n in units), slots=True, frozen=frozen)
    whole(student.model_size_bytes(model), expected.model_size_bytes(model))


@pytest.mark.points(1)
@pytest.mark.hint('Build a model with dtype="float16" and look at weight.dtype: how many bytes has one of its numbers?')
@pytest.mark.parametrize("dtypes", [("float16", "float16"), ("float64", "float64"), ("float16", "float64")])
def check_model_size_bytes_dtypes_drawn(dtypes, rng, student, expected):
    """model_size_bytes counts each weight of other models at its own dtype"""
    units = [int(n) for n in rng.integers(7, 10, size=2)]  # as large as those of the public check, for the same reason
    model = TinyModel(3, tuple(zip(units, dtypes, strict=True)))
    whole(student.model_size_bytes(model), expected.model_size_bytes(model))


@pytest.mark.points(1)
@pytest.mark.hint("Read clock() right before and right after each epoch, and let nothing but the epoch happen between.")
def check_time_training_clock_drawn(shared_rng, student):
    """time_training times each epoch by the clock, whatever that tells"""
    args, clock = inputs.training_call(shared_rng)
    timed(student.time_training(*args, epochs=inputs.EPOCHS, clock=clock), inputs.EPOCHS)


@pytest.mark.points(1)
@pytest.mark.needs("time_training_clock_drawn")
@pytest.mark.hint(inputs.MEDIAN)
def check_time_training_median_drawn(shared_rng, student, expected):
    """time_training gives back the median, whatever the epochs take"""
    args, clock = inputs.training_call(shared_rng)
    call = {"epochs": inputs.EPOCHS, "clock": clock}
    same(student.time_training(*args, **call), expected.time_training(*args, **call))


@pytest.mark.points(2)
@pytest.mark.composes
@pytest.mark.hint("Which three numbers of a model stand in its row, and what is handed on to measure them?")
def check_compare_models_measured(shared_rng, student, expected):
    """compare_models has the parameters, bytes and seconds of each model in its row"""
    args, clock = inputs.comparison(shared_rng)
    call = {"epochs": inputs.COMPARED, "clock": clock}
    same(student.compare_models(*args, **call), expected.compare_models(*args, **call), Look(columns=MEASURED))
