"""The rules of 02_swap on models as they are told, without building any."""

from __future__ import annotations

import types
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.checks.authoring import NotRight, StudentStopped
from grader.checks.compare.answers import Answer, Call
from grader.checks.models.seen import Layer, Models, Seen
from grader.sandbox.outside.stops import StopKind, Stopped, Thrown
from grader.sandbox.wire.values import Facts

OTHER = (40, 7, 5, 9)
GRU: dict[str, Any] = {
    "units": 64,
    "activation": "tanh",
    "return_sequences": False,
    "reset_after": True,
    "dropout": 0.0,
}
RAISED = Stopped("build_model", StopKind.RAISED, of_model=True, thrown=Thrown("ValueError", "no"))


@pytest.fixture(scope="module")
def rules(check_file: Any) -> Any:
    """The public checks' file, as a module."""
    return check_file("check_02_swap")


def layer(kind: str, *, own: bool = True, **settings: Any) -> Layer:
    """A layer of a kind that learns."""
    return Layer(kind, own, {"trainable": True, **settings}, (), None)


def embedding(rows: int = 5000, size: int = 64, **settings: Any) -> Layer:
    return layer("Embedding", input_dim=rows, output_dim=size, **settings)


def gru(units: int = 64, **settings: Any) -> Layer:
    return layer("GRU", **(GRU | {"units": units} | settings))


def head(units: int = 1, activation: str = "sigmoid") -> Layer:
    return layer("Dense", units=units, activation=activation)


def model(*layers: Layer, stopped: Stopped | None = None) -> Seen:
    """A model of these layers; ``stopped`` if it gave nothing for ids."""
    answer = Answer(Call("build_model", (), {}), Facts("model", 0))
    return Seen(answer, np.zeros((8, 50), "int32"), np.full((8, 1), 0.5), layers, True, None, stopped)


RIGHT = model(embedding(), gru(), head())
OTHER_RIGHT = model(embedding(40, 7), gru(5), head())


def why(rule: Any, *args: Any, **options: Any) -> tuple[str, str, str | None] | None:
    """What a rule finds wrong: expected, got, and the mistake; None where nothing is."""
    try:
        rule(*args, **options)
    except NotRight as slip:
        return slip.expected, slip.got, slip.mistake
    return None


@pytest.mark.parametrize(
    "layers",
    [
        (embedding(), gru(), head()),
        (gru(), head()),
        (embedding(4999), gru(), head()),
        (embedding(trainable=False), gru(), head(2, "softmax")),
        (embedding(), gru(trainable=False), head()),
        (embedding(), layer("Conv1D", filters=8), gru(), head()),
        (embedding(), gru(dropout=0.2), head()),
    ],
)
def test_the_first_row_speaks_of_the_recurrent_layer_alone(layers: Any, rules: Any) -> None:
    """A model that could not even be called on ids lost the five points of its GRU."""
    assert why(rules.swapped, model(*layers, stopped=RAISED), RIGHT) is None


@pytest.mark.parametrize(
    ("layers", "mistake"),
    [
        ((embedding(), gru(32), head()), "S4"),
        ((embedding(), gru(), gru(), head()), "S4"),
        ((embedding(), gru(return_sequences=True), head()), "S2"),
        ((embedding(), gru(activation="relu"), head()), "S3"),
        ((embedding(), gru(reset_after=False), head()), "S5"),
        ((embedding(), layer("LSTM", units=64), gru(), head()), "S1"),
        ((embedding(), layer("LSTM", units=32), head()), "S12"),
        ((embedding(), layer("Lambda"), head()), "S12"),
        ((embedding(), layer("GRU", own=False, **GRU), head()), "S12"),
        ((embedding(), layer("SimpleRNN", units=64), head()), "S4"),
    ],
)
def test_another_recurrent_layer_is_named_in_the_first_row_and_the_others_give_its_reason(
    layers: Any, mistake: str, rules: Any
) -> None:
    found = why(rules.swapped, model(*layers), RIGHT)

    assert found is not None
    assert found[2] == mistake
    if mistake in ("S1", "S12"):
        assert why(rules.kept, model(*layers), RIGHT) == found


@pytest.mark.parametrize(
    ("layers", "got"),
    [
        ((gru(), head()), "GRU first"),
        ((embedding(4999), gru(), head()), "4999"),
        ((embedding(trainable=False), gru(), head()), "Embedding with trainable = False"),
        ((embedding(), gru(trainable=False), head()), "GRU with trainable = False"),
        ((embedding(), gru(dropout=0.2), head()), "GRU with dropout = 0.2"),
        ((embedding(), layer("Conv1D", filters=8), gru(), head()), "Conv1D as well"),
    ],
)
def test_what_was_not_kept_is_said_in_the_second_row(layers: Any, got: str, rules: Any) -> None:
    found = why(rules.kept, model(*layers), RIGHT)

    assert found is not None
    assert found[1:] == (got, "S4")


@pytest.mark.parametrize(
    ("layers", "mistake"),
    [
        ((embedding(40, 7), gru(5), head()), None),
        ((embedding(40, 7), gru(64), head()), "S13"),
        ((embedding(40, 7), gru(7), head()), "S13"),
        ((embedding(5000, 7), gru(5), head()), "S13"),
        ((embedding(40, 64), gru(5), head()), "S13"),
        ((embedding(39, 7), gru(5), head()), "S4"),
        ((embedding(40, 7), gru(50), head()), "S4"),
    ],
)
def test_a_size_that_does_not_follow_its_argument_is_named(layers: Any, mistake: str | None, rules: Any) -> None:
    """At the defaults none of these shows, since embedding and state are equally large."""
    found = why(rules.kept, model(*layers), OTHER_RIGHT, sizes=OTHER)

    assert (found and found[2]) == mistake


def test_a_model_at_module_level_is_judged_at_the_defaults_for_other_sizes_too(rules: Any) -> None:
    """One of 32 units with all else kept lost these points as well as the first row's."""
    given = model(embedding(), gru(32), head())
    models = Told(given)
    student = types.SimpleNamespace(build_model=lambda *_: replace(given.answer, instead=True))

    rules.of_other_sizes(np.random.default_rng(1), student, EXPECTED, models, print, OTHER)


def test_a_function_that_builds_for_other_sizes_is_judged_by_those(rules: Any) -> None:
    given = model(embedding(40, 7), gru(64), head())
    student = types.SimpleNamespace(build_model=lambda *_: given.answer)

    found = why(rules.of_other_sizes, np.random.default_rng(1), student, EXPECTED, Told(given), print, OTHER)
    assert found == ("a GRU with units = 5", "64", "S13")


class Told(Models):
    """Tells of one model of a submission, and of the solution's for each size."""

    def __init__(self, given: Seen) -> None:
        super().__init__(None, None)
        self.given = given

    def look(self, answer: Answer, inputs: Any) -> Seen:
        return self.given

    def of_solution(self, answer: Answer, inputs: Any) -> Seen:
        return OTHER_RIGHT if answer.call.args else RIGHT

    def difference(self, seen: Seen) -> str:
        return ""


EXPECTED = types.SimpleNamespace(
    build_model=lambda *sizes: Answer(Call("build_model", sizes, {}), Facts("model", len(sizes)))
)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ((gru(), head()), "an Embedding first, which makes a row of numbers of each id"),
        ((embedding(4999), gru(), head()), "an Embedding with a row for each of the 5,000 ids, 0 to 4,999"),
    ],
)
def test_of_a_model_that_raises_it_is_said_first_what_is_missing(layers: Any, expected: str, rules: Any) -> None:
    """Keras printed the batch that it was given, and that was the message."""
    found = why(rules.takes_ids, Models(None, None), model(*layers, stopped=RAISED), RIGHT)

    assert found is not None
    assert found[0] == expected


def test_a_model_that_raises_and_lacks_nothing_keeps_its_own_words(rules: Any) -> None:
    with pytest.raises(StudentStopped, match="raised ValueError: no"):
        rules.takes_ids(Models(None, None), model(embedding(), gru(), head(), stopped=RAISED), RIGHT)


@pytest.mark.parametrize(("names", "mistake"), [({"LSTM", "GRU", "Sequential"}, "S1"), ({"GRU", "Sequential"}, None)])
def test_a_function_that_stacks_the_gru_on_the_lstm_is_told_of_the_lstm_first(
    names: set[str], mistake: str | None, rules: Any
) -> None:
    """Keras refuses to build that, and speaks of dimensions."""
    stopped = Stopped(
        "build_model", StopKind.RAISED, thrown=Thrown("ValueError", "expected ndim=3"), names=frozenset(names)
    )

    def build_model() -> Any:
        raise StudentStopped(stopped, Call("build_model", (), {}))

    with pytest.raises(NotRight if mistake else StudentStopped) as raised:
        rules.built(types.SimpleNamespace(build_model=build_model))
    assert getattr(raised.value, "mistake", None) == mistake
