"""Writes the bundle that Classroom 50 fetches for a submission: ``autograder.py``, the students' package, and how to install it.

The bundle is public (anyone who knows its address can read it), so it holds what students have anyway: the public checks.
"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from grader.errors import CourseError
from grader.package_table import is_about_deep_learning
from grader.release.ci_pins import PYTHON
from grader.release.course_packages import heavy_packages, light_packages, requirements
from grader.release.package_pin import PIN_FILE, pin_package
from grader.release.student_repository import HEAVY, LIGHT
from grader.release.template_folder import silent, update_folder
from grader.release.template_text import filled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course.course_toml import Course

AUTOGRADER, INSTALL = "autograder.py", "INSTALL.md"
LARGEST = 10 << 20  # bytes of the packed bundle that Classroom 50's runner fetches (MAX_FETCH_BYTES in its runner.py)


def write_classroom50(course: Course, out: Path, say: Callable[[str], None] = silent) -> list[Path]:
    """Write the bundle into ``out`` and give its files; the students' package is made in ``dist`` beside the course.

    ``say`` hears which files were replaced. Raises CourseError if the package can't be pinned or is too large for a bundle,
    UsageError if ``out`` is another folder with files, and OutputError if something can't be written.
    """
    files: dict[str, str | bytes] = {
        AUTOGRADER: filled("autograder.py.txt", pin=PIN_FILE, light=LIGHT, heavy=HEAVY),
        INSTALL: install_text(course),
        LIGHT: requirements(light_packages(course)),
    }
    if heavy := heavy_packages(course):
        files[HEAVY] = requirements(heavy)
    files |= pin_package(course, course.folder.parent / "dist").files
    size = sum(len(content.encode() if isinstance(content, str) else content) for content in files.values())
    if size > LARGEST:
        raise CourseError(
            f"the bundle would have {size / (1 << 20):.1f} MB, and Classroom 50 takes 10 MB: put the package on a server, and "
            "its address into 'package' in course.toml"
        )
    return update_folder(out, files, say)


def install_text(course: Course) -> str:
    """What a teacher does with the bundle, in Markdown."""
    allowed = ["*", *(f"!{exercise.id}.{kind}" for exercise in course.exercises for kind in ("ipynb", "py"))]
    heavy = [each.id for each in course.exercises if is_about_deep_learning(each.packages)]
    why = (
        f"Classroom 50's default is 3.14, for which there is no TensorFlow yet, and that is needed for {' and '.join(heavy)}."
        if heavy
        else "The grader is tried with this one; Classroom 50's default is 3.14."
    )
    return filled(
        "classroom50.md",
        course=course.name,
        name=shlex.quote(course.name),
        python=PYTHON,
        why=why,
        runtime=json.dumps({"runs-on": "ubuntu-latest", "python": PYTHON}),
        allowed=" ".join(f"--allowed-files '{pattern}'" for pattern in allowed),
        allowed_json=json.dumps(allowed),
    )
