"""What a check looks at in an answer: all of it, or one of the arrays that a function gives together, and how exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Look:
    """What counts of an answer; by default all of it, at the tolerance of its dtype.

    ``part`` (from 0) of ``of`` is one of several arrays that a function gives together: in a tuple, in a list, or along the first
    axis of one array; ``name`` is what messages call it. Of an array's numbers the first ``rows`` count (None: all); its shape
    always counts in full. Of a table's ``columns`` those named count (none named: all). An ``exact`` number is a whole one, and
    right to the last digit.
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
