"""What is handed to a submission that is no plain data: the clock's script, and the doubles that the solution runs on."""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.authoring import NotRight, timed, trained
from grader.checks.compare.answers import Answer, Call, agrees, perform
from grader.checks.compare.tables import Between
from grader.checks.models.live import ScriptedClock, TinyModel, Watch, is_live, sent
from grader.sandbox.outside.conversation import NoAnswer
from grader.sandbox.wire.values import Facts, dumps, loads

MODEL = TinyModel(4, ((3, "float32"), (1, "float64")))
CLOCK = ScriptedClock(96, ((10.0, 1.0, 5.0, 2.0, 3.0),))
X, Y = np.zeros((96, 4), "float32"), np.zeros((96, 1), "float32")


def asked(function: Any, **options: Any) -> Answer:
    """Time a model's training by a function."""
    return perform(function, Call("time_training", (MODEL, X, Y), {"epochs": 4, "clock": CLOCK} | options))


def honest(model: Any, x: Any, y: Any, epochs: int = 3, clock: Any = time.perf_counter) -> float:
    """What was asked for."""
    model.fit(x, y, epochs=1, verbose=0)
    seconds = []
    for _ in range(epochs):
        start = clock()
        model.fit(x, y, epochs=1, verbose=0)
        seconds.append(clock() - start)
    return statistics.median(seconds)


def test_the_clock_tells_the_time_of_its_script() -> None:
    assert [CLOCK.time(((rows, 0),)) - CLOCK.start for rows in (0, 48, 96, 192, 288, 480, 576)] == [
        0, 5, 10, 11, 16, 21, 24,
    ]  # fmt: skip


@given(st.lists(st.integers(0, 2000), min_size=2, max_size=6))
def test_the_clock_never_goes_back(rows: list[int]) -> None:
    times = [CLOCK.time(((count, 0),)) for count in sorted(rows)]
    assert times == sorted(times)


def test_the_solution_trains_and_reads_the_clock_on_doubles() -> None:
    answer = asked(honest)
    assert answer.value == 2.5
    assert answer.counts == ((480, 0),)
    assert [rows for ((rows, _),) in answer.readings] == [96, 192, 192, 288, 288, 384, 384, 480]
    trained(answer, answer)
    timed(answer, 4)


def without_warm_up(model: Any, x: Any, y: Any, epochs: int, clock: Any) -> float:
    """Time every epoch, the first as well."""
    ends = [clock()]
    for _ in range(epochs):
        model.fit(x, y)
        ends.append(clock())
    return float(np.median(np.diff(ends)))


def test_epochs_that_are_timed_without_a_warm_up_are_timed_all_the_same() -> None:
    answer = asked(without_warm_up)
    timed(answer, 4)
    with pytest.raises(NotRight, match=r"5 epochs in all.*got training for 4 epochs"):
        trained(answer, asked(honest))


def on_the_first_batch(model: Any, x: Any, y: Any, epochs: int, clock: Any) -> float:
    """Train on a third of the rows."""
    return honest(model, x[:32], y[:32], epochs, clock)


def test_epochs_of_fewer_rows_are_timed_all_the_same_but_are_no_epochs() -> None:
    answer = asked(on_the_first_batch)
    timed(answer, 4)
    with pytest.raises(NotRight, match=r"got training for 1\.667 epochs"):
        trained(answer, asked(honest))


def compiling(model: Any, x: Any, y: Any, epochs: int, clock: Any) -> float:
    """Compile anew before each epoch."""
    model.fit(x, y)
    seconds = []
    for _ in range(epochs):
        start = clock()
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)
        seconds.append(clock() - start)
    return statistics.median(seconds)


def own_clock(model: Any, x: Any, y: Any, epochs: int, clock: Any) -> float:
    """Never look at the clock that was handed in."""
    model.fit(x, y, epochs=epochs + 1)
    return 0.5


def total(model: Any, x: Any, y: Any, epochs: int, clock: Any) -> float:
    """Read the clock at the start and at the end only."""
    model.fit(x, y)
    start = clock()
    model.fit(x, y, epochs=epochs)
    return float(clock() - start)


@pytest.mark.parametrize(
    ("function", "words"),
    [(compiling, "compile, 4 times"), (own_clock, "none: that clock was never read"), (total, "after 1, 5 epochs")],
)
def test_what_is_not_timed_epoch_by_epoch_is_told(function: Any, words: str) -> None:
    answer = asked(function)
    with pytest.raises(NotRight, match=words):
        timed(answer, 4)


def test_the_script_stays_with_the_grader() -> None:
    assert sent({"clock": CLOCK}) == {"clock": Facts("clock", None)}
    recipe = sent([MODEL])[0]
    assert recipe.kind == "model"
    assert loads(*dumps(recipe)) == recipe


@pytest.mark.parametrize(
    "forged",
    [[], [1], [[[1, 2]], 3], [[["1", 2]]], [[[-1, 0]]], [[[True, 0]]], [[[1, 0], [1, 0]]], [[[1 << 60, 0]]], [[]]],
)
def test_a_reading_of_another_form_is_refused(forged: Any) -> None:
    watch = Watch(CLOCK)
    with pytest.raises(NoAnswer):
        watch.answer(forged)
    assert watch.readings == []


def test_only_models_and_clocks_are_live() -> None:
    assert is_live([{"a": (MODEL,)}])
    assert not is_live([{"a": (X,)}])


def test_a_double_has_the_weights_of_the_model() -> None:
    def sizes(model: Any) -> Any:
        return [model.count_params(), sum(w.numpy().nbytes for w in model.weights), len(model.optimizer.variables)]

    assert perform(sizes, Call("sizes", (MODEL,), {})).value == [19, 4 * 15 + 8 * 4, 2]
    trained_model = TinyModel(4, MODEL.layers, slots=True)
    assert perform(sizes, Call("sizes", (trained_model,), {})).value[2] == 2 + 2 * 4


@pytest.mark.parametrize(
    ("number", "right"), [(3, True), (7.5, True), (8, False), (True, False), ("5", False), (None, False)]
)
def test_a_mistake_whose_number_depends_on_the_machine_answers_a_range(number: Any, right: bool) -> None:
    assert agrees(number, Answer(Call("f", (), {}), Between(3, 7.5))) is right
