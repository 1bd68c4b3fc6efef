"""Whole classes through `grader score`: how the cost grows with the class, a large class with a second run, the sample."""

from __future__ import annotations

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
    half = made_class.BASES // 2
    parts = {
        LARGE: [works],
        # a part has each second one of the different files, and the next part has the others
        MIDDLE: [works[turn * 2 * half + turn % 2 : (turn + 1) * 2 * half : 2] for turn in range(4)],
        SMALL: [works[turn * 2 * half + turn : (turn + 1) * 2 * half : 2 * half // SMALL] for turn in range(4)],
    }
    for size, classes in parts.items():
        for turn, part in enumerate(classes):
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
    folder = bench.folder / "large"
    for number, exercise in enumerate(made_class.OF):
        works = made_class.class_of(students, SEED + number, exercise, DIFFERENT)
        made_class.written(works, folder)
    for name, checkout in bench.checkouts.items():
        out = bench.folder / "out" / f"large-{name}"
        _keep(bench, "large", name, "first run", score(bench.family, checkout, folder, out, JOBS))
        if not knows(checkout, "--store"):
            continue  # it would grade everything again
        _keep(bench, "large", name, "second run", score(bench.family, checkout, folder, out, JOBS))
    for file in sorted(folder.glob("*/01_gates.py"))[:3]:
        file.write_bytes(file.read_bytes() + b"\n# changed after the first run\n")
    for name, checkout in bench.checkouts.items():
        if knows(checkout, "--store"):
            out = bench.folder / "out" / f"large-{name}"
            _keep(bench, "large", name, "3 files changed", score(bench.family, checkout, folder, out, JOBS))


def _keep(bench: Bench, what: str, name: str, which: str, ran: Ran) -> None:
    runs = bench.figures.runs.setdefault((what, name or "grader", which), [])
    runs.append((ran.wall, ran.cpu, ran.memory_mb))
    last = [line for line in ran.said.splitlines() if " kept" in line or " graded" in line]
    print(
        f"{what}, {name or 'this checkout'}, {which}: {ran.wall:.1f} s{''.join(f'; {line}' for line in last[-1:])}",
        flush=True,
    )
