"""The hidden checks of 03_measure: other sizes, other dtypes, the median, and models of other names."""

import pytest

from grader.checks.authoring import ScriptedClock, TinyModel, same, whole

ROWS = 96


@pytest.mark.points(2)
@pytest.mark.hint(
    "Try it with an input dimension that is not the number of units, and compare with Keras' own count_params()."
)
@pytest.mark.parametrize("case", range(3))
def check_gru_parameter_count_default_drawn(case, rng, student, expected):
    """gru_parameter_count is right for other sizes"""
    sizes = [int(n) for n in rng.choice(range(5, 200), size=2, replace=False)]
    whole(student.gru_parameter_count(*sizes, True), expected.gru_parameter_count(*sizes, True))


@pytest.mark.points(2)
@pytest.mark.hint(
    "Try it with an input dimension that is not the number of units, and compare with Keras' own count_params()."
)
@pytest.mark.parametrize("case", range(3))
def check_lstm_parameter_count_drawn(case, rng, student, expected):
    """lstm_parameter_count is right for other sizes"""
    sizes = [int(n) for n in rng.choice(range(5, 200), size=2, replace=False)]
    whole(student.lstm_parameter_count(*sizes), expected.lstm_parameter_count(*sizes))


@pytest.mark.points(2)
@pytest.mark.hint('Build a model with dtype="float16" and look at weight.dtype: how many bytes has one of its numbers?')
@pytest.mark.parametrize("dtypes", [("float16", "float16"), ("float64", "float64"), ("float16", "float64")])
def check_model_size_bytes_dtypes(dtypes, rng, student, expected):
    """model_size_bytes counts each weight at its own dtype"""
    # Large enough that four bytes a weight, and the weights alone, are no size that a Python object may have (M11).
    units = [int(n) for n in rng.integers(7, 10, size=2)]
    model = TinyModel(3, tuple(zip(units, dtypes, strict=True)))
    whole(student.model_size_bytes(model), expected.model_size_bytes(model))


@pytest.mark.points(2)
@pytest.mark.hint(
    "Which of the epochs may count, and which one number of their seconds does a single slow epoch not move?"
)
def check_time_training_median(answers_of):
    """time_training gives the median of the epochs after the warm-up"""
    for got, want in answers_of("time_training_clock"):
        same(got, want)


@pytest.mark.points(2)
@pytest.mark.composes
@pytest.mark.hint("Take the names of the rows from the dict that is handed in, however many models it holds.")
def check_compare_models_other_models(rng, student, expected):
    """compare_models takes models of any number and name"""
    x, y = rng.normal(size=(ROWS, 4)).astype("float32"), rng.normal(size=(ROWS, 1)).astype("float32")
    units = int(rng.integers(2, 6))
    models = {f"{units} units": TinyModel(4, ((units, "float32"), (1, "float64")))}
    clock = ScriptedClock(ROWS, ((8.0, round(float(rng.uniform(0.5, 3.0)), 3)),))
    same(
        student.compare_models(models, x, y, epochs=1, clock=clock),
        expected.compare_models(models, x, y, epochs=1, clock=clock),
    )
