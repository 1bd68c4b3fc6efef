"""A value read from JSON, with where it stands, so that a wrong one can be named."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Member = TypeVar("Member", bound=enum.StrEnum)
Read = TypeVar("Read")

_NONE = object()


class BrokenValueError(ValueError):
    """A value is not what the layout asks for; the text says where and what was expected."""


@dataclass(frozen=True, slots=True)
class Node:
    """``value`` as found at ``where``. Every method raises BrokenValueError if the value is of another type."""

    value: object
    where: str

    def field(self, name: str, default: object = _NONE) -> Node:
        """Return the member ``name`` of an object, or ``default`` where it is absent and one is given."""
        if not isinstance(self.value, dict):
            raise BrokenValueError(f"{self.where} is not an object")
        if name not in self.value and default is _NONE:
            raise BrokenValueError(f"{self.where} has no {name!r}")
        return Node(self.value.get(name, default), name if self.where == "the file" else f"{self.where}.{name}")

    def items(self) -> Iterator[tuple[str, Node]]:
        """Return the members of an object."""
        if not isinstance(self.value, dict):
            raise BrokenValueError(f"{self.where} is not an object")
        return ((key, Node(value, f"{self.where}.{key[:40]}")) for key, value in self.value.items())

    def each(self, read: Callable[[Node], Read]) -> tuple[Read, ...]:
        """Return what ``read`` makes of every item of a list."""
        if not isinstance(self.value, list):
            raise BrokenValueError(f"{self.where} is not a list")
        return tuple(read(Node(item, f"{self.where}[{at}]")) for at, item in enumerate(self.value))

    def optional(self, read: Callable[[Node], Read]) -> Read | None:
        """Return None for null, else what ``read`` makes of it."""
        return None if self.value is None else read(self)

    def string(self) -> str:
        """Return the value as text."""
        if not isinstance(self.value, str):
            raise BrokenValueError(f"{self.where} is not text")
        return self.value

    def integer(self) -> int:
        """Return the value as a whole number; true and false are none."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise BrokenValueError(f"{self.where} is not a whole number")
        return self.value

    def number(self) -> float:
        """Return the value as a finite float; a whole number will do."""
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            try:
                if math.isfinite(number := float(self.value)):
                    return number
            except OverflowError:
                pass
        raise BrokenValueError(f"{self.where} is not a number")

    def boolean(self) -> bool:
        """Return the value as true or false."""
        if not isinstance(self.value, bool):
            raise BrokenValueError(f"{self.where} is neither true nor false")
        return self.value

    def one_of(self, kind: type[Member]) -> Member:
        """Return the member of ``kind`` with that value."""
        try:
            return kind(self.string())
        except ValueError:
            raise BrokenValueError(f"{self.where} is none of {', '.join(kind)}") from None
