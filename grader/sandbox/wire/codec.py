"""Frozen records as plain data, and back: the type of a field says what may stand in it, and nothing else is let in.

A record is written as a list: its class's name, then its fields in order. Both ends read the same classes, so a field that is
missing, one too many, of another type or beyond its bounds is no slip but a forgery, and all of them end in `NotARecord`.
The rules for a class's fields are worked out once; a call's records then take some microseconds.

    @record
    class Moved(WireRecord):
        name: Annotated[str, AtMost(80)]
        steps: tuple[Annotated[int, Within(0, 9)], ...]

    encode(Moved("left", (1, 2)))            ["Moved", "left", [1, 2]]
    decode(Moved, ["Moved", "left", [1]])    Moved("left", (1,))

Beside these a field may be a bool, a float, bytes, an array, an `Opaque`, a Literal, another record, a choice of them with
``|``, a dict under texts, or `Plain`, which is what a submission itself was given or gave.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from operator import attrgetter
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)

import numpy as np

from grader.sandbox.wire.values import Opaque, same

if TYPE_CHECKING:
    import re

Plain = Any
"""Plain data of a submission: what it is handed or gives, which no type of ours can foretell. `values` bounds it."""
AnyArray = np.ndarray[Any, Any]
"""An array as it crosses: numeric and no larger than a message."""
_Turn = Callable[[Any], Any]
T = TypeVar("T")


class NotARecord(ValueError):
    """Plain data that is not a record of the kind asked for."""


class WireRecord:
    """A frozen record that may hold arrays: two are equal if their fields are, type by type and byte by byte."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        names = [field.name for field in fields(self)]  # type: ignore[arg-type]
        return all(same(getattr(self, name), getattr(other, name)) for name in names)

    __hash__ = None  # type: ignore[assignment]


@dataclass_transform(eq_default=False, frozen_default=True)
def record(made: type[T]) -> type[T]:
    """Makes a class a frozen dataclass with the equality of `WireRecord`."""
    return dataclass(frozen=True, slots=True, eq=False)(made)


@dataclass(frozen=True, slots=True)
class AtMost:
    """At most so many characters, bytes or items; with ``cut`` the sender leaves out the rest."""

    length: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Within:
    """A number from ``least`` to ``most``, both included."""

    least: float
    most: float

    def holds(self, value: float) -> bool:
        """Whether it is one."""
        return self.least <= value <= self.most


@dataclass(frozen=True, slots=True)
class Like:
    """A text that a pattern matches as a whole."""

    pattern: re.Pattern[str]

    def holds(self, value: str) -> bool:
        """Whether it is one."""
        return self.pattern.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Only:
    """A value for which a function of ours is true."""

    fits: Callable[[Any], bool]


def encode(made: object) -> list[Plain]:
    """A record as plain data; what crosses unchanged is not copied."""
    form = _FORMS.get(type(made)) or _form(type(made))
    values: list[Any] = [form.name, *form.get(made)]
    for index, turn in form.turns:
        values[index] = turn(values[index])
    return values


@overload
def decode(kind: type[T], plain: Plain) -> T: ...


@overload
def decode(kind: object, plain: Plain) -> Any: ...


def decode(kind: Any, plain: Plain) -> Any:
    """The record of a class that plain data stands for, or of one of several (``A | B``); raises NotARecord."""
    return reader(kind)(plain)


def prepare(made: type) -> None:
    """Works out what a record's fields ask for.

    Once, before processes are forked, and not in each of them. A worker could not do it at all: it looks up
    the names of types in the grader's modules, and these are taken out of its list.
    """
    _form(made)


def reader(kind: Any) -> Callable[[Plain], Any]:
    """What `decode` does for one kind, or one of several; keep it to decode often."""
    read = _READS.get(kind)
    if read is None:
        read = _READS[kind] = _ways(kind)[1]
    return read


@dataclass(frozen=True, slots=True)
class _Form:
    """How the records of one class are written and read; ``turns`` are the fields that cross in another form."""

    made: type
    name: str
    get: Callable[[Any], tuple[Any, ...]]
    turns: tuple[tuple[int, _Turn], ...]
    reads: tuple[_Turn, ...]

    def read(self, plain: Plain) -> Any:
        """The record of this class that plain data stands for; raises NotARecord."""
        if type(plain) is not list or len(plain) != len(self.reads) + 1:
            raise NotARecord(f"no {self.name}")
        if type(plain[0]) is not str or plain[0] != self.name:  # an array would be compared item by item
            raise NotARecord(f"no {self.name}")
        return self.made(*[read(value) for read, value in zip(self.reads, plain[1:], strict=True)])


_SIMPLE = (bool, int, float, types.NoneType, np.ndarray, Opaque)
_FORMS: dict[type, _Form] = {}
_READS: dict[Any, _Turn] = {}


def _form(made: type) -> _Form:
    """How the records of a class are written and read, worked out at the first one."""
    form = _FORMS.get(made)
    if form is not None:
        return form
    if not is_dataclass(made):
        raise TypeError(f"{made.__name__} is no record")
    hints = get_type_hints(made, include_extras=True)
    names = [field.name for field in fields(made)]
    ways = [_ways(hints[name]) for name in names]
    turns = tuple((index, turn) for index, (turn, _) in enumerate(ways, start=1) if turn is not None)
    form = _FORMS[made] = _Form(made, made.__name__, _getter(names), turns, tuple(read for _, read in ways))
    return form


def _getter(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda made: tuple(getattr(made, name) for name in names)


def _ways(hint: Any) -> tuple[_Turn | None, _Turn]:
    """How a value of a type is written (None: as it is) and read."""
    extras: tuple[Any, ...] = ()
    while get_origin(hint) is Annotated:  # the outermost of several bounds count as well
        hint, *more = get_args(hint)
        extras = (*more, *extras)
    origin = get_origin(hint)
    most = min((extra.length for extra in extras if isinstance(extra, AtMost)), default=None)
    if origin in (Union, types.UnionType):
        turn, read = _choice(get_args(hint))
    elif origin is Literal:
        turn, read = None, _one_of(get_args(hint))
    elif origin is tuple:
        turn, read = _items(get_args(hint), most)
    elif origin in (dict, Mapping):
        turn, read = _entries(get_args(hint), most)
    elif isinstance(hint, type) and is_dataclass(hint) and hint is not Opaque:
        turn, read = encode, _record_of(hint)
    elif hint is str or hint is bytes:
        turn, read = None, _sized(hint, most)
    else:
        turn, read = None, _exactly(hint)
    for extra in extras:
        if isinstance(extra, AtMost) and extra.cut:
            turn = _cut(turn, extra.length)
        elif isinstance(extra, Within | Like):
            read = _only(read, extra.holds)
        elif isinstance(extra, Only):
            read = _only(read, extra.fits)
    return turn, read


def _cut(turn: _Turn | None, length: int) -> _Turn:
    return (lambda value: value[:length]) if turn is None else lambda value: turn(value[:length])


def _only(read: _Turn, holds: Callable[[Any], bool]) -> _Turn:
    def fitting(plain: Plain) -> Any:
        value = read(plain)
        if not holds(value):
            raise NotARecord("a value out of bounds")
        return value

    return fitting


def _record_of(made: type) -> _Turn:
    return lambda plain: (_FORMS.get(made) or _form(made)).read(
        plain
    )  # not before: a record may hold others of its own kind


def _sized(wanted: type[str | bytes], most: int | None) -> _Turn:
    longest = sys.maxsize if most is None else most

    def sized(plain: Plain) -> Any:
        if type(plain) is not wanted or len(plain) > longest:
            raise NotARecord(f"no {wanted.__name__} of at most {longest:,}")
        return plain

    return sized


def _exactly(hint: Any) -> _Turn:
    if hint is Any:
        return lambda plain: plain
    wanted = np.ndarray if get_origin(hint) is np.ndarray else hint
    if wanted not in _SIMPLE:
        raise TypeError(f"there is no way for a field of type {hint} to cross")

    def exact(plain: Plain) -> Any:
        if type(plain) is not wanted:
            raise NotARecord(f"a {type(plain).__name__} that is no {wanted.__name__}")
        return plain

    return exact


def _one_of(words: tuple[Any, ...]) -> _Turn:
    def word(plain: Plain) -> Any:
        if type(plain) is not str or plain not in words:
            raise NotARecord("a word that is none of those it may be")
        return plain

    return word


def _items(hints: tuple[Any, ...], most: int | None) -> tuple[_Turn, _Turn]:
    """A tuple crosses as a list; its length is looked at before its items."""
    if len(hints) == 2 and hints[1] is Ellipsis:
        turn, read = _ways(hints[0])
        longest = sys.maxsize if most is None else most

        def items(plain: Plain) -> Any:
            if type(plain) is not list or len(plain) > longest:
                raise NotARecord("no list, or one too long")
            return tuple([read(item) for item in plain])

        return (list if turn is None else lambda value: [turn(item) for item in value]), items
    ways = [_ways(hint) for hint in hints]

    def each(plain: Plain) -> Any:
        if type(plain) is not list or len(plain) != len(ways):
            raise NotARecord(f"no list of {len(ways)}")
        return tuple([read(item) for (_, read), item in zip(ways, plain, strict=True)])

    return lambda value: [turn(item) if turn else item for (turn, _), item in zip(ways, value, strict=True)], each


def _entries(hints: tuple[Any, ...], most: int | None) -> tuple[_Turn, _Turn]:
    _, key = _ways(hints[0])
    turn, read = _ways(hints[1])
    longest = sys.maxsize if most is None else most

    def entries(plain: Plain) -> Any:
        if type(plain) is not dict or len(plain) > longest:
            raise NotARecord("no dict, or one too long")
        return {key(name): read(item) for name, item in plain.items()}

    return (dict if turn is None else lambda value: {name: turn(item) for name, item in value.items()}), entries


def _choice(hints: tuple[Any, ...]) -> tuple[_Turn | None, _Turn]:
    """One of several: records are told apart by their names, anything else by trying."""
    records = {
        hint.__name__: hint for hint in hints if isinstance(hint, type) and is_dataclass(hint) and hint is not Opaque
    }
    rest = [hint for hint in hints if hint not in records.values()]
    ways = [_ways(hint) for hint in rest if hint is not types.NoneType]
    empty = types.NoneType in rest
    turns = [turn for turn, _ in ways if turn is not None]
    if turns and (records or len(ways) > 1):
        raise TypeError("a choice is between records and what crosses as it is, or between one thing and nothing")
    out = _turned(frozenset(records.values()), turns)

    def read(plain: Plain) -> Any:
        if plain is None and empty:
            return None
        if type(plain) is list and plain and type(plain[0]) is str and plain[0] in records:
            made = records[plain[0]]
            return (_FORMS.get(made) or _form(made)).read(plain)
        for _, way in ways:
            try:
                return way(plain)
            except NotARecord:
                continue
        raise NotARecord("none of what it may be")

    return out, read


def _turned(records: frozenset[type], turns: list[_Turn]) -> _Turn | None:
    if turns:
        (turn,) = turns
        return lambda value: None if value is None else turn(value)
    return (lambda value: encode(value) if type(value) in records else value) if records else None
