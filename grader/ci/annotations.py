"""What GitHub shows beside a student's own lines: what costs most, and one notice of the points."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from grader.ci.runner_text import LONGEST, broken, command
from grader.reports.checked import all_right, last_line, points, said_lines, told_causes, told_others, verdict
from grader.reports.harmless import line
from grader.reports.words import count
from grader.scores.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.ci.public_run import PublicRun, Spot
    from grader.scores.causes import Cause
    from grader.scores.records import Checked

MOST = 10  # in all: a step shows ten of each kind (actions/runner, src/Runner.Worker/ExecutionContext.cs)


@dataclass(frozen=True, slots=True)
class Annotation:
    """A message, its title, and where it belongs: a file below the repository's root and a line, if it is about one."""

    level: Literal["error", "warning", "notice"]
    title: str
    message: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        """The command that makes GitHub show it."""
        place = {"file": self.file, "line": self.line} if self.file else {}
        return command(self.level, self.message, {**place, "title": self.title})


def most_costly(run: PublicRun, root: Path) -> tuple[Annotation, ...]:
    """At most ten: what is wrong, then what is not done, each with what costs most first, and the points at the end.

    ``root`` is the repository's folder.
    """
    found = [each for row in run.rows for each in _of_row(row, run, root)]
    found.sort(key=lambda pair: (pair[1].level != "error", -pair[0]))
    shown = [annotation for _, annotation in found[: MOST - 1]]
    return (*shown, _total(run.rows, len(found) - len(shown)))


def _of_row(row: Checked, run: PublicRun, root: Path) -> Iterator[tuple[int, Annotation]]:
    """The points lost by each cause in an exercise, and what to show of it; one for all if nothing was begun, or nothing read."""
    wrong, todo = told_causes(row)
    for cause in (*wrong, *todo):
        yield cause.lost, _about(row, cause, run, root)
    if not (wrong or todo) and not all_right([row]):
        reached, public, _ = points([row])
        is_todo = bool(row.results) and all(result.outcome is Outcome.TODO for result in row.results)
        first = run.spots.get((row.exercise, row.results[0].id)) if row.results else None
        file, _ = _place(first, root)
        title = f"{line(row.title)} ({reached}/{public})"
        yield public - reached, Annotation("warning" if is_todo else "error", title, "\n".join(verdict(row)), file, 1)


def _about(row: Checked, cause: Cause, run: PublicRun, root: Path) -> Annotation:
    check = cause.shown
    told = said_lines(check)
    told += [told_others(cause)] if cause.others else []
    file, at = _place(run.spots.get((row.exercise, check.id)), root)
    title = f"{line(check.title)} ({check.points}/{check.max_points})"
    level: Literal["error", "warning"] = "warning" if check.outcome is Outcome.TODO else "error"
    return Annotation(level, title if file else f"{row.exercise}: {title}", "\n".join(told) or title, file, at)


def _place(spot: Spot | None, root: Path) -> tuple[str, int]:
    """A file as the runner wants it, and the line; none for a file outside the repository, or with a name that can't be told."""
    if spot is None or len(spot.file) > LONGEST or set("\n\t") & set(spot.file) or broken(spot.file) != spot.file:
        return "", 0
    relative = Path(os.path.relpath(os.path.realpath(spot.file), os.path.realpath(root)))
    inside = not relative.is_absolute() and relative.parts[:1] != ("..",)
    return (relative.as_posix(), spot.line) if inside else ("", 0)


def _total(rows: Sequence[Checked], more: int) -> Annotation:
    rest = f" {count(more, 'more thing')} to mend: see the summary." if more > 0 else ""
    return Annotation("notice", "Public checks", f"{last_line(rows)}{rest}")
