"""Keras models as they come out of a worker, and the clean worker that rebuilds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from grader.sandbox.outside.stops import Stopped
from grader.sandbox.wire.codec import AnyArray, WireRecord, decode, encode, record
from grader.sandbox.wire.messages import LayerFacts, ModelToMake, NotBuilt, PredictAgain, TrainAgain
from grader.sandbox.wire.values import Facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.sandbox.outside.conversation import Conversation
    from grader.sandbox.wire.messages import ModelFacts, Predicted, TrainedTo

UNBUILT = "it can't be built anew"
MOST_INNER = 2  # layers inside each other; a wrapped RNN has its cell at the second


@record
class Layer(WireRecord):
    """One layer of a model; a wrapper's layer, or the cell of an RNN, is ``inner``."""

    kind: str
    own: bool
    settings: Mapping[str, Any]
    weights: tuple[AnyArray, ...]
    inner: Layer | None


@record
class LookedAt(WireRecord):
    """What a model is: its layers in order, and its outputs for the inputs that it was looked at with.

    If it raised, ``stopped`` says so, and the outputs are an array of size 0.
    """

    built: bool
    outputs: AnyArray
    loss: str | None
    layers: tuple[Layer, ...]
    stopped: Stopped | None = None


@dataclass(frozen=True, slots=True)
class NoModel:
    """Why a model was not rebuilt, or not trained."""

    why: str


def model_to_make(inputs: int, layers: tuple[tuple[int, str], ...], *, seed: int, slots: bool, frozen: int) -> Facts:
    """A tiny model as it is handed to a worker; the parameters are the fields of `ModelToMake`."""
    return Facts("model", encode(ModelToMake(inputs, layers, seed, slots, frozen)))


def model_handed_in(facts: Facts) -> ModelToMake:
    """What the facts of a tiny model say, for whoever makes a double of it; raises NotARecord."""
    return decode(ModelToMake, facts.data)


class Clean(Protocol):
    """Whatever rebuilds models: a process that never meets a submission's code, or a notebook's kernel.

    Its methods raise WorkerLate or WorkerDied if there is no answer.
    """

    def predict(self, layers: Sequence[Layer], inputs: AnyArray, seconds: float) -> AnyArray | NoModel:
        """What a model of these layers, with their weights, gives for the inputs."""

    def train(
        self,
        layers: Sequence[Layer],
        seconds: float,
        *,
        x: AnyArray,
        y: AnyArray,
        held_out_x: AnyArray,
        held_out_y: AnyArray,
        epochs: int,
        batch: int,
        seed: int,
    ) -> float | NoModel:
        """The accuracy of a model of these layers on held-out data, trained from fresh weights."""

    def dismiss(self) -> None:
        """Lets it go: it is no longer needed."""

    def end(self) -> str:
        """Ends it at once, and says how it ended if that was by itself."""


class CleanWorker:
    """A worker that no file is put into."""

    def __init__(self, process: Conversation) -> None:
        self._process = process

    def predict(self, layers: Sequence[Layer], inputs: AnyArray, seconds: float) -> AnyArray | NoModel:
        """As in `Clean`."""
        return predicted(self._process.ask(to_predict(layers, inputs), seconds))

    def train(self, layers: Sequence[Layer], seconds: float, **training: Any) -> float | NoModel:
        """As in `Clean`."""
        return trained_to(self._process.ask(to_train(layers, **training), seconds))

    def dismiss(self) -> None:
        """As in `Clean`."""
        self._process.dismiss()

    def end(self) -> str:
        """As in `Clean`."""
        return self._process.end()


def to_predict(layers: Sequence[Layer], inputs: AnyArray) -> PredictAgain:
    """The question of what a rebuilt model gives."""
    return PredictAgain(tuple(_facts(layer) for layer in layers), int(inputs.shape[1]), inputs)


def to_train(layers: Sequence[Layer], *, x: AnyArray, **training: Any) -> TrainAgain:
    """The question of how a model does when it is rebuilt and trained; its weights stay here."""
    facts = tuple(_facts(layer, weights=False) for layer in layers)
    return TrainAgain(facts, int(x.shape[1]), x, **training)


def predicted(told: Predicted | NotBuilt) -> AnyArray | NoModel:
    """The outputs in a clean worker's answer."""
    if isinstance(told, NotBuilt):
        return NoModel(told.why or UNBUILT)
    return told.outputs if isinstance(told.outputs, np.ndarray) else NoModel(UNBUILT)


def trained_to(told: TrainedTo | NotBuilt) -> float | NoModel:
    """The accuracy in a clean worker's answer."""
    return NoModel(told.why or "it could not be trained") if isinstance(told, NotBuilt) else told.accuracy


def layers_told(told: ModelFacts) -> tuple[Layer, ...] | None:
    """The layers of a model; None if they are more than may cross: too large, or one inside the other without end."""
    layers = tuple(_layer(facts) for facts in told.layers)
    return None if None in layers else tuple(layer for layer in layers if layer is not None)


def _layer(facts: LayerFacts, depth: int = 0) -> Layer | None:
    inner = _layer(facts.inner, depth + 1) if facts.inner is not None else None
    weights = tuple(weight for weight in facts.weights if isinstance(weight, np.ndarray))
    if depth > MOST_INNER or len(weights) < len(facts.weights) or (facts.inner is not None and inner is None):
        return None
    return Layer(facts.kind, facts.own, facts.settings, weights, inner)


def _facts(layer: Layer, *, weights: bool = True) -> LayerFacts:
    inner = _facts(layer.inner, weights=False) if layer.inner is not None else None
    return LayerFacts(layer.kind, layer.own, layer.settings, layer.weights if weights else (), inner)
