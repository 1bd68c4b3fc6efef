"""One record as a line of JSON, in a fixed layout, and what a reader asks of it."""

from __future__ import annotations

import functools
import json
import operator
import types
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from grader.scores.records import SURROGATE

if TYPE_CHECKING:
    from collections.abc import Iterator


def line_of(record: object) -> bytes:
    """Write a record as one line of JSON in UTF-8, without its end, so that equal records give equal lines.

    A lone surrogate (from a file name that is not UTF-8) is written as a visible escape. Raises ValueError for a
    number that JSON does not have.
    """
    return as_line(plain(record))


def as_line(plain_value: object) -> bytes:
    """Write a plain value as ``line_of`` writes a record."""
    text = text_of(plain_value)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        # The backslash of the escape is doubled: JSON would read a single one as the surrogate again, which other
        # readers of JSON refuse.
        return SURROGATE.sub(lambda found: f"\\\\u{ord(found[0]):04x}", text).encode("utf-8")


def text_of(plain_value: object) -> str:
    """Return a plain value as JSON in one line, in which a lone surrogate is as it is; raises ValueError as `line_of` does."""
    # msgspec's own encoder would write null for a NaN, and refuses a lone surrogate.
    return json.dumps(plain_value, ensure_ascii=False, allow_nan=False)


def plain(record: object) -> Any:
    """``record`` in JSON's own types: its fields keep their order, the keys of dicts are sorted."""
    made = msgspec.to_builtins(record, order="deterministic")
    _leave_out(type(record), made)
    return made


@cache
def strict(kind: type) -> type:
    """Return a type of the same fields that refuses to be read without one that every file has.

    A record's default must not stand in for what is missing: a check that lacked ``hidden`` would be shown with its data.
    """
    hints = get_type_hints(kind)
    absent = may_be_absent(kind)
    needed: list[tuple[Any, ...]] = []
    optional: list[tuple[Any, ...]] = []
    for each in fields(kind):
        hint = _strict_hint(hints[each.name])
        if each.name not in absent:
            needed.append((each.name, hint))
        elif each.default_factory is MISSING:
            optional.append((each.name, hint, each.default))
        else:
            optional.append((each.name, hint, msgspec.field(default_factory=each.default_factory)))
    return msgspec.defstruct(kind.__name__, [*needed, *optional], kw_only=True, gc=False)


def may_be_absent(record: type) -> frozenset[str]:
    """Return the fields of a record that a file may lack."""
    return frozenset(each.name for each in fields(record) if each.metadata.get("added"))


def records_in(kind: type) -> Iterator[type]:
    """Yield the record itself and the kinds of records inside it, each as often as it occurs."""
    yield kind
    for hint in get_type_hints(kind).values():
        for inner in _kinds(hint):
            yield from records_in(inner)


def _leave_out(kind: type, members: dict[str, Any]) -> None:
    for name, default in _left_out(kind):
        if members[name] == default:
            del members[name]
    for name, inner in _inside(kind):
        value = members.get(name)
        if isinstance(value, list | tuple):
            for item in value:
                _leave_out(inner, item)
        elif value is not None:
            _leave_out(inner, value)


def _strict_hint(hint: Any) -> Any:
    if isinstance(hint, type) and is_dataclass(hint):
        return strict(hint)
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple:
        return tuple[tuple(each if each is ... else _strict_hint(each) for each in inner)]  # type: ignore[misc]
    if origin in {Union, types.UnionType}:
        return functools.reduce(operator.or_, map(_strict_hint, inner))
    return hint


@cache
def _inside(kind: type) -> tuple[tuple[str, type], ...]:
    """The fields of a record that hold one record, several in a tuple, or None, and could leave something out."""
    hints = get_type_hints(kind).items()
    return tuple(
        (name, inner)
        for name, hint in hints
        if get_origin(hint) is not dict
        for inner in _kinds(hint)
        if any(_left_out(each) for each in records_in(inner))
    )


def _kinds(hint: object) -> list[type]:
    return [each for each in (hint, *get_args(hint)) if isinstance(each, type) and is_dataclass(each)]


@cache
def _left_out(kind: type) -> tuple[tuple[str, object], ...]:
    return tuple((each.name, each.default) for each in fields(kind) if each.metadata.get("left out"))
