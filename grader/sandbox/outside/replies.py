"""What came back from a call of a submission's function, and what that means; nothing that a worker says is taken on trust."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from grader.sandbox.outside.advice import advice
from grader.sandbox.outside.models import LookedAt, layers_told
from grader.sandbox.outside.remarks import place_of
from grader.sandbox.outside.what_ran import ALONE, Reading, is_elsewhere, text_of
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
from grader.scores.records import Outcome

if TYPE_CHECKING:
    from grader.sandbox.outside.conversation import AnswerPart
    from grader.sandbox.outside.models import Clean
    from grader.sandbox.wire.messages import CodeFault

WRONG_FORM = "The process sent an answer of the wrong form."
PARAMETERS = " (keep the parameters that the exercise gives it: the checks hand in all of them)"


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


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a call gave nothing; ``counted`` as in `Returned`, where it trained models before it raised.

    ``raised`` is the type and the text of an exception of the code's own, ``names`` are those that the code of a function that
    raised looks up; ``advised``: the message already says what to do.
    """

    outcome: Outcome
    message: str
    line: int | None = None
    counted: tuple[tuple[int, int], ...] = ()
    advised: bool = False
    raised: str = ""
    names: frozenset[str] = frozenset()


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

        Where the function is missing, a value called ``otherwise`` serves.
        """

    def value(self, name: str) -> Reply:
        """A value that is written down."""

    def call_each(self, calls: Sequence[Asked]) -> list[Reply]:
        """The replies to some calls, one after the other."""

    def look(self, name: str, number: int, inputs: Any) -> LookedAt | Stopped:
        """What the Keras model is that a call of ``name`` gave, by its number, and what it gives for the inputs."""

    def clean(self) -> Clean:
        """What builds models anew from facts; raises WorkerFault where there is none to be had."""


def understand(name: str, told: CallReply, reading: Reading, memory: str, *, name_places: bool) -> Reply:
    """What a worker's answer to a call of ``name`` means.

    ``memory`` is the limit in words; with ``name_places`` a message says in which cell something was raised.
    """
    match told:
        case CallReturned():
            return Returned(told.value, told.changed, frozenset(told.warned), told.counted, told.instead)
        case CallMissing():
            return Stopped(*reading.missing(name, wanted=told.wanted))
        case CallNoFunction():
            return Stopped(Outcome.ERROR, f"{name} is no function but a value of type {told.type[:80]}.")
        case CallRaised():
            raised = _raised(name, told.fault, reading, memory, wanted=told.wanted, name_places=name_places)
            return replace(raised, counted=told.counted, names=frozenset(told.names))


def written_down(name: str, reading: Reading) -> Reply:
    """The value that a file's text gives a name; a name without one, or with one that would have to be computed, stops."""
    found = reading.literals.get(name)
    if found is None:
        return Stopped(*reading.missing(name, wanted=False))
    if not found.literal:
        place = place_of(found.cell, found.line)
        why = f"{name} is read from the text, not computed: write its numbers out as they were printed ({place})."
        return Stopped(Outcome.ERROR, why, found.line)
    if found.value is None:
        return Stopped(Outcome.TODO, f"{name} is not filled in yet: it is None.")
    return Returned(found.value)


def _raised(
    name: str, fault: CodeFault, reading: Reading, memory: str, *, wanted: bool = False, name_places: bool = False
) -> Stopped:
    kind, line = fault.kind, fault.line
    if kind == "error" and fault.name is not None:
        return Stopped(*reading.missing(fault.name[:80], wanted=wanted, inside=name), line)
    place = text_of(fault.where or "")
    where = f" in {place}" if place and name_places else ""
    where += f", line {line}" if line is not None else ""
    words = raised_words(fault)
    advised = advice(words) or (ALONE if kind == "error" and not wanted and is_elsewhere(fault) else "")
    if line is None and re.match(rf"TypeError: {re.escape(name)}\(\) (?:takes|missing|got) ", words):
        advised = PARAMETERS  # it was stopped at its own door
    raised = (words.removesuffix(".") if where else words) + where + advised
    match kind:
        case "todo" if reading.is_not_done(fault):
            return Stopped(Outcome.TODO, _not_done(name, text_of(fault.text)), line)
        case "memory":
            return Stopped(Outcome.CRASHED, f"{name} used more than the {memory} of memory allowed.", line)
        case "import" | "forbidden":
            return Stopped(Outcome.BLOCKED, f"{name} used something that is not allowed here: {raised}", line)
        case "exit":
            return Stopped(Outcome.ERROR, f"{name} ended the program (sys.exit){where}.", line)
    if wanted:
        return Stopped(Outcome.BLOCKED, f"{name} stopped for want of a package not allowed here: {raised}", line)
    return Stopped(Outcome.ERROR, f"{name} raised {raised}", line, advised=bool(advised), raised=words)


def raised_words(fault: CodeFault) -> str:
    """The type and the text of what was raised."""
    return f"{text_of(fault.type)}: {text_of(fault.text)}".rstrip(": ")


def _not_done(name: str, text: str) -> str:
    """Says what is not done: the function itself, or one that it needs, which the stub's error names."""
    if not text or name in text:
        return f"{name} is not done yet: it raises NotImplementedError."
    return f"{name} needs what is not done yet ({text})."


def understand_look(name: str, told: ModelFacts | LookRaised, reading: Reading, memory: str) -> LookedAt | Stopped:
    """What a model is that ``name`` gave, as the worker tells it, or why nothing is known of it."""
    subject = f"the model of {name}"
    if isinstance(told, LookRaised):
        return _raised(subject, told.fault, reading, memory)
    layers, outputs = layers_told(told), told.outputs
    if told.fault is not None and layers is not None:
        nothing = np.empty((0, 1))
        return LookedAt(told.built, nothing, told.loss, layers, _raised(subject, told.fault, reading, memory))
    if layers is None or not (isinstance(outputs, np.ndarray) and outputs.dtype.kind == "f"):
        return Stopped(Outcome.CRASHED, WRONG_FORM)
    return LookedAt(told.built, outputs, told.loss, layers)


def recount(value: Any) -> Counted | None:
    """What a worker says of the models that it was handed when it asks for the time; None for anything else."""
    try:
        counted: Counted = decode(Counted, value)
    except NotARecord:
        return None
    return counted
