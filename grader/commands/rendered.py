"""Renders a run again and says what does not hold; for every command after which the marks are other ones."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from grader.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from grader.scores.records import Results


def rendering(run: Path, course: Path | None = None) -> Results:
    """Write a run's results and pages as people have decided, tell on stderr what does not hold, and return the results."""
    from grader.commands.terminal import safe

    try:
        from grader.engine.render_again import render_again
        from grader.review.items_again import course_of_run, work_out_again
        from grader.scores.read_run import read_run
    except ModuleNotFoundError as error:
        raise UsageError(f"this needs {error.name}, which is not installed here: `make score` installs it.") from None
    again = work_out_again(run, course_of_run(read_run(run), course))
    made = render_again(run, course)
    for line in (*again, *made.told):
        print(f"grader: {safe(line, 4_000)}", file=sys.stderr)
    return made.results
