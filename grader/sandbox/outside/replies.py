"""What came back from a call of a submission's function, and what that means; nothing that a worker says is taken on trust."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeGuard

from grader.sandbox.inside.calls import MAX_NAMES, WARNINGS
from grader.sandbox.outside.advice import advice
from grader.sandbox.outside.remarks import place_of
from grader.sandbox.outside.what_ran import ALONE, Reading, is_elsewhere, text_of
from grader.scores.records import Outcome

PARAMETERS = " (keep the parameters that the exercise gives it: the checks hand in all of them)"
MAX_MODELS = 100
MOST_LINES = 10_000_000  # of a file; no file that is read has as many
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

    ``memory`` is the limit in words; with ``name_places`` a message says in which cell something was raised.
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
        return Stopped(*reading.missing(name, wanted=answer.get("wanted") is True))
    elif isinstance(answer.get("not_callable"), str):
        return Stopped(Outcome.ERROR, f"{name} is no function but a value of type {answer['not_callable'][:80]}.")
    elif isinstance(answer.get("raised"), dict):
        raised = _raised(name, answer["raised"], reading, memory, name_places=name_places)
        named = answer.get("names")
        names = frozenset(named[:MAX_NAMES]) if _is_texts(named) else frozenset()
        return replace(raised, counted=counted(answer.get("counted", [])) or (), names=names)
    return Stopped(Outcome.CRASHED, "The process sent an answer of the wrong form.")


def written_down(name: str, reading: Reading) -> Reply:
    """The value that a file's text gives a name; a name without one, or with one that would have to be computed, stops."""
    found = reading.literals.get(name)
    if found is None:
        return Stopped(*reading.missing(name, wanted=False))
    if not found["literal"]:
        place = place_of(found["cell"], found["line"])
        why = f"{name} is read from the text, not computed: write its numbers out as they were printed ({place})."
        return Stopped(Outcome.ERROR, why, found["line"])
    if found["value"] is None:
        return Stopped(Outcome.TODO, f"{name} is not filled in yet: it is None.")
    return Returned(found["value"])


def _raised(name: str, fault: dict[str, Any], reading: Reading, memory: str, *, name_places: bool) -> Stopped:
    kind, line, missing = text_of(fault.get("kind")), fault.get("line"), fault.get("name")
    line = line if type(line) is int and 0 < line < MOST_LINES else None
    wanted = fault.get("wanted") is True
    if kind == "error" and isinstance(missing, str):
        return Stopped(*reading.missing(missing[:80], wanted=wanted, inside=name), line)
    place = text_of(fault.get("where"))
    where = f" in {place}" if place and name_places else ""
    where += f", line {line}" if line is not None else ""
    words = raised_words(fault)
    advised = advice(words) or (ALONE if kind == "error" and not wanted and is_elsewhere(fault) else "")
    if line is None and re.match(rf"TypeError: {re.escape(name)}\(\) (?:takes|missing|got) ", words):
        advised = PARAMETERS  # it was stopped at its own door
    raised = (words.removesuffix(".") if where else words) + where + advised
    match kind:
        case "todo" if reading.is_not_done(fault):
            return Stopped(Outcome.TODO, _not_done(name, text_of(fault.get("text"))), line)
        case "memory":
            return Stopped(Outcome.CRASHED, f"{name} used more than the {memory} of memory allowed.", line)
        case "import" | "forbidden":
            return Stopped(Outcome.BLOCKED, f"{name} used something that is not allowed here: {raised}", line)
        case "exit":
            return Stopped(Outcome.ERROR, f"{name} ended the program (sys.exit){where}.", line)
    if wanted:
        return Stopped(Outcome.BLOCKED, f"{name} stopped for want of a package not allowed here: {raised}", line)
    return Stopped(Outcome.ERROR, f"{name} raised {raised}", line, advised=bool(advised), raised=words)


def raised_words(fault: dict[str, Any]) -> str:
    """The type and the text of what was raised, as `faults.describe` told them."""
    return f"{text_of(fault.get('type'))}: {text_of(fault.get('text'))}".rstrip(": ")


def _not_done(name: str, text: str) -> str:
    """Says what is not done: the function itself, or one that it needs, which the stub's error names."""
    if not text or name in text:
        return f"{name} is not done yet: it raises NotImplementedError."
    return f"{name} needs what is not done yet ({text})."


def understand_look(name: str, answer: dict[str, Any], reading: Reading, memory: str) -> dict[str, Any] | Stopped:
    """The facts of a model that ``name`` gave, as the worker tells them, or why there are none.

    ``stopped`` among them says why the model gave nothing for the inputs; None where it gave something.
    """
    subject = f"the model of {name}"
    if isinstance(answer.get("looked"), dict):
        facts = dict(answer["looked"])
        fault = facts.pop("raised", None)
        stopped = _raised(subject, fault, reading, memory, name_places=False) if isinstance(fault, dict) else None
        return facts | {"stopped": stopped}
    if isinstance(answer.get("raised"), dict):
        return _raised(subject, answer["raised"], reading, memory, name_places=False)
    return Stopped(Outcome.CRASHED, "The process sent an answer of the wrong form.")


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
