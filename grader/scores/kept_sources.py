"""The functions of the work that a run graded, kept beside its results in sources.jsonl: a line for each file and exercise.

They are found by the file's digest, so a run of some exercises keeps those of the others, and equal files stand there once.
Like results.json the file is the instructor's alone.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from grader.errors import UsageError
from grader.scores.records import FunctionSource
from grader.scores.row_heads import heads_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from grader.scores.records import Results

SOURCES = "sources.jsonl"
_FUNCTIONS = msgspec.json.Decoder(tuple[FunctionSource, ...])
_LEVEL = 1  # of zlib


@dataclass(frozen=True, slots=True)
class WorkSource:
    """The functions of one file, known by its digest, for one exercise."""

    exercise: str
    sha256: str
    functions: tuple[FunctionSource, ...]


class _Key(msgspec.Struct):
    exercise: str
    sha256: str


_KEY = msgspec.json.Decoder(_Key)


def functions_to_json(functions: tuple[FunctionSource, ...]) -> str:
    """Write some functions as one line, as they pass from the process that graded to the one that reports."""
    return json.dumps(msgspec.to_builtins(functions))


def functions_from_json(text: str) -> tuple[FunctionSource, ...]:
    """Return what ``functions_to_json`` wrote; raises ValueError for anything else."""
    try:
        return _FUNCTIONS.decode(text)
    except msgspec.DecodeError:
        return msgspec.convert(json.loads(text), tuple[FunctionSource, ...])  # a text may hold half a character


class KeptSources:
    """The functions of many files as they come, each file and exercise once: kept as packed lines, and unpacked one at a time."""

    def __init__(self, sources: Iterable[WorkSource] = ()) -> None:
        self._lines: dict[tuple[str, str], bytes] = {}
        for each in sources:
            self.add(each)

    def add(self, source: WorkSource) -> None:
        """Take the functions of a file, in the place of what was there of it."""
        self._put((source.exercise, source.sha256), json.dumps(msgspec.to_builtins(source)).encode("ascii"))

    def add_line(self, line: bytes) -> None:
        """Take a line of the file; raises ValueError for anything else."""
        told = _KEY.decode(line)
        self._put((told.exercise, told.sha256), line)

    def update(self, other: KeptSources) -> None:
        """Take all of another's, in the place of what was there of these files."""
        self._lines |= other._lines

    def lines(self, wanted: Collection[tuple[str, str]]) -> Iterator[bytes]:
        """Yield sources.jsonl, of these exercises and digests: in order, so that equal work gives equal text."""
        for key in sorted(self._lines.keys() & set(wanted)):
            yield zlib.decompress(self._lines[key]) + b"\n"

    def __iter__(self) -> Iterator[WorkSource]:
        for line in self._lines.values():
            # Not msgspec's own decoder: a text may hold half a character.
            yield msgspec.convert(json.loads(zlib.decompress(line)), WorkSource)

    def _put(self, key: tuple[str, str], line: bytes) -> None:
        self._lines[key] = zlib.compress(line, _LEVEL)


def read_kept(run: Path) -> KeptSources | None:
    """Return what a run kept, None if it kept nothing, as earlier versions did; UsageError for a file that can't be read."""
    path, found = run / SOURCES, KeptSources()
    try:
        with path.open("rb") as file:
            for line in file:
                found.add_line(line.rstrip(b"\n"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UsageError(f"{path} can't be read ({error.strerror}).") from None
    except (ValueError, RecursionError):
        raise UsageError(_damaged(path)) from None
    return found


def read_sources(run: Path) -> tuple[WorkSource, ...] | None:
    """Return the same unpacked, for whoever looks at all of it at once."""
    kept = read_kept(run)
    if kept is None:
        return None
    try:
        found = tuple(kept)
    except (ValueError, RecursionError):
        found = None
    if found is None or not all(_is_whole(each) for work in found for each in work.functions):
        raise UsageError(_damaged(run / SOURCES))
    return found


def _damaged(path: Path) -> str:
    return f"{path} is damaged; run `grader score` again to get a whole one."


def wanted_by(results: Results) -> set[tuple[str, str]]:
    """Return the exercises and digests of the files that the rows of these results are about."""
    return {(row.exercise, row.sha256) for row in heads_of(results.submissions) if row.sha256 is not None}


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
