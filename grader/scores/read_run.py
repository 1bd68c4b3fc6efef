"""The results in a run's folder, for commands that look at them or change them without grading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from grader.errors import UsageError
from grader.scores.record_text import strict
from grader.scores.records import RunRecord
from grader.scores.results import from_json, from_lines

if TYPE_CHECKING:
    from pathlib import Path

    from grader.scores.records import Results

_BEFORE_RUN = re.compile(rb'\s*\{\s*"schema_version"\s*:\s*[0-9]+\s*,\s*"run"\s*:\s*')
# a whole string, a brace, or the quote of a string whose end is not here yet
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|["{}]', re.DOTALL)
_FIRST = 1 << 16  # bytes: most runs are told in fewer


def read_run(run: Path) -> Results:
    """Return what ``run/results.json`` holds; raises UsageError, in one line, if the folder is none that a run wrote."""
    path = run / "results.json"
    try:
        with path.open("rb") as file:
            found = from_lines(file)
        # another form is read as a whole, and so is a damaged file, for the message
        text = path.read_text(encoding="utf-8") if found is None else ""
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(
            f"{run} is no folder that `grader score` wrote: there is no results.json in it. Name the folder of --out."
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise UsageError(f"{path} can't be read ({reason}).") from None
    return from_json(text, str(path)) if found is None else found


def read_record(path: Path) -> RunRecord | None:
    """Return the facts of a run from the start of its results.json, without its rows; None if they can't be read there."""
    try:
        with path.open("rb") as file:
            start = file.read(_FIRST)
            if (before := _BEFORE_RUN.match(start)) is None:
                return None
            # the record's end is found by reading on: a class may have left much that fits nobody
            while (end := _end_of_object(start, before.end())) is None:
                if not (more := file.read(len(start))):
                    return None
                start += more
    except OSError:
        return None
    text = start[before.end() : end]
    try:
        msgspec.json.decode(text, type=strict(RunRecord))
        return msgspec.json.decode(text, type=RunRecord)
    except (ValueError, RecursionError):
        return None


def _end_of_object(text: bytes, at: int) -> int | None:
    """Where the JSON object that begins at ``at`` ends; None if it goes on behind the text."""
    depth = 0
    for token in _TOKEN.finditer(text, at):
        if token[0] == b'"':
            return None
        depth += {b"{": 1, b"}": -1}.get(token[0], 0)
        if not depth:
            return token.end()
    return None
