"""Makes the students' package: the grader as a wheel, with what it needs from the course to check work at home."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import zipfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import grader
from grader.course.course_toml import PACKAGE_NAME
from grader.course.examples import PACKAGED
from grader.errors import UsageError
from grader.home.kit import FACTS, digest, packaged_files
from grader.scores.atomic import make_folder, replace_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.course.course_toml import Course

WHEEL = "Wheel-Version: 1.0\nGenerator: grader release\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
COMMANDS = "[console_scripts]\ngrader = grader.cli:main\n"
MOMENT = (1980, 1, 1, 0, 0, 0)  # equal files make an equal wheel, whenever it is made


def make_wheel(course: Course, folder: Path) -> Path:
    """Writes the wheel into ``folder`` and gives its path; raises CourseError for an author's slip.

    Raises UsageError if this grader is not installed, since then what it needs is not known, and OutputError if the folder
    can't be written.
    """
    files = dict(_code()) | {f"grader/{PACKAGED.name}/{name}": data for name, data in packaged_files(course).items()}
    info = f"{_stem(course)}.dist-info"
    files |= {f"{info}/{name}": data for name, data in _metadata(course)}
    files[f"{info}/RECORD"] = _record(files, f"{info}/RECORD")
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # as on POSIX, wherever it is made: else the mode would mean something else
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    make_folder(folder)
    wheel = wheel_path(course, folder)
    replace_file(wheel, written.getvalue())
    return wheel


def wheel_path(course: Course, folder: Path) -> Path:
    """Where the package of a course is in ``folder``, once it is made."""
    return folder / f"{_stem(course)}-py3-none-any.whl"


def is_made_from(course: Course, wheel: Path) -> bool:
    """Whether a package was made from the course's files as they are now, by this grader as it is now."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            facts = json.loads(archive.read(f"grader/{PACKAGED.name}/{FACTS}"))
            return bool(facts.get("made_from") == digest(course)) and all(
                archive.read(name) == data for name, data in _code()
            )
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return False


def installed_grader() -> metadata.Distribution:
    """This grader as a distribution, whose metadata say what it needs; raises UsageError if it is not installed."""
    try:
        return metadata.distribution(PACKAGE_NAME)
    except metadata.PackageNotFoundError:
        raise UsageError(
            f"{PACKAGE_NAME} is not installed here, so what it needs is not known: pip install -e . first."
        ) from None


def _stem(course: Course) -> str:
    return f"{re.sub(r'[-_.]+', '_', course.package_name).lower()}-{made_version(course)}"


def made_version(course: Course) -> str:
    """The version that the package of a course is made under: its own, or the grader's."""
    return course.package_version or grader.__version__


def _code() -> Iterator[tuple[str, bytes]]:
    """The grader's own files, which hold nothing of any course."""
    package = Path(grader.__file__).parent
    for path in sorted(package.rglob("*")):
        relative = path.relative_to(package)
        if path.is_file() and path.suffix != ".pyc" and relative.parts[0] != PACKAGED.name:
            yield f"grader/{relative.as_posix()}", path.read_bytes()


def _metadata(course: Course) -> Iterator[tuple[str, bytes]]:
    found = installed_grader()
    text = found.read_text("METADATA") or ""
    for field, value in (("Name", course.package_name), ("Version", made_version(course))):
        text = re.sub(rf"(?m)^{field}: .*$", f"{field}: {value}", text, count=1)
    yield "METADATA", text.encode()
    yield "WHEEL", WHEEL.encode()
    yield "entry_points.txt", COMMANDS.encode()
    licence = found.read_text("licenses/LICENSE")
    if licence is not None:
        yield "licenses/LICENSE", licence.encode()


def _record(files: Mapping[str, bytes], own: str) -> bytes:
    """The list of all files with their digests, as the wheel format asks for."""
    lines = []
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}\n")
    return "".join([*lines, f"{own},,\n"]).encode()
