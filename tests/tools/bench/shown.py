"""Shows what was measured: tables on the terminal, figures as JSON, and a plot."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tools.bench.figures import Cost, Figures, Goal, Spread, cpus, one_more, ratio, walls
from tools.bench.machine import BUSY, Machine
from tools.bench.made_class import KINDS

NAMES = {"fork": "a fork", "warm": "warm", "items": "floor", "pytest": "pytest"}
MS = 1000


def table(figures: Figures, exercise: str) -> str:
    """What one more submission costs, by kind of file: wall and CPU in ms, and the ratios of one run."""
    subjects = figures.subjects(exercise)
    starts = ", ".join(
        f"{each} {figures.starts[exercise, each]:.1f} s" for each in subjects if (exercise, each) in figures.starts
    )
    memory = ", ".join(f"{each} {mb:.0f} MB" for (name, each), mb in figures.memory.items() if name == exercise)
    items = f", {figures.items[exercise]} items" if exercise in figures.items else ""
    lines = ["", f"{exercise}{items}: one more submission, wall / CPU in ms; start apart: {starts}"]
    lines.append(f"  {'':20}" + "".join(f"{NAMES.get(each, each):>16}" for each in subjects))
    for kind in figures.kinds(exercise):
        costs = {subject: figures.costs[exercise, kind, subject] for subject in subjects}
        cells = "".join(f"{middle(walls(each)) * MS:>9.1f} /{middle(cpus(each)) * MS:5.0f}" for each in costs.values())
        lines.append(f"  {KINDS[kind].name:20}{cells}")
    for kind in figures.kinds(exercise):
        costs = {subject: figures.costs[exercise, kind, subject] for subject in subjects}
        lines.append(f"  {KINDS[kind].name:20} {'; '.join(_ratios(costs, figures.floor(exercise, kind)))}")
    lines.append(f"  memory of the grader's processes between two submissions: {memory}")
    return "\n".join(lines)


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def _ratios(costs: dict[str, list[Cost]], floor: Sequence[Cost]) -> list[str]:
    said = []
    one = costs["grader 1"]
    if floor:
        said.append(f"{_times(one, floor, walls)} the floor's wall, {_times(one, floor, cpus)} its CPU")
    if "pytest" in costs:
        said.append(f"pytest {_times(costs['pytest'], one, walls)} as long")
    said.append(f"2 jobs {_times(one, costs['grader 2'], walls)} as fast")
    if "before 1" in costs:
        said.append(
            f"before {_times(costs['before 1'], one, walls)} as long, {_times(costs['before 1'], one, cpus)} the CPU"
        )
    return said


def _times(these: Sequence[Cost], those: Sequence[Cost], of: Any) -> str:
    spread = ratio(of(these), of(those))
    return f"{spread.middle:.2f} x ({spread.low:.2f} to {spread.high:.2f})"


def growth_table(figures: Figures) -> str:
    """What a class of each size costs, and one more submission in it."""
    lines = ["", "01_gates by the command, two jobs, reports included: class, wall, CPU; one more submission"]
    for name, sizes in figures.classes.items():
        each = one_more({size: cpus(costs) for size, costs in sizes.items()})
        wall = one_more({size: walls(costs) for size, costs in sizes.items()})
        for size in sorted(sizes):
            more = f"{wall[size] * MS:8.1f} ms wall, {each[size] * MS:6.1f} ms CPU" if size in each else "(start)"
            costs = sizes[size]
            lines.append(f"  {name:8}{size:>6}{middle(walls(costs)):9.2f} s{middle(cpus(costs)):9.2f} s   {more}")
    return "\n".join(lines)


def runs_table(figures: Figures, what: str) -> str:
    """Whole runs: wall, CPU, memory of the command."""
    lines = ["", f"{what} by the command, two jobs: wall, CPU, memory of the command"]
    for (each, name, which), runs in figures.runs.items():
        if each == what:
            wall, cpu, memory = (middle(column) for column in zip(*runs, strict=True))
            lines.append(f"  {name:8}{which:16}{wall:9.1f} s{cpu:9.1f} s{memory:7.0f} MB")
    return "\n".join(lines)


def closing(figures: Figures, goals: Sequence[Goal], busy: float) -> str:
    """The goals, the isolation, and a warning if the machine was not quiet."""
    lines = ["", *map(str, goals), ""]
    lines += [f"isolation: {layers}" for layers in dict.fromkeys(figures.isolation.values())]
    if busy > BUSY:
        lines.append(
            f"This machine was busy: others used {busy:.0%} of it meanwhile. Wall times are too high, two jobs share what was left; "
            "trust ratios of CPU."
        )
    return "\n".join(lines)


def write(figures: Figures, goals: Sequence[Goal], machine: Machine, busy: float, out: Path) -> list[Path]:
    """Writes the figures and the plot; gives the files."""
    out.mkdir(parents=True, exist_ok=True)
    told, plot, readme = out / "figures.json", out / "figures.svg", out / "figures.md"
    readme.write_text(markdown(figures), encoding="utf-8")
    told.write_text(json.dumps(as_plain(figures, goals, machine, busy), indent=1) + "\n", encoding="utf-8")
    draw(figures, plot)
    return [told, plot, readme]


def markdown(figures: Figures) -> str:
    """The table that stands in the README: one more submission in ms, and what it is compared with in the same run."""
    lines = [
        "| | kind of file | one job | floor | times the floor | plain pytest | faster than it | two jobs |",
        "|" + " --- |" * 8,
    ]
    for exercise in dict.fromkeys(exercise for exercise, _, _ in figures.costs):
        for kind in figures.kinds(exercise):
            one, two = (figures.costs[exercise, kind, f"grader {jobs}"] for jobs in (1, 2))
            floor, fresh = figures.floor(exercise, kind), figures.costs.get((exercise, kind, "pytest"), [])
            cells = [f"`{exercise}`", KINDS[kind].name, f"{middle(walls(one)) * MS:.0f} ms"]
            cells += (
                [f"{middle(walls(floor)) * MS:.0f} ms", f"{ratio(walls(one), walls(floor)).middle:.1f}"]
                if floor
                else ["-", "-"]
            )
            cells += (
                [f"{middle(walls(fresh)) * MS:.0f} ms", f"{ratio(walls(fresh), walls(one)).middle:.0f} x"]
                if fresh
                else ["-", "-"]
            )
            lines.append(f"| {' | '.join([*cells, f'{ratio(walls(one), walls(two)).middle:.2f} x'])} |")
    return "\n".join(lines) + "\n"


def as_plain(figures: Figures, goals: Sequence[Goal], machine: Machine, busy: float) -> dict[str, Any]:
    """All figures as plain data; seconds."""
    return {
        "machine": asdict(machine) | {"others": busy},
        "isolation": figures.isolation,
        "one_more": [
            {"exercise": exercise, "kind": kind, "subject": subject,
             "wall": asdict(Spread.of(walls(costs))), "cpu": asdict(Spread.of(cpus(costs))), "rounds": len(costs)}
            for (exercise, kind, subject), costs in figures.costs.items()
        ],
        "starts": [{"exercise": each, "subject": subject, "wall": wall} for (each, subject), wall in figures.starts.items()],
        "memory": [{"exercise": each, "subject": subject, "mb": mb} for (each, subject), mb in figures.memory.items()],
        "classes": [
            {"subject": name, "size": size, "wall": walls(costs), "cpu": cpus(costs)}
            for name, sizes in figures.classes.items()
            for size, costs in sorted(sizes.items())
        ],
        "runs": [
            {"class": what, "subject": name, "run": which, "wall_cpu_mb": runs}
            for (what, name, which), runs in figures.runs.items()
        ],
        "goals": [asdict(goal) | {"met": goal.met} for goal in goals],
    }  # fmt: skip


def draw(figures: Figures, file: Path) -> None:
    """A bar for each kind of file and subject, an axis for each exercise, and the growth with the class."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    exercises = list(dict.fromkeys(exercise for exercise, _, _ in figures.costs))
    panels = len(exercises) + bool(figures.classes)
    with plt.rc_context({"svg.hashsalt": "bench", "font.size": 8}):
        figure, axes = plt.subplots(panels, 1, figsize=(8, 2.4 * panels), squeeze=False, layout="constrained")
        for axis, exercise in zip(axes[:, 0], exercises, strict=False):
            _bars(axis, figures, exercise)
        if figures.classes:
            _lines(axes[-1, 0], figures)
        figure.savefig(file, metadata={"Date": None})
        plt.close(figure)


def _bars(axis: Any, figures: Figures, exercise: str) -> None:
    kinds, subjects = figures.kinds(exercise), figures.subjects(exercise)
    width = 0.8 / len(subjects)
    for at, subject in enumerate(subjects):
        spreads = [Spread.of(walls(figures.costs[exercise, kind, subject])) for kind in kinds]
        heights = [spread.middle * MS for spread in spreads]
        errors = [[(s.middle - s.low) * MS for s in spreads], [(s.high - s.middle) * MS for s in spreads]]
        places = [place + at * width for place in range(len(kinds))]
        axis.bar(places, heights, width, yerr=errors, label=NAMES.get(subject, subject), error_kw={"linewidth": 0.6})
    axis.set_yscale("log")
    axis.set_xticks([place + 0.4 - width / 2 for place in range(len(kinds))], [KINDS[kind].name for kind in kinds])
    axis.set_ylabel("wall, ms a submission")
    axis.set_title(exercise)
    axis.legend(ncols=4, fontsize=6)


def _lines(axis: Any, figures: Figures) -> None:
    for name, sizes in figures.classes.items():
        ordered = sorted(sizes)
        axis.plot(ordered, [middle(walls(sizes[size])) for size in ordered], marker="o", label=name)
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xlabel("submissions of 01_gates")
    axis.set_ylabel("wall, s (2 jobs)")
    axis.set_title("a class by the command, reports included")
    axis.legend(fontsize=6)
