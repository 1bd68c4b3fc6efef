"""Writes the bundle that Classroom 50 fetches for a submission: ``autograder.py``, the students' package, and how to install it.

The bundle is public (anyone who knows its address can read it), so it holds what students have anyway: the public checks.
"""

from __future__ import annotations

import json
from importlib import metadata
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from grader.course.course_toml import PACKAGE_NAME
from grader.errors import CourseError
from grader.package_table import PACKAGES, uses_tensorflow
from grader.release.ci_pins import PYTHON
from grader.release.package_pin import PIN_FILE, pin_package
from grader.release.template_folder import update_folder
from grader.release.template_text import filled
from grader.release.wheel import made_version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.course.course_toml import Course

AUTOGRADER, INSTALL = "autograder.py", "INSTALL.md"
LARGEST = 10 << 20  # bytes of the packed bundle that Classroom 50's runner fetches (MAX_FETCH_BYTES in its runner.py)


def write_classroom50(course: Course, out: Path) -> list[Path]:
    """Write the bundle into ``out`` and give its files; the students' package is made in ``dist`` beside the course.

    Raises CourseError if the package can't be pinned or is too large for a bundle, UsageError if ``out`` holds anything else,
    and OutputError if something can't be written.
    """
    pin = pin_package(course, course.folder.parent / "dist")
    files: dict[str, str | bytes] = {
        AUTOGRADER: filled(
            "autograder.py.txt",
            pin=json.dumps(PIN_FILE),
            package=json.dumps(f"{course.package_name}=={made_version(course)}"),
            heavy=json.dumps(heavy_requirements(course)),
        ),
        INSTALL: install_text(course),
        **pin.files,
    }
    size = sum(len(content.encode() if isinstance(content, str) else content) for content in files.values())
    if size > LARGEST:
        raise CourseError(
            f"the bundle would have {size / (1 << 20):.1f} MB, and Classroom 50 takes 10 MB: put the package on a server, and "
            "its address into 'package' in course.toml"
        )
    return update_folder(out, files)


def heavy_requirements(course: Course) -> list[str]:
    """What pip must install for exercises about Keras, in the versions that the grader works with; nothing without such ones."""
    used = {name for each in course.exercises if uses_tensorflow(each.packages) for name in each.packages}
    wanted = {package.distribution for package in PACKAGES if package.name in used}
    return [f"{each.name}{each.specifier}" for each in _of_score() if each.name in wanted]


def _of_score() -> Iterator[Requirement]:
    """What the grader's extra ``score`` asks for."""
    for text in metadata.requires(PACKAGE_NAME) or ():
        requirement = Requirement(text)
        if requirement.marker is not None and requirement.marker.evaluate({"extra": "score", "python_version": PYTHON}):
            yield requirement


def install_text(course: Course) -> str:
    """What a teacher does with the bundle, in Markdown."""
    ids = [exercise.id for exercise in course.exercises]
    allowed = ["*", *(f"!{ident}.{kind}" for ident in ids for kind in ("ipynb", "py"))]
    heavy = [each.id for each in course.exercises if uses_tensorflow(each.packages)]
    why = (
        f"{' and '.join(heavy)} need TensorFlow, which has no wheel for Python 3.14, Classroom 50's default."
        if heavy
        else "The grader is tried with this one; Classroom 50's default is 3.14."
    )
    return filled(
        "classroom50.md",
        course=course.name,
        python=PYTHON,
        why=why,
        runtime=json.dumps({"runs-on": "ubuntu-latest", "python": PYTHON}),
        allowed=" ".join(f"--allowed-files '{pattern}'" for pattern in allowed),
        allowed_json=json.dumps(allowed),
    )
