"""Unresolved merge conflicts: where they stand in a text, and the text as each side has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

LEFT = "what is left of a merge conflict"
UNRESOLVED = "an unresolved merge conflict; both sides were read, and of two definitions the last one counts"
_BEGINS = re.compile(r"<{7}(?:\s|$)")
_BASE = re.compile(r"\|{7}(?:\s|$)")
_MIDDLE = re.compile(r"={7}\s*$")
_ENDS = re.compile(r">{7}(?:\s|$)")


class Conflict(NamedTuple):
    """The lines, counted from 0, of a conflict's marks; ``base`` is the middle one where what both had is left out."""

    start: int
    base: int
    middle: int
    end: int


def find_conflicts(lines: Sequence[str]) -> list[Conflict]:
    """Return the conflicts whose marks are all there, in order."""
    found: list[Conflict] = []
    start = base = middle = -1
    for number, line in enumerate(lines):
        if _BEGINS.match(line):
            start, base, middle = number, -1, -1
        elif start >= 0 and middle < 0 and _BASE.match(line):
            base = number
        elif start >= 0 and middle < 0 and _MIDDLE.match(line):
            middle = number
        elif middle >= 0 and _ENDS.match(line):
            found.append(Conflict(start, middle if base < 0 else base, middle, number))
            start = base = middle = -1
    return found


def sides(lines: Sequence[str], conflicts: Sequence[Conflict]) -> tuple[list[str], list[str]]:
    """Return the text as either side has it, line for line, with the other side's lines empty."""
    ours, theirs = list(lines), list(lines)
    for each in conflicts:
        for number in range(each.start, each.end + 1):
            if number == each.start or number >= each.base:
                ours[number] = ""
            if number <= each.middle or number == each.end:
                theirs[number] = ""
    return ours, theirs


def is_mark(line: str) -> bool:
    """Return whether a line is the beginning or the end of a conflict: no other line looks so."""
    return bool(_BEGINS.match(line) or _ENDS.match(line))
