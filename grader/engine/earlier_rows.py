"""Keeps the rows that the folder holds of exercises which a run of some exercises did not grade."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.engine.rows import blank
from grader.scores.packed_rows import GrowingRows
from grader.scores.records import Status, as_written
from grader.scores.row_heads import changed, heads_of
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
    rows = GrowingRows()
    there: set[tuple[str, str]] = set()

    def put(row: SubmissionResult) -> None:
        there.add((row.student, row.exercise))
        rows.add(row)

    for row in new.submissions:
        put(row)
    ids = _ids_now(new, renamed or {})
    students = {as_written(row.student): row.student for row in heads_of(new.submissions)}
    gone = _gone(new, earlier)
    old = heads_of(earlier.submissions)
    for at in sorted(range(len(old)), key=lambda at: ids(old[at].student) != (old[at].student,)):
        for student in ids(old[at].student) if old[at].student not in gone else ():
            students.setdefault(as_written(student), student)
            if old[at].exercise not in graded and (student, old[at].exercise) not in there:
                when = old[at].graded_at or (None if old[at].is_ungraded else earlier.run.started)
                put(replace(earlier.submissions[at], student=student, graded_at=when, kept=False))
    handed_in = {(student, work.exercise): work for work in works for student in work.students}
    for student in students.values():
        for exercise in exercises:
            key = (student, exercise.id)
            if key not in there:
                work = handed_in.get(key, Work((student,), exercise.id))
                put(not_graded(blank(work, student, exercise.max_points)))
    pages = page_names(sorted(students.values()))
    mistakes = {each.id: each for each in (*earlier.misconceptions, *new.misconceptions)}
    return replace(
        new,
        exercises=tuple(exercises),
        submissions=changed(rows.rows(), lambda row: replace(row, page=pages[row.student])),
        misconceptions=tuple(mistakes.values()),
        roster=new.roster or earlier.roster,
    )


def _gone(new: Results, earlier: Results) -> set[str]:
    """Who was in the class by an earlier roster, is in it by the new one no more, and never handed in anything."""
    if not new.roster:
        return set()
    handed_in = {row.student for row in heads_of(earlier.submissions) if row.status is not Status.MISSING}
    return {person.student for person in earlier.roster} - {person.student for person in new.roster} - handed_in


def _ids_now(new: Results, renamed: Mapping[str, Sequence[str]]) -> Callable[[str], tuple[str, ...]]:
    """What gives the ids that stand now for a student of an earlier run."""
    # results.json writes what is not UTF-8 as escapes, so a student of an earlier run is found under those
    known = {as_written(row.student): row.student for row in heads_of(new.submissions)}
    others = {as_written(student): tuple(ids) for student, ids in renamed.items()}
    listed = {person.student for person in new.roster}

    def ids(student: str) -> tuple[str, ...]:
        written = as_written(student)
        if written in others and student not in listed:
            return others[written]
        return (known.get(written, student),)

    return ids
