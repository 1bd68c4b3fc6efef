"""Notebook commands (magics, shell lines, help) taken out of text, line for line, so that the rest is Python.

Only text that does not parse as it stands is ever brought here: whatever is valid Python is left alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Cell magics whose cell is Python that runs in the notebook's own names.
RUNS_PYTHON = frozenset(
    [
        "capture",
        "debug",
        "ipytest",
        "memit",
        "mprun",
        "notify",
        "prun",
        "pyinstrument",
        "scalene",
        "snakeviz",
        "time",
        "timeit",
        "wandb",
    ]
)

_CELL_MAGIC = re.compile(r"%%(\w+)(?!\w*\?)")
_TIME = re.compile(r"%{1,2}time\b(?:[ \t]+--no-raise-error\b)?[ \t]*")
_HELP = re.compile(r"(?:\?.*|%{0,2}[^\W\d][\w.*]*(?:\[[^\[\]'\"#]*\])?\?{1,2})[ \t]*(?:;[ \t]*)?$")
_INSTALL = re.compile(r"(?:python3?[ \t]+-m[ \t]+)?(?:pip3?|conda|mamba)[ \t]+[a-z-]")
_ALIAS = re.compile(
    r"(?:cd|ls|ll|cat|cp|mv|rm|mkdir|rmdir|less|more|man)[ \t]+"
    r"(?!(?:and|or|in|is|if|not|for|else)\b)(?:-[a-zA-Z]|[\w~./$*\"'{])"
)
_ASSIGNED = re.compile(r"(?<![=!<>:+\-*/%&|^@~])=[ \t]*(?=!|%+[^\W\d])")
_TARGET = re.compile(r"[\w.,\s\[\]()*'\"]+$")  # no "=": only the first one of a line can assign
_TOKEN = re.compile(r"#|\\$|[()\[\]{}]|\"\"\"|'''|\"|'")
_CLOSERS = {quote: re.compile(r"\\(?:.|$)|" + quote) for quote in ('"""', "'''", '"', "'")}


class _State(NamedTuple):
    """Where a line begins: how many brackets are open, in which string, or after a backslash."""

    depth: int = 0
    quote: str = ""
    joined: bool = False


class Line(NamedTuple):
    """One line after the commands are taken out; ``ends`` is true where a statement may end after it."""

    text: str
    ends: bool
    depth: int


_CLEAN = _State()


def cell_code(text: str) -> str | None:
    """Return a cell's text without the cell magics that run Python; None if a cell magic makes the cell do nothing."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        found = _CELL_MAGIC.match(line)
        if not found:
            break
        if found[1] not in RUNS_PYTHON:
            return None
        lines[number] = ""
    return "\n".join(lines)


def without_magics(text: str) -> str:
    """Return the text with each notebook command replaced by Python that does nothing, on as many lines."""
    return "\n".join(line.text for line in scan(text.split("\n")))


def scan(lines: Sequence[str], start: int = 0) -> Iterator[Line]:
    """Yield the lines from ``start`` on with commands replaced, as they are if a statement begins there."""
    state = _CLEAN
    in_command = False
    for number in range(start, len(lines)):
        line = lines[number]
        if in_command:
            in_command = _continues(line)
            yield Line("", not in_command, 0)
            continue
        if state == _CLEAN:
            replaced = _replace(line)
            if replaced is not None and not replaced[1]:
                in_command = _continues(line)
                yield Line(replaced[0], not in_command, 0)
                continue
            if replaced is not None:
                line = replaced[0]
        state = _after(line, state)
        yield Line(line, state == _CLEAN, 0 if state.quote else state.depth)


def _continues(line: str) -> bool:
    return line.endswith("\\")


def _replace(line: str) -> tuple[str, bool] | None:
    """Return what stands for a line that begins a statement and whether that is code; None for plain Python."""
    body = line.lstrip(" \t\f")
    indent = line[: len(line) - len(body)]
    code = False
    while found := _TIME.match(body):
        if _HELP.match(body):
            break
        body, code = body[found.end() :], True
        if not body or body.startswith("#"):
            return indent + "pass", False
    if body.startswith(("%", "!", "?")) or _HELP.match(body) or _INSTALL.match(body) or _ALIAS.match(body):
        return indent + "pass", False
    found = _ASSIGNED.search(body)
    target = body[: found.start()] if found else ""
    if found and _TARGET.match(target) and _closed(target):
        value = body[found.end() :]
        timed = _TIME.match(value)
        if timed and value[timed.end() :].strip() and value[timed.end()] not in "%!":
            return f"{indent}{target.rstrip()} = {value[timed.end() :]}", True
        return f"{indent}{target.rstrip()} = []", False
    return (indent + body, True) if code else None


def _closed(text: str) -> bool:
    """Return whether all strings and brackets that begin in a piece of a line also end there."""
    return "#" not in text and _after(text + "\\", _CLEAN) == _State(0, "", True)


def _after(line: str, state: _State) -> _State:
    """Return where the next line begins, if this one begins in ``state``."""
    depth, quote, position = state.depth, state.quote, 0
    while True:
        if quote:
            position = _string_end(line, position, quote)
            if position < 0:
                single = len(quote) == 1
                # A string in single quotes ends with its line, closed or not, unless a backslash carries it on.
                kept = "" if single and position == -1 else quote
                return _State(depth, kept, False)
            quote = ""
        found = _TOKEN.search(line, position)
        if not found or found[0] == "#":
            return _State(depth, "", False)
        token, position = found[0], found.end()
        if token == "\\":
            return _State(depth, "", True)
        if token in "([{":
            depth += 1
        elif token in ")]}":
            depth = max(depth - 1, 0)
        else:
            quote = token


def _string_end(line: str, position: int, quote: str) -> int:
    """Return the position after a string's end; -1 if it does not end in this line, -2 if a backslash carries it on."""
    for found in _CLOSERS[quote].finditer(line, position):
        if found[0] == quote:
            return found.end()
        if found[0] == "\\":
            return -2
    return -1
