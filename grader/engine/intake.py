"""Takes in what was handed in: unpacks archives for as long as a run lasts, and finds each student's work in them."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from grader.course.signature import signature
from grader.errors import UsageError
from grader.sandbox.outside.look_into import Looking
from grader.sandbox.outside.scratch import Scratch
from grader.submissions.archive import StudentZips, is_archive, unpack
from grader.submissions.class_list import by_roster
from grader.submissions.find import find_work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.course.course_toml import Course
    from grader.sandbox import lockdown
    from grader.sandbox.outside.look_into import KnownContents
    from grader.submissions.find import Form, Found
    from grader.submissions.roster import Roster


@contextmanager
def submissions_of(
    path: Path,
    course: Course,
    plan: lockdown.Plan,
    form: Form | None = None,
    roster: Roster | None = None,
    known: KnownContents | None = None,
) -> Iterator[Found]:
    """The work of a class (or of one student, whose folder it is) for all exercises; raises UsageError.

    With a roster, everyone on it is a student of the class. ``known`` are files that were looked into before. Unpacked archives
    are there until the block ends.
    """
    signatures = [signature(exercise) for exercise in course.exercises]
    is_course = path.resolve() == course.folder.resolve()
    with Scratch() as folder:
        with Looking(signatures, plan, known) as look:
            find = partial(find_work, exercises=signatures, look=look, form=form, zips=StudentZips(folder / "zips"))
            if is_archive(path):
                unpacked = unpack(path, folder / "class" / (path.stem.strip(".") or "submissions"))
                try:
                    found = find(unpacked.folder, unpacked=unpacked)
                except UsageError as error:
                    raise UsageError(str(error).replace(str(unpacked.folder), str(path))) from None
            else:
                found = find(path, is_course=is_course)
            if roster is not None:
                found = by_roster(found, roster, signatures, look)
        yield found
