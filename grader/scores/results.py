"""Writes the records of a run as results.json, in a fixed layout, and reads them back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn, get_args, get_origin, get_type_hints

import msgspec

from grader.errors import UsageError
from grader.scores.records import (
    ADDED,
    LEFT_OUT,
    SURROGATE,
    ExerciseRecord,
    KnownMistake,
    Person,
    Results,
    RunRecord,
    SubmissionResult,
    as_written,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA_VERSION = 1
_LONGEST = 120  # characters of msgspec's message that an error shows


@dataclass(frozen=True, slots=True)
class ExplainedMistake:
    """A known mistake in results.json, under its id."""

    name: str
    explanation: str


@dataclass(frozen=True, slots=True)
class ResultsFile:
    """All that results.json holds; readers pass over fields that they do not know."""

    schema_version: int
    run: RunRecord
    exercises: tuple[ExerciseRecord, ...]
    submissions: tuple[SubmissionResult, ...]
    misconceptions: dict[str, ExplainedMistake] = field(default_factory=dict, metadata=ADDED)
    roster: tuple[Person, ...] = field(default=(), metadata=LEFT_OUT)


_ROW = msgspec.json.Decoder(SubmissionResult)


class _Version(msgspec.Struct):
    schema_version: int


def in_order(results: Results) -> Results:
    """Return the same results with students by id, each with the exercises in the course's order."""
    place = {exercise.id: at for at, exercise in enumerate(results.exercises)}
    rows = sorted(
        results.submissions,
        key=lambda row: (as_written(row.student), place.get(row.exercise, len(place)), row.exercise),
    )
    mistakes = sorted(results.misconceptions, key=lambda mistake: mistake.id)
    return replace(results, submissions=tuple(rows), misconceptions=tuple(mistakes))


def to_json(results: Results) -> str:
    """Write ``results`` as the text of results.json, in a fixed order, so that equal results give equal text.

    A lone surrogate (from a file name that is not UTF-8) is written as a visible escape. Raises ValueError for a
    number that JSON does not have.
    """
    ordered = in_order(results)
    whole = ResultsFile(
        schema_version=ordered.schema_version,
        run=ordered.run,
        exercises=ordered.exercises,
        submissions=ordered.submissions,
        misconceptions={each.id: ExplainedMistake(each.name, each.explanation) for each in ordered.misconceptions},
        roster=ordered.roster,
    )
    # msgspec's own encoder would write null for a NaN, and refuses a lone surrogate.
    text = json.dumps(_plain(whole), ensure_ascii=False, allow_nan=False)
    # The backslash of the escape is doubled: JSON would read a single one as the surrogate again, which other readers
    # of JSON refuse.
    return msgspec.json.format(SURROGATE.sub(lambda found: f"\\\\u{ord(found[0]):04x}", text), indent=1) + "\n"


def from_json(text: str, name: str = "results.json") -> Results:
    """Return the results that ``text`` holds, without the fields that this version does not know.

    Raises UsageError, in one line, if the text is no results.json of this schema; ``name`` is what the error calls the file.
    """
    try:
        version = msgspec.json.decode(text, type=_Version).schema_version
        if version != SCHEMA_VERSION:
            raise UsageError(
                f"{name} has schema_version {version}; this grader reads {SCHEMA_VERSION}. "
                "Use the grader that wrote it, or score again."
            )
        whole = msgspec.json.decode(text, type=ResultsFile)
        _refuse_gaps(whole, msgspec.json.decode(text))
    except msgspec.ValidationError as broken:
        raise UsageError(f"{name} can't be used: {_told(broken)}. Score again to get a whole one.") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is not whole JSON ({_line(error) or type(error).__name__}). Score again.") from None
    return Results(
        run=whole.run,
        exercises=whole.exercises,
        submissions=whole.submissions,
        misconceptions=tuple(
            KnownMistake(key, each.name, each.explanation) for key, each in whole.misconceptions.items()
        ),
        roster=whole.roster,
    )


def submission_to_json(result: SubmissionResult) -> str:
    """Write one submission's result, as it passes from the process that graded it to the one that reports."""
    return json.dumps(_plain(result), allow_nan=False)


def submission_from_json(text: str) -> SubmissionResult:
    """Return what ``submission_to_json`` wrote; raises ValueError for anything else, such as a text cut short."""
    try:
        return _ROW.decode(text)
    except msgspec.DecodeError:
        pass  # it refuses the lone surrogate that a student's id may hold, which Python's own reader takes
    return msgspec.convert(json.loads(text, parse_constant=_refuse), SubmissionResult)


def may_be_absent(record: type) -> frozenset[str]:
    """Return the fields of a record that a file may lack."""
    return frozenset(each.name for each in fields(record) if each.metadata.get("added"))


def records_in(kind: type) -> Iterator[type]:
    """Yield the record itself and the kinds of records inside it, each as often as it occurs."""
    yield kind
    for hint in get_type_hints(kind).values():
        for inner in _kinds(hint):
            yield from records_in(inner)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:_LONGEST]


def _told(error: msgspec.ValidationError) -> str:
    """Return the place of a wrong value, then what is wrong with it."""
    what, _, where = str(error).partition(" - at `$")
    what = " ".join(what.replace("`", "").split())[:_LONGEST]
    return f"{where.rstrip('`').lstrip('.')[:_LONGEST] or 'the file'}: {what[:1].lower()}{what[1:]}"


def _plain(record: object) -> Any:
    """``record`` in JSON's own types: its fields keep their order, the keys of dicts are sorted."""
    plain = msgspec.to_builtins(record, order="deterministic")
    for kind, members, _ in _records(type(record), plain, ""):
        for name, default in _left_out(kind):
            if members[name] == default:
                del members[name]
    return plain


def _refuse_gaps(whole: ResultsFile, plain: Any) -> None:
    """Raises ValidationError if a field that every file has is missing: a record's default must not stand in for it.

    A check that lacked ``hidden`` would be shown with its data.
    """
    for kind, members, where in _records(type(whole), plain, ""):
        lacking = _needed(kind) - members.keys()
        if lacking:
            raise msgspec.ValidationError(f"object missing required field {min(lacking)} - at `${where}`")


def _records(kind: type, members: dict[str, Any], where: str) -> Iterator[tuple[type, dict[str, Any], str]]:
    """Yield each record in a plain value of ``kind`` with its place, and then the records inside it."""
    yield kind, members, where
    for name, inner in _inside(kind):
        value = members.get(name)
        if isinstance(value, list | tuple):
            for at, item in enumerate(value):
                yield from _records(inner, item, f"{where}.{name}[{at}]")
        elif value is not None:
            yield from _records(inner, value, f"{where}.{name}")


@cache
def _inside(kind: type) -> tuple[tuple[str, type], ...]:
    """The fields of a record that hold one record, several in a tuple, or None."""
    hints = get_type_hints(kind).items()
    return tuple((name, inner) for name, hint in hints if get_origin(hint) is not dict for inner in _kinds(hint))


def _kinds(hint: object) -> list[type]:
    return [each for each in (hint, *get_args(hint)) if isinstance(each, type) and is_dataclass(each)]


@cache
def _left_out(kind: type) -> tuple[tuple[str, object], ...]:
    return tuple((each.name, each.default) for each in fields(kind) if each.metadata.get("left out"))


@cache
def _needed(kind: type) -> frozenset[str]:
    return frozenset(each.name for each in fields(kind)) - may_be_absent(kind)
