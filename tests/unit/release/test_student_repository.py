"""The template of any course: its own names and points, and what it needs installed."""

from __future__ import annotations

from importlib import metadata

import pytest

from grader import cli
from grader.errors import UsageError
from grader.release.course_packages import heavy_packages, light_packages, requirements
from grader.release.student_repository import write_github, write_gitlab


@pytest.mark.parametrize("write", [write_github, write_gitlab])
def test_a_second_release_writes_the_same_bytes(small, tmp_path, write):
    first = {path: path.read_bytes() for path in write(small(), tmp_path / "out")}

    assert {path: path.read_bytes() for path in write(small(), tmp_path / "out")} == first


def test_a_release_after_a_new_version_leaves_no_old_wheel(small, tmp_path):
    write_github(small(), tmp_path / "out")
    write_github(small('package_version = "2026.2"'), tmp_path / "out")

    assert [path.name for path in tmp_path.glob("out/.grader/*.whl")] == ["gru_grader-2026.2-py3-none-any.whl"]


def test_a_folder_with_other_files_is_refused_before_the_package_is_made(small, tmp_path):
    course = small()
    with pytest.raises(UsageError, match=r"solutions holds 01_half.py|holds checks/check_01_half.py"):
        write_github(course, course.folder)
    assert not (course.folder.parent / "dist").exists()


def test_a_course_without_a_page_about_its_exercises_has_no_link_to_one(small, tmp_path):
    write_github(small(), tmp_path / "out")
    text = (tmp_path / "out" / "README.md").read_text()

    assert not (tmp_path / "out" / "README-exercises.md").exists()
    assert "README-exercises" not in text
    assert "| `01_half` | Halves \\| wholes | 2 | 2 |" in text


def test_with_an_address_no_wheel_lies_in_the_template(small, tmp_path):
    course = small('package = "https://example.org/gru_grader-2026.1-py3-none-any.whl"\npackage_version = "2026.1"')
    files = write_gitlab(course, tmp_path / "out")

    assert [path for path in files if path.suffix == ".whl"] == []
    assert "gru-grader @ https://example.org/" in (tmp_path / "out" / ".grader" / "grader.txt").read_text()


def test_only_what_deep_learning_alone_needs_is_installed_apart(small):
    course = small(packages='["numpy", "pandas", "math", "tensorflow", "tf_keras"]')

    assert light_packages(course) == ("numpy", "packaging", "pytest")
    assert heavy_packages(course) == ("pandas", "tensorflow", "tf-keras")
    assert heavy_packages(small(packages='["numpy", "no_such_package"]')) == ()
    assert "no_such_package" in light_packages(small(packages='["numpy", "no_such_package"]'))


def test_requirements_have_the_versions_of_this_machine():
    assert requirements(["numpy", "no-such-package"]) == f"numpy=={metadata.version('numpy')}\nno-such-package\n"


def typed(course, *options):
    return cli.main(["release", "--course", str(course.folder), *map(str, options)])


def test_the_command_prints_the_files_that_it_wrote(small, tmp_path, capsys):
    assert typed(small(), "--github", tmp_path / "out") == 0

    printed = capsys.readouterr().out.splitlines()
    assert str(tmp_path / "out" / ".github" / "workflows" / "grade.yml") in printed
    assert sorted(printed) == sorted(str(path) for path in (tmp_path / "out").rglob("*") if path.is_file())


def test_several_things_can_be_asked_for_at_once_and_the_stubs_are_not_among_them(small, tmp_path, capsys):
    course = small()
    assert typed(course, "--gitlab", tmp_path / "lab", "--solutions", tmp_path / "solved", "--wheel") == 0
    assert typed(course, "--solutions", tmp_path / "solved") == 0, "nothing differs"

    assert (tmp_path / "lab" / ".gitlab-ci.yml").is_file()
    assert (tmp_path / "solved" / "01_half.py").is_file()
    assert not (course.folder.parent / "exercises").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--classic"], "--classic adds steps to what --github OUT writes: name it as well."),
        (["--github", ""], "argument --github: the name is empty"),
    ],
)
def test_a_wrong_option_is_one_line_and_exit_2(small, capsys, options, said):
    assert typed(small(), *options) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


@pytest.mark.parametrize("option", ["--github", "--gitlab", "--classroom50", "--grading"])
@pytest.mark.parametrize("place", ["exercises", "exercises/template", "solutions/template", "template", "."])
def test_no_template_is_written_into_the_courses_own_folder(small, capsys, option, place):
    """Whoever pushed it would give students the solutions."""
    course = small()
    own = course.folder.parent
    (own / "exercises").mkdir()
    before = sorted(own.rglob("*"))

    assert typed(course, option, own / place) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(
        f"{own / place} lies in the course's own folder, which students must not get: name a folder outside."
    )
    assert sorted(own.rglob("*")) == before


def test_what_lies_beside_a_course_without_a_folder_of_its_own_is_no_part_of_it(small):
    course = small()

    assert typed(course, "--gitlab", course.folder.parent / "template") == 0
    assert typed(course, "--gitlab", course.folder.parent / "exercises") == 2


@pytest.mark.parametrize(
    ("one", "other", "second"),
    [("--github", "--gitlab", "out"), ("--classroom50", "--grading", "x/../out"), ("--gitlab", "--solutions", "out/x")],
)
def test_two_templates_in_one_folder_are_refused_before_anything_is_written(
    small, tmp_path, capsys, one, other, second
):
    assert typed(small(), one, tmp_path / "out", other, tmp_path / second) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "each into its own folder" in line
    assert one in line
    assert other in line
    assert not (tmp_path / "out").exists()


def test_the_command_tells_what_a_second_release_replaced(small, tmp_path, capsys):
    course, out = small(), tmp_path / "out"
    typed(course, "--github", out)
    (out / "README.md").write_text("a teacher's own words")
    (out / "LICENSE").write_text("MIT")
    capsys.readouterr()

    assert typed(course, "--github", out) == 0
    assert capsys.readouterr().err.splitlines() == [
        f"grader: replaced {out / 'README.md'}, which differed",
        f"grader: kept in {out}, though no part of this: LICENSE",
    ]
    assert (out / "LICENSE").read_text() == "MIT"
