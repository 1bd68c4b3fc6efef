"""Writes a run's results, gradebook and pages again, as people have decided since; nothing is graded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.course_toml import find_course, load_course
from grader.engine.folder import RESULTS, open_run, unbroken
from grader.engine.judged import judged, void_of
from grader.errors import UsageError
from grader.reports.unheld_words import lost_line, unheld_lines
from grader.scores.check_names import checks_of
from grader.scores.decisions import moment_now, read_decisions
from grader.scores.read_run import read_run

if TYPE_CHECKING:
    from grader.course.course_toml import Course
    from grader.scores.records import Results


@dataclass(frozen=True, slots=True)
class RenderedRun:
    """The results that were written, and lines about decisions that do not hold."""

    results: Results
    told: tuple[str, ...]


def render_again(run: Path, course: Path | None = None) -> RenderedRun:
    """Apply ``run/decisions.jsonl`` and the course's void checks to ``run/results.json``, and write all that follows from it.

    ``course`` is the course's folder; without it, the nearest one counts if it is the course of this run, and if there is none,
    the checks that are void stay so. The marks before are not kept under ``history``: they come back with the decisions taken
    back, and what was decided stands in decisions.jsonl.

    Raises UsageError if ``run`` is no run's folder or is being written to, CourseError and OutputError.
    """
    read_run(run)  # so that no folder is made where there is none
    with open_run(run) as folder, unbroken():
        before = read_run(run)
        decided = read_decisions(run)
        found = _course_of(before, course)
        void = before.run.void
        if found is not None:
            void = void_of(found, checks_of(before.submissions), moment_now(), void)
        results = judged(before, decided, void)
        try:
            folder.write_again(results)
        except ValueError as error:  # somebody edited the file
            raise UsageError(f"{run / RESULTS} can't be rendered: {error}. Score again.") from None
    lost = lost_line(before, decided)
    return RenderedRun(results, (*unheld_lines(results, decided), *([lost] if lost else [])))


def _course_of(results: Results, folder: Path | None) -> Course | None:
    if folder is not None:
        return load_course(folder)
    try:
        nearest = find_course(Path.cwd())
    except UsageError:
        return None
    course = load_course(nearest)
    return course if course.name == results.run.course else None
