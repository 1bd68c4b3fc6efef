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
    """How an exercise is told by content: its graded names, and the digests of each in the stubs (script, notebook).

    ``written`` says that the names are questions that are answered in words.
    """

    id: str
    names: tuple[str, ...]
    stub: Mapping[str, frozenset[str]]
    written: bool = False

    def share(self, contents: Contents) -> float:
        """Return of how many of the graded names a file holds anything, as a share of all."""
        return len(contents.held(self.names, written=self.written)) / max(len(self.names), 1)

    def has_work(self, contents: Contents) -> bool:
        """Return whether a file holds anything of this exercise that the stub does not."""
        return contents.has_work(self.names, self.stub, written=self.written)

    def holds_the_same(self, one: Contents, other: Contents) -> bool:
        """Return whether two files hold the same work on this exercise."""
        kept = [{name: each.kept(self.written).get(name) for name in self.names} for each in (one, other)]
        return kept[0] == kept[1]


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
