"""The benchmark counts all that is used, compares what is alike, and its arithmetic is right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.scored import score
from tools.bench import goals, made_class, shown
from tools.bench.asked import state_of
from tools.bench.bench import Bench, _as_they_should_be, _counts_workers
from tools.bench.classes import parts
from tools.bench.failed import BenchmarkFailed
from tools.bench.figures import Cost, Figures, Goal, Spread, growth, one_more, ratio
from tools.bench.machine import Machine
from tools.bench.usage import Family, read_process

TESTS = Path(__file__).parents[2]
BURNT = 0.2

# A process whose child ends at once and leaves a grandchild that uses 0.2 s of CPU.
LEAVES_AN_ORPHAN = f"""
import os, sys, time
sys.path.insert(0, {str(TESTS)!r})
from tools.bench.usage import Family, adopt_orphans
if sys.argv[1] == "adopts":
    adopt_orphans()
family = Family()
before = family.cpu()
told, tells = os.pipe()
child = os.fork()
if child == 0:
    if os.fork() == 0:
        while os.getppid() == child:
            pass
        until = time.process_time() + {BURNT}
        while time.process_time() < until:
            pass
    os._exit(0)
os.close(tells)
os.waitpid(child, 0)
os.read(told, 1)  # ends when the orphan does
print(family.cpu() - before, family.adopted)
"""


def used_and_adopted(how: str) -> tuple[float, int]:
    ran = subprocess.run([sys.executable, "-c", LEAVES_AN_ORPHAN, how], check=True, capture_output=True, text=True)
    used, adopted = ran.stdout.split()
    return float(used), int(adopted)


def test_what_an_orphan_uses_is_counted() -> None:
    """Most workers were orphans, and two thirds of what a submission costs was shown."""
    used, adopted = used_and_adopted("adopts")
    assert (used >= BURNT, adopted) == (True, 1)


def test_without_adopting_it_an_orphan_would_be_left_out() -> None:
    assert used_and_adopted("leaves") == (pytest.approx(0, abs=BURNT / 2), 0)


def test_a_process_is_read_whatever_it_is_called() -> None:
    stat = "42 (a) R (b c) Z 7 " + " ".join(["0"] * 9) + " 100 50 30 20 " + "0 " * 30
    read = read_process(stat)
    assert (read.pid, read.state, read.parent) == (42, "Z", 7)
    assert read.cpu >= 2.0


@pytest.fixture(scope="module")
def made() -> list[made_class.Work]:
    """A class of 80, made of 40 different works."""
    return made_class.class_of(80, 1, different=40)


def test_no_two_files_of_a_class_are_equal_half_are_right_and_a_tenth_is_hardly_begun(
    made: list[made_class.Work],
) -> None:
    assert len({work.data() for work in made}) == 80
    assert {work.form for work in made} == {"py", "ipynb"}
    assert sum(work.title.startswith("wrong-") for work in made) == 32
    assert sum(work.title == "stub" for work in made) == 8


def test_two_halves_share_no_file_and_have_each_different_work_once(made: list[made_class.Work]) -> None:
    first, second = parts(made, 20, 2, stretch=40)
    assert (len(first), len(second)) == (20, 20)
    assert not {work.data() for work in first} & {work.data() for work in second}
    titles = sorted(work.title for work in (*first, *second))
    assert titles == sorted(work.title for work in made[:40])


@pytest.mark.parametrize("exercise", ["01_gates", "02_swap", "05_trace"])
def test_no_round_measures_a_file_that_an_earlier_one_had(exercise: str) -> None:
    for kind in made_class.OF[exercise]:
        rounds = [made_class.files_of(kind, exercise, 3, f"round-{number}") for number in range(2)]
        assert len({work.data() for files in rounds for work in files}) == 6


def test_files_of_each_kind_get_the_marks_of_their_kind(tmp_path: Path) -> None:
    works = {
        (exercise, f"{kind}-{number}"): work
        for exercise in ("01_gates", "05_trace")
        for kind in made_class.OF[exercise]
        for number, work in enumerate(made_class.files_of(kind, exercise, 2, "marks"))
    }
    for (exercise, student), work in works.items():
        file = tmp_path / "class" / student / f"{exercise}.{work.form}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(work.data())
    rows = score(tmp_path / "class", tmp_path / "out", exercises=("01_gates", "05_trace")).rows
    for exercise, student in works:
        row = rows[exercise, student]
        told = {"status": row["status"], "points": row["points"], "max": row["max_points"]}
        _as_they_should_be(student.partition("-")[0], [told])
    with pytest.raises(BenchmarkFailed, match=r"'right, small' was graded as graded, 29 of 30 points"):
        _as_they_should_be("right", [{"status": "graded", "points": 29, "max": 30}])


class LeavesOut:
    """A pool whose workers nobody counts."""

    def measure(self, files: Sequence[Path]) -> tuple[Cost, dict[str, Any]]:
        return Cost(0.3, 0.06), {"results": [{"status": "graded", "points": 30, "max": 30} for _ in files]}


def test_figures_that_leave_workers_out_end_the_benchmark(tmp_path: Path) -> None:
    bench = Bench(Family(), tmp_path, {}, rounds=1, quick=True)
    with pytest.raises(BenchmarkFailed, match=r"leave out workers: files that use 0\.25 s each show 0\.060 s"):
        _counts_workers(bench, {"grader 1": LeavesOut()}, "01_gates")  # type: ignore[dict-item]


def test_code_that_changes_meanwhile_is_seen(tmp_path: Path) -> None:
    (tmp_path / "grader").mkdir()
    file = tmp_path / "grader" / "a.py"
    file.write_text("")
    before = state_of(tmp_path)
    assert state_of(tmp_path) == before
    os.utime(file, ns=(1, 1))
    assert state_of(tmp_path) != before


def test_ratios_are_taken_round_by_round() -> None:
    """In the second round the machine was three times as slow for both."""
    assert ratio([2.0, 6.0, 2.2], [1.0, 3.0, 1.0]) == Spread(2.0, 2.0, 2.2)


def test_one_more_submission_is_what_a_larger_class_takes_more_than_the_smallest() -> None:
    seconds = {10: [2.0, 2.2, 2.1], 100: [11.1], 1000: [101.1]}
    assert one_more(seconds) == {100: pytest.approx(0.1), 1000: pytest.approx(0.1)}


@given(st.floats(0, 100), st.floats(0.001, 10), st.floats(0.5, 3))
def test_growth_is_one_where_each_submission_costs_the_same(start: float, each: float, worse: float) -> None:
    linear = {size: [start + size * each] for size in (10, 100, 1000)}
    assert growth(linear, 100, 1000) == pytest.approx(1, rel=1e-3)
    linear[1000] = [start + 10 * each + 990 * each * worse]
    assert growth(linear, 100, 1000) == pytest.approx(worse, rel=1e-3)


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        (Goal("a", 2.5, 2.5, " x"), "met      a: 2.5 x, goal at most 2.5 x"),
        (Goal("a", 2.6, 2.5, " x"), "NOT MET  a: 2.6 x, goal at most 2.5 x"),
        (Goal("a", 1.9, 1.8, " x", at_least=True), "met      a: 1.9 x, goal at least 1.8 x"),
        (Goal("a", 1.7, 1.8, " x", at_least=True), "NOT MET  a: 1.7 x, goal at least 1.8 x"),
    ],
)
def test_a_goal_says_whether_it_is_met(goal: Goal, said: str) -> None:
    assert str(goal) == said


@pytest.fixture
def figures() -> Figures:
    """What a run might have measured, in two rounds."""
    found = Figures()
    for slow in (1.0, 2.0):
        for kind in made_class.OF["01_gates"]:
            seconds = {"fork": 0.005, "warm": 0.008, "items": 0.01, "pytest": 0.3, "grader 1": 0.02, "grader 2": 0.01}
            found.add("01_gates", kind, {each: Cost(slow * wall, wall) for each, wall in seconds.items()})
    found.classes["grader"] = {size: [Cost(2 + 0.02 * size, 2 + 0.04 * size)] for size in (10, 100, 1000)}
    found.runs["1000 students", "grader", "first run"] = [(800.0, 1500.0, 500.0)]
    return found


def test_figures_become_a_table_goals_a_file_and_a_plot(figures: Figures, tmp_path: Path) -> None:
    table = shown.table(figures, "01_gates")
    assert "right, notebook      2.00 x (2.00 to 2.00) the floor's wall" in table
    found = goals.of(figures)
    assert [str(goal) for goal in found if not goal.met] == [
        "NOT MET  1,000 students, first run: wall: 800 s, goal at most 720 s"
    ]
    assert len(found) == 15
    machine = Machine(2, "Linux", "3.11", "a processor", 0.1)
    told, plot, readme = shown.write(figures, found, machine, 0.0, tmp_path / "new" / "out")
    read = json.loads(told.read_text())
    assert {goal["met"] for goal in read["goals"]} == {True, False}
    assert read["one_more"][0] == {
        "exercise": "01_gates", "kind": "right", "subject": "fork", "rounds": 2,
        "wall": {"middle": 0.0075, "low": 0.005, "high": 0.01}, "cpu": {"middle": 0.005, "low": 0.005, "high": 0.005},
    }  # fmt: skip
    assert "| `01_gates` | right, small | 30 ms | 15 ms | 2.0 | 450 ms | 15 x | 2.00 x |\n" in readme.read_text()
    assert plot.read_text().lstrip().startswith("<?xml")


def test_a_busy_machine_is_said_to_be_one(figures: Figures) -> None:
    assert "This machine was busy: others used 40% of it" in shown.closing(figures, [], 0.4)
    assert "busy" not in shown.closing(figures, [], 0.05)
