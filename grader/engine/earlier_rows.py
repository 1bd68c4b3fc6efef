"""Keeps the rows that the folder holds of exercises which a run of some exercises did not grade."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.engine.rows import blank
from grader.scores.records import Status, as_written
from grader.submissions.names import page_names
from grader.submissions.works import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.scores.records import Results, SubmissionResult


def joined(
    new: Results,
    earlier: Results,
    works: Sequence[Work],
    order: Sequence[str],
    not_graded: Callable[[SubmissionResult], SubmissionResult],
    renamed: Mapping[str, Sequence[str]] | None = None,
) -> Results:
    """New results together with the earlier rows of exercises that were not graded now.

    Each student of either run has a row for each exercise of either: ``works`` are what the class handed in, and
    ``not_graded`` makes the row of a work that has not been graded. ``order`` is the course's, and
    ``renamed`` has the ids that stand for a student now: an earlier run may have had no roster, or another one.
    """
    graded = {exercise.id for exercise in new.exercises}
    kept = [exercise for exercise in earlier.exercises if exercise.id not in graded]
    if not kept:
        return new
    place = {exercise: at for at, exercise in enumerate(order)}
    exercises = sorted([*new.exercises, *kept], key=lambda exercise: place.get(exercise.id, len(place)))
    rows = {(row.student, row.exercise): row for row in new.submissions}
    ids = _ids_now(new, renamed or {})
    students = {as_written(row.student): row.student for row in new.submissions}
    gone = _gone(new, earlier)
    for row in sorted(earlier.submissions, key=lambda row: ids(row.student) != (row.student,)):
        for student in ids(row.student) if row.student not in gone else ():
            students.setdefault(as_written(student), student)
            if row.exercise not in graded:
                at = row.graded_at or (None if row.is_ungraded else earlier.run.started)
                rows.setdefault((student, row.exercise), replace(row, student=student, graded_at=at, kept=False))
    handed_in = {(student, work.exercise): work for work in works for student in work.students}
    for student in students.values():
        for exercise in exercises:
            key = (student, exercise.id)
            work = handed_in.get(key, Work((student,), exercise.id))
            rows.setdefault(key, not_graded(blank(work, student, exercise.max_points)))
    pages = page_names(sorted(students.values()))
    mistakes = {each.id: each for each in (*earlier.misconceptions, *new.misconceptions)}
    return replace(
        new,
        exercises=tuple(exercises),
        submissions=tuple(replace(row, page=pages[row.student]) for row in rows.values()),
        misconceptions=tuple(mistakes.values()),
        roster=new.roster or earlier.roster,
    )


def _gone(new: Results, earlier: Results) -> set[str]:
    """Who was in the class by an earlier roster, is in it by the new one no more, and never handed in anything."""
    if not new.roster:
        return set()
    handed_in = {row.student for row in earlier.submissions if row.status is not Status.MISSING}
    return {person.student for person in earlier.roster} - {person.student for person in new.roster} - handed_in


def _ids_now(new: Results, renamed: Mapping[str, Sequence[str]]) -> Callable[[str], tuple[str, ...]]:
    """What gives the ids that stand now for a student of an earlier run."""
    # results.json writes what is not UTF-8 as escapes, so a student of an earlier run is found under those
    known = {as_written(row.student): row.student for row in new.submissions}
    others = {as_written(student): tuple(ids) for student, ids in renamed.items()}
    listed = {person.student for person in new.roster}

    def ids(student: str) -> tuple[str, ...]:
        written = as_written(student)
        if written in others and student not in listed:
            return others[written]
        return (known.get(written, student),)

    return ids
