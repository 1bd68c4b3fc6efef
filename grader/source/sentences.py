"""What a file's text says, sentence by sentence, and which sentences fit an author's patterns; runs none of it.

This runs in the worker, on hostile text, before any of the student's code. A sentence is one of prose (comments, text cells),
which begins with ``# `` and has no marks of emphasis, or one statement of code, on one line without its indent.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from grader.source.magics import scan
from grader.source.notebook import cells
from grader.source.text import Kind, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LONGEST = 500  # characters; nobody writes longer sentences, and a search may take time with the square of the length
MOST = 400_000  # characters of a file that are looked at; a chapter of 120 cells has some 100,000
SECONDS = 2.0  # of CPU time; what was found until then stands
_COMMENT = re.compile(r"[ \t]*#+[ \t]?")
_CELL_MARK = re.compile(r"[ \t]*#[ \t]?%%")
_BORDER = re.compile(r"[ \t]*(?:#+|[-*+|>][ \t]|\||\d+[.)][ \t])")  # a heading, an item of a list, a row of a table
_EMPHASIS = str.maketrans({"*": "", "`": "", "$": "", "\N{RIGHT SINGLE QUOTATION MARK}": "'", "“": '"', "”": '"'})
_ENDS = re.compile(r"(?<=[.!?])[\"')\]]*[ ]+")


def find_said(data: bytes, kind: Kind, patterns: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return for each key of ``patterns`` the first sentence in which one of its patterns is found, whatever the case.

    A key without one is left out. Raises UnreadableWork as `decode` does.
    """
    wanted = {key: [re.compile(each, re.IGNORECASE) for each in some] for key, some in patterns.items()}
    found: dict[str, str] = {}
    if not wanted:
        return found
    until = time.process_time() + SECONDS
    for sentence in sentences(decode(data, kind), kind):
        for key, compiled in wanted.items():
            if key not in found and any(pattern.search(sentence) for pattern in compiled):
                found[key] = sentence
        if len(found) == len(wanted) or time.process_time() > until:
            break
    return found


def sentences(text: str, kind: Kind) -> Iterator[str]:
    """Yield the sentences of a script's or a notebook's text, in order; a notebook says what its script says."""
    parts = [("code", text)] if kind == "script" else [(c.kind, c.text) for c in cells(text)[0] if c.kind != "raw"]
    left = MOST
    for part, whole in parts:
        body = whole[:left]
        left -= len(body)
        yield from _of_code(body) if part == "code" else _of_prose(body.split("\n"))


def _of_code(text: str) -> Iterator[str]:
    comments: list[str] = []
    statement: list[str] = []
    lines = text.split("\n")
    for raw, line in zip(lines, scan(lines), strict=True):
        comment = None if statement else _COMMENT.match(raw)
        if comment is not None and not _CELL_MARK.match(raw):
            comments.append(raw[comment.end() :])
            continue
        yield from _of_prose(comments)
        comments.clear()
        if comment is None:
            statement.append(line.text)
        if line.ends:
            yield from _cut(" ".join(statement), "")
            statement.clear()
    yield from _of_prose(comments)
    yield from _cut(" ".join(statement), "")


def _of_prose(lines: Iterable[str]) -> Iterator[str]:
    for paragraph in _paragraphs(lines):
        yield from _cut(paragraph.translate(_EMPHASIS), "# ")


def _paragraphs(lines: Iterable[str]) -> Iterator[str]:
    paragraph: list[str] = []
    for line in [*lines, ""]:
        border = _BORDER.match(line)
        if border or not line.strip():
            yield " ".join(paragraph)
            paragraph = []
        text = line[border.end() :] if border else line
        if border and "#" in border[0]:
            yield text
        else:
            paragraph.append(text)


def _cut(text: str, mark: str) -> Iterator[str]:
    """Yield the sentences of a run of text, each with the mark in front; those that are too long are left out."""
    for sentence in _ENDS.split(" ".join(text.split())):
        if sentence and len(sentence) + len(mark) <= LONGEST:
            yield mark + sentence
