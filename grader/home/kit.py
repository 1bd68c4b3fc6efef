"""What checking work at home needs from a course, taken from a checkout of it or from the students' package."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import zlib
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.checks.run.bench import with_checks
from grader.checks.run.collected import PREFIX
from grader.course.course_toml import COURSE_FILE, Course, Exercise, Limits, find_course, load_course
from grader.course.examples import PACKAGED
from grader.course.signature import signature
from grader.errors import CourseError, UsageError
from grader.home.plain_process import PlainStart
from grader.home.told_answers import Questions, questions_of
from grader.package_table import DEEP_LEARNING, refused_packages, uses_tensorflow
from grader.rubrics.text_bench import TextBench
from grader.sandbox.outside.submission import Submission
from grader.sandbox.outside.work import GB, Budget
from grader.scores.records import CheckResult, Outcome
from grader.source.contents import Signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

FACTS = "course.json"
ADDRESS_LINE = re.compile(rb"(?m)^package[ \t]*=.*\n?")


@dataclass(frozen=True, slots=True)
class Offered:
    """One exercise as it is checked at home: ``points`` are those of its public checks, then those of the hidden ones.

    ``hidden_points`` has the latter by graded name. ``record`` gives the record of its public checks; that may take seconds, and
    raises CourseError for an author's slip. An exercise of written answers has ``questions`` in place of checks.
    """

    exercise: Exercise
    signature: Signature
    points: tuple[int, int]
    record: Callable[[], str]
    questions: Questions | None = None
    hidden_points: Mapping[str, int] = field(default_factory=dict)


def nearest_kit() -> tuple[Offered, ...]:
    """The exercises of the course that this folder belongs to, or of the students' package.

    Raises UsageError if there is neither, and CourseError for an author's slip.
    """
    return nearest_course()[1]


def nearest_course() -> tuple[str, tuple[Offered, ...]]:
    """The same, with the course's name before it.

    The students' package always checks by the course that it holds: a course beside someone's work, as in a repository that a
    CI job checks, may have been put there to replace it.
    """
    if (PACKAGED / FACTS).is_file():
        return str(_facts(PACKAGED)["name"]), of_package(PACKAGED)
    try:
        course = load_course(find_course(Path.cwd()))
    except UsageError:
        raise UsageError(
            "No solutions/course.toml here or above: checking works in a checkout of the course (cd there first), or with the "
            "students' package, whose address your teacher has."
        ) from None
    return course.name, of_course(course)


def of_course(course: Course) -> tuple[Offered, ...]:
    """The exercises of a checkout, whose solutions are at hand."""
    return tuple(offer(each) for each in course.exercises)


def offer(exercise: Exercise) -> Offered:
    """One exercise of a checkout; raises CourseError for an author's slip."""
    if exercise.rubric is None:
        found = signature(exercise)
        hidden = marked_points(exercise.hidden, found.names)
        points = (sum(marked_points(exercise.checks, found.names).values()), sum(hidden.values()))
        return Offered(exercise, found, points, partial(_asked_once, exercise), hidden_points=hidden)
    bench = TextBench(exercise)
    asked = questions_of(bench)
    hidden = {question.id: question.points for question in bench.rubric.questions}
    return Offered(exercise, signature(exercise), (0, bench.max_points), str, asked, hidden)


def _asked_once(exercise: Exercise) -> str:
    """What `ask_solution` gives, kept while the files stay as they are: a notebook checks one function after the other."""
    files = (exercise.master, *exercise.checks, exercise.misconceptions, exercise.example)
    return _kept_record(exercise, tuple(each.stat().st_mtime_ns for each in files if each is not None))


@lru_cache(maxsize=8)
def _kept_record(exercise: Exercise, _changed: tuple[int, ...]) -> str:
    return ask_solution(exercise)


def ask_solution(exercise: Exercise) -> str:
    """Records an exercise's public checks, run on its solution; raises CourseError, and WorkerFault if a process fails."""
    found: list[str] = []
    with plain_start(exercise) as start:
        serve = partial(Submission, spawning=start, budget=Budget.of(exercise.limits))
        public = replace(exercise, hidden=())
        with_checks(public, seed_at_home(exercise), lambda bench: found.append(bench.record()), serve)
    return found[0]


def plain_start(exercise: Exercise) -> PlainStart:
    """What starts processes for an exercise; TensorFlow maps far more memory than it uses."""
    mapped = 16 if uses_tensorflow(exercise.packages) else 0
    memory = int((exercise.limits.memory_gb + mapped) * GB)
    return PlainStart(exercise.id, refused_packages(exercise.packages), memory)


def missing_package(exercise: Exercise) -> str | None:
    """The deep-learning package that an exercise is about and this Python lacks."""
    return next((name for name in exercise.packages if name in DEEP_LEARNING and not _is_installed(name)), None)


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ImportError:
        return False


def seed_at_home(exercise: Exercise) -> int:
    """The seed of the inputs that a student gets at home: always the same ones."""
    return zlib.crc32(exercise.id.encode())


def marked_points(files: Iterable[Path], names: Sequence[str]) -> dict[str, int]:
    """The points of check files by graded name, read from their markers without running them.

    Raises CourseError if a file is not Python, the points of a check are no number, or a check is about none of ``names``.
    """
    points = dict.fromkeys(names, 0)
    for file in files:
        for node in _parsed(file).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith(PREFIX):
                about = [name for name in names if f"{node.name}_".startswith(f"{PREFIX}{name}_")]
                if not about:
                    raise CourseError(
                        f"{file}, line {node.lineno}: {node.name} is about no graded name; call it {PREFIX}NAME_..., "
                        f"with one of {', '.join(names)}"
                    )
                points[max(about, key=len)] += _marked(file, node)
    return points


def public_checks(exercise: Exercise) -> tuple[CheckResult, ...]:
    """The public checks of an exercise as long as none has run: not done, no points. They are read without running them.

    Raises CourseError as `marked_points` does.
    """
    found: dict[str, CheckResult] = {}
    for file in exercise.checks:
        for node in _parsed(file).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith(PREFIX):
                ident = node.name.removeprefix(PREFIX)
                title = (ast.get_docstring(node) or ident).splitlines()[0]
                found[ident] = CheckResult(ident, title, 0, _marked(file, node), Outcome.TODO)
    return tuple(found.values())


def _parsed(file: Path) -> ast.Module:
    try:
        return ast.parse(file.read_text(encoding="utf-8"), str(file))
    except SyntaxError as error:
        where = f", line {error.lineno}" if error.lineno else ""
        raise CourseError(f"{file}{where}: this is not valid Python ({error.msg}). Correct it first.") from None
    except (OSError, ValueError) as error:
        raise CourseError(f"{file}: can't be read ({error})") from None


def _marked(file: Path, check: ast.FunctionDef) -> int:
    for mark in check.decorator_list:
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == "points":
            match mark.args:
                case [ast.Constant(value=int(points))]:
                    return points
    raise CourseError(
        f"{file}, line {check.lineno}: write the points of {check.name} as a number, @pytest.mark.points(2)"
    )


def packaged_files(course: Course) -> dict[str, bytes]:
    """The files of a course in the students' package, by file name.

    Raises CourseError for an author's slip, and UsageError if a solution can't run here.
    """
    files: dict[str, bytes] = {}
    facts: list[dict[str, Any]] = []
    for offered in of_course(course):
        exercise, missing = offered.exercise, missing_package(offered.exercise)
        if missing is not None:
            raise UsageError(
                f"{exercise.id}: its solution needs {missing}, which is not installed here: pip install -e '.[score]'"
            )
        facts.append({
            "id": exercise.id, "title": exercise.title, "packages": exercise.packages,
            "limits": asdict(exercise.limits), "names": offered.signature.names,
            "stub": {name: sorted(digests) for name, digests in offered.signature.stub.items()},
            "points": offered.points, "hidden_points": offered.hidden_points,
            "questions": offered.questions and asdict(offered.questions),
        })  # fmt: skip
        files |= {path.name: path.read_bytes() for path in exercise.checks}
        if exercise.checks:
            files[f"{exercise.id}.json"] = offered.record().encode()
        if exercise.example is not None:
            files[f"{exercise.id}.npz"] = exercise.example.read_bytes()
    files[FACTS] = json.dumps({"name": course.name, "made_from": digest(course), "exercises": facts}).encode()
    return files


def digest(course: Course) -> str:
    """One digest over all of a course's files, which changes when one of them does.

    The address of the package is left out: it changes nothing in it, and is known only once the package is made.
    """
    files = [course.folder / COURSE_FILE]
    for each in course.exercises:
        files += [each.master, *each.checks, *each.hidden]
        files += [file for file in (each.misconceptions, each.example, each.rubric) if file is not None]
    found = hashlib.sha256()
    for file in files:
        data = file.read_bytes().replace(b"\r\n", b"\n")  # as git on Windows may have checked it out
        if file.name == COURSE_FILE:
            data = ADDRESS_LINE.sub(b"", data)
        found.update(f"{file.relative_to(course.folder).as_posix()} {len(data)}\n".encode() + data)
    return found.hexdigest()


def of_package(folder: Path) -> tuple[Offered, ...]:
    """The exercises that an installed package holds."""
    return tuple(_offered(folder, each) for each in _facts(folder)["exercises"])


def _facts(folder: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    return facts


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
    stub = {name: frozenset(digests) for name, digests in facts["stub"].items()}
    public, hidden = facts["points"]
    found = Signature(ident, tuple(facts["names"]), stub, facts["questions"] is not None)
    recorded = partial(record.read_text, encoding="utf-8")
    questions = facts["questions"] and Questions(**facts["questions"])
    return Offered(exercise, found, (public, hidden), recorded, questions, facts["hidden_points"])
