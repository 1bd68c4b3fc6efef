"""Takes the results of a run as they come, in any order, and gives them out again by the work that they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.scores.packed_rows import GrowingRows

if TYPE_CHECKING:
    from grader.scores.records import SubmissionResult
    from grader.submissions.works import Work


class ResultsSoFar:
    """What was graded so far; many results are kept packed, so that those of a large class fit into memory."""

    def __init__(self) -> None:
        self._rows = GrowingRows()
        self._places: dict[Work, int] = {}

    def add(self, work: Work, result: SubmissionResult) -> None:
        """Take the result of a work; of several, the last one counts."""
        self._places[work] = len(self._rows)
        self._rows.add(result)

    def of(self, work: Work) -> SubmissionResult | None:
        """Return the result of a work, or None if it has not come."""
        place = self._places.get(work)
        return None if place is None else self._rows[place]
