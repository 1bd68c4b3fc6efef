"""Every message between the grader and a worker, as a frozen record whose fields say what may stand in them.

A message is a list of two: the number of the question that it belongs to, and a record. The grader asks, the worker
reports meanwhile and asks back (`AskPart`), and gives one answer of the kinds that the question names. Whatever a worker
sends may be forged by the submission, which lives in the same process: all of it is bounded here and read by `codec.decode`.
In one file because it is the one list of all that crosses.

    question                    events                          answer
    DescribeFile                                                FileHolds
    ReadAnswers                                                 AnswersRead, CantRead
    ReadFile                                                    FileRead, CantRead
    RunFile                     Started, RunStopped, LeftOut    FileRan
    CallOne                                                     CallReply
    CallEach                    OneCalled                       AllCalled
    LookAtModel                                                 ModelFacts, LookRaised
    PredictAgain                                                Predicted, NotBuilt
    TrainAgain                                                  TrainedTo, NotBuilt
    TryProbes                                                   Probed
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Generic, Literal, Never, TypeVar, Union, get_args

from grader.sandbox.wire.codec import (
    AnyArray,
    AtMost,
    Like,
    NotARecord,
    Only,
    Plain,
    WireRecord,
    Within,
    encode,
    prepare,
    reader,
    record,
)
from grader.sandbox.wire.values import Opaque

MAX_STATEMENTS = 5_000  # of one file; a chapter of 120 cells has some hundreds
MAX_NAMES = 20_000  # that its statements bind, all together
MAX_NAMES_IN_CODE = 200  # sent about one function
MAX_MODELS = 100  # that one call is handed
MAX_LAYERS = 40  # sent about one model
MAX_CHAIN = 20  # functions of a submission in which something was raised
LONGEST_FUNCTION = 4_000  # characters of a function's text
MAX_REASON = 300
MAX_MESSAGE = 500  # of an exception
LONGEST_SENTENCE = 500
LONGEST_ANSWER = 100_000
MOST_LINES = 10_000_000  # of a file; no file that is read has as many
MOST_GRAMS = 8_000  # of one function: as many as are kept of a whole file

Name = Annotated[str, AtMost(2_000, cut=True)]
"""An identifier of a student's file, or a place in it; one that is longer is cut, and is then no name of the file."""
ShortName = Annotated[str, AtMost(200, cut=True)]
Reason = Annotated[str, AtMost(MAX_REASON, cut=True)]
Cell = Annotated[int, Within(0, MOST_LINES)] | None
LineNumber = Annotated[int, Within(0, MOST_LINES)]
Index = Annotated[int, Within(0, MAX_STATEMENTS)]
Count = Annotated[int, Within(0, 1 << 50)]
Counted = Annotated[tuple[tuple[Count, Count], ...], AtMost(MAX_MODELS)]
"""For each model that a call was handed: the rows it was trained on, and how often it was compiled since."""
KindOfFile = Literal["script", "notebook"]
Warned = Literal["overflow", "invalid value", "divide by zero"]
WARNINGS: tuple[Warned, ...] = ("overflow", "invalid value", "divide by zero")

R = TypeVar("R")
E = TypeVar("E")


class WorkerQuestion(WireRecord, Generic[R, E]):
    """A question to a worker: ``R`` is what it may answer, ``E`` what it may report meanwhile."""

    __slots__ = ()


@record
class AskPart(WireRecord):
    """A worker's question to the stand-in for a part of the submission, or to the clock that a call was handed."""

    name: Name
    args: tuple[Plain, ...]


@record
class PartGives(WireRecord):
    """What a stand-in answers."""

    value: Plain


@record
class PartRefuses(WireRecord):
    """Why a stand-in answers nothing: the submission called it with arguments that don't fit."""

    why: Reason


@record
class LockFailure(WireRecord):
    """Why a worker could not be locked, sent in place of its first answer; its number is 0."""

    why: Annotated[str, AtMost(500, cut=True)]


@record
class CodeFault(WireRecord):
    """What stopped a piece of a submission's code.

    ``where`` and ``line`` are its own innermost place, ``own`` says that it was raised there and not by a library that
    was called from there, ``name`` is the name that was missing. ``inside`` are its own functions in which it was
    raised, the outermost first.
    """

    kind: Literal["error", "todo", "memory", "exit", "interrupted", "import", "forbidden"]
    type: ShortName
    text: Annotated[str, AtMost(MAX_MESSAGE, cut=True)]
    where: Name | None = None
    line: Annotated[int, Within(1, MOST_LINES)] | None = None
    own: bool = False
    name: Name | None = None
    inside: Annotated[tuple[ShortName, ...], AtMost(MAX_CHAIN, cut=True)] = ()


# --- What a file's text says ---

Digest = Annotated[str, Like(re.compile(r"[0-9a-f]{64}"))]
Digests = Annotated[Mapping[Name, Annotated[tuple[Digest, ...], AtMost(100)]], AtMost(10_000)]
Names = Annotated[tuple[Name, ...], AtMost(10_000)]


@record
class FileHolds(WireRecord):
    """What a file holds of the wanted names and questions; the fields are those of `grader.source.contents.Contents`."""

    unreadable: Annotated[str, AtMost(2_000, cut=True)] | None
    definitions: Digests
    bound: Names
    broken: Names
    answers: Digests


@record
class CantRead(WireRecord):
    """Why a file can't be read."""

    why: Annotated[str, AtMost(2_000, cut=True)]


@record
class TopStatement(WireRecord):
    """One statement of a file, numbered by its place among them; ``safe`` is one that only defines something."""

    cell: Cell
    line: LineNumber
    binds: Annotated[tuple[Name, ...], AtMost(MAX_NAMES)]
    safe: bool


@record
class BrokenPiece(WireRecord):
    """Lines that do not parse, why, and the names that they define."""

    cell: Cell
    line: LineNumber
    message: Annotated[str, AtMost(2_000, cut=True)]
    binds: Annotated[tuple[Name, ...], AtMost(MAX_NAMES)]
    cause: ShortName


@record
class NamesElsewhere(WireRecord):
    """Names that look defined and are not: inside the class ``holder``, or under a main guard (``""``)."""

    cell: Cell
    line: LineNumber
    holder: Name
    names: Names


@record
class DefinedAgain(WireRecord):
    """A name that is defined in different ways, and where, in order."""

    name: Name
    places: Annotated[tuple[tuple[Cell, LineNumber], ...], AtMost(100)]


@record
class RaisesAbove(WireRecord):
    """A function in which the stub's raise still stands above the student's own lines."""

    name: Name
    cell: Cell
    line: LineNumber


@record
class NamesNotRun(WireRecord):
    """Graded names in code that is not run: those that stand there alone, and those that stand elsewhere as well.

    ``what`` is a `grader.source.unrun.UnrunKind`, ``magic`` the cell magic that keeps the code from being run.
    """

    cell: Cell
    line: LineNumber
    what: ShortName
    magic: ShortName
    alone: Names
    also: Names


@record
class WrittenValue(WireRecord):
    """What a file's text gives a name; with ``literal`` false it would have to be computed, and ``value`` is None."""

    name: Name
    literal: bool
    value: Plain
    cell: Cell
    line: LineNumber


@record
class OwnFunction(WireRecord):
    """A function that the file itself defines; the fields are those of `grader.source.fingerprints.Fingerprint`."""

    name: Name
    cell: Cell
    line: LineNumber
    text: Annotated[str, AtMost(6_000)]
    grams: Annotated[bytes, AtMost(4 * MOST_GRAMS)]
    spans: Annotated[bytes, AtMost(2 * MOST_GRAMS)]
    helper: bool


@record
class FunctionText(WireRecord):
    """A graded function as the file defines it, without docstring and comments."""

    name: Name
    text: Annotated[str, AtMost(LONGEST_FUNCTION)]


@record
class FileRead(WireRecord):
    """All that a file's text says, sent before any of its code has run."""

    statements: Annotated[tuple[TopStatement, ...], AtMost(MAX_STATEMENTS)]
    broken: Annotated[tuple[BrokenPiece, ...], AtMost(MAX_STATEMENTS)]
    elsewhere: Annotated[tuple[NamesElsewhere, ...], AtMost(MAX_STATEMENTS)]
    functions: Annotated[tuple[Name, ...], AtMost(MAX_NAMES)]
    again: Annotated[tuple[DefinedAgain, ...], AtMost(MAX_STATEMENTS)]
    left: Annotated[tuple[RaisesAbove, ...], AtMost(MAX_STATEMENTS)]
    unrun: Annotated[tuple[NamesNotRun, ...], AtMost(MAX_STATEMENTS)]
    contents: FileHolds
    literals: Annotated[tuple[WrittenValue, ...], AtMost(10_000)]
    said: Annotated[Mapping[Name, Annotated[str, AtMost(LONGEST_SENTENCE)]], AtMost(10_000)]
    own: Annotated[tuple[OwnFunction, ...], AtMost(60)] = ()
    texts: Annotated[tuple[FunctionText, ...], AtMost(10_000)] = ()


@record
class AnswerText(WireRecord):
    """What answers one question; ``why`` says what is not ``certain`` about it."""

    question: Name
    text: Annotated[str, AtMost(LONGEST_ANSWER)]
    certain: bool
    why: Annotated[str, AtMost(200)]


@record
class AnswersRead(WireRecord):
    """The written answers of a file."""

    answers: Annotated[tuple[AnswerText, ...], AtMost(10_000)]


@record
class DescribeFile(WorkerQuestion[FileHolds, Never]):
    """Say what a file holds of these names and questions, without running any of it."""

    data: bytes
    kind: KindOfFile
    name: str
    names: tuple[str, ...]
    questions: tuple[str, ...]


@record
class ReadAnswers(WorkerQuestion[AnswersRead | CantRead, Never]):
    """Read what a file answers in words; ``prompts`` are the stub's own lines."""

    data: bytes
    kind: KindOfFile
    names: tuple[str, ...]
    prompts: Mapping[str, str]


@record
class ReadFile(WorkerQuestion[FileRead | CantRead, Never]):
    """Take a file apart: ``names`` are graded, ``literals`` those of them that are written down.

    ``examples`` is what ``grader.example`` gives, ``said`` has patterns to be looked for, ``stub`` the digests of the stub.
    With ``keep`` the functions of the file itself are told as well.
    """

    data: bytes
    kind: KindOfFile
    name: str
    names: tuple[str, ...]
    examples: Mapping[str, Plain]
    literals: tuple[str, ...]
    said: Mapping[str, tuple[str, ...]]
    stub: Mapping[str, tuple[str, ...]]
    keep: bool = False


# --- Running its statements ---


@record
class Started(WireRecord):
    """A statement begins; ``again``: it mentions a function in which an earlier one had to be stopped."""

    index: Index
    again: bool


@record
class RunStopped(WireRecord):
    """A statement raised; ``blocked``: for want of what a refused import should have bound."""

    index: Index
    fault: CodeFault
    blocked: bool


@record
class LeftOut(WireRecord):
    """A statement was not run, since reading had used its time."""

    index: Index


@record
class FileRan(WireRecord):
    """All statements have had their turn."""


@record
class RunFile(WorkerQuestion[FileRan, Started | RunStopped | LeftOut]):
    """Run the statements of the file, except those in ``skip``; after some seconds only those that define something."""

    skip: tuple[int, ...]
    full_seconds: float


# --- Calling its functions ---


@record
class CallReturned(WireRecord):
    """What a call gave, the places of inputs that it changed, and its numeric warnings.

    ``instead`` says that the value comes from another name, since the function is missing.
    """

    value: Plain
    changed: Annotated[tuple[Annotated[str, AtMost(80, cut=True)], ...], AtMost(20, cut=True)] = ()
    warned: Annotated[tuple[Warned, ...], AtMost(len(WARNINGS))] = ()
    counted: Counted = ()
    instead: bool = False


@record
class CallRaised(WireRecord):
    """What a call raised; ``wanted``: for want of a refused import; ``names`` are those that the function's code looks up."""

    fault: CodeFault
    wanted: bool = False
    counted: Counted = ()
    names: Annotated[tuple[Name, ...], AtMost(MAX_NAMES_IN_CODE)] = ()


@record
class CallMissing(WireRecord):
    """The function is not there; ``wanted`` as for what a call raised."""

    wanted: bool = False


@record
class CallNoFunction(WireRecord):
    """The name stands for a value of some type, not for a function."""

    type: ShortName


CallReply = CallReturned | CallRaised | CallMissing | CallNoFunction


@record
class CallOne(WorkerQuestion[CallReply, Never]):
    """Call a function.

    ``parts`` are replaced during the call (a parameter that ends in ``=`` may be left out), and where the function is missing, a
    value called ``otherwise`` serves.
    """

    name: str
    args: tuple[Plain, ...]
    kwargs: Mapping[str, Plain]
    parts: Mapping[str, tuple[str, ...]]
    otherwise: str | None = None


@record
class OneCalled(WireRecord):
    """The reply to one of several calls, by its place among them."""

    index: Annotated[int, Within(0, 1_000_000)]
    reply: CallReply


@record
class AllCalled(WireRecord):
    """Every one of several calls has come back."""


@record
class CallEach(WorkerQuestion[AllCalled, OneCalled]):
    """Make several calls, one after the other."""

    calls: tuple[CallOne, ...]


# --- Keras models ---


@record
class ModelToMake(WireRecord):
    """A tiny model of Dense layers that a call is handed: its features, and units and dtype of each layer.

    With ``slots`` its optimizer has made its own variables, as it has after training; the first ``frozen`` layers do not learn.
    It crosses among the arguments, as the data of `Facts`.
    """

    inputs: int
    layers: tuple[tuple[int, str], ...]
    seed: int
    slots: bool
    frozen: int


def is_setting(value: Plain) -> bool:
    """Whether a layer's setting is one that may be compared: not an array, which has no single truth value."""
    if type(value) is list:
        return all(map(is_setting, value))
    return value is None or type(value) in (bool, int, float) or (type(value) is str and len(value) <= MAX_REASON)


Setting = Annotated[Plain, Only(is_setting)]


@record
class LayerFacts(WireRecord):
    """One layer of a model: its class, whether that is one of Keras' own, its settings, and the weights it has.

    ``inner`` is the layer of a wrapper, or the cell of an RNN. An array that is too large to cross is an `Opaque`.
    """

    kind: ShortName
    own: bool
    settings: Annotated[Mapping[Name, Setting], AtMost(1_000)]
    weights: Annotated[tuple[AnyArray | Opaque, ...], AtMost(1_000)]
    inner: LayerFacts | None


@record
class ModelFacts(WireRecord):
    """What a model is, and what it gave for some inputs; if it raised, ``fault`` says what, and there are no outputs."""

    built: bool
    outputs: AnyArray | Opaque | None
    fault: CodeFault | None
    loss: ShortName | None
    layers: Annotated[tuple[LayerFacts, ...], AtMost(MAX_LAYERS)]


@record
class LookRaised(WireRecord):
    """What was raised in place of a model's facts."""

    fault: CodeFault


@record
class LookAtModel(WorkerQuestion[ModelFacts | LookRaised, Never]):
    """Look at the model that a call gave, by its number, and at what it gives for these inputs."""

    number: int
    inputs: AnyArray


@record
class NotBuilt(WireRecord):
    """Why a clean worker built no such model, or trained none."""

    why: Reason


@record
class Predicted(WireRecord):
    """What a rebuilt model gives."""

    outputs: AnyArray | Opaque


@record
class TrainedTo(WireRecord):
    """The accuracy of a model that was rebuilt and trained."""

    accuracy: Annotated[float, Within(0, 1)]


@record
class PredictAgain(WorkerQuestion[Predicted | NotBuilt, Never]):
    """Rebuild a model from its layers, with their weights, for sequences of a length, and run it on these inputs."""

    layers: tuple[LayerFacts, ...]
    length: int
    inputs: AnyArray


@record
class TrainAgain(WorkerQuestion[TrainedTo | NotBuilt, Never]):
    """Rebuild a model from its layers with fresh weights, train it, and give its accuracy on held-out data."""

    layers: tuple[LayerFacts, ...]
    length: int
    x: AnyArray
    y: AnyArray
    held_out_x: AnyArray
    held_out_y: AnyArray
    epochs: int
    batch: int
    seed: int


# --- The self-test ---


@record
class Probed(WireRecord):
    """What each probe of the self-test said."""

    answers: Annotated[Mapping[Name, Annotated[str, AtMost(MAX_REASON, cut=True)]], AtMost(1_000)]


@record
class TryProbes(WorkerQuestion[Probed, Never]):
    """Try to break out; ``targets``, which only the self-test understands, says what to go for."""

    targets: Plain


# --- How they cross ---

AnyQuestion = (
    DescribeFile
    | ReadAnswers
    | ReadFile
    | RunFile
    | CallOne
    | CallEach
    | LookAtModel
    | PredictAgain
    | TrainAgain
    | TryProbes
)
BEFORE_ANY = 0  # the number of what a worker says before the first question


def message(number: int, made: WireRecord) -> Plain:
    """A record that belongs to a question as it crosses."""
    return [number, encode(made)]


def opened(plain: Plain) -> tuple[int, Plain]:
    """The number of a message, and what its record is to be decoded from; raises NotARecord."""
    if type(plain) is not list or len(plain) != 2 or type(plain[0]) is not int:
        raise NotARecord("no message")
    return plain[0], plain[1]


_MAY_COME: dict[type, tuple[Callable[[Plain], object], tuple[type, ...]]] = {}


def may_come(asked: type) -> tuple[Callable[[Plain], object], tuple[type, ...]]:
    """What decodes all that a worker may send while it is asked a question of this class, and which of that are events."""
    found = _MAY_COME.get(asked)
    if found is None:
        answers, events = (
            () if part is Never else get_args(part) or (part,)
            for part in get_args(asked.__orig_bases__[0])  # type: ignore[attr-defined]
        )
        found = _MAY_COME[asked] = reader(Union[(AskPart, *answers, *events)]), tuple(events)
    return found


RECORDS: tuple[type[WireRecord], ...] = tuple(
    made
    for made in list(globals().values())
    if isinstance(made, type) and issubclass(made, WireRecord) and made not in (WireRecord, WorkerQuestion)
)
for _made in RECORDS:
    prepare(_made)
    if issubclass(_made, WorkerQuestion):
        may_come(_made)
