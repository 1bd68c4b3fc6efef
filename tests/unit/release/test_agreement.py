"""`grader release --check` says in a line each what of a course does not agree, and ends with 1."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader import cli

MASTER = '''# %% [markdown]
# # Halves
#
# - **Time:** a minute
# - **Points:** 3

# %%
def half(a):
    """Halves."""
    # TODO 1
    # >>> solution
    return a / 2
    # <<<
'''
CHECKS = '''import pytest
from grader.checks.authoring import same


@pytest.mark.points(2)
def check_half_values(rng, student, expected):
    """half halves"""
    a = rng.normal(size=3)
    same(student.half(a), expected.half(a))
'''
HIDDEN = CHECKS.replace("points(2)", "points(1)").replace("half_values", "half_of_more").replace("size=3", "size=9")
ENTRY = '[[exercises]]\nid = "{id}"\ntitle = "T"\npackages = ["numpy"]\n'
Check = Callable[[], tuple[int, list[str]]]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Write a course of one exercise, and release it."""
    folder = tmp_path / "solutions"
    (folder / "checks").mkdir(parents=True)
    (folder / "course.toml").write_text('name = "N"\n' + ENTRY.format(id="01_half"))
    (folder / "01_half.py").write_text(MASTER)
    (folder / "checks" / "check_01_half.py").write_text(CHECKS)
    (folder / "checks" / "hidden_01_half.py").write_text(HIDDEN)
    assert cli.main(["release", "--course", str(folder)]) == 0
    return folder


@pytest.fixture
def check(course: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """Check it, and give the exit code and the lines that are told."""

    def checking() -> tuple[int, list[str]]:
        capsys.readouterr()
        code = cli.main(["release", "--check", "--course", str(course)])
        return code, capsys.readouterr().err.splitlines()

    return checking


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_course_that_agrees_says_nothing(check: Check) -> None:
    assert check() == (0, [])


def test_points_that_the_head_of_a_master_tells_otherwise_are_named(course: Path, check: Check) -> None:
    edit(course / "checks" / "hidden_01_half.py", "points(1)", "points(4)")
    code, (line,) = check()
    assert code == 1
    assert line == f"grader: {course / '01_half.py'} says 3 points, and its checks give 6; correct one of them."


def test_a_master_whose_head_tells_no_points_is_right(course: Path, check: Check) -> None:
    edit(course / "01_half.py", "# - **Points:** 3\n", "")
    assert cli.main(["release", "--course", str(course)]) == 0
    assert check() == (0, [])


def test_stubs_of_an_exercise_that_was_taken_out_are_named(course: Path, check: Check) -> None:
    out = course.parent / "exercises"
    for name in ("02_gone.py", "02_gone.ipynb", "README.md"):
        (out / name).write_text("x")
    code, lines = check()
    assert code == 1
    assert [line.partition(" is of no exercise")[0] for line in lines] == [
        f"grader: {out / '02_gone.ipynb'}",
        f"grader: {out / '02_gone.py'}",
    ]
    assert (out / "02_gone.py").exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("return a / 2", "return 1 / 0", "ZeroDivisionError"),
        ("return a / 2", "return a / two", "name 'two' is not defined"),
        ('"""Halves."""', '"""Halves."""\n    raise ValueError("a\\nb")', "ValueError: a b"),
    ],
)
def test_a_solution_that_raises_is_named(course: Path, check: Check, old: str, new: str, said: str) -> None:
    edit(course / "01_half.py", old, new)
    assert cli.main(["release", "--course", str(course)]) == 0
    code, (line,) = check()
    assert code == 1
    assert str(course / "01_half.py") in line
    assert said in line


@pytest.mark.parametrize("name", ["check_01_half.py", "hidden_01_half.py"])
@pytest.mark.parametrize(
    ("added", "said"),
    [
        (b"def f(:\n", ", line 10: this is not valid Python"),
        (b"# \xe9\n", ": can't be read ('utf-8' codec"),
        (b"\0", ""),
    ],
)
def test_a_check_file_that_is_no_python_is_one_line(
    course: Path, check: Check, name: str, added: bytes, said: str
) -> None:
    """It was a traceback, for one bracket too many."""
    file = course / "checks" / name
    file.write_bytes(file.read_bytes() + added)
    code, (line,) = check()
    assert code == 2
    assert line.startswith(f"grader: {file}")
    assert said in line


def test_a_package_that_was_made_from_other_files_is_named(course: Path, check: Check) -> None:
    assert cli.main(["release", "--wheel", "--course", str(course)]) == 0
    assert check() == (0, [])
    edit(course / "01_half.py", "return a / 2", "return a * 0.5")
    code, (line,) = check()
    assert code == 1
    assert line.startswith(f"grader: {course.parent / 'dist'}")
    assert "was made from other files than these; run `grader release --wheel`" in line
    assert cli.main(["release", "--wheel", "--course", str(course)]) == 0
    assert check() == (0, [])


def test_a_package_that_is_no_package_is_named(course: Path, check: Check) -> None:
    assert cli.main(["release", "--wheel", "--course", str(course)]) == 0
    (wheel,) = (course.parent / "dist").iterdir()
    wheel.write_bytes(b"PK")
    assert check()[0] == 1


def test_a_package_that_is_not_installed_is_told_to_the_author(course: Path, check: Check) -> None:
    edit(course / "course.toml", '["numpy"]', '["numpy", "no_such_package"]')
    code, (line,) = check()
    assert code == 0
    assert "no_such_package (01_half)" in line


def test_a_package_has_the_name_and_version_of_its_course(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two courses whose packages had one name and one version: pip kept the first one's."""
    edit(
        course / "course.toml",
        'name = "N"\n',
        'name = "N"\npackage_name = "gru-grader-NLP.b"\npackage_version = "2026.1"\n',
    )
    capsys.readouterr()
    assert cli.main(["release", "--wheel", "--course", str(course)]) == 0
    wheel = Path(capsys.readouterr().out.strip())
    assert wheel.name == "gru_grader_nlp_b-2026.1-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read("gru_grader_nlp_b-2026.1.dist-info/METADATA").decode()
        facts = json.loads(archive.read("grader/packaged/course.json"))
        assert "grader/cli.py" in archive.namelist()
    assert "Name: gru-grader-NLP.b\nVersion: 2026.1\n" in metadata
    assert facts["name"] == "N"
