"""What came back from a call of a submission's function, and what that means; nothing that a worker says is taken on trust."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeGuard

from grader.sandbox.calls import WARNINGS
from grader.sandbox.reading import Reading, text_of
from grader.scores.records import Outcome


@dataclass(frozen=True, slots=True)
class Returned:
    """What a call gave: plain data, which inputs it changed, and which numeric warnings it raised."""

    value: Any
    changed: tuple[str, ...]
    warned: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a call gave nothing."""

    outcome: Outcome
    message: str
    line: int | None = None


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
        answer_part: Callable[[str, list[Any]], dict[str, Any]] | None = None,
    ) -> Reply:
        """The reply of one function; ``parts`` are replaced during the call, and ``answer_part`` answers in their place."""

    def call_each(self, calls: Sequence[Asked]) -> list[Reply]:
        """The replies to some calls, one after the other."""


def understand(name: str, answer: dict[str, Any], reading: Reading, memory: str, *, name_places: bool) -> Reply:
    """The reply in a worker's answer to a call of ``name``.

    ``memory`` is the limit in words; with ``name_places`` a message says in which cell something was raised.
    """
    if "returned" in answer:
        changed, warned = answer.get("changed"), answer.get("warned")
        if _is_texts(changed) and _is_texts(warned):
            places = tuple(place[:80] for place in changed[:20])
            return Returned(answer["returned"], places, frozenset(warned) & set(WARNINGS))
    elif "missing" in answer:
        return Stopped(*reading.missing(name, wanted=answer.get("wanted") is True))
    elif isinstance(answer.get("not_callable"), str):
        return Stopped(Outcome.ERROR, f"{name} is no function but a value of type {answer['not_callable'][:80]}.")
    elif isinstance(answer.get("raised"), dict):
        return _raised(name, answer["raised"], reading, memory, name_places=name_places)
    return Stopped(Outcome.CRASHED, "The process sent an answer of the wrong form.")


def _raised(name: str, fault: dict[str, Any], reading: Reading, memory: str, *, name_places: bool) -> Stopped:
    kind, line, missing = text_of(fault.get("kind")), fault.get("line"), fault.get("name")
    line = line if type(line) is int else None
    wanted = fault.get("wanted") is True
    if kind == "error" and isinstance(missing, str):
        return Stopped(*reading.missing(missing[:80], wanted=wanted, inside=name), line)
    where = f" in {text_of(fault.get('where'))}" if fault.get("where") and name_places else ""
    where += f", line {line}" if line is not None else ""
    raised = f"{text_of(fault.get('type'))}: {text_of(fault.get('text'))}".rstrip(": ") + where
    match kind:
        case "todo":
            return Stopped(Outcome.TODO, _not_done(name, text_of(fault.get("text"))), line)
        case "memory":
            return Stopped(Outcome.CRASHED, f"{name} used more than the {memory} of memory allowed.", line)
        case "import" | "forbidden":
            return Stopped(Outcome.BLOCKED, f"{name} used something that is not allowed here: {raised}", line)
        case "exit":
            return Stopped(Outcome.ERROR, f"{name} ended the program (sys.exit){where}.", line)
    if wanted:
        return Stopped(Outcome.BLOCKED, f"{name} stopped for want of a package not allowed here: {raised}", line)
    return Stopped(Outcome.ERROR, f"{name} raised {raised}", line)


def _not_done(name: str, text: str) -> str:
    """Says what is not done: the function itself, or one that it needs, which the stub's error names."""
    if not text or name in text:
        return f"{name} is not done yet: it raises NotImplementedError."
    return f"{name} needs what is not done yet ({text})."


def _is_texts(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
