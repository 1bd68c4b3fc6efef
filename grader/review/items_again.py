"""What rubric items settled, worked out again where the course now gives them other points."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.course_toml import find_course, load_course
from grader.errors import UsageError
from grader.reports.words import count
from grader.review.desk import Desk
from grader.review.marking_guide import guides_of
from grader.scores.read_run import read_run

if TYPE_CHECKING:
    from grader.scores.records import Results


def work_out_again(run: Path, course: Path | None) -> tuple[str, ...]:
    """Append to ``run/decisions.jsonl`` what follows from the items of earlier decisions, and return what to say about it.

    Nothing is said, and nothing done, where the course gives the same points. ``course`` is as `course_of_run` gives it.
    Raises CourseError, UsageError and OutputError.
    """
    if course is None:
        return ()
    changed, gone = Desk(run, lambda: read_run(run), "", guides_of(course)).work_out_again()
    told = []
    if changed:
        told.append(
            f"The rubric's points have changed: {count(changed, 'answer')} that rubric items settled "
            f"{'has' if changed == 1 else 'have'} other points now, worked out from the same items."
        )
    if gone:
        told.append(
            f"{count(gone, 'answer')} {'was' if gone == 1 else 'were'} settled by rubric items that are no longer in the "
            f"rubric; {'its' if gone == 1 else 'their'} points stay."
        )
    return tuple(told)


def course_of_run(results: Results, folder: Path | None) -> Path | None:
    """Return the folder of the run's course: the one named, else the nearest if it has the run's name; None if there is none."""
    if folder is not None:
        return folder
    try:
        nearest = find_course(Path.cwd())
    except UsageError:
        return None
    return nearest if load_course(nearest).name == results.run.course else None
