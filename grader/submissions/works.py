"""What finding gives: each student's file for each exercise, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.source.contents import Contents, Signature
from grader.source.text import Kind

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from grader.scores.records import Flag

LookInto = Callable[[bytes, Kind, str], Contents]
"""Tells what a file of these bytes, kind and name holds; may raise UnreadableWork. Each call costs a locked process."""


@dataclass(frozen=True, slots=True)
class Work:
    """One student's file for one exercise; without ``file`` and ``unreadable`` it is missing.

    ``path`` is relative to the folder of submissions and fit to be shown; ``handed_in`` is in UTC only where it says so.
    A ``shared`` file counts for other exercises as well.
    """

    student: str
    exercise: str
    file: Path | None
    path: str | None
    kind: Kind | None
    flags: tuple[Flag, ...] = ()
    unreadable: str | None = None
    handed_in: datetime | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The students in order, a work for each student and exercise in that order, and what fits nothing.

    ``form`` says in words what the submissions were taken for.
    """

    students: tuple[str, ...]
    works: tuple[Work, ...]
    unplaced: tuple[str, ...] = ()
    form: str = ""


def claimed(contents: Contents, exercises: tuple[Signature, ...]) -> Signature | None:
    """Return the exercise of whose names a file holds the largest share, of equal shares the first; None if of none."""
    shares = [(each.share(contents), each) for each in exercises]
    share, best = max(shares, key=lambda pair: pair[0], default=(0.0, None))
    return best if share else None
