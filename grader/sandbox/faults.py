"""What stopped a piece of a submission's code, as plain data; runs inside the worker."""

from __future__ import annotations

import errno
import re
from typing import TYPE_CHECKING, Any

from grader.sandbox.imports import RefusedImport
from grader.sandbox.values import type_name

if TYPE_CHECKING:
    from types import TracebackType

MAX_MESSAGE = 500
MAX_CHAIN = 20
_LOOKED_AT = 50_000  # characters of a message
# In a graph TensorFlow puts all frames of Python in front of what was wrong; and colours mean nothing on a page.
_FRAMES = re.compile(r" defined at \(most recent call last\):\n(?:[ \t]*File \"[^\"\n]*\", line \d+, in [^\n]*\n+)*")
_ARGUMENTS = re.compile(r"\nArguments received by [\w.]{1,80}\(\):\n.*", re.DOTALL)  # of Keras: a wall of numbers
_COLOURS = re.compile(r"\x1b\[[\d;]*m")


def describe(error: BaseException, filenames: frozenset[str]) -> dict[str, Any]:
    """The kind, text and place of what was raised.

    ``filenames`` are those of the submission's own code objects; the place is the innermost line of its own.
    """
    kind, where, line, name = "error", None, None, None
    try:  # an exception of the submission's own class may answer every question with another exception
        kind, name = _kind(error), _missing_name(error)
        where, line = _place(error.__traceback__, filenames)
    except BaseException:
        name = None
    return {
        "kind": kind,
        "type": "ModuleNotFoundError" if type(error) is RefusedImport else type_name(type(error)),
        "text": _text(error),
        "where": where,
        "line": line,
        "name": name,
    }


def _kind(error: BaseException) -> str:
    if isinstance(error, NotImplementedError):
        return "todo"
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, SystemExit):
        return "exit"
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    chain = _chain(error)
    if any(isinstance(link, RefusedImport) for link in chain):
        return "import"
    if any(isinstance(link, OSError) and _errno(link) in (errno.EPERM, errno.EACCES) for link in chain):
        return "forbidden"
    return "error"


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what it was raised from; an error that wraps another one in its ``reason`` (urllib) counts too."""
    chain: list[BaseException] = []
    todo: list[Any] = [error]
    while todo and len(chain) < MAX_CHAIN:
        link = todo.pop()
        if isinstance(link, BaseException) and not any(link is seen for seen in chain):
            chain.append(link)
            todo += [link.__cause__, None if link.__suppress_context__ else link.__context__]
            todo.append(link.__dict__.get("reason") if hasattr(link, "__dict__") else None)
    return chain


def _errno(error: OSError) -> int | None:
    try:
        number = error.errno
    except Exception:
        return None
    return number if type(number) is int else None


def _text(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException:  # a submission's own __str__ may do anything
        return ""
    if not isinstance(text, str):
        return ""
    bare = _ARGUMENTS.sub("", _FRAMES.sub(": ", str.__str__(text)[:_LOOKED_AT]))
    return _COLOURS.sub("", bare).rstrip("\n")[:MAX_MESSAGE]


def _missing_name(error: BaseException) -> str | None:
    name = getattr(error, "name", None) if isinstance(error, NameError) else None
    return name if type(name) is str else None


def _place(traceback: TracebackType | None, filenames: frozenset[str]) -> tuple[str | None, int | None]:
    place: tuple[str | None, int | None] = (None, None)
    for _ in range(2000):
        if traceback is None:
            break
        name = traceback.tb_frame.f_code.co_filename
        if name in filenames:
            place = (name, traceback.tb_lineno)
        traceback = traceback.tb_next
    return place
