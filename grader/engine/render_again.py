"""Writes a run's results, gradebook and pages again, as people have decided since; nothing is graded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.course.course_toml import COURSE_FILE, load_course
from grader.engine.folder import RESULTS, open_run, unbroken
from grader.engine.judged import judged, void_of
from grader.errors import UsageError
from grader.reports.unheld_words import lost_line, unheld_lines
from grader.reports.void_words import void_line
from grader.scores.check_names import checks_of
from grader.scores.decisions import moment_now, read_decisions
from grader.scores.read_run import read_run
from grader.scores.settle import fallen
from grader.scores.void_checks import NamedVoid

if TYPE_CHECKING:
    from pathlib import Path

    from grader.scores.records import Results


@dataclass(frozen=True, slots=True)
class RenderedRun:
    """The results that were written; ``news``, lines about what this changed; ``unheld``, about decisions that do not hold."""

    results: Results
    news: tuple[str, ...]
    unheld: tuple[str, ...]


def render_again(run: Path, course: Path | None = None, *, patience: float = 0) -> RenderedRun:
    """Apply ``run/decisions.jsonl`` and the course's void checks to ``run/results.json``, and write all that follows from it.

    ``course`` is the course's folder; without it, the checks that are void stay so. While another run writes to the folder,
    this waits for up to ``patience`` seconds. The marks before are not kept under ``history``: they come back with the
    decisions taken back, and what was decided stands in decisions.jsonl.

    Raises UsageError if ``run`` is no run's folder or is being written to, CourseError and OutputError.
    """
    read_run(run)  # so that no folder is made where there is none
    with open_run(run, patience=patience) as folder, unbroken():
        before = read_run(run)
        decided = read_decisions(run)
        named = NamedVoid(before.run.void)
        if course is not None:
            named = void_of(load_course(course), checks_of(before.submissions), moment_now(), before.run.void)
        results = judged(before, decided, named.checks)
        try:
            folder.write_again(results, lapsed=fallen(results, decided.adjustments))
        except ValueError as error:  # somebody edited the file
            raise UsageError(f"{run / RESULTS} can't be rendered: {error}. Score again.") from None
        news = [*named.slips]
        if named.checks != before.run.void:
            news.append(void_line(judged(before, decided, before.run.void), results))
    told = [f"{course / COURSE_FILE}: {line}" for line in news if line] if course is not None else []
    lost = lost_line(before, decided)
    return RenderedRun(results, (*told, *([lost] if lost else [])), unheld_lines(results, decided))
