"""Who of several people marks what: whole questions, so that one person reads all answers to a question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

Of = TypeVar("Of")


@dataclass(frozen=True, slots=True)
class Share:
    """Part ``number`` of ``parts``, counted from 1: of the course's questions, in its order, each ``parts``-th from there on.

    The questions that a rule settles count as well, so that a share holds the same questions in every run.
    """

    number: int
    parts: int

    def of(self, questions: Sequence[Of]) -> list[Of]:
        """Return this share of the questions."""
        return [each for at, each in enumerate(questions) if at % self.parts == self.number - 1]


def share_of(text: str) -> Share:
    """Read a share such as "2/3"; raises UsageError."""
    found = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text)
    if found and 1 <= int(found[1]) <= int(found[2]):
        return Share(int(found[1]), int(found[2]))
    raise UsageError(f"--share {text} is no share; write it as 2/3, the second of three.")
