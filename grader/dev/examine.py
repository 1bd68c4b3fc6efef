"""Examines a course before it is handed out: each function says in findings what holds of one exercise, or of the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.checks.mistakes.declare import load_mistakes, needs_worker
from grader.course.master import points_told, read_master
from grader.dev.files_here import with_files, written_marks
from grader.dev.findings import broken, holds, untried
from grader.dev.mistake_table import files_table, variants_table
from grader.errors import CourseError, GraderError, UsageError
from grader.home.kit import missing_package, offer, seed_at_home
from grader.release.agreement import points_differ
from grader.release.wheel import is_made_from, wheel_path
from grader.release.write_exercises import differing, solved, strays, stubs
from grader.rubrics.text_bench import TextBench

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from grader.checks.mistakes.declare import Mistake
    from grader.checks.run.bench import CheckBench
    from grader.course.course_toml import Course, Exercise
    from grader.dev.files_here import FileMarks, GradeFile
    from grader.dev.findings import Finding
    from grader.dev.mistake_table import MistakeRow
    from grader.source.text import Kind

    Tell = Callable[[str], None]

SHOWN = 3  # of the checks that a file fails
LONGEST = 300  # characters of an exception's text
INSTALL = "pip install -e '.[score]'"


def examine(course: Course, exercise: Exercise, out: Path, seeds: Sequence[int], tell: Tell) -> Iterator[Finding]:
    """Everything about one exercise; ``out`` is the folder of the stubs that were released.

    Known mistakes are put before the public checks as these are at home, and before all checks with each of
    ``seeds``. ``tell`` is called with what is being done, whenever that changes.
    """
    steps: tuple[Callable[[], Iterable[Finding]], ...] = (
        lambda: _stubs_agree(course, exercise, out),
        lambda: _points_agree(exercise),
        lambda: _written(course, exercise) if exercise.rubric is not None else _graded(course, exercise, tell),
        lambda: () if exercise.rubric is not None else _mistakes(exercise, seeds, tell),
    )
    for step in steps:
        try:
            yield from step()
        except CourseError as error:
            yield broken(str(error))
            return
        except UsageError:
            raise
        except GraderError as error:
            yield broken(f"{exercise.master} can't be tried: {error}")
        except Exception as error:  # the course's own code runs here, and may raise anything
            text = " ".join(str(error).split())[:LONGEST]
            yield broken(f"{exercise.master} can't be tried: {type(error).__name__}: {text}")


def package_agrees(course: Course, dist: Path) -> Finding:
    """Whether the students' package that lies in ``dist`` was made from the course as it is now."""
    wheel = wheel_path(course, dist)
    if not wheel.is_file():
        return untried(f"there is no package in {dist.name}/: `grader release --wheel` makes one.")
    if is_made_from(course, wheel):
        return holds(f"the students' package in {dist.name}/ was made from these files.")
    return broken(
        f"{dist.name}/{wheel.name} was made from other files than these: run `grader release --wheel`, or take it out."
    )


def no_strays(course: Course, out: Path) -> Finding:
    """Whether every file among the stubs belongs to an exercise."""
    names = strays(course, out)
    if not names:
        return holds(f"{out.name}/ holds the exercises of course.toml and no others.")
    return broken(
        f"{out.name}/ holds files of no exercise in course.toml: {', '.join(names)}. Delete them, or put the exercise back."
    )


def _stubs_agree(course: Course, exercise: Exercise, out: Path) -> Iterator[Finding]:
    made = stubs(course, exercise)
    names = differing(out, made)
    if names:
        yield broken(f"{out.name}/ holds another {' and '.join(names)} than the solution makes: run `grader release`.")
    else:
        yield holds(f"{' and '.join(made)} in {out.name}/ are what the solution makes.")


def _points_agree(exercise: Exercise) -> Iterator[Finding]:
    offered = offer(exercise)
    public, hidden = offered.points
    told = points_told(read_master(exercise.master))
    written = exercise.rubric is not None
    given = (
        f"its rubric gives {hidden}"
        if written
        else f"its checks give {public + hidden} ({public} public, {hidden} hidden)"
    )
    if differ := points_differ(offered):
        yield broken(differ)
    elif told is None:
        yield holds(f"the head says no points, and {given}.")
    else:
        yield holds(f"the head says {_counted(told)}, and {given}.")


def _graded(course: Course, exercise: Exercise, tell: Tell) -> Iterator[Finding]:
    """The solution and the stub before all checks, as a script and as a notebook."""
    missing = missing_package(exercise)
    if missing is not None:
        yield untried(
            f"the solution and the stub are not run: they need {missing}, which is not installed here ({INSTALL})."
        )
        return
    found: dict[str, dict[str, FileMarks]] = {"solution": {}, "stub": {}}
    made = {"solution": solved(exercise), "stub": stubs(course, exercise)}

    def use(_bench: CheckBench, grade: GradeFile) -> None:
        for what, files in made.items():
            for name, text in files.items():
                tell(f"the {what} is graded, {_form(name)}")
                found[what][name] = grade(text.encode(), _kind(name), name)

    tell("the checks run on the solution")
    with_files(exercise, seed_at_home(exercise), use)
    yield _full_marks(found["solution"])
    yield _no_marks(found["stub"])


def _written(course: Course, exercise: Exercise) -> Iterator[Finding]:
    """The answers of the solution and of the stub before the rubric, as a script and as a notebook."""
    bench = TextBench(exercise)
    for made, finding in ((solved(exercise), _full_marks), (stubs(course, exercise), _no_marks)):
        marks = {name: written_marks(bench, text.encode(), _kind(name)) for name, text in made.items()}
        yield finding(marks)


def _full_marks(found: Mapping[str, FileMarks]) -> Finding:
    for name, marks in found.items():
        if marks.stopped:
            first = marks.stopped[0]
            where = f"line {first.line}" if first.index is None else f"cell {first.index + 1}"
            return broken(f"the solution does not run to its end {_form(name)}: {where}: {first.message}")
        if marks.lost:
            lost = "; ".join(f"{each.id} ({each.outcome.value}) {each.message}".strip() for each in marks.lost[:SHOWN])
            points = f"{marks.points} of {_counted(marks.max_points)}"
            return broken(f"the solution gets {points} {_form(name)}: {lost}. Mend it, or what it is judged by.")
    marks = next(iter(found.values()))
    suggested = sum(each.suggested_points or 0 for each in marks.checks)
    rest = f", {suggested} of them suggested to the person who marks" if suggested else ""
    return holds(f"the solution gets {marks.points} of {_counted(marks.max_points)}{rest}, {_forms(found)}.")


def _no_marks(found: Mapping[str, FileMarks]) -> Finding:
    for name, marks in found.items():
        given = [each for each in marks.checks if each.points or each.suggested_points]
        if given:
            points = f"{marks.points} of {_counted(marks.max_points)}"
            checks = ", ".join(each.id for each in given[:SHOWN])
            return broken(
                f"the stub gets {points} {_form(name)}: {checks}. Leave less in it, or let the check ask more."
            )
    marks = next(iter(found.values()))
    return holds(f"the stub gets 0 of {_counted(marks.max_points)}, {_forms(found)}.")


def _mistakes(exercise: Exercise, seeds: Sequence[int], tell: Tell) -> Iterator[Finding]:
    """Every known mistake before the public checks: it fails one, and it is named."""
    if exercise.misconceptions is None:
        file = f"misconceptions/{exercise.master.name}"
        yield untried(f"no known mistakes are declared in {file}, so nothing shows that the checks find any.")
        return
    master = read_master(exercise.master)
    missing = missing_package(exercise)
    if missing is not None and needs_worker(master.text, master.graded_names):
        yield untried(
            f"the known mistakes are not tried: they need {missing}, which is not installed here ({INSTALL})."
        )
        return
    mistakes = load_mistakes(exercise.misconceptions)
    files = mistake_files(exercise, mistakes)
    rows: list[MistakeRow] = []
    if any(mistake.instances for mistake in mistakes):
        tell("the known mistakes are checked")
        rows += variants_table(exercise, seeds, combined=bool(seeds)).rows
    if files and missing is None:
        tell("the files that make known mistakes are checked")
        rows += files_table(exercise, seeds or (seed_at_home(exercise),), files, public_only=not seeds).rows
    yield from of_rows(exercise, mistakes, rows)
    tried = {row.mistake for row in rows}
    left = [mistake.id for mistake in mistakes if mistake.id not in tried and not mistake.said]
    if left:
        why = f"no file misconceptions/{exercise.id}/{left[0]}-WORDS.py makes it"
        why = why if missing is None else f"{missing} is not installed here ({INSTALL})"
        yield untried(f"{', '.join(left)}: not tried, since there is no variant, and {why}.")
    read = [mistake.id for mistake in mistakes if mistake.said and mistake.id not in tried]
    if read:
        yield untried(f"{', '.join(read)}: not tried, since they stand in a file's text, and no check fails for them.")


def of_rows(exercise: Exercise, mistakes: Iterable[Mistake], rows: Sequence[MistakeRow]) -> Iterator[Finding]:
    """The finding on known mistakes that were put before the checks, in one way or several each."""
    tried = [mistake for mistake in mistakes if any(row.mistake == mistake.id for row in rows)]
    unnamed = [
        mistake
        for mistake in tried
        if not any(mistake.id in marks.named for row in rows if row.mistake == mistake.id for marks in row.marks)
    ]
    wrong = [row for row in rows if row.faults]
    checks = ", ".join(file.name for file in exercise.checks)
    for row in wrong:
        yield broken(f"{row.label} {' and '.join(row.faults)}: give {checks} a case in which its answers are its own.")
    if tried and not wrong:
        many = f"all {len(tried)} known mistakes fail" if len(tried) > 1 else f"the known mistake {tried[0].id} fails"
        ways = f", made in {len(rows)} ways" if len(rows) > len(tried) else ""
        yield holds(f"{many} a public check{ways}.")
    for mistake in unnamed:
        yield broken(
            f"{mistake.id} ({mistake.name}) is named by no check: another mistake answers alike, or it raises in other words. "
            f"Give {checks} a case that tells them apart, or make one mistake of the two."
        )
    if tried and not unnamed:
        yield holds("all of them are named." if len(tried) > 1 else "it is named.")


def mistake_folder(exercise: Exercise) -> Path:
    """The folder of files that make mistakes which no variant can make, each called after its mistake: ``S1-two_layers.py``."""
    return exercise.master.parent / "misconceptions" / exercise.id


def mistake_files(exercise: Exercise, mistakes: Iterable[Mistake]) -> list[Path]:
    """The files that make mistakes; raises CourseError for one that is called after no mistake."""
    known = [mistake.id for mistake in mistakes]
    files = sorted(mistake_folder(exercise).glob("*.py"))
    for file in files:
        if file.stem.partition("-")[0] not in known:
            raise CourseError(
                f"{file} is called after no known mistake of {exercise.misconceptions}: {', '.join(known)}."
            )
    return files


def _kind(name: str) -> Kind:
    return "notebook" if name.endswith(".ipynb") else "script"


def _form(name: str) -> str:
    return f"as a {_kind(name)}"


def _forms(names: Iterable[str]) -> str:
    return " and ".join(_form(name) for name in names)


def _counted(points: int) -> str:
    return f"{points} point{'' if points == 1 else 's'}"
