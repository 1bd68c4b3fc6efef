"""A release writes the same bytes each time, changes nothing when asked to check, and spares the masters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest

from grader.course.course_toml import Course, load_course
from grader.errors import CourseError, UsageError
from grader.release.write_exercises import release, release_solutions

if TYPE_CHECKING:
    from pathlib import Path

MASTER = "# %% [markdown]\n# # One\n\n\n# %%\ndef one():\n    # TODO 1\n    # >>> solution\n    return 1\n    # <<<\n"
EXERCISE = '[[exercises]]\nid = "{id}"\ntitle = "T"\n'


@pytest.fixture
def course(tmp_path) -> Course:
    """Give a course of two exercises."""
    folder = tmp_path / "solutions"
    folder.mkdir()
    (folder / "course.toml").write_text(
        'name = "N"\nrepository = "o/n"\n' + EXERCISE.format(id="a") + EXERCISE.format(id="b")
    )
    for name in ("a.py", "b.py"):
        (folder / name).write_text(MASTER)
    return load_course(folder)


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder."""
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def test_every_exercise_comes_as_script_and_notebook(course, tmp_path):
    written = release(course, tmp_path / "out")

    assert written == ["a.py", "a.ipynb", "b.py", "b.ipynb"]
    assert sorted(contents(tmp_path / "out")) == sorted(written)
    assert b"colab.research.google.com" in (tmp_path / "out" / "a.ipynb").read_bytes()


def test_the_same_course_gives_the_same_bytes(course, tmp_path):
    release(course, tmp_path / "first")
    release(course, tmp_path / "second" / "deeper")

    assert contents(tmp_path / "first") == contents(tmp_path / "second" / "deeper")


def test_a_second_release_changes_nothing(course, tmp_path):
    release(course, tmp_path)

    assert release(course, tmp_path) == []


def test_check_finds_an_edited_and_a_missing_stub_and_writes_nothing(course, tmp_path):
    out = tmp_path / "out"
    release(course, out)
    (out / "a.py").write_text((out / "a.py").read_text() + "# edited\n")
    (out / "b.ipynb").unlink()
    before = contents(out)

    assert release(course, out, check=True) == ["a.py", "b.ipynb"]
    assert contents(out) == before


def test_check_makes_no_folder(course, tmp_path):
    assert len(release(course, tmp_path / "out", check=True)) == 4
    assert not (tmp_path / "out").exists()


def test_check_does_not_mind_windows_line_ends(course, tmp_path):
    """Git may check a file out with other line ends; that is nobody's edit."""
    release(course, tmp_path)
    (tmp_path / "a.py").write_bytes((tmp_path / "a.py").read_bytes().replace(b"\n", b"\r\n"))

    assert release(course, tmp_path, check=True) == []


def test_a_slip_in_one_master_writes_none(course, tmp_path):
    (course.folder / "b.py").write_text(MASTER.replace("# <<<", "#"))

    with pytest.raises(CourseError, match=r"b\.py, line 8"):
        release(course, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("write", [release, release_solutions])
def test_the_masters_are_never_overwritten(course, write):
    before = (course.folder / "a.py").read_bytes()

    with pytest.raises(UsageError, match="holds the masters"):
        write(course, course.folder.parent / "solutions" / ".." / "solutions")
    assert (course.folder / "a.py").read_bytes() == before


def test_the_students_stubs_are_never_overwritten_with_solutions(course):
    exercises = course.folder.parent / "exercises"
    release(course, exercises)
    before = (exercises / "a.py").read_bytes()

    with pytest.raises(UsageError, match="holds what students get"):
        release_solutions(course, exercises)
    assert (exercises / "a.py").read_bytes() == before


def test_solutions_come_as_script_and_notebook_without_marks(course, tmp_path):
    release_solutions(course, tmp_path / "out")
    script = (tmp_path / "out" / "a.py").read_text()
    notebook = nbformat.read(tmp_path / "out" / "a.ipynb", as_version=4)

    assert "return 1" in script
    assert "# >>>" not in script
    assert "return 1" in notebook.cells[1].source
