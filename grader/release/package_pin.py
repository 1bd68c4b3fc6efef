"""What pins the students' package in a template or bundle: a requirements file with the wheel's sha256, or the wheel as well.

Where ``package`` in course.toml says where students get the package, pip takes it from there; else OUT holds the wheel beside the
requirements file. Either way pip refuses any wheel but the one that this course makes:
``pip install --require-hashes --no-deps -r grader.txt``. It works from any folder, since pip looks for a held wheel where the
requirements file lies.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from grader.course.course_toml import COURSE_FILE
from grader.errors import CourseError
from grader.release.wheel import is_made_from, made_version, make_wheel, wheel_path

if TYPE_CHECKING:
    from pathlib import Path

    from grader.course.course_toml import Course

PIN_FILE = "grader.txt"
PIN_HEAD = b"# The students' package of this course, and no other:"  # how the file begins, which tells it from others
_ADDRESS = re.compile(r"(?:https?|file)://[^?#]*/(?P<name>[^/?#]+\.whl)(?:\?[^#]*)?")
_ON_AN_INDEX = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[A-Za-z0-9.!+]+)")


@dataclass(frozen=True, slots=True)
class PackagePin:
    """The students' package, pinned: ``requirement`` is the text of its requirements file.

    ``files`` are the files to write, side by side in one folder of OUT, by name: the requirements file, and the wheel if OUT has
    to hold it. ``wheel`` is the wheel's file name, ``sha256`` its digest in hex.
    """

    wheel: str
    sha256: str
    requirement: str
    files: dict[str, bytes]


def pin_package(course: Course, folder: Path) -> PackagePin:
    """Pin the package of a course; ``folder`` (dist/ beside the course) keeps the wheel, which is made if it is out of date.

    Raises CourseError if ``package`` in course.toml names something that is not this wheel or that no sha256 can pin, and what
    `make_wheel` raises.
    """
    wheel = wheel_path(course, folder)
    _refuse_another(course, wheel.name)
    if not is_made_from(course, wheel):
        make_wheel(course, folder)
    data = wheel.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    address = course.package.partition("#")[0]
    if not address:
        wanted = f"--no-index\n--find-links .\n{course.package_name}=={made_version(course)}"
    elif _ADDRESS.fullmatch(address):
        wanted = f"{course.package_name} @ {address}"
    else:
        wanted = address
    requirement = (
        f"{PIN_HEAD.decode()} pip compares its sha256. Install it with\n"
        f"# python -m pip install --require-hashes --no-deps -r {PIN_FILE}\n"
        f"{wanted} --hash=sha256:{sha256}\n"
    )
    held = {} if address else {wheel.name: data}
    return PackagePin(wheel.name, sha256, requirement, {PIN_FILE: requirement.encode(), **held})


def _refuse_another(course: Course, wheel: str) -> None:
    """Raises CourseError if ``package`` can't be, or is not, the wheel of this name."""
    file, address = course.folder / COURSE_FILE, course.package.partition("#")[0]
    if not address:
        return
    if found := _ADDRESS.fullmatch(address):
        if unquote(found["name"]) != wheel:
            raise CourseError(
                f"{file}: 'package' ends in {found['name']}, but the package of this course is {wheel} now; "
                "put that one there, and its address here."
            )
    elif found := _ON_AN_INDEX.fullmatch(address):
        if (_plain(found["name"]), found["version"]) != (_plain(course.package_name), made_version(course)):
            raise CourseError(
                f"{file}: 'package' is {address!r}, but the package of this course is {wheel} now; "
                "put that one there, and its version here."
            )
    else:
        raise CourseError(
            f"{file}: 'package' is {course.package!r}, which can't be pinned by a sha256; write the address of the wheel "
            f"(https://.../{wheel}), or leave it empty: then the template holds the wheel."
        )


def _plain(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
