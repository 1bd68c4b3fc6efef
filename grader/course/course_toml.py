"""Reads ``solutions/course.toml``: which exercises there are, in which order, and under which limits.

An author's slip never waits for the day of grading: every rule is checked here, and a broken one is one line that
names the file, the reason and the way out.
"""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, NoReturn

from grader.errors import CourseError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

COURSE_FILE = "course.toml"
COURSE_KEYS = (
    "name", "repository", "branch", "contact", "package", "package_name", "package_version", "theory", "limits", "exercises",
)  # fmt: skip
PACKAGE_NAME = "gru-grader"
THEORY = ("person", "completion")  # who decides about written answers: a person, or that they are there
EXERCISE_KEYS = ("id", "title", "packages", "limits")
LONGEST_ID = 48  # a notebook's cell ids are made of it, and those end at 64 characters
RESERVED_STEMS = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a submission may use: seconds of wall time, and memory in GB (2**30 bytes)."""

    call_seconds: float = 10.0
    statement_seconds: float = 30.0
    submission_seconds: float = 120.0
    memory_gb: float = 2.0


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise: its master, its check files and what a submission to it may use.

    One of written answers has a ``rubric`` and no check files; with ``completion`` every honest answer has all points.
    """

    id: str
    title: str
    packages: tuple[str, ...]
    limits: Limits
    master: Path
    checks: tuple[Path, ...]
    hidden: tuple[Path, ...]
    misconceptions: Path | None
    example: Path | None = None
    rubric: Path | None = None
    completion: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """A whole course; ``repository`` is ``OWNER/NAME`` or empty, ``folder`` holds course.toml.

    ``package`` is what pip installs as the students' package, an address as a rule; empty where there is none. It is made under
    ``package_name`` and ``package_version``; without a version of its own it has the grader's.
    """

    folder: Path
    name: str
    repository: str
    branch: str
    contact: str
    exercises: tuple[Exercise, ...]
    package: str = ""
    package_name: str = PACKAGE_NAME
    package_version: str = ""


def find_course(start: Path) -> Path:
    """Find the folder of the nearest ``solutions/course.toml`` in ``start`` or above; UsageError if there is none."""
    here = start.absolute()
    for folder in (here, *here.parents):
        if (folder / "solutions" / COURSE_FILE).is_file():
            return folder / "solutions"
    raise UsageError(
        f"No solutions/{COURSE_FILE} in {here} or above it: go to the course's folder, or name it with --course."
    )


def load_course(folder: Path) -> Course:
    """Load the course that ``folder``/course.toml describes; CourseError if a file is missing or breaks a rule.

    Check files, hidden checks and misconceptions are found by their names; those that are not there yet are left out.
    """
    file = folder / COURSE_FILE
    table = _Table(file, "", _read(file), COURSE_KEYS)
    repository = table.text("repository", default="")
    if repository and not re.fullmatch(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", repository):
        table.fail("repository", f'is {repository!r}, which is not of the form "OWNER/NAME"')
    branch = table.text("branch", default="main")
    if not re.fullmatch(r"[A-Za-z0-9._/-]+", branch):
        table.fail("branch", f"is {branch!r}; use letters, digits and . _ / - only")
    package = table.text("package", default="")
    if not re.fullmatch(r"[A-Za-z0-9:/._~%?#@=&+,;\[\]()!$*-]*", package):
        table.fail("package", f"is {package!r}; write the address of the wheel, without spaces or quotes")
    return Course(
        folder=folder,
        name=table.text("name"),
        repository=repository,
        branch=branch,
        contact=table.text("contact", default="your teacher"),
        exercises=_exercises(folder, table),
        package=package,
        package_name=_package_name(table),
        package_version=_package_version(table),
    )


def _package_name(table: _Table) -> str:
    name = table.text("package_name", default=PACKAGE_NAME)
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", name):
        table.fail("package_name", f'is {name!r}; write letters, digits and . _ -, such as "{PACKAGE_NAME}-nlp"')
    return name


def _package_version(table: _Table) -> str:
    version = table.text("package_version", default="")
    if not re.fullmatch(r"(\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?(\+[a-z0-9]+(\.[a-z0-9]+)*)?)?", version):
        table.fail("package_version", f'is {version!r}; write a version that pip knows, such as "2026.1"')
    return version


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise CourseError(f"{file} is not there: --course needs the folder that holds {COURSE_FILE}.") from None
    except OSError as error:
        raise CourseError(f"{file} can't be read ({error.strerror}): check the path and its permissions.") from None
    except UnicodeDecodeError:
        raise CourseError(f"{file} is not UTF-8 text: save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{file} is not valid TOML: {error}. Correct that line.") from None


def _exercises(folder: Path, course: _Table) -> tuple[Exercise, ...]:
    entries = course.values.get("exercises")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        course.fail("exercises", "must list at least one exercise; begin each with a line [[exercises]]")
    exercises: list[Exercise] = []
    for number, entry in enumerate(entries, start=1):
        exercise = _exercise(folder, course, _Table(course.file, f"exercise {number}", entry, EXERCISE_KEYS))
        # Windows and macOS keep 01_Gates.py and 01_gates.py in one file.
        if exercise.id.casefold() in {other.id.casefold() for other in exercises}:
            raise CourseError(f"{course.file}: the id {exercise.id!r} stands there twice; give each exercise its own.")
        exercises.append(exercise)
    return tuple(exercises)


def _exercise(folder: Path, course: _Table, table: _Table) -> Exercise:
    ident = table.text("id")
    safe = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", ident) and ident.casefold() not in RESERVED_STEMS
    if not safe or len(ident) > LONGEST_ID:
        table.fail("id", f"is {ident!r}, which is no safe file name; use up to {LONGEST_ID} letters, digits, _ and -")
    master = folder / f"{ident}.py"
    if not master.is_file():
        raise CourseError(f"{course.file}: {master} is not there; write the master of {ident!r} or take its entry out.")
    packages = table.names("packages")
    defaults = Limits(submission_seconds=300.0, memory_gb=4.0) if "tensorflow" in packages else Limits()
    misconceptions = folder / "misconceptions" / f"{ident}.py"
    example = folder / "data" / f"{ident}.npz"
    rubric = folder / "rubrics" / f"{ident}.toml"
    checks = _present(folder / "checks" / f"check_{ident}.py")
    hidden = _present(folder / "checks" / f"hidden_{ident}.py")
    if rubric.is_file() and (checks or hidden):
        raise CourseError(
            f"{rubric}: {ident!r} has check files too; an exercise is judged by one of them, so take one out."
        )
    return Exercise(
        id=ident,
        title=table.text("title"),
        packages=packages,
        limits=table.limits(course.limits(defaults)),
        master=master,
        checks=checks,
        hidden=hidden,
        misconceptions=misconceptions if misconceptions.is_file() else None,
        example=example if example.is_file() else None,
        rubric=rubric if rubric.is_file() else None,
        completion=course.choice("theory", THEORY) == "completion",
    )


def _present(file: Path) -> tuple[Path, ...]:
    return (file,) if file.is_file() else ()


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of course.toml, read with messages that say where a value stands."""

    file: Path
    place: str
    values: dict[str, Any]
    keys: tuple[str, ...]

    def __post_init__(self) -> None:
        for key in self.values:
            if key not in self.keys:
                self.fail(key, f"is not known; {_meant(key, self.keys)}")

    def fail(self, key: str, reason: str) -> NoReturn:
        """Raise the CourseError of one key."""
        place = f", {self.place}" if self.place else ""
        end = "" if reason.endswith("?") else "."
        raise CourseError(f"{self.file}{place}: {key!r} {reason}{end}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if value is None:
            self.fail(key, f'is missing; add a line {key} = "..."')
        if not isinstance(value, str):
            self.fail(key, f"must be text in quotes, not {value!r}")
        if default is None and not value.strip():
            self.fail(key, "is empty; write something between the quotes")
        return value

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """One of several words; the first where none is given."""
        value = self.text(key, choices[0])
        if value not in choices:
            self.fail(key, f"is {value!r}; write {' or '.join(map(repr, choices))}")
        return value

    def names(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(name, str) and name.isidentifier() for name in value):
            self.fail(key, f'must be a list of import names such as ["numpy"], not {value!r}')
        return tuple(value)

    def limits(self, defaults: Limits) -> Limits:
        value = self.values.get("limits", {})
        if not isinstance(value, dict):
            self.fail("limits", f"must be a table such as {{ call_seconds = 10 }}, not {value!r}")
        known = tuple(field.name for field in fields(Limits))
        table = _Table(self.file, f"{self.place}, limits".removeprefix(", "), value, known)
        for key, number in value.items():
            if isinstance(number, bool) or not isinstance(number, (int, float)):
                table.fail(key, f"must be a number, not {number!r}")
            if not (math.isfinite(number) and number > 0):
                table.fail(key, f"is {number}; a limit is a number above zero")
        return replace(defaults, **{key: float(number) for key, number in value.items()})


def _meant(key: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(key, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"the keys here are {', '.join(known)}"
