"""The decisions that do not hold in these results, for the class page: whoever made one has to look again; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.reports import harmless, words
from grader.reports.classroom.tasks import Link
from grader.reports.unheld_words import WHY_UNHELD
from grader.scores.records import as_written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.scores.settle import NotApplied


@dataclass(frozen=True, slots=True)
class LapsedRow:
    """A decision that does not hold: the points it gave, who gave them when and for which ``reason``, and why it lapsed."""

    student: Link
    exercise: str
    check: str
    points: str
    by: str
    reason: str
    why: str


def lapsed_rows(lapsed: Iterable[NotApplied], links: Mapping[str, Link]) -> tuple[LapsedRow, ...]:
    """Return a row for each, in their order; ``links`` has the page of each student of these results."""
    pages = {as_written(student): link for student, link in links.items()}
    return tuple(
        LapsedRow(
            student=pages.get(as_written(word.student)) or Link(harmless.name(word.student), ""),
            exercise=harmless.line(word.exercise),
            check=harmless.line(word.check),
            points=harmless.line(str(word.points)),
            by=f"{harmless.name(word.by)}, {words.moment(word.when)}",
            reason=harmless.line(word.reason),
            why=WHY_UNHELD[each.reason],
        )
        for each in lapsed
        for word in (each.adjustment,)
    )
