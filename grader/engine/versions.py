"""The versions of what decides how work runs, and which of it this machine lacks."""

from __future__ import annotations

import platform
import shutil
import sys
from importlib import metadata
from typing import TYPE_CHECKING

import grader
from grader import package_table
from grader.course.course_toml import COURSE_FILE
from grader.sandbox.outside.packages import not_installed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.course.course_toml import Course, Exercise

SHOWN = (*package_table.SHOWN, "pytest")
LOOKED_FOR = 10  # versions that are newer than this one


def versions() -> dict[str, str]:
    """Name to version of the grader, Python, and those packages that are installed; imports none of them."""
    found = {"grader": grader.__version__, "python": platform.python_version()}
    for name in SHOWN:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def missing_packages(course: Course, exercises: Sequence[Exercise]) -> str:
    """A line on packages that a course allows and this machine lacks, since every import of them will fail; empty if none."""
    names = not_installed(name for exercise in exercises for name in exercise.packages)
    if not names:
        return ""
    told = [f"{name} ({', '.join(each.id for each in exercises if name in each.packages)})" for name in names]
    return (
        f"{course.folder / COURSE_FILE} allows packages that are not installed here: {', '.join(told)}. Work that imports "
        "them will fail; install them, or take them out of the file."
    )


def newer_python() -> str:
    """A line on a Python that is newer than the run's and on this machine too; empty if none is found.

    It is found by its name alone, and never run.
    """
    major, minor = sys.version_info[:2]
    found = [each for each in range(minor + 1, minor + LOOKED_FOR) if shutil.which(f"python{major}.{each}")]
    if not found:
        return ""
    return (
        f"This run has Python {major}.{minor}, and Python {major}.{found[-1]} is on this machine too. What a student wrote in "
        'syntax that only the newer one has is not run; the class page names it under "Needs a person".'
    )
