"""`make mistakes`: prints which public checks each known mistake fails, and for which seeds; 1 where one passes them all."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.checks.mistakes.declare import load_mistakes
from grader.course.course_toml import load_course
from grader.dev.examine import mistake_files
from grader.dev.mistake_table import MistakeRow, MistakeTable, files_table, variants_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.course.course_toml import Exercise

ROOT = Path(__file__).parents[3]
WIDTH = 62
OTHERWISE = ROOT / "tests" / "course" / "otherwise"  # files that make mistakes, each written otherwise than its variant


def main(argv: list[str]) -> int:
    """Prints both tables of every exercise that has checks and known mistakes."""
    parser = argparse.ArgumentParser(prog="make mistakes", description=__doc__)
    parser.add_argument("--exercise", action="append", help="only this one; may be repeated")
    parser.add_argument("--seeds", type=int, default=50, help="how many seeds (default 50)")
    parser.add_argument(
        "--seeds-in-workers", type=int, default=2, help="how many where the mistakes are files about Keras (default 2)"
    )
    given = parser.parse_args(argv)
    course = load_course(ROOT / "solutions")
    faults = 0
    for exercise in course.exercises:
        if exercise.checks and exercise.misconceptions and (not given.exercise or exercise.id in given.exercise):
            for found in tables(exercise, range(given.seeds), range(given.seeds_in_workers), os.cpu_count() or 1):
                print("\n".join(["", *by_check(found), "", *by_seed(found)]), flush=True)
                faults += sum(bool(row.faults) for row in found.rows)
    print(f"\n{'no zero' if not faults else f'{faults} mistakes pass, or are told wrongly: see above'}")
    return 1 if faults else 0


def tables(exercise: Exercise, seeds: range, seeds_of_files: range, jobs: int) -> Iterator[MistakeTable]:
    """The mistakes of an exercise before its checks: the variants, and the files, which take a process each."""
    assert exercise.misconceptions is not None
    mistakes = load_mistakes(exercise.misconceptions)
    if any(mistake.instances for mistake in mistakes):
        yield variants_table(exercise, seeds, jobs)
    if files := mistake_files(exercise, mistakes):
        yield files_table(
            exercise, seeds_of_files, [*files, *sorted((OTHERWISE / exercise.id / "faulty").glob("*.py"))]
        )


def by_check(found: MistakeTable) -> list[str]:
    """Known mistake x public check: with how many seeds it fails that check; the last column is how many checks in the worst case."""
    seeds = max((len(row.graded) for row in found.rows), default=0)
    lines = [f"{found.exercise}: in how many of {seeds} seeds a known mistake fails a public check"]
    lines += [f"  {chr(ord('a') + at)}  {check}" for at, check in enumerate(found.checks)]
    letters = "".join(f"{chr(ord('a') + at):>4}" for at in range(len(found.checks)))
    lines.append(f"{'':{WIDTH}}{letters}   home  fewest")
    for row in found.rows:
        counts = "".join(f"{_count(row, check) or '.':>4}" for check in found.checks)
        home = "-" if row.at_home is None else len(row.at_home.failed)
        fewest = min((len(graded.failed) for graded in row.graded.values()), default=0)
        lines.append(f"{row.label[: WIDTH - 1]:{WIDTH}}{counts}   {home:>4}  {fewest:>6}{_told(row)}")
    return lines


def by_seed(found: MistakeTable) -> list[str]:
    """Known mistake x seed: how many public checks it fails, and the points that it gets."""
    lines = [f"{found.exercise}: how many public checks a known mistake fails, seed by seed, and its points"]
    for row in found.rows:
        counts = " ".join(f"{len(row.graded[seed].failed):x}" for seed in sorted(row.graded))
        points = "/".join(str(points) for points in sorted({graded.points for graded in row.graded.values()}))
        lines.append(f"{row.label[: WIDTH - 1]:{WIDTH}}{counts}   {points:>5}{_told(row)}")
    return lines


def _count(row: MistakeRow, check: str) -> int:
    return sum(check in graded.failed for graded in row.graded.values())


def _told(row: MistakeRow) -> str:
    return f"   <- {'; '.join(row.faults)}" if row.faults else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
