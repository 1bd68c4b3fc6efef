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
SLURM, PARALLEL = "cluster/slurm.sh", "cluster/parallel.sh"
REPOSITORIES, ROSTER = "repositories.txt", "roster.csv"
SOLUTIONS, NEEDED = "solutions", "requirements.txt"


def write_grading(course: Course, out: Path, say: Callable[[str], None] = silent, shards: int = 1) -> list[Path]:
    """Write the repository into ``out`` and give its files; what a teacher wrote there into a list stays as it is.

    With several ``shards`` its workflow grades the class in as many jobs at once, and merges the parts. ``say`` hears which other
    files were replaced. Raises CourseError if the package can't be pinned, UsageError if ``out`` is another folder with files or
    lies in the course, and OutputError if something can't be written.
    """
    if out.resolve().is_relative_to(course.folder.resolve()):
        raise UsageError(f"{out} lies in the course, which would be copied into itself: name another folder.")
    pin = pin_package(course, course.folder.parent / "dist")
    files: dict[str, str | bytes] = {
        "README.md": _readme(course, shards),
        WORKFLOW: workflow_text(shards),
        SCRIPT: filled("grading.py.txt"),
        SLURM: filled("slurm.sh"),
        PARALLEL: filled("parallel.sh"),
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


def workflow_text(shards: int = 1) -> str:
    """The workflow that collects, scores and publishes; with several ``shards`` these are jobs of their own, which it merges."""
    pinned = {
        "upload": UPLOAD_ARTIFACT, "download": DOWNLOAD_ARTIFACT, "setup_python": SETUP_PYTHON, "python": PYTHON, "pin": PIN_FILE,
        "requirements": NEEDED,
    }  # fmt: skip
    if shards == 1:
        own = dict.fromkeys(("seed", "matrix", "shard", "shard_options", "merge"), "")
        own |= {"graded": "earlier", "scored": "scored", "last": "score"}
    else:
        own = {
            "seed": "python3 -I course/.github/grading.py seed earlier # one for all parts",
            "matrix": f"strategy:\n  fail-fast: false\n  matrix:\n    shard: {[*range(1, shards + 1)]}",
            "shard": f"env:\n  SHARD: ${{{{ matrix.shard }}}}/{shards}",
            "shard_options": 'options+=(--shard "$SHARD" --seed "$(cat earlier/.seed)")',
            "merge": "\n" + filled("grading_merge_job.yml", **pinned),
            "graded": "part",
            "scored": "part-${{ matrix.shard }}",
            "last": "merge",
        }
    return filled("grading_workflow.yml", checkout=CHECKOUT, **pinned, **own)


def _readme(course: Course, shards: int) -> str:
    if shards == 1:
        merge, many = "", filled("grading_one_job.md")
    else:
        merge = "| merge | brings the parts of the class together | none | no |"
        many = filled("grading_many_jobs.md", shards=str(shards))
    return filled("grading_readme.md", course=course.name, pin=PIN_FILE, requirements=NEEDED, merge=merge, many=many)
