"""The rankings as one page for the instructor alone: no script, nothing from elsewhere, every text escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.reports.pages import filled
from grader.study.similarity_view import CAUTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.study.similarity_view import ShownRanking


def similarity_page(course: str, rankings: Sequence[ShownRanking]) -> str:
    """Return the page; ``course`` is the course's name, or empty."""
    return filled("similarity.html", course=course, cautions=CAUTIONS, rankings=rankings)
