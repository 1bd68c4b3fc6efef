"""Which public checks each known mistake fails, and what it earns, for one seed after the other."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from grader.checks.run.bench import with_checks, with_stored_checks
from grader.dev.files_here import with_files
from grader.dev.on_doubles import label, variants
from grader.home.kit import seed_at_home
from grader.scores.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from grader.checks.plan.reference import Reference
    from grader.checks.run.bench import CheckBench
    from grader.course.course_toml import Exercise
    from grader.dev.files_here import GradeFile
    from grader.scores.records import CheckResult


@dataclass(frozen=True, slots=True)
class MistakeMarks:
    """What one mistake got with the inputs of one seed: the public checks that it fails, its points, the mistakes named."""

    failed: frozenset[str]
    points: int
    named: frozenset[str]


@dataclass(slots=True)
class MistakeRow:
    """One way of making a known mistake: at home, and graded with each seed."""

    mistake: str
    label: str
    at_home: MistakeMarks | None = None
    graded: dict[int, MistakeMarks] = field(default_factory=dict)

    @property
    def marks(self) -> tuple[MistakeMarks, ...]:
        """What it got, at home first."""
        return (*filter(None, [self.at_home]), *self.graded.values())

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
        others = {name for marks in self.marks for name in marks.named}
        if others - {self.mistake}:
            found.append(f"is named {', '.join(sorted(others - {self.mistake}))}")
        return found


@dataclass(frozen=True, slots=True)
class MistakeTable:
    """All rows of one exercise, and its public checks."""

    exercise: str
    checks: tuple[str, ...]
    rows: tuple[MistakeRow, ...]


def variants_table(exercise: Exercise, seeds: Sequence[int], jobs: int = 1, *, combined: bool = True) -> MistakeTable:
    """The variants of an exercise's known mistakes before its checks, at home and with each seed; raises CourseError.

    They run in this process, so an exercise whose solution needs a worker has none. Without ``combined``,
    those that make a mistake in several functions at once are left out.
    """
    checks, rows = _at_home(exercise, combined)
    with ExitStack() as stack:
        each = map if jobs == 1 else stack.enter_context(ProcessPoolExecutor(jobs)).map
        for seed, graded in zip(seeds, each(partial(_with_seed, exercise, combined), seeds), strict=True):
            for row, found in zip(rows, graded, strict=True):
                row.graded[seed] = found
    return MistakeTable(exercise.id, checks, rows)


def files_table(
    exercise: Exercise, seeds: Sequence[int], files: Sequence[Path], *, public_only: bool = False
) -> MistakeTable:
    """Whole files, each called after the mistake that it makes (``S1-two_layers.py``), before the checks; raises CourseError.

    With ``public_only`` they meet only the public checks, and only these give points.
    """
    rows = [MistakeRow(file.stem.partition("-")[0], file.stem.replace("-", " ", 1)) for file in files]
    checks: list[str] = []

    def grade(bench: CheckBench, grade_file: GradeFile, seed: int) -> None:
        checks[:] = [each.id for each in bench.plans.checks.values() if not each.hidden]
        for file, row in zip(files, rows, strict=True):
            row.graded[seed] = _marks(
                grade_file(file.read_bytes(), "script", file.name, public_only=public_only).checks
            )

    for seed in seeds:
        with_files(exercise, seed, partial(grade, seed=seed))
    return MistakeTable(exercise.id, tuple(checks), tuple(rows))


def _with_seed(exercise: Exercise, combined: bool, seed: int) -> list[MistakeMarks]:
    """What every mistake gets when it is graded."""
    found: list[MistakeMarks] = []

    def grade(bench: CheckBench) -> None:
        found.extend(_marks(bench.check(each).checks) for _, each in variants(bench.plans.reference, combined=combined))

    with_checks(exercise, seed, grade)
    return found


def _at_home(exercise: Exercise, combined: bool) -> tuple[tuple[str, ...], tuple[MistakeRow, ...]]:
    """The public checks, and what every mistake gets from the answers that are stored for home."""
    references: list[Reference] = []
    records: list[str] = []
    rows: list[MistakeRow] = []

    def write_down(bench: CheckBench) -> None:
        references.append(bench.plans.reference)
        records.append(bench.record())

    def check(bench: CheckBench) -> None:
        for instance, each in variants(references[0], combined=combined):
            rows.append(MistakeRow(instance.id, label(instance), _marks(bench.check(each).checks)))
        checks.extend(bench.plans.checks)

    checks: list[str] = []
    with_checks(exercise, seed_at_home(exercise), write_down)
    with_stored_checks(exercise, records[0], check)
    return tuple(checks), tuple(rows)


def _marks(results: Iterable[CheckResult]) -> MistakeMarks:
    results = tuple(results)
    return MistakeMarks(
        frozenset(each.id for each in results if not each.hidden and each.outcome is not Outcome.PASSED),
        sum(each.points for each in results),
        frozenset(each.misconception.id for each in results if each.misconception is not None),
    )
