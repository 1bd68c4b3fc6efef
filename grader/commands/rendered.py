"""Renders a run again, for every command after which the marks are other ones, and gives what is to be said about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from grader.engine.render_again import RenderedRun

PATIENCE = 10  # seconds: so long we wait for somebody who writes the same results, as at the end of a review
LONGEST = 4_000  # characters of a line about many decisions


def rendering(run: Path, course: Path | None = None, *, nearest: bool = False) -> RenderedRun:
    """Write a run's results and pages as people have decided, and return them with what is to be said, safe to print.

    Only a ``course`` that is given, or with ``nearest`` the one that lies nearest and is the run's, says which checks are void
    and what rubric items are worth; without it both stay, so that a word about one student changes no other's marks.
    """
    from dataclasses import replace

    from grader.commands.terminal import safe

    try:
        from grader.engine.render_again import render_again
        from grader.review.items_again import course_of_run, work_out_again
        from grader.scores.read_run import read_run
    except ModuleNotFoundError as error:
        raise UsageError(f"this needs {error.name}, which is not installed here: `make score` installs it.") from None
    if nearest:
        course = course_of_run(read_run(run), course)
    again = work_out_again(run, course)
    made = render_again(run, course, patience=PATIENCE)
    news = tuple(safe(line, LONGEST) for line in (*again, *made.news))
    return replace(made, news=news, unheld=tuple(safe(line, LONGEST) for line in made.unheld))
