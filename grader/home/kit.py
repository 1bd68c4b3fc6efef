"""What is needed of a course to check work at home, from a checkout of it or from the students' package."""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.checks.bench import with_checks
from grader.checks.signature import signature
from grader.checks.texts import TextBench
from grader.course import Course, Exercise, Limits, find_course, load_course
from grader.errors import CourseError, UsageError
from grader.examples import PACKAGED
from grader.submissions.works import Signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from grader.checks.bench import Bench

FACTS = "course.json"


@dataclass(frozen=True, slots=True)
class Questions:
    """The record of an exercise's public checks (None: they can't be asked at home), and the points of the hidden ones."""

    record: str | None
    hidden_points: int


@dataclass(frozen=True, slots=True)
class Offered:
    """One exercise as it is checked at home; ``questions`` may take a second, and raises CourseError for an author's slip.

    One of written answers has the ``prompts`` that its stubs hold.
    """

    exercise: Exercise
    signature: Signature
    questions: Callable[[], Questions]
    prompts: Mapping[str, str] | None = None


def nearest_kit() -> tuple[Offered, ...]:
    """The exercises of the course that this folder belongs to, or of the students' package; raises UsageError for neither."""
    try:
        return of_course(load_course(find_course(Path.cwd())))
    except CourseError:
        raise
    except UsageError:
        if (PACKAGED / FACTS).is_file():
            return of_package(PACKAGED)
        raise UsageError(
            "No solutions/course.toml here or above: checking works in a checkout of the course (cd there first), or with the "
            "students' package, whose address your teacher has."
        ) from None


def of_course(course: Course) -> tuple[Offered, ...]:
    """The exercises of a checkout, whose solutions are at hand."""
    return tuple(_of_course(each) for each in course.exercises)


def _of_course(exercise: Exercise) -> Offered:
    if exercise.rubric is None:
        return Offered(exercise, signature(exercise), partial(ask_solution, exercise))
    bench = TextBench(exercise)
    return Offered(exercise, signature(exercise), lambda: Questions(None, bench.max_points), bench.prompts)


def ask_solution(exercise: Exercise) -> Questions:
    """Runs an exercise's checks on its solution and records the public ones; raises CourseError."""
    if not is_recorded(exercise):
        return Questions(None, _points(exercise.hidden))
    found: list[Questions] = []

    def use(bench: Bench) -> None:
        found.append(Questions(bench.record(), bench.hidden_points))

    with_checks(exercise, seed_at_home(exercise), use)
    return found[0]


def seed_at_home(exercise: Exercise) -> int:
    """The seed of the inputs that a student gets at home: always the same ones."""
    return zlib.crc32(exercise.id.encode())


def _points(files: Iterable[Path]) -> int:
    """The points of check files, read from their markers without running them."""
    marks = [
        mark for file in files for mark in re.findall(r"^@pytest\.mark\.points\((\d+)\)", file.read_text("utf-8"), re.M)
    ]
    return sum(map(int, marks))


def is_recorded(exercise: Exercise) -> bool:
    """Whether questions to an exercise are plain data, and so can be written down; those with models in them are not."""
    return "tensorflow" not in exercise.packages


def packaged_files(course: Course) -> dict[str, bytes]:
    """What the students' package holds of a course, by file name; raises CourseError for an author's slip."""
    files: dict[str, bytes] = {}
    facts: list[dict[str, Any]] = []
    for offered in of_course(course):
        exercise, questions = offered.exercise, offered.questions()
        facts.append({
            "id": exercise.id, "title": exercise.title, "packages": exercise.packages,
            "limits": asdict(exercise.limits), "names": offered.signature.names,
            "stub": {name: sorted(digests) for name, digests in offered.signature.stub.items()},
            "hidden_points": questions.hidden_points, "prompts": offered.prompts,
        })  # fmt: skip
        files |= {path.name: path.read_bytes() for path in exercise.checks}
        if questions.record is not None:
            files[f"{exercise.id}.json"] = questions.record.encode()
        if exercise.example is not None:
            files[f"{exercise.id}.npz"] = exercise.example.read_bytes()
    files[FACTS] = json.dumps({"name": course.name, "exercises": facts}).encode()
    return files


def of_package(folder: Path) -> tuple[Offered, ...]:
    """The exercises that an installed package holds."""
    facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))["exercises"]
    return tuple(_offered(folder, each) for each in facts)


def _offered(folder: Path, facts: dict[str, Any]) -> Offered:
    ident = facts["id"]
    check, example, record = folder / f"check_{ident}.py", folder / f"{ident}.npz", folder / f"{ident}.json"
    exercise = Exercise(
        id=ident,
        title=facts["title"],
        packages=tuple(facts["packages"]),
        limits=Limits(**facts["limits"]),
        master=folder / f"{ident}.py",  # it is not there: no solution leaves the course
        checks=(check,) if check.is_file() else (),
        hidden=(),
        misconceptions=None,
        example=example if example.is_file() else None,
    )

    def questions() -> Questions:
        text = record.read_text(encoding="utf-8") if record.is_file() else None
        return Questions(text, facts["hidden_points"])

    stub = {name: frozenset(digests) for name, digests in facts["stub"].items()}
    return Offered(exercise, Signature(ident, tuple(facts["names"]), stub), questions, facts["prompts"])
