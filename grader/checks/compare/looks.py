"""What a check looks at in an answer: which side of it, all of it or a part and how exactly; and what a difference is about."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

import numpy as np


class Aspect(enum.StrEnum):
    """The side of an answer that a check looks at."""

    VALUE = "value"
    WARNINGS = "warnings"
    INPUTS = "inputs"
    DTYPE = "dtype"
    ROWS = "rows"
    CLOCK = "clock"


class GapKind(enum.Enum):
    """What the difference between an answer and the wanted one is about."""

    TYPE = enum.auto()  # it is not of the wanted kind, and the message says what to give back
    SHAPE = enum.auto()
    DTYPE = enum.auto()
    NUMBERS = enum.auto()
    OTHER = enum.auto()


@dataclass(frozen=True, slots=True)
class Look:
    """What counts of an answer; by default all of it, at the tolerance of its dtype.

    ``part`` (from 0) of ``of`` is one of several arrays that a function gives together: in a tuple, in a list, or along the
    first axis of one array; ``name`` is what messages call it. The first ``rows`` of an array's numbers count (None: all); its
    shape always counts in full. Only the named ``columns`` of a table count (none named: all). An ``exact`` number is a whole
    one, and right to the last digit.
    """

    part: int | None = None
    of: int = 1
    name: str = ""
    rows: int | None = None
    tolerance: float | None = None
    exact: bool = False
    columns: tuple[str, ...] = ()

    def finds(self, value: Any) -> bool:
        """Whether a value has the part."""
        if self.part is None:
            return True
        if isinstance(value, np.ndarray):
            return value.ndim > 0 and len(value) == self.of
        return isinstance(value, list | tuple) and len(value) == self.of

    def pick(self, value: Any) -> Any:
        """The part of a value that has it."""
        return value if self.part is None else value[self.part]

    def head(self, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """The numbers of an array that count."""
        return array if self.rows is None or array.ndim == 0 else array[: self.rows]


WHOLE = Look()
