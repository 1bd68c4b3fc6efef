"""A submission's Keras models as checks see them: facts, outputs, and the same model rebuilt in a clean worker."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from grader.checks.failures import StudentStopped
from grader.checks.judge.why_stopped import message_of
from grader.checks.models.once import once
from grader.sandbox.outside.conversation import WorkerDied, WorkerLate
from grader.sandbox.outside.models import Layer as Layer  # authors find it here
from grader.sandbox.outside.models import NoModel
from grader.sandbox.outside.stops import StopKind, Stopped
from grader.sandbox.wire import values
from grader.sandbox.wire.layers import AROUND_A_CELL, SETTINGS
from grader.sandbox.wire.values import Facts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from grader.checks.compare.answers import Answer, Array
    from grader.sandbox.outside.models import Clean
    from grader.sandbox.outside.replies import Asking

T = TypeVar("T")
REBUILD_SECONDS = 60.0
TRAIN_SECONDS = 240.0
CLOSE = 1e-4  # two machines' worth of float32 in a recurrent layer
CLOSE_IN_HALF = 2e-3  # of float16 and bfloat16, which the rebuilt model computes with as well


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a model is: its layers in order, and its outputs for the inputs that it was looked at with.

    ``stopped`` says why there are no outputs, if the model raised.
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
    """How a rebuilt model did after training: its accuracy on held-out data, or why there is none."""

    accuracy: float | None
    why: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """Data for training and for judging, ids (n, length) and labels (n, 1), and how to train."""

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

        ``solution`` has looked at the solution's models; without it, these are the solution's own.
        """
        self._solution = solution
        self._submission = submission
        self._shared = shared
        self._seen: dict[tuple[int, bytes], Seen] = {}
        self._same: dict[int, str] = {}
        self._gone: dict[str, str] = {}  # why what was too much for one clean worker is not tried again
        self._clean: Clean | None = None
        self.was_cut_short = False  # a clean worker ended, or took too long

    @property
    def seen(self) -> tuple[Seen, ...]:
        """All that was looked at."""
        return tuple(self._seen.values())

    def look(self, answer: Answer, inputs: Array) -> Seen:
        """The model that a call gave; raises StudentStopped if it gave none, or the model raises."""
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
            self._seen[key] = Seen(answer, inputs, told.outputs, told.layers, told.built, told.loss, told.stopped)
        return self._seen[key]

    def of_solution(self, answer: Answer, inputs: Array) -> Seen:
        """What the solution's model is, looked at in the same way when the check was rehearsed."""
        return (self._solution or self).look(answer, inputs)

    def difference(self, seen: Seen) -> str:
        """Why a model is not just its layers, rebuilt one after the other; empty if it is."""
        kinds = _kinds(seen)
        if kinds in self._gone:
            return self._gone[kinds]
        if seen.stopped is not None:
            return message_of(seen.stopped)
        if id(seen) not in self._same:
            try:
                told = self._asked(lambda clean: clean.predict(seen.layers, seen.inputs, REBUILD_SECONDS))
                self._same[id(seen)] = _compared(told, seen)
            except _GoneError as gone:
                self._same[id(seen)] = self._gone[kinds] = str(gone)
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
        """How the model does when it is rebuilt and trained; each kind of model is trained once in a run."""
        kinds = _kinds(seen)
        data = {field.name: getattr(training, field.name) for field in fields(training)}

        def work() -> dict[str, Any]:
            told = self._asked(lambda clean: clean.train(seen.layers, TRAIN_SECONDS, **data))
            return {"why": told.why} if isinstance(told, NoModel) else {"accuracy": told}

        try:
            found = once(self._shared, f"{kinds} {training.digest}", work)
        except _GoneError as gone:  # not kept: the machine may have been busy
            return Trained(None, str(gone))
        return Trained(found.get("accuracy"), found.get("why", ""))

    def close(self) -> None:
        """Ends the clean worker."""
        if self._clean is not None:
            self._clean.dismiss()
            self._clean = None

    def _asked(self, question: Callable[[Clean], T]) -> T:
        """What a clean worker gives, which never meets a submission's code; raises _GoneError if it ended over this."""
        assert self._submission is not None, "a model comes from a submission"
        if self._clean is None:
            self._clean = self._submission.clean()
        try:
            return question(self._clean)
        except (WorkerDied, WorkerLate) as error:
            self.was_cut_short = True
            self._clean.end()
            self._clean = None
            raise _GoneError(f"the process that built it anew ended ({error})") from None


class KnownModels(Models):
    """The solution's models without a solution: what was written down about them, except their outputs."""

    def __init__(self, facts: Mapping[int, Mapping[str, Any]]) -> None:
        """``facts`` by the number that an answer gives a model."""
        super().__init__(None, None)
        self._facts = facts

    def look(self, answer: Answer, inputs: Array) -> Seen:
        """What the solution's model is."""
        facts = self._facts[answer.value.data]
        layers = tuple(_from_plain(each) for each in facts["layers"])
        return Seen(answer, inputs, np.empty((0, 1)), layers, facts["built"], facts["loss"])


def to_plain(layer: Layer) -> dict[str, Any]:
    """A layer as it is written down: without the numbers that it began with."""
    inner = to_plain(layer.inner) if layer.inner is not None else None
    return {"kind": layer.kind, "own": layer.own, "settings": dict(layer.settings), "weights": [], "inner": inner}


def _from_plain(facts: Mapping[str, Any]) -> Layer:
    inner = _from_plain(facts["inner"]) if facts["inner"] is not None else None
    return Layer(facts["kind"], facts["own"], facts["settings"], (), inner)


def _kinds(seen: Seen) -> str:
    """What makes a model a different one to rebuild, apart from its weights."""
    return json.dumps([_kind(layer) for layer in seen.layers], sort_keys=True)


def _kind(layer: Layer) -> list[Any]:
    """What makes a layer a different one to train: the settings that it is rebuilt with."""
    counts = SETTINGS.get(layer.kind.removesuffix("Cell"), AROUND_A_CELL)
    settings = {key: value for key, value in layer.settings.items() if key in counts or key == "dtype"}
    return [layer.kind, layer.own, settings, _kind(layer.inner) if layer.inner is not None else None]


def _compared(again: Array | NoModel, seen: Seen) -> str:
    outputs = seen.outputs
    if isinstance(again, NoModel):
        return again.why
    if again.shape != outputs.shape:
        return f"its layers in a row give outputs of shape {again.shape}, the model {outputs.shape}"
    half = any("16" in str(layer.settings.get("dtype")) for layer in seen.layers)
    if not np.allclose(again, outputs, atol=CLOSE_IN_HALF if half else CLOSE, equal_nan=True):
        return "it does something else than its layers one after the other"
    return ""
