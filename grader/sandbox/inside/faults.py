"""What stopped a piece of a submission's code; runs inside the worker."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any, Literal

from grader.sandbox.inside.imports import RefusedImport
from grader.sandbox.inside.wording import in_plain_words
from grader.sandbox.wire.messages import MAX_CHAIN, MAX_MESSAGE, MOST_LINES, CodeFault
from grader.sandbox.wire.values import type_name

if TYPE_CHECKING:
    from types import TracebackType

FaultKind = Literal["error", "todo", "memory", "exit", "interrupted", "import", "forbidden"]


def functions_inside(stop: BaseException, filenames: frozenset[str]) -> set[str]:
    """The names of the submission's own functions in which something was stopped."""
    found: set[str] = set()
    try:  # as in `describe`: an exception may be of the submission's own class
        traceback = stop.__traceback__
        while traceback is not None and len(found) < MAX_CHAIN:
            code = traceback.tb_frame.f_code
            if code.co_filename in filenames and code.co_name != "<module>":
                found.add(code.co_name)
            traceback = traceback.tb_next
    except BaseException:
        return set()
    return found


def describe(error: BaseException, filenames: frozenset[str]) -> CodeFault:
    """The kind, text and place of what was raised; ``filenames`` are those of the submission's own code objects."""
    kind: FaultKind = "error"
    where, line, own, name = None, None, False, None
    inside: tuple[str, ...] = ()
    try:  # an exception of the submission's own class may answer every question with another exception
        kind, name = _kind(error), _missing_name(error)
        where, line, own, inside = _place(error.__traceback__, filenames)
    except BaseException:
        name = None
    told = "ModuleNotFoundError" if type(error) is RefusedImport else type_name(type(error))
    return CodeFault(kind, told, _text(error), where, line, own, name, inside)


def _kind(error: BaseException) -> FaultKind:
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
    return in_plain_words(str.__str__(text))[:MAX_MESSAGE]


def _missing_name(error: BaseException) -> str | None:
    name = getattr(error, "name", None) if isinstance(error, NameError) else None
    return name if type(name) is str else None


def _place(
    traceback: TracebackType | None, filenames: frozenset[str]
) -> tuple[str | None, int | None, bool, tuple[str, ...]]:
    where, line, own = None, None, False
    inside: dict[str, None] = {}
    for _ in range(2000):
        if traceback is None:
            break
        code = traceback.tb_frame.f_code
        own = code.co_filename in filenames
        if own:
            where, line = code.co_filename, _line(traceback.tb_lineno)
            inside.pop(code.co_name, None)
            inside[code.co_name] = None
        traceback = traceback.tb_next
    return where, line, own, tuple(inside)[-MAX_CHAIN:]


def _line(number: Any) -> int | None:
    """A line that a file has; code put together by hand may claim any number, or none."""
    return number if type(number) is int and 0 < number < MOST_LINES else None
