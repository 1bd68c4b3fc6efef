"""What came back from a call of a submission's function; nothing that a worker says is taken on trust."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from grader.sandbox.outside.models import LookedAt, layers_told
from grader.sandbox.outside.stops import FilePlace, StopKind, Stopped
from grader.sandbox.outside.what_ran import Reading, thrown
from grader.sandbox.wire.codec import NotARecord, WireRecord, decode, record
from grader.sandbox.wire.messages import MAX_MODELS as MAX_MODELS  # the checks find it here
from grader.sandbox.wire.messages import (
    CallMissing,
    CallNoFunction,
    CallRaised,
    CallReply,
    CallReturned,
    Counted,
    LookRaised,
    ModelFacts,
)

if TYPE_CHECKING:
    from grader.sandbox.outside.conversation import AnswerPart
    from grader.sandbox.outside.models import Clean
    from grader.sandbox.wire.messages import CodeFault


@record
class Returned(WireRecord):
    """What a call gave: plain data, which inputs it changed, and which numeric warnings it raised.

    ``counted`` has for each model that the call was given the rows it was trained on and how often it was compiled;
    ``instead`` says that the value comes from another name, since the function is missing.
    """

    value: Any
    changed: tuple[str, ...] = ()
    warned: frozenset[str] = frozenset()
    counted: tuple[tuple[int, int], ...] = ()
    instead: bool = False


Reply = Returned | Stopped
Asked = tuple[str, Sequence[Any], Mapping[str, Any]]
"""A function's name, its positional arguments and those by keyword."""


class Asking(Protocol):
    """Whatever has functions that can be called with plain data: a submission, or the names of a notebook."""

    def call(
        self,
        name: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None = None,
        parts: Mapping[str, Sequence[str]] | None = None,
        answer_part: AnswerPart | None = None,
        *,
        otherwise: str | None = None,
    ) -> Reply:
        """The reply of one function; ``parts`` are replaced during the call, and ``answer_part`` answers in their place.

        If the function is missing, a value called ``otherwise`` serves.
        """

    def value(self, name: str) -> Reply:
        """A value that is written down."""

    def call_each(self, calls: Sequence[Asked]) -> list[Reply]:
        """The replies to some calls, one after the other."""

    def look(self, name: str, number: int, inputs: Any) -> LookedAt | Stopped:
        """The Keras model that a call of ``name`` gave, by its number, and what it gives for the inputs."""

    def clean(self) -> Clean:
        """What rebuilds models from facts; raises WorkerFault if there is none."""


def understand(name: str, told: CallReply, reading: Reading, memory: str, *, name_places: bool) -> Reply:
    """The reply in a worker's answer to a call of ``name``.

    ``memory`` is the limit in words; with ``name_places`` it says in which cell something was raised.
    """
    match told:
        case CallReturned():
            return Returned(told.value, told.changed, frozenset(told.warned), told.counted, told.instead)
        case CallMissing():
            return Stopped(name, StopKind.ABSENT, absence=reading.missing(name, wanted=told.wanted))
        case CallNoFunction():
            return Stopped(name, StopKind.NO_FUNCTION, type_name=told.type[:80])
        case CallRaised():
            raised = _raised(name, told.fault, reading, memory, wanted=told.wanted, name_places=name_places)
            return replace(raised, counted=told.counted, names=frozenset(told.names))


def written_down(name: str, reading: Reading) -> Reply:
    """The value that a file's text gives a name; Stopped for a name without one, or with one that would have to be computed."""
    found = reading.literals.get(name)
    if found is None:
        return Stopped(name, StopKind.ABSENT, absence=reading.missing(name, wanted=False))
    if not found.literal:
        return Stopped(name, StopKind.COMPUTED, place=FilePlace(found.cell, found.line))
    if found.value is None:
        return Stopped(name, StopKind.UNFILLED)
    return Returned(found.value)


def _raised(
    name: str,
    fault: CodeFault,
    reading: Reading,
    memory: str,
    *,
    wanted: bool = False,
    name_places: bool = False,
    of_model: bool = False,
) -> Stopped:
    """What stopped a call of ``name``, or (``of_model``) the model that it gave."""
    stopped = Stopped(name, StopKind.RAISED, of_model, thrown(fault, name_places=name_places))
    if fault.kind == "error" and fault.name is not None:
        absence = reading.missing(fault.name[:80], wanted=wanted, inside=name)
        return replace(stopped, kind=StopKind.ABSENT, absence=absence)
    match fault.kind:
        case "todo" if (part := reading.not_done(fault)) is not None:
            return replace(stopped, kind=StopKind.TODO, part=part)
        case "memory":
            return replace(stopped, kind=StopKind.MEMORY, memory=memory)
        case "import" | "forbidden":
            return replace(stopped, kind=StopKind.REFUSED)
        case "exit":
            return replace(stopped, kind=StopKind.EXIT)
    return replace(stopped, kind=StopKind.WANTING) if wanted else stopped


def understand_look(name: str, told: ModelFacts | LookRaised, reading: Reading, memory: str) -> LookedAt | Stopped:
    """The model that ``name`` gave, as the worker reports it, or why nothing is known about it."""
    if isinstance(told, LookRaised):
        return _raised(name, told.fault, reading, memory, of_model=True)
    layers, outputs = layers_told(told), told.outputs
    if told.fault is not None and layers is not None:
        nothing = np.empty((0, 1))
        stopped = _raised(name, told.fault, reading, memory, of_model=True)
        return LookedAt(told.built, nothing, told.loss, layers, stopped)
    if layers is None or not (isinstance(outputs, np.ndarray) and outputs.dtype.kind == "f"):
        return Stopped(name, StopKind.GARBLED)
    return LookedAt(told.built, outputs, told.loss, layers)


def recount(value: Any) -> Counted | None:
    """What a worker says about the models that it was handed when it asks for the time; None for anything else."""
    try:
        counted: Counted = decode(Counted, value)
    except NotARecord:
        return None
    return counted
