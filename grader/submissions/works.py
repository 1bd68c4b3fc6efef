"""What finding gives: each student's file for each exercise, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.submissions.contents import Contents
from grader.submissions.text import Kind

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from grader.scores.records import Flag

Look = Callable[[bytes, Kind, str], Contents]
"""Tells what a file of these bytes, kind and name holds; may raise UnreadableWork. Each call costs a locked process."""


@dataclass(frozen=True, slots=True)
class Signature:
    """How an exercise is told by content: its graded names, and the digests of each in the stubs (script, notebook)."""

    id: str
    names: tuple[str, ...]
    stub: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Work:
    """One student's file for one exercise; without ``file`` and ``unreadable`` it is missing.

    ``path`` is relative to the folder of submissions and fit to be shown; ``handed_in`` is in UTC only where it says so.
    """

    student: str
    exercise: str
    file: Path | None
    path: str | None
    kind: Kind | None
    flags: tuple[Flag, ...] = ()
    unreadable: str | None = None
    handed_in: datetime | None = None


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
    shares = [(len(contents.held(each.names)) / max(len(each.names), 1), each) for each in exercises]
    share, best = max(shares, key=lambda pair: pair[0], default=(0.0, None))
    return best if share else None
