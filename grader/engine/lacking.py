"""Packages that a course allows and this machine lacks: told before a run, since every import of them will fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.course.course_toml import COURSE_FILE
from grader.sandbox.outside.packages import not_installed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.course.course_toml import Course, Exercise


def lacking(course: Course, exercises: Sequence[Exercise]) -> str:
    """What an author or instructor is told, in one line; empty where every package is there."""
    names = not_installed(name for exercise in exercises for name in exercise.packages)
    if not names:
        return ""
    told = [f"{name} ({', '.join(each.id for each in exercises if name in each.packages)})" for name in names]
    return (
        f"{course.folder / COURSE_FILE} allows packages that are not installed here: {', '.join(told)}. Work that imports "
        "them will fail; install them, or take them out of the file."
    )
