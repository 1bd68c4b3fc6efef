"""What a worker says of a model is believed only as far as its types go: a forged answer is the submission's crash."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checks.answers import Answer, Call
from grader.checks.failures import StudentStopped
from grader.checks.models import Models, _kind
from grader.sandbox.values import Facts
from grader.scores.records import Outcome

IDS = np.zeros((2, 3), "int32")
ANSWER = Answer(Call("build", (), {}), Facts("model", 0))
LAYER: dict[str, Any] = {"kind": "GRU", "own": True, "settings": {"units": 3}, "weights": [], "inner": None}
TOLD: dict[str, Any] = {"outputs": np.zeros((2, 1)), "built": True, "loss": None, "parameters": 5, "layers": [LAYER]}


class Told:
    """A submission whose worker says anything."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told

    def look(self, name: str, number: int, inputs: Any) -> dict[str, Any]:
        """Say it."""
        return self.told


def looked(**changed: Any) -> Any:
    """Look at a model that a worker tells so of."""
    return Models(Told(TOLD | changed), None).look(ANSWER, IDS)  # type: ignore[arg-type]


def test_plain_facts_are_taken() -> None:
    assert looked().layers[0].settings == {"units": 3}


@pytest.mark.parametrize(
    "changed",
    [
        {"outputs": "1.0"},
        {"outputs": np.zeros((2, 1), "complex128")},
        {"outputs": np.zeros((2, 1), bool)},
        {"parameters": float("inf")},
        {"parameters": "345025"},
        {"layers": None},
        {"layers": [{}]},
        {"layers": [LAYER | {"kind": ["GRU"]}]},
        {"layers": [LAYER | {"settings": [["units", 64]]}]},
        {"layers": [LAYER | {"settings": {"units": np.arange(3)}}]},
        {"layers": [LAYER | {"settings": {"units": Facts("model", 1)}}]},
        {"layers": [LAYER | {"weights": ["heavy"]}]},
        {"layers": [LAYER | {"inner": LAYER | {"inner": LAYER | {"inner": LAYER | {"inner": LAYER}}}}]},
    ],
)
def test_forged_facts_crash_the_submission_and_not_the_grader(changed: dict[str, Any]) -> None:
    with pytest.raises(StudentStopped) as stopped:
        looked(**changed)
    assert stopped.value.stopped.outcome is Outcome.CRASHED


def test_a_cell_in_another_form_is_another_model_to_train() -> None:
    """One that gives back every state would otherwise be handed the accuracy of one that learns, or the other way round."""

    def rnn(**settings: bool) -> dict[str, Any]:
        return {"kind": "RNN", "own": True, "settings": settings, "inner": LAYER | {"kind": "GRUCell"}}

    assert _kind(rnn(return_sequences=True)) != _kind(rnn(return_sequences=False))
    assert _kind(LAYER | {"settings": {"units": 3, "name": "a"}}) == _kind(LAYER)
