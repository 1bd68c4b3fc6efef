"""Writes the teacher's private grading repository: the course, the grader's pin, and the workflow that grades a class.

The repository holds all it needs, so it is no fork and no clone of this project: the solutions are copied into it, and the grader
is the pinned wheel. Its job that runs students' code has no token, so it can't read a private repository, not even its own;
the job before hands it the files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.release.ci_pins import CHECKOUT, DOWNLOAD_ARTIFACT, PYTHON, SETUP_PYTHON, UPLOAD_ARTIFACT
from grader.release.course_packages import requirements, score_packages
from grader.release.package_pin import PIN_FILE, pin_package
from grader.release.template_folder import silent, update_folder
from grader.release.template_text import filled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course.course_toml import Course

WORKFLOW, SCRIPT = ".github/workflows/grade.yml", ".github/grading.py"
REPOSITORIES, ROSTER = "repositories.txt", "roster.csv"
SOLUTIONS, NEEDED = "solutions", "requirements.txt"


def write_grading(course: Course, out: Path, say: Callable[[str], None] = silent) -> list[Path]:
    """Write the repository into ``out`` and give its files; what a teacher wrote there into a list stays as it is.

    ``say`` hears which other files were replaced. Raises CourseError if the package can't be pinned, UsageError if
    ``out`` is another folder with files or lies in the course, and OutputError if something can't be written.
    """
    if out.resolve().is_relative_to(course.folder.resolve()):
        raise UsageError(f"{out} lies in the course, which would be copied into itself: name another folder.")
    pin = pin_package(course, course.folder.parent / "dist")
    files: dict[str, str | bytes] = {
        "README.md": filled("grading_readme.md", course=course.name, pin=PIN_FILE, requirements=NEEDED),
        WORKFLOW: workflow_text(course),
        SCRIPT: filled("grading.py.txt"),
        REPOSITORIES: filled("repositories.txt"),
        NEEDED: requirements(score_packages(course)),
        **pin.files,
        **_course_files(course),
    }
    for name in (REPOSITORIES, ROSTER):
        if (out / name).is_file():
            files[name] = (out / name).read_bytes()
    return update_folder(out, files, say)


def _course_files(course: Course) -> dict[str, bytes]:
    """The course's own files, by their paths in the repository; caches and hidden files are none."""
    found: dict[str, bytes] = {}
    for path in sorted(course.folder.rglob("*")):
        parts = path.relative_to(course.folder).parts
        if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in parts):
            found["/".join((SOLUTIONS, *parts))] = path.read_bytes()
    return found


def workflow_text(course: Course) -> str:
    """The workflow that collects, scores and publishes."""
    return filled(
        "grading_workflow.yml",
        checkout=CHECKOUT,
        upload=UPLOAD_ARTIFACT,
        download=DOWNLOAD_ARTIFACT,
        setup_python=SETUP_PYTHON,
        python=PYTHON,
        pin=PIN_FILE,
        requirements=NEEDED,
    )
