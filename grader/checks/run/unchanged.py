"""Whether what all submissions of an exercise share is as it was: check files, plans, the solution.

A process that grades one submission after the other must not carry anything from one to the next. Check files are an author's,
and may keep what they like: a list at the top of a file, an attribute of a function, an array that is written to. So all that
can be reached from them is gone through once, and looked at again after each submission; where anything else stands in any place
of it, the process is given up before the next. What can't be looked into that way (an iterator, an object of a class of the
author's own) means that each submission needs a process of its own.
"""

from __future__ import annotations

import enum
import functools
import sys
import types
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Parts = tuple[Any, ...]
KNOWN = frozenset({"numpy", "pytest", "_pytest", "grader"})
_FIXED = (
    type(None), bool, int, float, complex, str, bytes, range, slice, type(...), type(NotImplemented), np.generic, np.dtype,
    np.ufunc, enum.Enum, types.BuiltinFunctionType, types.CodeType, types.WrapperDescriptorType,
    types.MethodDescriptorType, types.GenericAlias,
)  # fmt: skip


class CantTell(Exception):
    """Something that can't be looked into is among what submissions share; the text is its type."""


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """An object whose parts may be changed, how to get at these, and what they were."""

    thing: Any
    parts: Callable[[Any], Parts]
    were: Parts

    def holds(self) -> bool:
        now = self.parts(self.thing)
        return len(now) == len(self.were) and all(map(_is, now, self.were))


def _is(one: object, other: object) -> bool:
    return one is other


class Unchanged:
    """All that can be reached from some objects, and how it was."""

    def __init__(self, namespaces: Sequence[Mapping[str, Any]], others: Iterable[Any] = ()) -> None:
        """Goes through modules, with their functions, and whatever else is shared; raises CantTell.

        What comes from Python, NumPy, pytest or the grader is taken as it is: it keeps nothing of a submission.
        """
        self._namespaces = {id(namespace) for namespace in namespaces}
        self.arrays: list[np.ndarray[Any, Any]] = []
        self._seen: list[_Seen] = []
        self._known: dict[
            int, Any
        ] = {}  # also keeps what a function makes for the occasion, so that no id is used twice
        todo = [*namespaces, *others]
        while todo:
            thing = todo.pop()
            if id(thing) not in self._known:
                self._known[id(thing)] = thing
                todo += self._look_into(thing)

    def protect(self) -> None:
        """Makes all arrays unwritable: whoever tries to write into one that others share gets a ValueError."""
        for array in self.arrays:
            array.setflags(write=False)

    def holds(self) -> bool:
        """Whether everything is as it was; arrays are, once they are protected."""
        return all(seen.holds() for seen in self._seen)

    def _look_into(self, thing: Any) -> Parts:
        """The parts of an object, which are kept if they may be changed; raises CantTell."""
        if isinstance(thing, type | types.ModuleType | types.FunctionType) and not self._is_own(thing):
            if not _is_known(thing):
                raise CantTell(
                    f"{thing.__name__}, which comes from neither the course nor a package that is known here"
                )
            return ()
        if isinstance(thing, _FIXED):
            return ()
        if isinstance(thing, np.ndarray):
            if thing.dtype.hasobject:
                raise CantTell("an array of objects")
            self.arrays.append(thing)
            return () if thing.base is None else (thing.base,)
        if isinstance(thing, tuple | frozenset):
            return tuple(thing)
        if is_dataclass(thing) and getattr(type(thing), "__dataclass_params__").frozen:  # noqa: B009 (it is not declared)
            return _of_fields(thing)
        parts = self._parts_of(thing)
        if parts is None:
            raise CantTell(type(thing).__name__)
        self._seen.append(_Seen(thing, parts, parts(thing)))
        return parts(thing)

    def _is_own(self, thing: type | types.ModuleType | types.FunctionType) -> bool:
        """Whether it is a function of one of the modules; a class of theirs can't be told."""
        return isinstance(thing, types.FunctionType) and id(thing.__globals__) in self._namespaces

    def _parts_of(self, thing: Any) -> Callable[[Any], Parts] | None:
        """How to get at the parts of an object; None if that can't be told."""
        kind = type(thing)
        if kind is list or kind is set:
            return tuple
        if kind is dict:
            return _of_namespace if id(thing) in self._namespaces else _of_dict
        if kind is types.FunctionType:
            return _of_function
        if kind is functools.partial:
            return _of_partial
        return _of_fields if is_dataclass(kind) else None


def _is_known(thing: type | types.ModuleType | types.FunctionType) -> bool:
    name = thing.__name__ if isinstance(thing, types.ModuleType) else thing.__module__
    top = str(name).partition(".")[0]
    return top in KNOWN or top in sys.stdlib_module_names


def _of_dict(thing: Mapping[Any, Any]) -> Parts:
    return (*thing.keys(), *thing.values())


def _of_namespace(thing: Mapping[str, Any]) -> Parts:
    """The names of a module but for those that Python keeps in it."""
    return tuple(part for item in thing.items() if not item[0].startswith("__") for part in item)


def _of_function(thing: types.FunctionType) -> Parts:
    cells = (cell.cell_contents for cell in thing.__closure__ or ())
    return (thing.__defaults__, thing.__kwdefaults__, thing.__dict__, thing.__code__, thing.__globals__, *cells)


def _of_partial(thing: functools.partial[Any]) -> Parts:
    return (thing.func, thing.args, thing.keywords)


def _of_fields(thing: Any) -> Parts:
    """The fields of a record; those that it was not made with are worked out from the others."""
    return tuple(getattr(thing, field.name) for field in fields(thing) if field.init)
