"""A course is read as it is written down, and an author's slip is told in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.course.course_toml import Limits, find_course, load_course
from grader.errors import CourseError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

COURSE = """
name = "Gates"
repository = "school/gates"
contact = "Ada"

[[exercises]]
id = "01_first"
title = "First"
packages = ["numpy"]
"""


@pytest.fixture
def folder(tmp_path):
    """Give a course folder that holds one master and course.toml as above."""
    home = tmp_path / "solutions"
    home.mkdir()
    (home / "01_first.py").write_text("")
    (home / "course.toml").write_text(COURSE)
    return home


def slip(folder: Path, text: str) -> str:
    """Tell what load_course says about a course.toml of this text; it must be one line that names the file."""
    (folder / "course.toml").write_text(text)
    with pytest.raises(CourseError) as caught:
        load_course(folder)
    message = str(caught.value)
    assert "\n" not in message
    assert str(folder) in message
    return message


def test_a_course_is_read_as_written(folder):
    course = load_course(folder)

    assert (course.name, course.repository, course.branch, course.contact) == ("Gates", "school/gates", "main", "Ada")
    assert [exercise.id for exercise in course.exercises] == ["01_first"]
    assert course.exercises[0].master == folder / "01_first.py"


def test_check_files_are_found_by_name_and_may_be_missing(folder):
    bare = load_course(folder).exercises[0]
    (folder / "checks").mkdir()
    (folder / "misconceptions").mkdir()
    for name in ("checks/check_01_first.py", "checks/hidden_01_first.py", "misconceptions/01_first.py"):
        (folder / name).write_text("")
    full = load_course(folder).exercises[0]

    assert (bare.checks, bare.hidden, bare.misconceptions) == ((), (), None)
    assert full.checks == (folder / "checks/check_01_first.py",)
    assert full.hidden == (folder / "checks/hidden_01_first.py",)
    assert full.misconceptions == folder / "misconceptions/01_first.py"


def test_limits_come_from_the_exercise_then_the_course_then_the_defaults(folder):
    (folder / "course.toml").write_text(
        COURSE.replace("[[", "[limits]\ncall_seconds = 5\nmemory_gb = 1.5\n\n[[", 1)
        + "[exercises.limits]\ncall_seconds = 2\n"
    )

    assert load_course(folder).exercises[0].limits == Limits(2.0, 30.0, 120.0, 1.5)


def test_tensorflow_gets_more_time_and_memory(folder):
    (folder / "course.toml").write_text(COURSE.replace('["numpy"]', '["numpy", "tensorflow"]'))

    assert load_course(folder).exercises[0].limits == Limits(10.0, 30.0, 300.0, 4.0)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("contact =", "contcat =", "'contcat' is not known; did you mean 'contact'?"),
        ("title =", "points = 3\ntitle =", "exercise 1: 'points' is not known"),
        ('name = "Gates"', "", "'name' is missing"),
        ('name = "Gates"', 'name = " "', "'name' is empty"),
        ('"Gates"', "3", "'name' must be text in quotes, not 3"),
        ('"school/gates"', '"https://school/gates"', 'not of the form "OWNER/NAME"'),
        ("contact", 'branch = "a b"\ncontact', "'branch' is 'a b'"),
        ("contact", 'theory = "all"\ncontact', "'theory' is 'all'; write 'person' or 'completion'"),
        ('title = "First"', "", "exercise 1: 'title' is missing"),
        ('["numpy"]', '"numpy"', "'packages' must be a list of import names"),
        ('["numpy"]', '["scikit-learn"]', "'packages' must be a list of import names"),
        ('"01_first"', '"../first"', "no safe file name"),
        ('"01_first"', '"first.py"', "no safe file name"),
        ('"01_first"', '"-first"', "no safe file name"),
        ('"01_first"', '"con"', "no safe file name"),
        ('"01_first"', f'"{"x" * 49}"', "no safe file name"),
        ('"01_first"', '"02_second"', "02_second.py is not there"),
        ("[[exercises]]", "[limits]\ncall_seconds = -1\n[[exercises]]", "limits: 'call_seconds' is -1"),
        ("[[exercises]]", "[limits]\ncall_seconds = nan\n[[exercises]]", "a limit is a number above zero"),
        ("[[exercises]]", "[limits]\ncall_seconds = true\n[[exercises]]", "must be a number, not True"),
        ("[[exercises]]", '[limits]\ncall_seconds = "10"\n[[exercises]]', "must be a number, not '10'"),
        ("[[exercises]]", "[limits]\ncall_second = 1\n[[exercises]]", "did you mean 'call_seconds'?"),
        ("contact", "limits = 3\ncontact", "'limits' must be a table"),
        ("[[exercises]]", "[exercises]", "begin each with a line [[exercises]]"),
        ("[[exercises]]", "[[exercises]", "not valid TOML"),
    ],
)
def test_an_authors_slip_is_one_line_with_a_way_out(folder, old, new, words):
    assert words in slip(folder, COURSE.replace(old, new, 1))


def test_a_line_that_ends_in_a_question_has_no_full_stop_behind_it(folder):
    """It read: did you mean 'contact'?."""
    assert slip(folder, COURSE.replace("contact =", "contcat =", 1)).endswith("did you mean 'contact'?")


def test_a_course_without_exercises_is_refused(folder):
    assert "at least one exercise" in slip(folder, 'name = "Gates"\n')


@pytest.mark.parametrize("twin", ["01_first", "01_FIRST"])
def test_two_exercises_never_share_an_id(folder, twin):
    """Windows and macOS keep names that differ only in case in one file."""
    (folder / f"{twin}.py").write_text("")

    assert "stands there twice" in slip(folder, COURSE + f'[[exercises]]\nid = "{twin}"\ntitle = "Twin"\n')


def test_a_course_file_in_another_encoding_is_named(folder):
    (folder / "course.toml").write_bytes('name = "Übung"'.encode("latin-1"))

    with pytest.raises(CourseError, match="not UTF-8"):
        load_course(folder)


def test_a_folder_without_a_course_file_is_named(tmp_path):
    with pytest.raises(CourseError, match=r"course\.toml is not there"):
        load_course(tmp_path)


def test_the_nearest_course_above_is_found(folder, tmp_path):
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)

    assert [find_course(start) for start in (tmp_path, deep, folder)] == [folder] * 3


def test_no_course_above_is_one_line(tmp_path):
    with pytest.raises(UsageError, match="--course") as caught:
        find_course(tmp_path)
    assert "\n" not in str(caught.value)


def test_the_students_package_has_an_address_or_none(folder):
    address = "https://example.org/gru_grader-0.1.0-py3-none-any.whl"
    none = load_course(folder).package
    (folder / "course.toml").write_text(f'package = "{address}"\n{COURSE}')

    assert (none, load_course(folder).package) == ("", address)


@pytest.mark.parametrize("package", ["a b", "it's", 'a\\"', "a\\nb"])
def test_an_address_that_would_break_out_of_its_cell_is_refused(package, folder):
    """It is written into a command of a notebook's first cell."""
    assert "address of the wheel" in slip(folder, f'package = "{package}"\n{COURSE}')


def test_the_students_package_has_a_name_and_a_version_of_its_course_or_the_graders(folder):
    none = load_course(folder)
    (folder / "course.toml").write_text(f'package_name = "gru-grader-nlp"\npackage_version = "2026.1"\n{COURSE}')
    own = load_course(folder)

    assert (none.package_name, none.package_version) == ("gru-grader", "")
    assert (own.package_name, own.package_version) == ("gru-grader-nlp", "2026.1")


@pytest.mark.parametrize(
    "line",
    [
        'package_name = "a b"',
        'package_name = "-a"',
        'package_name = "../a"',
        'package_version = "1/2"',
        'package_version = "new"',
    ],
)
def test_a_name_or_version_that_pip_does_not_know_is_refused(line, folder):
    assert line.partition(" ")[0] in slip(folder, f"{line}\n{COURSE}")


def test_an_exercise_with_a_rubric_is_answered_in_words_and_the_course_says_how_it_is_marked(folder):
    (folder / "rubrics").mkdir()
    (folder / "rubrics" / "01_first.toml").write_text("")
    by_person = load_course(folder).exercises[0]
    (folder / "course.toml").write_text('theory = "completion"' + COURSE)
    for_completion = load_course(folder).exercises[0]

    assert by_person.rubric == for_completion.rubric == folder / "rubrics" / "01_first.toml"
    assert (by_person.completion, for_completion.completion) == (False, True)


def test_an_exercise_has_a_rubric_or_checks_and_not_both(folder):
    for name in ("rubrics/01_first.toml", "checks/check_01_first.py"):
        (folder / name).parent.mkdir()
        (folder / name).write_text("")

    assert "has check files too" in slip(folder, COURSE)
