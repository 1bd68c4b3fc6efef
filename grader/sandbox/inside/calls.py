"""Calls one function of a submission, with parts of it replaced when asked; runs in the worker."""

from __future__ import annotations

import inspect
import threading
import types
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.sandbox.inside import faults
from grader.sandbox.wire.messages import (
    MAX_NAMES_IN_CODE,
    WARNINGS,
    CallMissing,
    CallNoFunction,
    CallRaised,
    CallReply,
    CallReturned,
)
from grader.sandbox.wire.values import Facts, Opaque, type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.sandbox.inside.objects import Ask, Live
    from grader.sandbox.wire.messages import CallOne, Warned

MAX_ASKS = 20_000  # questions that one call may ask; gru_forward with loops over every number needs some hundreds
MAX_WARNINGS = 64
MAX_INNER = 20  # functions within a function that are looked into
MAX_DECORATORS = 10  # on top of each other

_SPREAD = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def call(
    module: types.ModuleType,
    request: CallOne,
    pristine: Any,
    ask: Ask,
    filenames: frozenset[str],
    live: Live,
) -> CallReply:
    """The reply to one call; the caller says whether it lacks what a refused import should have bound.

    ``pristine`` is a copy of the arguments, to see whether the call changed them; ``live`` makes the objects that the
    arguments ask for.
    """
    name, instead = request.name, request.otherwise
    if name not in module.__dict__ and instead is not None and instead in module.__dict__:
        return CallReturned(live.describe(module.__dict__[instead]), instead=True)
    if name not in module.__dict__:
        return CallMissing()
    function = module.__dict__[name]
    if not callable(function):
        return CallNoFunction(type_name(type(function)))

    def ask_plainly(part: str, args: list[Any]) -> Any:
        return ask(part, [live.describe(value) for value in args])

    with _replaced(module, request.parts, ask_plainly), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            args, kwargs = live.build([request.args, request.kwargs], ask)
            with np.errstate(divide="warn", over="warn", invalid="warn", under="ignore"):
                value = live.describe(function(*args, **kwargs))
        except BaseException as error:
            raised = faults.describe(error, filenames)
            return CallRaised(raised, counted=live.counted(), names=names_in(function))
    kinds = {kind for warning in caught[:MAX_WARNINGS] for kind in warning_kinds(warning.message)}
    places = tuple(changed(request.args, pristine))
    return CallReturned(value, places, tuple(sorted(kinds)), live.counted())


def names_in(function: Any) -> tuple[str, ...]:
    """The names that a function's own code looks up, its lambdas and inner functions included."""
    found: set[str] = set()
    todo = [function.__code__] if type(function) is types.FunctionType else []
    for code in todo:
        found.update(code.co_names[:MAX_NAMES_IN_CODE])
        todo += [inner for inner in code.co_consts if isinstance(inner, types.CodeType)][: MAX_INNER - len(todo)]
    return tuple(sorted(found)[:MAX_NAMES_IN_CODE])


def warning_kinds(message: Warning | str) -> list[Warned]:
    """The kinds of numeric warning that a message names."""
    text = str(message) if isinstance(message, RuntimeWarning) else ""
    return [kind for kind in WARNINGS if kind in text]


@contextmanager
def _replaced(module: types.ModuleType, parts: Mapping[str, Sequence[str]], ask: Ask) -> Iterator[None]:
    """Puts stand-ins under the names of the parts and takes them out again, even if the name was missing."""
    missing = object()
    before = {name: module.__dict__.get(name, missing) for name in parts}
    asks = _Asks(ask)
    for name, parameters in parts.items():
        module.__dict__[name] = _stand_in(name, parameters, before[name], asks)
    try:
        yield
    finally:
        for name, old in before.items():
            if old is missing:
                module.__dict__.pop(name, None)
            else:
                module.__dict__[name] = old


class _Asks:
    """Counts the questions of one call; one at a time, since a submission may use threads."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._left = MAX_ASKS
        self._lock = threading.Lock()

    def __call__(self, name: str, args: list[Any]) -> Any:
        with self._lock:
            self._left -= 1
            if self._left < 0:
                raise RuntimeError(f"{name} was called more than {MAX_ASKS:,} times in one call")
            return self._ask(name, args)


def _stand_in(name: str, parameters: Sequence[str], replaced: Any, asks: _Asks) -> Callable[..., Any]:
    own = _parameters(name, replaced)

    def part(*args: Any, **kwargs: Any) -> Any:
        return asks(name, _positional(name, args, kwargs, own, parameters))

    part.__name__ = part.__qualname__ = name
    return part


def _parameters(name: str, function: Any) -> tuple[str, ...]:
    """The names that the submission gave to the parameters, as far as they can be known."""
    try:
        for _ in range(MAX_DECORATORS):
            if type(function) is not types.FunctionType:
                return ()
            code = function.__code__
            if not (code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS) or _told_otherwise(function)):
                return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
            signature = inspect.signature(function).parameters
            if not signature or not all(each.kind in _SPREAD for each in signature.values()):
                return tuple(signature)
            function = _decorated(name, function)
    except Exception:
        return ()
    return ()


def _told_otherwise(function: types.FunctionType) -> bool:
    """Whether something else than a function's own code says what its signature is."""
    return "__wrapped__" in function.__dict__ or "__signature__" in function.__dict__


def _decorated(name: str, wrapper: types.FunctionType) -> Any:
    """The function that a wrapper without functools.wraps hands everything on to: the one of that name, or the only one."""
    held = [cell.cell_contents for cell in wrapper.__closure__ or ()]
    functions = [each for each in held if type(each) is types.FunctionType]
    named = [each for each in functions if each.__name__ == name] or functions
    return named[0] if len(named) == 1 else None


def _positional(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any], own: tuple[str, ...], wanted: Sequence[str]
) -> list[Any]:
    values = list(args[: len(wanted)])
    names = [parameter.removesuffix("=") for parameter in wanted]
    for position in range(len(values), len(wanted)):
        for spelling in (own[position] if position < len(own) else names[position], names[position]):
            if spelling in kwargs:
                values.append(kwargs[spelling])
                break
        else:
            if not wanted[position].endswith("="):
                raise TypeError(
                    f"{name}() needs {len(wanted)} arguments ({', '.join(names)}); {names[position]} is missing"
                )
            values.append(None)
    return values


def changed(args: Any, pristine: Any, place: str = "") -> list[str]:
    """Which arguments differ from their pristine copies: positions, with the key for an entry of a dict."""
    if type(args) is not type(pristine):
        return [place]
    if isinstance(args, np.ndarray):
        same = args.shape == pristine.shape and args.dtype == pristine.dtype
        return [] if same and args.tobytes() == pristine.tobytes() else [place]
    if isinstance(args, list | tuple):
        if len(args) != len(pristine):
            return [place]
        pairs = [(str(index), a, b) for index, (a, b) in enumerate(zip(args, pristine, strict=True))]
    elif isinstance(args, dict):
        if list(args) != list(pristine):
            return [place]
        pairs = [(str(key), args[key], pristine[key]) for key in args]
    else:
        return [] if isinstance(args, Opaque | Facts) or args == pristine or args != args else [place]
    found: list[str] = []
    for key, a, b in pairs:
        found += changed(a, b, f"{place}.{key}" if place else key)
    return found
