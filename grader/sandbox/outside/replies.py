"""What came back from a call of a submission's function; nothing that a worker says is taken on trust."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeGuard

from grader.sandbox.inside.calls import MAX_NAMES, WARNINGS
from grader.sandbox.outside.stops import FilePlace, StopKind, Stopped
from grader.sandbox.outside.what_ran import Reading, text_of, thrown

MAX_MODELS = 100
MAX_COUNT = 1 << 50  # rows that a model may say it was trained on


@dataclass(frozen=True, slots=True)
class Returned:
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


class Clean(Protocol):
    """Whatever builds models anew: a process that never meets code of a submission, or the kernel of a notebook."""

    def ask(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        """The answer to one request; raises WorkerLate or WorkerDied where there is none."""

    def dismiss(self) -> None:
        """Lets it go; it is needed no longer."""

    def end(self) -> str:
        """Ends it at once, and says how it had ended if by itself."""


class Asking(Protocol):
    """Whatever has functions that can be called with plain data: a submission, or the names of a notebook."""

    def call(
        self,
        name: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None = None,
        parts: Mapping[str, Sequence[str]] | None = None,
        answer_part: Callable[[str, list[Any]], dict[str, Any]] | None = None,
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

    def look(self, name: str, number: int, inputs: Any) -> dict[str, Any] | Stopped:
        """What the Keras model is that a call of ``name`` gave, by its number, and what it gives for the inputs."""

    def clean(self) -> Clean:
        """What builds models anew from facts; raises WorkerFault where there is none to be had."""


def understand(name: str, answer: dict[str, Any], reading: Reading, memory: str, *, name_places: bool) -> Reply:
    """The reply in a worker's answer to a call of ``name``.

    ``memory`` is the limit in words; with ``name_places`` it is told in which cell something was raised.
    """
    if "returned" in answer:
        changed, warned = answer.get("changed"), answer.get("warned")
        if _is_texts(changed) and _is_texts(warned):
            places = tuple(place[:80] for place in changed[:20])
            warnings = frozenset(warned) & set(WARNINGS)
            counts = counted(answer.get("counted", []))
            if counts is not None:
                return Returned(answer["returned"], places, warnings, counts, answer.get("instead") is True)
    elif "missing" in answer:
        return Stopped(name, StopKind.ABSENT, absence=reading.missing(name, wanted=answer.get("wanted") is True))
    elif isinstance(answer.get("not_callable"), str):
        return Stopped(name, StopKind.NO_FUNCTION, type_name=answer["not_callable"][:80])
    elif isinstance(answer.get("raised"), dict):
        raised = _raised(name, answer["raised"], reading, memory, name_places=name_places)
        named = answer.get("names")
        names = frozenset(named[:MAX_NAMES]) if _is_texts(named) else frozenset()
        return replace(raised, counted=counted(answer.get("counted", [])) or (), names=names)
    return Stopped(name, StopKind.GARBLED)


def written_down(name: str, reading: Reading) -> Reply:
    """The value that a file's text gives a name; a name without one, or with one that would have to be computed, stops."""
    found = reading.literals.get(name)
    if found is None:
        return Stopped(name, StopKind.ABSENT, absence=reading.missing(name, wanted=False))
    if not found["literal"]:
        return Stopped(name, StopKind.COMPUTED, place=FilePlace(found["cell"], found["line"]))
    if found["value"] is None:
        return Stopped(name, StopKind.UNFILLED)
    return Returned(found["value"])


def _raised(
    name: str, fault: dict[str, Any], reading: Reading, memory: str, *, name_places: bool, of_model: bool = False
) -> Stopped:
    """What stopped a call of ``name``, or (``of_model``) the model that it gave, by what the worker tells of the exception."""
    kind, missing = text_of(fault.get("kind")), fault.get("name")
    wanted = fault.get("wanted") is True
    found = thrown(fault, name_places=name_places)
    stopped = Stopped(name, StopKind.RAISED, of_model, found)
    if kind == "error" and isinstance(missing, str):
        absence = reading.missing(missing[:80], wanted=wanted, inside=name)
        return replace(stopped, kind=StopKind.ABSENT, absence=absence)
    match kind:
        case "todo" if (part := reading.not_done(fault)) is not None:
            return replace(stopped, kind=StopKind.TODO, part=part)
        case "memory":
            return replace(stopped, kind=StopKind.MEMORY, memory=memory)
        case "import" | "forbidden":
            return replace(stopped, kind=StopKind.REFUSED)
        case "exit":
            return replace(stopped, kind=StopKind.EXIT)
    return replace(stopped, kind=StopKind.WANTING) if wanted else stopped


def understand_look(name: str, answer: dict[str, Any], reading: Reading, memory: str) -> dict[str, Any] | Stopped:
    """The facts of a model that ``name`` gave, as the worker tells them, or why there are none.

    ``stopped`` among them says why the model gave nothing for the inputs; None where it gave something.
    """
    if isinstance(answer.get("looked"), dict):
        facts = dict(answer["looked"])
        fault = facts.pop("raised", None)
        stopped = None
        if isinstance(fault, dict):
            stopped = _raised(name, fault, reading, memory, name_places=False, of_model=True)
        return facts | {"stopped": stopped}
    if isinstance(answer.get("raised"), dict):
        return _raised(name, answer["raised"], reading, memory, name_places=False, of_model=True)
    return Stopped(name, StopKind.GARBLED)


def counted(value: Any) -> tuple[tuple[int, int], ...] | None:
    """What a worker says of the models that it was given, as pairs (rows, compiles); None for anything else."""
    pairs: list[tuple[int, int]] = []
    for pair in value if isinstance(value, list) and len(value) < MAX_MODELS else [None]:
        if not (
            isinstance(pair, list) and len(pair) == 2 and all(type(n) is int and 0 <= n <= MAX_COUNT for n in pair)
        ):
            return None
        pairs.append((pair[0], pair[1]))
    return tuple(pairs)


def _is_texts(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
