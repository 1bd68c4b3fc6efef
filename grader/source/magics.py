"""Notebook commands (magics, shell lines, help) taken out of text, line for line, so that the rest is Python.

Only text that does not parse as it stands is brought here, but for IPython's numbered prompts: whatever is valid Python is
left alone.
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
_HELP_END = re.compile(r"%{0,2}(?!\d)[\w*]+(?:\.(?!\d)[\w*]+|\[-?[0-9]+\])*\?{1,2}$")  # x = f?
_DOCTEST = re.compile(r"[ \t]*>>>(?!>)")  # seven of them end a merge conflict
_PROMPT = re.compile(r"[ \t]*(?:>>>(?!>)|\.\.\.)[ \t]?")
_TEXT = re.compile(r"\s*[rubf]*(?:\"\"\"|''')", re.IGNORECASE)
_IN = re.compile(r"(?:(?:\[nav\]|\[ins\])? )?In \[\d+\]: |\s*\.{3,}: ?")
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
    """One line after the commands are taken out; ``ends`` is true if a statement may end after it."""

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


def without_numbers(text: str) -> str:
    """Return a text that was pasted from IPython (``In [1]: x = 1``) without its prompts.

    That line is valid Python too, but there it gives ``In[1]`` a type: nobody means that, and IPython does not read it so.
    """
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if not any(map(_IN.match, lines[first : first + 2])):
        return text
    return "\n".join(_IN.sub("", line, count=1) for line in lines)


def without_prompts(text: str) -> str:
    """Return a text that was pasted from Python's own prompt (``>>> x = 1``) without the prompts, as IPython reads it."""
    lines = text.split("\n")
    return "\n".join(_undented(list(_without_doctest(lines)))) if any(map(_DOCTEST.match, lines)) else text


def _without_doctest(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines without ``>>>`` and ``...``, but for those inside a text that begins a line without a prompt."""
    state, keeps = _CLEAN, False
    for line in lines:
        if state.quote and keeps:
            plain = line
        else:
            plain = _PROMPT.sub("", line, count=1)
            keeps = plain == line and _TEXT.match(line) is not None
        state = _after(plain, state)
        yield plain


def _undented(lines: list[str]) -> list[str]:
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    return [line.removeprefix(indent) for line in lines]


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
    if _asks_for_help(body):
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


def _asks_for_help(body: str) -> bool:
    """Return whether a line ends in a question about its last name, which IPython answers in place of the whole line."""
    line = body.rstrip()
    if not line.endswith("?"):
        return False
    found = _HELP_END.search(line, max(0, len(line) - 100))
    return found is not None and _closed(line[: found.start()])


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
