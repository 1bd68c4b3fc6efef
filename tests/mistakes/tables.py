"""Which public checks each known mistake fails, and what it earns, for one seed after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from grader.checks.mistakes.declare import load_mistakes
from grader.checks.plan.reference import Reference
from grader.checks.run.bench import Bench, with_checks, with_stored_checks
from grader.course.course_toml import Course, Exercise
from grader.course.master import read_master
from grader.engine.api import Task
from grader.engine.local import Pool
from grader.sandbox import lockdown
from grader.sandbox.outside import packages
from grader.scores.records import CheckResult, Outcome

from .variants import label, variants

TESTS = Path(__file__).parents[1]
FILES = {"02_swap": "otherwise_swap"}  # where mistakes stand that no variant can make


@dataclass(frozen=True, slots=True)
class Graded:
    """What one mistake got with the inputs of one seed: the public checks that it fails, its points, the mistakes named."""

    failed: frozenset[str]
    points: int
    named: frozenset[str]


@dataclass(slots=True)
class Row:
    """One way of making a known mistake: at home, and graded with each seed."""

    mistake: str
    label: str
    at_home: Graded | None = None
    graded: dict[int, Graded] = field(default_factory=dict)

    @property
    def faults(self) -> list[str]:
        """What is wrong with the checks, in words: a seed for which it passes them, or marks that depend on the seed."""
        found = []
        if self.at_home is not None and not self.at_home.failed:
            found.append("fails nothing at home")
        passed = [str(seed) for seed, graded in self.graded.items() if not graded.failed]
        if passed:
            found.append(f"fails no public check with seed {', '.join(passed)}")
        points = {graded.points for graded in self.graded.values()}
        if len(points) > 1:
            found.append(f"gets {' or '.join(map(str, sorted(points)))} points, as the seed has it")
        others = {name for graded in (*self.graded.values(), self.at_home) if graded for name in graded.named}
        if others - {self.mistake}:
            found.append(f"is named {', '.join(sorted(others - {self.mistake}))}")
        return found


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of one exercise, and its public checks."""

    exercise: str
    checks: tuple[str, ...]
    rows: tuple[Row, ...]


def table(
    course: Course, exercise: Exercise, seeds: Sequence[int], seeds_of_files: Sequence[int], jobs: int = 1
) -> Table:
    """The mistakes of an exercise before its checks, some seeds at a time; where they are files, in workers, which take longer."""
    names = read_master(exercise.master).graded_names
    mistakes = load_mistakes(exercise.misconceptions, names) if exercise.misconceptions else ()
    if any(mistake.instances for mistake in mistakes):
        return _of_variants(exercise, seeds, jobs)
    return _of_files(course, exercise, seeds_of_files, jobs)


def _of_variants(exercise: Exercise, seeds: Sequence[int], jobs: int) -> Table:
    checks, rows = _at_home(exercise, seeds[0])
    with ExitStack() as stack:
        each = map if jobs == 1 else stack.enter_context(ProcessPoolExecutor(jobs)).map
        for seed, graded in zip(seeds, each(partial(_with_seed, exercise), seeds), strict=True):
            for row, found in zip(rows, graded, strict=True):
                row.graded[seed] = found
    return Table(exercise.id, checks, rows)


def _with_seed(exercise: Exercise, seed: int) -> list[Graded]:
    """What every mistake gets when it is graded."""
    found: list[Graded] = []

    def grade(bench: Bench) -> None:
        found.extend(_graded(bench.grade(each)) for _, each in variants(bench.plans.reference))

    with_checks(exercise, seed, grade)
    return found


def _at_home(exercise: Exercise, seed: int) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """The public checks, and what every mistake gets from the answers that are stored for home."""
    references: list[Reference] = []
    records: list[str] = []
    rows: list[Row] = []

    def write_down(bench: Bench) -> None:
        references.append(bench.plans.reference)
        records.append(bench.record())

    def check(bench: Bench) -> None:
        for instance, each in variants(references[0]):
            rows.append(Row(instance.id, label(instance), _graded(bench.grade(each))))
        checks.extend(bench.plans.checks)

    checks: list[str] = []
    with_checks(exercise, seed, write_down)
    with_stored_checks(exercise, records[0], check)
    return tuple(checks), tuple(rows)


def _of_files(course: Course, exercise: Exercise, seeds: Sequence[int], jobs: int) -> Table:
    files = sorted((TESTS / FILES[exercise.id] / "faulty").glob("*.py"))
    rows = {file.stem: Row(file.stem.partition("-")[0], file.stem.replace("-", " ", 1)) for file in files}
    checks: Mapping[str, None] = {}
    tasks = [Task(file.stem, exercise.id, str(file), file.name, "script", "page.html") for file in files]
    for seed in seeds:
        with Pool(course, [exercise], seed, lockdown.survey(packages.interpreter_paths())) as pool:
            pool.wait_until_ready()
            for task, result in pool.grade(tasks, jobs):
                assert result is not None, f"the grader failed on {task.path}"
                rows[task.student].graded[seed] = _graded(result.checks)
                checks = {check.id: None for check in result.checks if not check.hidden}
    return Table(exercise.id, tuple(checks), tuple(rows.values()))


def _graded(results: Iterable[CheckResult]) -> Graded:
    results = tuple(results)
    return Graded(
        frozenset(each.id for each in results if not each.hidden and each.outcome is not Outcome.PASSED),
        sum(each.points for each in results),
        frozenset(each.misconception.id for each in results if each.misconception is not None),
    )
