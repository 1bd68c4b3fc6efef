"""What rows say of themselves without their checks, which is all that most sums ask: no row is unpacked for it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.scores.records import Status, SubmissionResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True, slots=True)
class RowHead:
    """What a packed row says of itself without its checks; a `SubmissionResult` says all of it as well."""

    student: str
    exercise: str
    path: str | None
    page: str
    sha256: str | None
    status: Status
    points: int
    pending_points: int
    max_points: int
    graded_at: str | None
    is_ungraded: bool
    kept: bool
    is_elsewhere: bool


Head = RowHead | SubmissionResult


class HeadedRows(Sequence[SubmissionResult]):
    """Rows of which the heads are at hand, while each row itself is made when it is asked for."""

    __slots__ = ()

    @property
    @abstractmethod
    def heads(self) -> Sequence[RowHead]:
        """The heads of the rows, in their order."""

    @abstractmethod
    def picked(self, places: Iterable[int]) -> HeadedRows:
        """Return the rows at these places, in this order."""

    @abstractmethod
    def changed(self, change: Callable[[SubmissionResult], SubmissionResult]) -> HeadedRows:
        """Return the rows as ``change`` makes them."""


def heads_of(rows: Sequence[SubmissionResult]) -> Sequence[Head]:
    """Return what the rows say of themselves without their checks."""
    return rows.heads if isinstance(rows, HeadedRows) else rows


def changed(
    rows: Sequence[SubmissionResult], change: Callable[[SubmissionResult], SubmissionResult]
) -> Sequence[SubmissionResult]:
    """Return the rows as ``change`` makes them."""
    return rows.changed(change) if isinstance(rows, HeadedRows) else tuple(map(change, rows))


def picked(rows: Sequence[SubmissionResult], places: Iterable[int]) -> Sequence[SubmissionResult]:
    """Return the rows at these places, in this order."""
    return rows.picked(places) if isinstance(rows, HeadedRows) else tuple(rows[at] for at in places)
