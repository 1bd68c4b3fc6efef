"""A template pins the package that its course makes: from the address in course.toml, or held beside the requirements file."""

from __future__ import annotations

import hashlib

import pytest

import grader
from grader.errors import CourseError
from grader.release.package_pin import PIN_FILE, pin_package
from grader.release.wheel import make_wheel

NAME = f"gru_grader-{grader.__version__}-py3-none-any.whl"
ADDRESS = f"https://example.org/a%20b/{NAME}"


def wanted(pin):
    """What stands in the requirements file besides comments."""
    return [line for line in pin.requirement.splitlines() if not line.startswith("#")]


def test_without_an_address_the_wheel_is_held_and_the_index_is_never_asked(small, tmp_path):
    pin = pin_package(small(), tmp_path / "dist")
    data = (tmp_path / "dist" / NAME).read_bytes()

    assert pin.sha256 == hashlib.sha256(data).hexdigest()
    assert pin.files == {PIN_FILE: pin.requirement.encode(), NAME: data}
    assert wanted(pin) == [
        "--no-index",
        "--find-links .",
        f"gru-grader=={grader.__version__} --hash=sha256:{pin.sha256}",
    ]


@pytest.mark.parametrize(
    ("address", "line"),
    [
        (ADDRESS, f"gru-grader @ {ADDRESS}"),
        (f"{ADDRESS}?raw=1#egg=x", f"gru-grader @ {ADDRESS}?raw=1"),
        (f"GRU_Grader=={grader.__version__}", f"GRU_Grader=={grader.__version__}"),
    ],
)
def test_with_an_address_pip_takes_it_from_there_and_compares_its_digest(small, tmp_path, address, line):
    pin = pin_package(small(f'package = "{address}"'), tmp_path)

    assert wanted(pin) == [f"{line} --hash=sha256:{pin.sha256}"]
    assert list(pin.files) == [PIN_FILE]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://example.org/gru_grader-0.0.9-py3-none-any.whl", "ends in gru_grader-0.0.9-py3-none-any.whl, but the"),
        ("gru-grader==0.0.9", f"but the package of this course is {NAME} now"),
        ("stranger==0.1.0", f"but the package of this course is {NAME} now"),
        ("git+https://example.org/gru.git", "can't be pinned by a sha256; write the address of the wheel"),
        ("gru-grader", "can't be pinned by a sha256"),
        (f"dist/{NAME}", "can't be pinned by a sha256"),
    ],
)
def test_an_address_that_is_not_this_package_is_one_line(small, tmp_path, address, said):
    course = small(f'package = "{address}"')
    with pytest.raises(CourseError) as told:
        pin_package(course, tmp_path / "dist")

    assert said in str(told.value)
    assert str(told.value).startswith(f"{course.folder / 'course.toml'}: ")
    assert "\n" not in str(told.value)
    assert not (tmp_path / "dist").exists(), "nothing was made for it"


def test_a_wheel_that_agrees_is_taken_as_it_is_and_another_is_made_again(small, tmp_path):
    course = small()
    first = pin_package(course, tmp_path)
    stamp = (tmp_path / NAME).stat().st_mtime_ns
    assert pin_package(course, tmp_path) == first
    assert (tmp_path / NAME).stat().st_mtime_ns == stamp

    (course.folder / "01_half.py").write_text((course.folder / "01_half.py").read_text() + "# changed\n")
    assert pin_package(course, tmp_path).sha256 != first.sha256


def test_writing_the_address_down_does_not_change_the_package_that_lies_there(small, tmp_path):
    """The address is known only after the package was made and put there; its digest must still be the same."""
    before = make_wheel(small('package = ""'), tmp_path / "before").read_bytes()
    pin = pin_package(small(f'package = "{ADDRESS}"'), tmp_path / "before")

    assert pin.sha256 == hashlib.sha256(before).hexdigest()
    assert make_wheel(small(f'package = "{ADDRESS}"'), tmp_path / "after").read_bytes() == before


def test_the_name_and_version_of_a_course_are_those_of_its_package(small, tmp_path):
    pin = pin_package(small('package_name = "gru-grader-nlp"\npackage_version = "2026.1"'), tmp_path)

    assert pin.wheel == "gru_grader_nlp-2026.1-py3-none-any.whl"
    assert wanted(pin)[-1].startswith("gru-grader-nlp==2026.1 --hash=sha256:")
