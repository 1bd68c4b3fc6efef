"""A submission's Keras models as checks see them: facts, outputs, and the same model built anew in a clean worker."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.failures import StudentStopped
from grader.checks.judge.why_stopped import message_of
from grader.checks.models.once import once
from grader.sandbox.inside.rebuild_model import AROUND_A_CELL, SETTINGS
from grader.sandbox.outside.process import WorkerDied, WorkerLate
from grader.sandbox.outside.stops import StopKind, Stopped
from grader.sandbox.wire import values
from grader.sandbox.wire.values import Facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from grader.checks.compare.answers import Answer, Array
    from grader.sandbox.outside.replies import Asking, Clean

REBUILD_SECONDS = 60.0
TRAIN_SECONDS = 240.0
CLOSE = 1e-4  # two machines' worth of float32 in a recurrent layer
CLOSE_IN_HALF = 2e-3  # of float16 and bfloat16, which the model built anew computes with as well


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One layer of a model; a wrapper's layer, or the cell of an RNN, is ``inner``."""

    kind: str
    own: bool
    settings: Mapping[str, Any]
    weights: tuple[Array, ...]
    inner: Layer | None

    def to_plain(self, *, weights: bool) -> dict[str, Any]:
        """The layer as it is handed to a clean worker."""
        return {
            "kind": self.kind,
            "own": self.own,
            "settings": dict(self.settings),
            "weights": list(self.weights) if weights else [],
            "inner": self.inner.to_plain(weights=False) if self.inner is not None else None,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a model is: its layers in order, and its outputs for the inputs that it was looked at with.

    ``stopped`` says why there are no outputs, where the model raised.
    """

    answer: Answer
    inputs: Array
    outputs: Array
    layers: tuple[Layer, ...]
    built: bool
    loss: str | None
    stopped: Stopped | None = None


@dataclass(frozen=True, slots=True)
class Trained:
    """How a model built anew did after training: its accuracy on held-out data, or why there is none."""

    accuracy: float | None
    why: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """Data for training and for judging, ids (n, length) and labels (n, 1), and how it is trained."""

    x: Array
    y: Array
    held_out_x: Array
    held_out_y: Array
    epochs: int
    batch: int
    seed: int = 7

    @property
    def digest(self) -> str:
        """A digest of all that a training depends on, its data included."""
        return hashlib.sha256(b"".join(values.dumps(asdict(self)))).hexdigest()


class _GoneError(Exception):
    """A clean worker ended while it trained a model."""


class Models:
    """Looks at the models of one submission; every question is asked once."""

    def __init__(self, submission: Asking | None, shared: Path | None, solution: Models | None = None) -> None:
        """``shared`` is the folder for what is done once in a run; without a submission there are no models.

        ``solution`` looked at the solution's models before; these here are the solution's own without it.
        """
        self._solution = solution
        self._submission = submission
        self._shared = shared
        self._seen: dict[tuple[int, bytes], Seen] = {}
        self._same: dict[int, str] = {}
        self._gone: dict[str, str] = {}  # why what was too much for one clean worker is not tried again
        self._clean: Clean | None = None

    @property
    def seen(self) -> tuple[Seen, ...]:
        """All that was looked at."""
        return tuple(self._seen.values())

    def look(self, answer: Answer, inputs: Array) -> Seen:
        """What the model is that a call gave; raises StudentStopped where it gave none, or the model raises."""
        model = answer.value
        if not (isinstance(model, Facts) and model.kind == "model" and type(model.data) is int):
            kind = StopKind.NO_VALUE if model is None else StopKind.NO_MODEL
            raise StudentStopped(Stopped(answer.call.function, kind), answer.call)
        assert self._submission is not None, "a model comes from a submission"
        key = (model.data, inputs.tobytes())
        if key not in self._seen:
            told = self._submission.look(answer.call.function, model.data, inputs)
            if isinstance(told, Stopped):
                raise StudentStopped(told, answer.call)
            self._seen[key] = _seen(answer, inputs, told)
        return self._seen[key]

    def of_solution(self, answer: Answer, inputs: Array) -> Seen:
        """What the solution's model is, looked at in the same way when the check was rehearsed."""
        return (self._solution or self).look(answer, inputs)

    def difference(self, seen: Seen) -> str:
        """Why a model is not what its layers are when they are built anew one after the other; empty where it is."""
        kinds = _kinds(seen)
        if kinds in self._gone:
            return self._gone[kinds]
        if seen.stopped is not None:
            return message_of(seen.stopped)
        if id(seen) not in self._same:
            request = {"do": "predict", "layers": [layer.to_plain(weights=True) for layer in seen.layers]}
            told = self._ask(request | {"length": seen.inputs.shape[1], "inputs": seen.inputs}, REBUILD_SECONDS)
            self._same[id(seen)] = _compared(told, seen)
            if "gone" in told:
                self._gone[kinds] = self._same[id(seen)]
        return self._same[id(seen)]

    def runs(self, seen: Seen) -> None:
        """The model took the inputs that it was looked at with; raises StudentStopped."""
        if seen.stopped is not None:
            raise StudentStopped(seen.stopped, seen.answer.call)

    def is_known(self, layer: Layer) -> bool:
        """Whether a layer is one of Keras' own that a clean worker can build."""
        if layer.inner is not None:
            return layer.own and layer.kind in ("Bidirectional", "RNN") and self.is_known(layer.inner)
        return layer.own and layer.kind.removesuffix("Cell") in SETTINGS

    def trained(self, seen: Seen, training: Training) -> Trained:
        """How the model does when it is built anew and trained; each kind of model is trained once in a run."""
        layers = [layer.to_plain(weights=False) for layer in seen.layers]
        kinds = _kinds(seen)

        def work() -> dict[str, Any]:
            request = {"do": "train", "layers": layers, "length": int(training.x.shape[1]), **asdict(training)}
            told = self._ask(request, TRAIN_SECONDS)
            accuracy = told.get("accuracy")
            if isinstance(accuracy, float) and 0 <= accuracy <= 1:
                return {"accuracy": accuracy}
            if "gone" in told:
                raise _GoneError(told["gone"])  # not kept: the machine may have been busy
            return {"why": str(told.get("refused") or told.get("raised") or "it could not be trained")[:300]}

        try:
            found = once(self._shared, f"{kinds} {training.digest}", work)
        except _GoneError as gone:
            return Trained(None, str(gone))
        return Trained(found.get("accuracy"), found.get("why", ""))

    def close(self) -> None:
        """Ends the clean worker."""
        if self._clean is not None:
            self._clean.dismiss()
            self._clean = None

    def _ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """A clean worker's answer: it never meets code of a submission, so what it says is the grader's own."""
        assert self._submission is not None, "a model comes from a submission"
        if self._clean is None:
            self._clean = self._submission.clean()
        try:
            return self._clean.ask(request, seconds)
        except (WorkerDied, WorkerLate) as error:
            self._clean.end()
            self._clean = None
            return {"gone": f"the process that built it anew ended ({error})"}


class KnownModels(Models):
    """The solution's models where there is no solution: what was written down of them, their outputs left out."""

    def __init__(self, facts: Mapping[int, Mapping[str, Any]]) -> None:
        """``facts`` by the number that an answer gives a model."""
        super().__init__(None, None)
        self._facts = facts

    def look(self, answer: Answer, inputs: Array) -> Seen:
        """What the solution's model is."""
        return _seen(answer, inputs, {**self._facts[answer.value.data], "outputs": np.empty((0, 1))})


def _seen(answer: Answer, inputs: Array, told: Mapping[str, Any]) -> Seen:
    try:
        stopped = told.get("stopped")
        outputs = told["outputs"] if stopped is None else np.empty((0, 1))
        if not (isinstance(outputs, np.ndarray) and outputs.dtype.kind == "f"):
            raise TypeError("outputs that are no array of numbers")
        loss = told["loss"] if isinstance(told["loss"], str) else None
        layers = tuple(_layer(facts) for facts in told["layers"])
        return Seen(answer, inputs, outputs, layers, told["built"] is True, loss, stopped)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise StudentStopped(Stopped(answer.call.function, StopKind.GARBLED), answer.call) from None


def _layer(facts: Any, depth: int = 0) -> Layer:
    if not isinstance(facts, dict):
        raise TypeError("a layer without facts")
    weights: Sequence[Any] = facts["weights"]
    if depth > 2 or not all(isinstance(weight, np.ndarray) for weight in weights):
        raise TypeError("weights that are no arrays")
    settings = facts["settings"]
    if type(facts["kind"]) is not str or not (isinstance(settings, dict) and all(map(_is_setting, settings.values()))):
        raise TypeError("settings that are no plain ones")
    inner = _layer(facts["inner"], depth + 1) if facts["inner"] is not None else None
    return Layer(facts["kind"], facts["own"] is True, dict(settings), tuple(weights), inner)


def _is_setting(value: Any) -> bool:
    """Whether a setting is one that may be compared: no array, whose truth would be a question of its own."""
    if isinstance(value, list):
        return all(_is_setting(item) for item in value)
    return value is None or type(value) in (bool, int, float, str)


def _kinds(seen: Seen) -> str:
    """What makes a model another one to build anew, its weights left aside."""
    return json.dumps([_kind(layer.to_plain(weights=False)) for layer in seen.layers], sort_keys=True, default=str)


def _kind(layer: Mapping[str, Any]) -> Any:
    """What makes a layer another one to train: the settings that it is built anew with."""
    counts = SETTINGS.get(layer["kind"].removesuffix("Cell"), AROUND_A_CELL)
    settings = {key: value for key, value in layer["settings"].items() if key in counts or key == "dtype"}
    return [layer["kind"], layer["own"], settings, _kind(layer["inner"]) if layer["inner"] is not None else None]


def _compared(told: Mapping[str, Any], seen: Seen) -> str:
    outputs = seen.outputs
    again = told.get("outputs")
    if not isinstance(again, np.ndarray):
        return str(told.get("refused") or told.get("raised") or told.get("gone") or "it can't be built anew")[:300]
    if again.shape != outputs.shape:
        return f"its layers in a row give outputs of shape {again.shape}, the model {outputs.shape}"
    half = any("16" in str(layer.settings.get("dtype")) for layer in seen.layers)
    if not np.allclose(again, outputs, atol=CLOSE_IN_HALF if half else CLOSE, equal_nan=True):
        return "it does something else than its layers one after the other"
    return ""
