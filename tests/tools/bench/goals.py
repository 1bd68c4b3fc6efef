"""The goals of the project's speed, and what one run of the benchmark says about each that it has figures for."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from tools.bench.figures import Figures, Goal, cpus, growth, ratio, walls


def of(figures: Figures) -> list[Goal]:
    """All goals that there are figures for."""
    return [*_gates(figures), *_keras(figures), *_classes(figures), *_runs(figures)]


def _gates(figures: Figures) -> Iterator[Goal]:
    bounds = {"right": 2.5, "notebook": 2.5, "wrong": 3.0, "made": 3.5}
    for kind, bound in bounds.items():
        costs = {
            subject: figures.costs.get(("01_gates", kind, subject), [])
            for subject in ("items", "pytest", "grader 1", "grader 2")
        }
        if not all(costs.values()):
            continue
        one = walls(costs["grader 1"])
        floor = walls(figures.floor("01_gates", kind))
        yield Goal(f"01_gates, {kind}: wall, times the floor", ratio(one, floor).middle, bound, " x")
        yield Goal(
            f"01_gates, {kind}: pytest's wall, times this",
            ratio(walls(costs["pytest"]), one).middle,
            10,
            " x",
            at_least=True,
        )
        yield Goal(
            f"01_gates, {kind}: two jobs are faster by",
            ratio(one, walls(costs["grader 2"])).middle,
            1.8,
            " x",
            at_least=True,
        )


def _keras(figures: Figures) -> Iterator[Goal]:
    each = {
        (exercise, kind): statistics.median(walls(costs))
        for (exercise, kind, subject), costs in figures.costs.items()
        if subject == "grader 1"
    }
    swap, equal, measure = (
        each.get(key) for key in (("02_swap", "model"), ("02_swap", "right"), ("03_measure", "right"))
    )
    if swap is not None and equal is not None:
        yield Goal("02_swap, a model of its own: wall a submission", swap, 0.40, " s")
        yield Goal("02_swap, 90 of 100 models equal: wall a submission", 0.9 * equal + 0.1 * swap, 0.10, " s")
    if measure is not None:
        yield Goal("03_measure, right: wall a submission", measure, 0.65, " s")


def _classes(figures: Figures) -> Iterator[Goal]:
    if sizes := figures.classes.get("grader"):
        small, middle, large = sorted(sizes)
        taken = {size: cpus(costs) for size, costs in sizes.items()}
        yield Goal(
            f"CPU of one more submission in a class of {large}, times that of {middle} (start: a class of {small})",
            growth(taken, middle, large), 1.10, " x",
        )  # fmt: skip


def _runs(figures: Figures) -> Iterator[Goal]:
    bounds = {"first run": 12 * 60.0, "second run": 5.0, "3 files changed": 8.0}
    for which, bound in bounds.items():
        if runs := figures.runs.get(("1000 students", "grader", which)):
            yield Goal(f"1,000 students, {which}: wall", runs[0][0], bound, " s")
            yield Goal(f"1,000 students, {which}: memory of the command", runs[0][2], 1000, " MB")
    now, before = (figures.runs.get(("sample", name, "first run")) for name in ("grader", "before"))
    if now and before:
        these, those = [wall for wall, _, _ in now], [wall for wall, _, _ in before]
        yield Goal("sample class: wall, times that of the other checkout", ratio(these, those).middle, 0.6, " x")
