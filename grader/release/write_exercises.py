"""Writes what is made from the masters: stubs for students, clean solutions for instructors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.course.cells import with_install_cell
from grader.course.make_notebook import colab_link
from grader.course.master import read_master, solution_text, stub_text
from grader.errors import UsageError
from grader.release.notebook_file import notebook_file
from grader.scores.atomic import make_folder, replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.course.course_toml import Course, Exercise


def release(course: Course, out: Path, check: bool = False) -> list[str]:
    """Write every exercise's stub as ``.py`` and ``.ipynb`` into ``out``; return the names of the files that differed.

    With ``check`` nothing is written. Raises CourseError if a master breaks a rule: then nothing is written either.
    """
    made: dict[str, str] = {}
    for exercise in course.exercises:
        made |= stubs(course, exercise)
    return _bring_up_to_date(course, out, made, check)


def stubs(course: Course, exercise: Exercise) -> dict[str, str]:
    """Make an exercise's stub as ``.py`` and ``.ipynb``, by file name; raises CourseError if its master breaks a rule."""
    stub = with_install_cell(stub_text(read_master(exercise.master)), f"{exercise.id}.py", course.package)
    notebook = notebook_file(stub, exercise.id, colab_link(course, exercise.id))
    return {f"{exercise.id}.py": stub, f"{exercise.id}.ipynb": notebook}


def solved(exercise: Exercise) -> dict[str, str]:
    """Make an exercise's solution, its marks taken out, as ``.py`` and ``.ipynb``, by file name."""
    solution = solution_text(read_master(exercise.master))
    return {f"{exercise.id}.py": solution, f"{exercise.id}.ipynb": notebook_file(solution, exercise.id)}


def differing(out: Path, made: Mapping[str, str]) -> list[str]:
    """Name the files that ``out`` lacks, or holds with another content than was made."""
    return [name for name, text in made.items() if _bytes(out / name) != text.encode()]


def strays(course: Course, out: Path) -> list[str]:
    """Name the scripts and notebooks in ``out`` that belong to no exercise of the course: stubs of one that was taken out."""
    ids = {exercise.id for exercise in course.exercises}
    found = [*out.glob("*.py"), *out.glob("*.ipynb")] if out.is_dir() else []
    return sorted(file.name for file in found if file.is_file() and file.stem not in ids)


def release_solutions(course: Course, out: Path) -> list[str]:
    """Write every solution, its marks taken out, as ``.py`` and ``.ipynb`` into ``out``; return what differed.

    Raises UsageError for the folder of the students' stubs.
    """
    if out.resolve() == (course.folder.parent / "exercises").resolve():
        raise UsageError(f"{out} holds what students get, which this would overwrite: name another folder.")
    made: dict[str, str] = {}
    for exercise in course.exercises:
        made |= solved(exercise)
    return _bring_up_to_date(course, out, made, check=False)


def _bring_up_to_date(course: Course, out: Path, made: dict[str, str], check: bool) -> list[str]:
    if out.resolve() == course.folder.resolve():
        raise UsageError(f"{out} holds the masters, which this would overwrite: name another folder.")
    names = differing(out, made)
    if not check:
        make_folder(out)
        for name in names:
            replace_file(out / name, made[name])
    return names


def _bytes(file: Path) -> bytes | None:
    # git on Windows may have checked the file out with other line ends
    return file.read_bytes().replace(b"\r\n", b"\n") if file.is_file() else None
