"""By what results are known in the store: digests of all that grading reads, and of nothing else."""

from __future__ import annotations

import ast
import platform
import sys
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import grader
from grader.course.course_toml import COURSE_FILE
from grader.sandbox.outside.packages import versions_beneath
from grader.scores.store_file import digest_of_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.course.course_toml import Course, Exercise
    from grader.sandbox import lockdown
    from grader.submissions.works import Work

# What only shows results or serves other commands: another version of it grades no work differently.
NOT_GRADING = frozenset(("ci", "commands", "dev", "exports", "home", "release", "reports", "review", "study"))
_OWN = ("pytest", "msgspec", "numpy")  # what the grader itself judges with
_TEXTS = (".md", ".rst")  # beside a course's files, for people


@dataclass(frozen=True, slots=True)
class ExerciseKeys:
    """The digests of one exercise.

    ``facts`` is of what its points, checks and known mistakes come from, ``rows`` of all that results depend on beside the
    work, ``trainings`` of all that a training depends on beside its model and data.
    """

    facts: str
    rows: str
    trainings: str

    def of_work(self, work: Work) -> str:
        """The key of a work's result: whose it is and where it lies do not count, but the file's own name does."""
        name = "" if work.file is None else work.file.name
        return digest_of_parts("row", self.rows, str(work.sha256), str(work.kind), name, str(work.shared))


def exercise_keys(
    course: Course, exercises: Sequence[Exercise], seed: int, plan: lockdown.Plan
) -> dict[str, ExerciseKeys]:
    """The keys of each exercise by its id. A file that can't be read counts as empty: grading will say what is wrong."""
    lock = repr((plan.layers, plan.user_namespace, plan.landlock_abi))
    keys = {}
    for exercise in exercises:
        read = [part for name, data in files_of(exercise, course) for part in (name, data)]
        code = grader_code()
        installed = _installed(exercise)
        facts = digest_of_parts(
            "facts", exercise.id, code, *read, str(exercise.completion and exercise.rubric is not None)
        )
        around = digest_of_parts(code, installed, repr(exercise.packages), repr(exercise.limits), lock)
        rows = digest_of_parts("rows", facts, around, str(seed))
        keys[exercise.id] = ExerciseKeys(facts, rows, digest_of_parts("trainings", around))
    return keys


def files_of(exercise: Exercise, course: Course) -> Iterator[tuple[str, bytes]]:
    """Each file that grading an exercise may read, by its place in the course, and its bytes.

    Its own files: master, checks, known mistakes, data, rubric and the text that this names. A check finds another file
    only from its own place, so if one asks where it lies, all files of the course count that are not another exercise's; and an
    exercise that is named there counts as well.
    """
    folder = exercise.master.parent
    own = [exercise.master, *exercise.checks, *exercise.hidden]
    own += [each for each in (exercise.misconceptions, exercise.example, exercise.rubric) if each is not None]
    if exercise.rubric is not None:
        own += _named_by_rubric(exercise.rubric)
    looking = [text for text in (_bytes(file) for file in own if file.suffix == ".py") if b"__file__" in text]
    if looking and exercise.rubric is None:
        named = b"\0".join(looking)
        others = {each.id for each in course.exercises if each.id != exercise.id and each.id.encode() not in named}
        own += [file for file in _all_files(folder) if not _belongs_to(file, folder) & others]
    for file in sorted(set(own)):
        yield str(file.relative_to(folder) if file.is_relative_to(folder) else file), _bytes(file)


def _all_files(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder).parts
        hidden = any(part.startswith((".", "__pycache__")) for part in inside)
        if not hidden and file.name != COURSE_FILE and file.suffix not in _TEXTS and file.is_file():
            yield file


def _belongs_to(file: Path, folder: Path) -> set[str]:
    """The ids that a file or a folder around it may have its name from."""
    stems = {Path(part).stem for part in file.relative_to(folder).parts}
    return stems | {stem.removeprefix(before) for stem in stems for before in ("check_", "hidden_")}


def _named_by_rubric(rubric: Path) -> list[Path]:
    try:
        lesson = tomllib.loads(_bytes(rubric).decode("utf-8-sig")).get("lesson")
    except ValueError:
        return []  # an author's slip, which whoever reads it next tells
    return [rubric.parent / lesson] if isinstance(lesson, str) and lesson else []


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


@cache
def grader_code() -> str:
    """The digest of the grader's own modules that grading uses."""
    package = Path(grader.__file__).parent
    found = sorted(file for file in package.rglob("*.py") if file.relative_to(package).parts[0] not in NOT_GRADING)
    return digest_of_parts(*(part for file in found for part in (str(file.relative_to(package)), _bytes(file))))


def _installed(exercise: Exercise) -> str:
    """The versions of Python and of the packages that its work or its checks may import, with all that these need."""
    wanted = {*_OWN, *exercise.packages}
    for file in (*exercise.checks, *exercise.hidden, exercise.master, *filter(None, [exercise.misconceptions])):
        wanted |= _imported(_bytes(file))
    versions = _versions(tuple(sorted(wanted)))
    return repr((sys.version, platform.machine(), sorted(versions.items())))


@cache
def _versions(names: tuple[str, ...]) -> dict[str, str]:
    return versions_beneath(names)


@lru_cache(64)
def _imported(text: bytes) -> frozenset[str]:
    """The packages that a file imports, beside the standard library and the grader."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError):
        return frozenset()
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return frozenset(name.partition(".")[0] for name in names) - sys.stdlib_module_names - {"grader"}
