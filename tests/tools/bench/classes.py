"""Whole classes through `grader score`: how the cost grows with the class, a large class with a second run, the sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tools.bench import made_class
from tools.bench.commands import Ran, knows, score, without_store
from tools.bench.figures import Cost

if TYPE_CHECKING:
    from tools.bench.bench import Bench

SMALL, MIDDLE, LARGE = 10, 100, 1000
JOBS = 2
SEED = 3
DIFFERENT = 40  # files of each of five exercises


def grown(bench: Bench) -> None:
    """Grades classes of 10, 100 and 1,000; the smaller ones are parts of the largest that share no file."""
    works = made_class.class_of(LARGE, SEED)
    classes = {LARGE: [works], MIDDLE: parts(works, MIDDLE, 4), SMALL: parts(works, SMALL, 4)}
    for size, alike in classes.items():
        for turn, part in enumerate(alike):
            assert len(part) == size
            folder = bench.folder / "class" / f"{size}-{turn}"
            made_class.written(part, folder)
            for name, checkout in bench.checkouts.items():
                options = ("--exercise", "01_gates", "--quiet", *without_store(checkout))
                ran = score(
                    bench.family, checkout, folder, bench.folder / "out" / f"{name}-{size}-{turn}", JOBS, *options
                )
                sizes = bench.figures.classes.setdefault(name or "grader", {})
                sizes.setdefault(size, []).append(Cost(ran.wall, ran.cpu))


def parts(
    works: Sequence[made_class.Work], size: int, count: int, stretch: int = made_class.BASES
) -> list[Sequence[made_class.Work]]:
    """Classes of a smaller size, as mixed as the large one and without a common file.

    The large one holds all different files in each stretch; a part takes every so many of one stretch, and begins one later
    than the part before, so that two halves have each different file once.
    """
    step = stretch // size
    return [works[turn * stretch + turn % step : (turn + 1) * stretch : step] for turn in range(count)]


def sample_class(bench: Bench) -> None:
    """Grades the tests' made-up class in every exercise."""
    folder = made_class.ROOT / "tests" / "class"
    for turn in range(2):
        for name, checkout in bench.checkouts.items():
            ran = score(
                bench.family, checkout, folder, bench.folder / "out" / f"sample-{name}-{turn}", JOBS, "--quiet", *without_store(checkout)
            )  # fmt: skip
            _keep(bench, "sample", name, "first run", ran)


def large_class(bench: Bench, students: int) -> None:
    """Grades a class with five exercises each; then again; then with three files changed."""
    folder, what = bench.folder / "large", f"{students} students"
    for number, exercise in enumerate(made_class.OF):
        works = made_class.class_of(students, SEED + number, exercise, DIFFERENT)
        made_class.written(works, folder)
    for name, checkout in bench.checkouts.items():
        out = bench.folder / "out" / f"large-{name}"
        _keep(bench, what, name, "first run", score(bench.family, checkout, folder, out, JOBS))
        if not knows(checkout, "--store"):
            continue  # it would grade everything again
        _keep(bench, what, name, "second run", score(bench.family, checkout, folder, out, JOBS))
    for file in sorted(folder.glob("*/01_gates.py"))[:3]:
        file.write_bytes(file.read_bytes() + b"\n# changed after the first run\n")
    for name, checkout in bench.checkouts.items():
        if knows(checkout, "--store"):
            out = bench.folder / "out" / f"large-{name}"
            _keep(bench, what, name, "3 files changed", score(bench.family, checkout, folder, out, JOBS))


def _keep(bench: Bench, what: str, name: str, which: str, ran: Ran) -> None:
    runs = bench.figures.runs.setdefault((what, name or "grader", which), [])
    runs.append((ran.wall, ran.cpu, ran.memory_mb))
    kept = "".join(f"; {line.strip()}" for line in ran.said.splitlines() if line.rstrip().endswith(" kept"))
    print(f"{what}, {name or 'this checkout'}, {which}: {ran.wall:.1f} s{kept}", flush=True)
