"""What an export has to say: lines for a terminal, and a student's name that is harmless in one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.reports import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable

# A CI job's runner obeys "::name::" and "##[name]", also with something invisible inside: a hair space breaks both.
_COMMAND = re.compile(r"[:#](?=[^\w\s])")


@dataclass(frozen=True, slots=True)
class Export:
    """What an export would write, and what it says about it; ``lost`` is whether somebody graded is not in it.

    ``refused`` is why it must not be written, "" if it may be.
    """

    data: bytes
    told: tuple[str, ...]
    lost: bool = False
    refused: str = ""


def named(text: str) -> str:
    """Return a name from the class or from a file as a part of one line."""
    return _COMMAND.sub(lambda found: f"{found[0]}\u200a", harmless.name(text))


def listed(title: str, lines: Iterable[str]) -> tuple[str, ...]:
    """Return a heading with the number of the lines below it; nothing if there are none."""
    below = tuple(lines)
    return (f"{title} ({len(below)}):", *(f"  {line}" for line in below)) if below else ()


def joined(names: Iterable[str]) -> str:
    """Return names as a part of one line; a semicolon stands between them, since "Lovelace, Ada" is one name."""
    return "; ".join(map(named, names))


def count(number: int, noun: str) -> str:
    """Return a number with its noun: "1 student", "2 students"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
