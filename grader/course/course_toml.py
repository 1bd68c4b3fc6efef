"""Reads ``solutions/course.toml``: which exercises there are, in which order, and under which limits.

An author's slip never waits for the day of grading: every rule is checked here, and a broken one is one line that
names the file, the reason and the way out.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from grader.course.toml_table import read_toml
from grader.errors import CourseError, UsageError
from grader.meant import did_you_mean
from grader.package_table import uses_tensorflow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.course.toml_table import Tables

COURSE_FILE = "course.toml"
COURSE_KEYS = (
    "name", "repository", "branch", "contact", "package", "package_name", "package_version", "theory", "void", "limits",
    "exercises",
)  # fmt: skip
PACKAGE_NAME = "gru-grader"
REPOSITORY = r"([A-Za-z0-9-]+/[A-Za-z0-9._-]+)?"
ADDRESS = r"[A-Za-z0-9:/._~%?#@=&+,;\[\]()!$*-]*"  # it stands in a notebook, in a line that a shell reads
VERSION = r"(\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?(\+[a-z0-9]+(\.[a-z0-9]+)*)?)?"
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

    One of written answers has a ``rubric`` and no check files; with ``completion`` every honest answer gets all points.
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

    ``package`` is what pip installs as the students' package, an address as a rule; empty if there is none. It is made under
    ``package_name`` and ``package_version``; without its own version it has the grader's.
    ``void`` names the checks that do not count: everybody has their points.
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
    void: tuple[str, ...] = ()


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
    if not file.exists():
        raise CourseError(f"{file} is not there: --course needs the folder that holds {COURSE_FILE}.")
    course = read_toml(file)
    top = course.table
    course.keys("", top, COURSE_KEYS)
    exercises = _exercises(folder, course)
    return Course(
        folder=folder,
        name=course.text("", top, "name"),
        repository=_matching(course, "repository", "", REPOSITORY, ', which is not of the form "OWNER/NAME"'),
        branch=_matching(course, "branch", "main", r"[A-Za-z0-9._/-]+", "; use letters, digits and . _ / - only"),
        contact=course.text("", top, "contact", "your teacher"),
        exercises=exercises,
        package=_matching(course, "package", "", ADDRESS, "; write the address of the wheel, without spaces or quotes"),
        package_name=_matching(
            course,
            "package_name",
            PACKAGE_NAME,
            r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?",
            f'; write letters, digits and . _ -, such as "{PACKAGE_NAME}-nlp"',
        ),
        package_version=_matching(
            course, "package_version", "", VERSION, '; write a version that pip knows, such as "2026.1"'
        ),
        void=_void(course, exercises),
    )


def choose_exercises(course: Course, wanted: Sequence[str], option: str = "") -> tuple[Exercise, ...]:
    """The exercises named, in the course's order, or all; raises UsageError for an unknown name.

    ``option`` is the one by which they were named, for the message.
    """
    known = {exercise.id: exercise for exercise in course.exercises}
    for name in wanted:
        if name not in known:
            meant = did_you_mean(name, known, f"the course has {', '.join(known)}.")
            raise UsageError(f"{f'{option} {name}'.strip()}: there is no such exercise; {meant}")
    return tuple(exercise for exercise in course.exercises if not wanted or exercise.id in wanted)


def _matching(course: Tables, key: str, default: str, pattern: str, else_told: str) -> str:
    """A text of the course's top that matches a pattern as a whole."""
    value = course.text("", course.table, key, default)
    if not re.fullmatch(pattern, value):
        course.fail("", f"{key!r} is {value!r}{else_told}")
    return value


def _void(course: Tables, exercises: Sequence[Exercise]) -> tuple[str, ...]:
    """The names of the checks that do not count; whether there are such checks shows when these are collected."""
    names = course.strings("", course.table, "void")
    known = [exercise.id for exercise in exercises]
    for name in names:
        exercise, slash, _ = name.partition("/")
        if slash and exercise not in known:
            meant = did_you_mean(exercise, known, f"the exercises are {', '.join(known)}")
            course.fail("", f"'void' names {name!r}, and there is no exercise {exercise}; {meant}")
    return names


def _exercises(folder: Path, course: Tables) -> tuple[Exercise, ...]:
    entries = course.table.get("exercises")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        course.fail("", "'exercises' must list at least one exercise; begin each with a line [[exercises]]")
    exercises: list[Exercise] = []
    for number, entry in enumerate(entries, start=1):
        exercise = _exercise(folder, course, f"exercise {number}", entry)
        # Windows and macOS keep 01_Gates.py and 01_gates.py in one file.
        if exercise.id.casefold() in {other.id.casefold() for other in exercises}:
            raise CourseError(f"{course.file}: the id {exercise.id!r} stands there twice; give each exercise its own.")
        exercises.append(exercise)
    return tuple(exercises)


def _exercise(folder: Path, course: Tables, place: str, entry: dict[str, Any]) -> Exercise:
    course.keys(place, entry, EXERCISE_KEYS)
    ident = course.text(place, entry, "id")
    safe = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", ident) and ident.casefold() not in RESERVED_STEMS
    if not safe or len(ident) > LONGEST_ID:
        way_out = f"use up to {LONGEST_ID} letters, digits, _ and -"
        course.fail(place, f"'id' is {ident!r}, which is no safe file name; {way_out}")
    master = folder / f"{ident}.py"
    if not master.is_file():
        raise CourseError(f"{course.file}: {master} is not there; write the master of {ident!r} or take its entry out.")
    packages = _packages(course, place, entry)
    misconceptions = folder / "misconceptions" / f"{ident}.py"
    example = folder / "data" / f"{ident}.npz"
    rubric = folder / "rubrics" / f"{ident}.toml"
    checks = _present(folder / "checks" / f"check_{ident}.py")
    hidden = _present(folder / "checks" / f"hidden_{ident}.py")
    if rubric.is_file() and (checks or hidden):
        raise CourseError(
            f"{rubric}: {ident!r} has check files too; an exercise is judged by one of them, so take one out."
        )
    defaults = Limits(submission_seconds=300.0, memory_gb=4.0) if uses_tensorflow(packages) else Limits()
    return Exercise(
        id=ident,
        title=course.text(place, entry, "title"),
        packages=packages,
        limits=_limits(course, place, entry, _limits(course, "", course.table, defaults)),
        master=master,
        checks=checks,
        hidden=hidden,
        misconceptions=misconceptions if misconceptions.is_file() else None,
        example=example if example.is_file() else None,
        rubric=rubric if rubric.is_file() else None,
        completion=course.choice("", course.table, "theory", THEORY) == "completion",
    )


def _packages(course: Tables, place: str, entry: dict[str, Any]) -> tuple[str, ...]:
    value = entry.get("packages", [])
    if not isinstance(value, list) or not all(isinstance(name, str) and name.isidentifier() for name in value):
        course.fail(place, f"'packages' must be a list of import names such as [\"numpy\"], not {value!r}")
    return tuple(value)


def _limits(course: Tables, place: str, table: dict[str, Any], defaults: Limits) -> Limits:
    value = table.get("limits", {})
    if not isinstance(value, dict):
        course.fail(place, f"'limits' must be a table such as {{ call_seconds = 10 }}, not {value!r}")
    place = f"{place}, limits".removeprefix(", ")
    course.keys(place, value, [field.name for field in fields(Limits)])
    for key, number in value.items():
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            course.fail(place, f"{key!r} must be a number, not {number!r}")
        if not (math.isfinite(number) and number > 0):
            course.fail(place, f"{key!r} is {number}; a limit is a number above zero")
    return replace(defaults, **{key: float(number) for key, number in value.items()})


def _present(file: Path) -> tuple[Path, ...]:
    return (file,) if file.is_file() else ()
