"""What a worker says of a model, once it is a record: whether it can be judged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from grader.checks.judge.why_stopped import message_of
from grader.sandbox.outside.models import (
    Layer,
    LookedAt,
    NoModel,
    layers_told,
    predicted,
    to_predict,
    to_train,
    trained_to,
)
from grader.sandbox.outside.replies import Returned, understand_look
from grader.sandbox.outside.stops import StopKind, Stopped
from grader.sandbox.outside.what_ran import Reading
from grader.sandbox.wire.messages import (
    CodeFault,
    LayerFacts,
    LookRaised,
    ModelFacts,
    NotBuilt,
    Predicted,
    TrainedTo,
)
from grader.sandbox.wire.values import Opaque

CELL = LayerFacts("GRUCell", True, {"units": 3}, (), None)
FACTS = ModelFacts(True, np.zeros((2, 1)), None, "mse", (LayerFacts("RNN", True, {}, (np.ones(3),), CELL),))


def told(facts: ModelFacts | LookRaised) -> LookedAt | Stopped:
    """Understand what a worker says of the model that f gave."""
    return understand_look("f", facts, Reading(("f",), 30.0), "2 GB")


def nested(times: int) -> LayerFacts:
    """Make a layer with others inside each other."""
    return CELL if times == 0 else LayerFacts("Bidirectional", True, {}, (), nested(times - 1))


def test_layers_come_with_what_is_inside_them() -> None:
    found = told(FACTS)
    assert isinstance(found, LookedAt)
    (layer,) = found.layers
    assert layer == Layer("RNN", True, {}, (np.ones(3),), Layer("GRUCell", True, {"units": 3}, (), None))
    assert (found.loss, found.stopped) == ("mse", None)


@pytest.mark.parametrize(
    "facts",
    [
        replace(FACTS, outputs=Opaque("array too large")),
        replace(FACTS, outputs=None),
        replace(FACTS, outputs=np.zeros((2, 1), "complex128")),
        replace(FACTS, outputs=np.zeros((2, 1), bool)),
        replace(FACTS, layers=(replace(CELL, weights=(np.ones(1), Opaque("array too large"))),)),
        replace(FACTS, layers=(nested(3),)),
    ],
    ids=["outputs too large", "no outputs", "complex", "truth values", "weights too large", "nested without end"],
)
def test_what_can_not_be_judged_crashes_the_submission_and_not_the_grader(facts: ModelFacts) -> None:
    found = told(facts)
    assert isinstance(found, Stopped)
    assert found == Stopped("f", StopKind.GARBLED)


def test_a_wrapped_cell_is_not_without_end() -> None:
    assert layers_told(replace(FACTS, layers=(nested(2),))) is not None


def test_a_model_that_raised_is_known_by_its_layers_all_the_same() -> None:
    fault = CodeFault("error", "ValueError", "no", None, 3)
    found = told(replace(FACTS, outputs=None, fault=fault))
    assert isinstance(found, LookedAt)
    assert found.stopped is not None
    assert message_of(found.stopped) == "the model of f raised ValueError: no, line 3"
    assert (len(found.layers), found.outputs.size) == (1, 0)
    gone = told(LookRaised(fault))
    assert isinstance(gone, Stopped)
    assert message_of(gone) == message_of(found.stopped)


def test_a_model_goes_to_be_trained_without_its_weights() -> None:
    found = told(FACTS)
    assert isinstance(found, LookedAt)
    x, y = np.zeros((4, 7), "int32"), np.zeros((4, 1))
    asked = to_train(found.layers, x=x, y=y, held_out_x=x, held_out_y=y, epochs=1, batch=2, seed=3)
    assert (asked.length, asked.layers[0].weights, asked.layers[0].inner) == (7, (), CELL)
    assert len(to_predict(found.layers, x).layers[0].weights) == 1


def test_a_clean_worker_gives_what_was_asked_or_a_reason() -> None:
    assert trained_to(TrainedTo(0.5)) == 0.5
    assert trained_to(NotBuilt("a layer of the kind Lambda")) == NoModel("a layer of the kind Lambda")
    assert trained_to(NotBuilt("")) == NoModel("it could not be trained")
    assert predicted(Predicted(Opaque("array too large"))) == NoModel("it can't be built anew")
    assert np.array_equal(predicted(Predicted(np.ones(2))), np.ones(2))  # type: ignore[arg-type]


def test_replies_that_hold_arrays_compare_without_raising() -> None:
    assert Returned(np.zeros(3)) == Returned(np.zeros(3))
    assert Returned(np.zeros(3)) != Returned(np.ones(3))
    assert Returned([np.zeros(3)]) != Stopped("f", StopKind.RAISED)
