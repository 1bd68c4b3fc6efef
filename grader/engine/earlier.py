"""What a run of some exercises leaves as it was: the rows that the folder holds of the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.scores.records import Results, Status, SubmissionResult, as_written
from grader.submissions.names import page_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.submissions.find import Work


def joined(
    new: Results,
    earlier: Results,
    works: Sequence[Work],
    order: Sequence[str],
    blank: Callable[[Work, str, int], SubmissionResult],
) -> Results:
    """New results together with the earlier rows of exercises that were not graded now.

    Each student of either run has a row for each exercise of either: ``works`` are what the class handed in, of which
    ``blank`` makes the row of one that nobody has graded, given its page and the points that there are. ``order`` is that
    of the course.
    """
    graded = {exercise.id for exercise in new.exercises}
    kept = [exercise for exercise in earlier.exercises if exercise.id not in graded]
    if not kept:
        return new
    place = {exercise: at for at, exercise in enumerate(order)}
    exercises = sorted([*new.exercises, *kept], key=lambda exercise: place.get(exercise.id, len(place)))
    # results.json writes what is no UTF-8 as escapes: under these the student of an earlier run is found again
    ids = {as_written(row.student): row.student for row in (*earlier.submissions, *new.submissions)}
    rows = {(row.student, row.exercise): row for row in new.submissions}
    for row in earlier.submissions:
        if row.exercise not in graded:
            student = ids[as_written(row.student)]
            at = row.graded_at or (None if row.is_ungraded else earlier.run.started)
            rows[student, row.exercise] = replace(row, student=student, graded_at=at)
    handed_in = {(work.student, work.exercise): work for work in works}
    for student in ids.values():
        for exercise in exercises:
            key = (student, exercise.id)
            if key in handed_in:
                rows.setdefault(key, blank(handed_in[key], "", exercise.max_points))
            rows.setdefault(key, _missing(student, exercise.id, exercise.max_points))
    pages = page_names(sorted(ids.values()))
    mistakes = {each.id: each for each in (*earlier.misconceptions, *new.misconceptions)}
    return replace(
        new,
        exercises=tuple(exercises),
        submissions=tuple(replace(row, page=pages[row.student]) for row in rows.values()),
        misconceptions=tuple(mistakes.values()),
    )


def _missing(student: str, exercise: str, max_points: int) -> SubmissionResult:
    return SubmissionResult(
        student=student, exercise=exercise, path=None, page="", sha256=None, status=Status.MISSING,
        points=0, pending_points=0, max_points=max_points, seconds=0.0,
    )  # fmt: skip
