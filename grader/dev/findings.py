"""Findings about a course: one thing that should hold, whether it does, and the way out if it does not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Standing(Enum):
    """Whether something holds, as it is printed."""

    HOLDS = "ok"
    BROKEN = "NO"
    UNTRIED = "--"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line about a course; if something is broken, with the way out, and if it was not tried, with the reason."""

    standing: Standing
    text: str


def holds(text: str) -> Finding:
    """Something that is as it should be."""
    return Finding(Standing.HOLDS, text)


def broken(text: str) -> Finding:
    """Something that is not as it should be, and what to do."""
    return Finding(Standing.BROKEN, text)


def untried(text: str) -> Finding:
    """Something that could not be tried here, and why."""
    return Finding(Standing.UNTRIED, text)
