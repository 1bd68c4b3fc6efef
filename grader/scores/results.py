"""Writes the records of a run as results.json, a line for each row, and reads them back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NoReturn

import msgspec

from grader.errors import UsageError
from grader.scores.packed_rows import GrowingRows, lines_of, rows_of
from grader.scores.record_text import as_line, line_of, plain, strict
from grader.scores.records import (
    ADDED,
    LEFT_OUT,
    ExerciseRecord,
    KnownMistake,
    Person,
    Results,
    RunRecord,
    SubmissionResult,
    as_written,
)
from grader.scores.row_heads import heads_of, picked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import BinaryIO

SCHEMA_VERSION = 1
_LONGEST = 120  # characters of msgspec's message that an error shows
_ROWS, _ROWS_END = b'"submissions": [\n', b"],\n"
_MOST_BEFORE = 10  # lines before the rows of a file that this module wrote


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
    heads = heads_of(results.submissions)
    order = sorted(
        range(len(heads)),
        key=lambda at: (
            as_written(heads[at].student),
            place.get(heads[at].exercise, len(place)),
            heads[at].exercise,
        ),
    )
    mistakes = tuple(sorted(results.misconceptions, key=lambda mistake: mistake.id))
    return replace(results, submissions=picked(results.submissions, order), misconceptions=mistakes)


def to_lines(results: Results) -> Iterator[bytes]:
    """Yield the text of results.json line by line, in a fixed order, so that equal results give equal text.

    A lone surrogate (from a file name that is not UTF-8) is written as a visible escape. Raises ValueError for a
    number that JSON does not have.
    """
    ordered = in_order(results)
    yield b'{\n"schema_version": %s,\n' % as_line(ordered.schema_version)
    yield b'"run": %s,\n' % line_of(ordered.run)
    yield b'"exercises": %s,\n' % as_line([plain(each) for each in ordered.exercises])
    yield _ROWS
    yield from _with_commas(lines_of(ordered.submissions))
    yield _ROWS_END
    mistakes = {each.id: plain(ExplainedMistake(each.name, each.explanation)) for each in ordered.misconceptions}
    if ordered.roster:
        yield b'"misconceptions": %s,\n' % as_line(mistakes)
        yield b'"roster": %s\n' % as_line([plain(each) for each in ordered.roster])
    else:
        yield b'"misconceptions": %s\n' % as_line(mistakes)
    yield b"}\n"


def to_json(results: Results) -> str:
    """Return the whole text of results.json; raises as ``to_lines`` does."""
    return b"".join(to_lines(results)).decode("utf-8")


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
        msgspec.json.decode(text, type=strict(ResultsFile))
    except msgspec.ValidationError as broken:
        raise UsageError(f"{name} can't be used: {_told(broken)}. Score again to get a whole one.") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is not whole JSON ({_line(error) or type(error).__name__}). Score again.") from None
    return _results(whole, rows_of(whole.submissions))


def from_lines(file: BinaryIO) -> Results | None:
    """Return what a file that ``to_lines`` wrote holds, read row by row; None if it has another form, or is damaged."""
    before = []
    while (line := file.readline()) != _ROWS:
        before.append(line)
        if not line or len(before) > _MOST_BEFORE:
            return None
    growing = GrowingRows()
    comma = True  # JSON wants one after each row but the last
    try:
        while (line := file.readline()) != _ROWS_END:
            if not comma:
                return None
            row = line.removesuffix(b"\n")
            comma = row.endswith(b",")
            growing.add_line(row.removesuffix(b","))
        if comma and len(growing):
            return None
        frame = b"".join((*before, b'"submissions": [],\n', file.read()))
        whole = msgspec.json.decode(frame, type=ResultsFile)
        msgspec.json.decode(frame, type=strict(ResultsFile))
    except (ValueError, RecursionError):
        return None
    return _results(whole, growing.rows()) if whole.schema_version == SCHEMA_VERSION else None


def submission_to_json(result: SubmissionResult) -> str:
    """Write one submission's result, as it passes from the process that graded it to the one that reports."""
    return json.dumps(plain(result), allow_nan=False)


def submission_from_json(text: str) -> SubmissionResult:
    """Return what ``submission_to_json`` wrote; raises ValueError for anything else, such as a text cut short."""
    try:
        return _ROW.decode(text)
    except msgspec.DecodeError:
        pass  # it refuses the lone surrogate that a student's id may hold, which Python's own reader takes
    return msgspec.convert(json.loads(text, parse_constant=_refuse), SubmissionResult)


def _with_commas(lines: Iterable[bytes]) -> Iterator[bytes]:
    held = None
    for line in lines:
        if held is not None:
            yield held + b",\n"
        held = line
    if held is not None:
        yield held + b"\n"


def _results(whole: ResultsFile, rows: Sequence[SubmissionResult]) -> Results:
    return Results(
        run=whole.run,
        exercises=whole.exercises,
        submissions=rows,
        misconceptions=tuple(
            KnownMistake(key, each.name, each.explanation) for key, each in whole.misconceptions.items()
        ),
        roster=whole.roster,
    )


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:_LONGEST]


def _told(error: msgspec.ValidationError) -> str:
    """Return the place of a wrong value, then what is wrong with it."""
    what, _, where = str(error).partition(" - at `$")
    what = " ".join(what.replace("`", "").split())[:_LONGEST]
    return f"{where.rstrip('`').lstrip('.')[:_LONGEST] or 'the file'}: {what[:1].lower()}{what[1:]}"
