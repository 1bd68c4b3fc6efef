"""The functions of the work that a run graded, kept beside its results in sources.jsonl: a line for each file and exercise.

They are found by the file's digest, so a run of some exercises keeps those of the others, and equal files stand there once.
Like results.json the file is the instructor's alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from grader.errors import UsageError
from grader.scores.records import FunctionSource
from grader.scores.row_heads import heads_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grader.scores.records import Results

SOURCES = "sources.jsonl"
_FUNCTIONS = msgspec.json.Decoder(tuple[FunctionSource, ...])


@dataclass(frozen=True, slots=True)
class WorkSource:
    """The functions of one file, known by its digest, for one exercise."""

    exercise: str
    sha256: str
    functions: tuple[FunctionSource, ...]


def functions_to_json(functions: tuple[FunctionSource, ...]) -> str:
    """Write some functions as one line, as they pass from the process that graded to the one that reports."""
    return json.dumps(msgspec.to_builtins(functions))


def functions_from_json(text: str) -> tuple[FunctionSource, ...]:
    """Return what ``functions_to_json`` wrote; raises ValueError for anything else."""
    try:
        return _FUNCTIONS.decode(text)
    except msgspec.DecodeError:
        return msgspec.convert(json.loads(text), tuple[FunctionSource, ...])  # a text may hold half a character


def to_lines(sources: Iterable[WorkSource]) -> str:
    """Write sources.jsonl: a line each, ordered by exercise and digest, so that equal work gives equal text."""
    ordered = sorted(sources, key=lambda each: (each.exercise, each.sha256))
    return "".join(f"{json.dumps(msgspec.to_builtins(each))}\n" for each in ordered)


def read_sources(run: Path) -> tuple[WorkSource, ...] | None:
    """Return what a run kept, None if it kept nothing, as earlier versions did; UsageError for a file that can't be read."""
    path = run / SOURCES
    try:
        lines = path.read_text(encoding="ascii").splitlines()
        # Not msgspec's own decoder: a text may hold half a character.
        found = tuple(msgspec.convert(json.loads(line), WorkSource) for line in lines)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UsageError(f"{path} can't be read ({error.strerror}).") from None
    except (ValueError, RecursionError):
        found = None
    if found is None or not all(_is_whole(each) for work in found for each in work.functions):
        raise UsageError(f"{path} is damaged; run `grader score` again to get a whole one.")
    return found


def still_wanted(new: Iterable[WorkSource], earlier: Iterable[WorkSource], results: Results) -> tuple[WorkSource, ...]:
    """Return what belongs to the rows of these results: what is new, and of what was kept earlier the rest."""
    wanted = {(row.exercise, row.sha256) for row in heads_of(results.submissions) if row.sha256 is not None}
    found = {(each.exercise, each.sha256): each for each in (*earlier, *new)}
    return tuple(each for key, each in found.items() if key in wanted)


def less_the_stub(functions: Iterable[FunctionSource], stub: frozenset[int]) -> tuple[FunctionSource, ...]:
    """Return the functions without the hashes that the stub has as well; one that is left with none is the stub's own.

    One whose hashes and lines don't belong together, which no reader makes, is left out.
    """
    known = np.fromiter(stub, np.uint32, len(stub))
    kept = []
    for each in functions:
        if not _is_whole(each):
            continue
        own = ~np.isin(np.frombuffer(each.grams, "<u4"), known)
        if own.any():
            grams, spans = np.frombuffer(each.grams, "<u4"), np.frombuffer(each.spans, np.uint8).reshape(-1, 2)
            kept.append(replace(each, grams=grams[own].tobytes(), spans=spans[own].tobytes()))
    return tuple(kept)


def _is_whole(function: FunctionSource) -> bool:
    return len(function.grams) % 4 == 0 and 2 * len(function.spans) == len(function.grams)
