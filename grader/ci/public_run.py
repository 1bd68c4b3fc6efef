"""What the public checks of a whole course found in one's own work: the same tests in the same order for every student."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.scores.records import Checked


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a student's file: the file's whole path, and a line counted from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class PublicRun:
    """The public checks of a whole course, whichever files are there.

    ``rows`` has one `Checked` for each exercise, in the course's order; an exercise without a file has the results of all its
    public checks with 0 points. ``course`` is the course's name. ``spots`` says, by exercise and check, where what the check is
    about stands in the student's file; a check of an exercise without a file has none.
    """

    course: str
    rows: tuple[Checked, ...]
    spots: Mapping[tuple[str, str], Spot] = field(default_factory=dict)

    @property
    def points(self) -> int:
        """The points that the public checks gave."""
        return sum(result.points for row in self.rows for result in row.results)

    @property
    def max_points(self) -> int:
        """The points that the public checks of the whole course can give."""
        return sum(result.max_points for row in self.rows for result in row.results)

    @property
    def hidden_points(self) -> int:
        """The points that are decided when the work is graded."""
        return sum(row.hidden_points for row in self.rows)
