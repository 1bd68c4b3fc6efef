"""`make bench`: what one more submission costs, against a floor and against plain pytest, all in one run.

For each exercise and kind of file, in turn and in several rounds: the floor (the same items in one warm process that trusts the
submission, with a fork for each), a fresh `python -m pytest` for each, and this grader with one job and with two. The start of the
warm ones is told apart. Then classes of 10, 100 and 1,000 are graded by the command, as a user does it. CPU is that of all
processes, orphans included. Figures and a plot are written below build/bench/.

Figures compare within one run. Between two states of the project use --against: both are measured in turn.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "tests"))

from tools.bench import asked, goals, made_class, shown  # noqa: E402
from tools.bench.classes import grown, large_class, sample_class  # noqa: E402
from tools.bench.failed import BenchmarkFailed  # noqa: E402
from tools.bench.figures import Cost, Figures  # noqa: E402
from tools.bench.machine import Others, this_machine  # noqa: E402
from tools.bench.usage import Family, adopt_orphans  # noqa: E402

SEED = 7
ITEMS_ARE_PLAIN = ("01_gates", "05_trace")  # their items run without the grader: what they get and give is NumPy's
FILES = {"01_gates": 16, "04_theory": 16, "05_trace": 12, "02_swap": 3, "03_measure": 3}  # of a kind in a round
BURNT, BURNERS = 0.25, 4  # CPU seconds of each of some files that are there to be counted


@dataclass(slots=True)
class Bench:
    """What all parts of one run need."""

    family: Family
    folder: Path
    checkouts: dict[str, Path]
    rounds: int
    quick: bool
    figures: Figures = field(default_factory=Figures)

    def files(self, kind: str, exercise: str, name: str, count: int) -> list[Path]:
        """New files of a kind, which no earlier measurement had."""
        works = made_class.files_of(kind, exercise, count, name)
        return made_class.written(works, self.folder / exercise / kind / name)


def main() -> int:
    """Runs the benchmark, prints it and writes it; exit code 1 if a figure would mean nothing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--exercise", action="append", choices=list(made_class.OF), metavar="ID", help="only this one; may be repeated"
    )
    parser.add_argument(
        "--rounds", type=int, default=5, metavar="N", help="how often each is measured, in turn (default: 5)"
    )
    parser.add_argument("--quick", action="store_true", help="few files, two rounds, no classes: to see that it works")
    parser.add_argument("--no-classes", action="store_true", help="leave out the classes of 10, 100 and 1,000")
    parser.add_argument(
        "--large",
        type=int,
        nargs="?",
        const=1000,
        metavar="STUDENTS",
        help="also a class with five exercises each (default: 1000 students)",
    )
    parser.add_argument("--sample", action="store_true", help="also the tests' made-up class, all exercises")
    parser.add_argument(
        "--against",
        type=Path,
        metavar="PATH",
        help="another checkout with a .venv of its own, measured in turn with this one",
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "build" / "bench", metavar="DIR", help="where figures and plot go"
    )
    given = parser.parse_args()
    try:
        adopt_orphans()
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            measured(given, Path(name))
    except BenchmarkFailed as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: interrupted", file=sys.stderr)
        return 130
    return 0


def measured(given: argparse.Namespace, folder: Path) -> None:
    """Measures all that was asked for."""
    checkouts = {"": ROOT} | ({"before": given.against.resolve()} if given.against else {})
    bench = Bench(Family(), folder, checkouts, 2 if given.quick else given.rounds, given.quick)
    machine = this_machine()
    print(machine, flush=True)
    others, before = Others(bench.family.cpu()), [asked.state_of(each) for each in checkouts.values()]
    for exercise in given.exercise or list(made_class.OF):
        one_exercise(bench, exercise)
        print(shown.table(bench.figures, exercise), flush=True)
    wanted = not given.exercise or "01_gates" in given.exercise
    if wanted and not given.quick and not given.no_classes:
        grown(bench)
        print(shown.growth_table(bench.figures), flush=True)
    if given.sample:
        sample_class(bench)
        print(shown.runs_table(bench.figures, "sample"), flush=True)
    if given.large:
        large_class(bench, given.large)
        print(shown.runs_table(bench.figures, f"{given.large} students"), flush=True)
    if [asked.state_of(each) for each in checkouts.values()] != before:
        raise BenchmarkFailed("the code that is measured was changed meanwhile: the figures are of no one state of it")
    busy = others.share(bench.family.cpu())
    print(shown.closing(bench.figures, goals.of(bench.figures), busy))
    for file in shown.write(bench.figures, goals.of(bench.figures), machine, busy, given.out):
        print(f"written: {os.path.relpath(file)}")


def one_exercise(bench: Bench, exercise: str) -> None:
    """Measures every kind of file of an exercise, in rounds."""
    (checked,) = (each for each in made_class.COURSE.exercises if each.id == exercise)
    checks = [*checked.checks, *checked.hidden]
    count = 2 if bench.quick else FILES[exercise]
    plain = exercise in ITEMS_ARE_PLAIN
    with ExitStack() as stack:
        pools: dict[str, asked.Warm] = {}
        for name, checkout in bench.checkouts.items():
            for jobs in (1, 2):
                pool = stack.enter_context(asked.pool(bench.family, checkout, exercise, jobs, SEED))
                pools[_subject(name, jobs)] = pool
                first = bench.files(made_class.OF[exercise][0], exercise, f"first-{name}-{jobs}", 1)
                told = pool.ask(first)
                _of_this_checkout(told["grader"], checkout)
                bench.figures.starts[exercise, _subject(name, jobs)] = told["start"]
                bench.figures.isolation[_subject(name, jobs)] = f"{told['backend']}: {', '.join(told['layers'])}"
        if plain:
            floor, bench.figures.items[exercise] = asked.warm_items(bench.family, exercise, checks)
            stack.enter_context(floor)
            _counts_workers(bench, pools, exercise)
        for number in range(bench.rounds):
            for kind in made_class.OF[exercise]:
                files = bench.files(kind, exercise, f"round-{number}", count)
                costs: dict[str, Cost] = {}
                if plain:
                    for way in ("fork", "warm", "items"):
                        costs[way], told = floor.measure(files, way=way)
                        if way == "items" and kind in ("right", "made", "notebook") and any(told["failed"]):
                            raise BenchmarkFailed(
                                f"the floor fails items on right files of {exercise}: {told['failed']}"
                            )
                    costs["pytest"], _ = asked.fresh_pytest(bench.family, exercise, checks, files[0])
                order = list(pools) if number % 2 else list(pools)[::-1]
                for subject in order:
                    costs[subject], told = pools[subject].measure(files)
                    _as_they_should_be(kind, told["results"])
                bench.figures.add(exercise, kind, costs)
        bench.figures.memory |= {(exercise, subject): pool.memory_mb() for subject, pool in pools.items()}


def _subject(name: str, jobs: int) -> str:
    return f"{name or 'grader'} {jobs}"


def _of_this_checkout(module: str, checkout: Path) -> None:
    if not Path(module).resolve().is_relative_to(checkout):
        raise BenchmarkFailed(f"the Python of {checkout} has the grader of {module} installed, not its own")


def _as_they_should_be(kind: str, results: Sequence[dict[str, Any]]) -> None:
    """Raises BenchmarkFailed if a file did not get what its kind should: its time would be that of something else."""
    for each in results:
        wrong = each["status"] not in ("graded", "review") or not made_class.KINDS[kind].marks(
            each["points"], each["max"]
        )
        if wrong:
            got = f"{each['status']}, {each['points']} of {each['max']} points"
            raise BenchmarkFailed(f"a file of the kind {made_class.KINDS[kind].name!r} was graded as {got}")


def _counts_workers(bench: Bench, pools: dict[str, asked.Warm], exercise: str) -> None:
    """Raises BenchmarkFailed if CPU that is known to be used in workers is not in the figures."""
    for subject, pool in pools.items():
        works = [made_class.burning(work, BURNT) for work in made_class.files_of("right", exercise, BURNERS, subject)]
        files = made_class.written(works, bench.folder / "burning" / subject)
        cost, told = pool.measure(files)
        _as_they_should_be("right", told["results"])
        if cost.cpu < BURNT:
            raise BenchmarkFailed(
                f"the figures leave out workers: files that use {BURNT} s each show {cost.cpu:.3f} s with {subject}"
            )


if __name__ == "__main__":
    sys.exit(main())
