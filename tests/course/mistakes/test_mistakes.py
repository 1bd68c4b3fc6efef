"""No known mistake passes at home, whatever the seed; and what it earns does not depend on the seed."""

from __future__ import annotations

from functools import cache

import pytest

from grader.course.course_toml import load_course
from grader.dev.mistake_table import MistakeMarks, MistakeRow, MistakeTable, variants_table

from .show import ROOT, by_check, by_seed

COURSE = load_course(ROOT / "solutions")
EXERCISES = ["01_gates", "03_measure", "05_trace"]
SEEDS = (0, 1 << 40)  # `make mistakes` tries 50


@cache
def found(exercise: str) -> MistakeTable:
    """Put the mistakes of an exercise before its checks."""
    return variants_table(next(each for each in COURSE.exercises if each.id == exercise), SEEDS)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_known_mistake_fails_a_public_check_and_earns_the_same_for_every_seed(exercise: str) -> None:
    assert {row.label: row.faults for row in found(exercise).rows if row.faults} == {}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_tables_have_a_line_for_each_mistake_and_a_figure_for_each_check_and_seed(exercise: str) -> None:
    shown = found(exercise)
    assert len(by_check(shown)) == 2 + len(shown.checks) + len(shown.rows)
    assert len(by_seed(shown)) == 1 + len(shown.rows)
    assert all(len(row.graded) == len(SEEDS) for row in shown.rows)


def test_a_mistake_that_passes_or_is_told_wrongly_is_marked() -> None:
    """The command ends with 1 then, so its own eye has to be sharp."""
    wrong, right = (
        MistakeMarks(frozenset({"f_values"}), 3, frozenset({"G1"})),
        MistakeMarks(frozenset(), 4, frozenset({"G2"})),
    )
    assert MistakeRow("G1", "G1 f", wrong, {0: wrong, 1: wrong}).faults == []
    faults = MistakeRow("G1", "G1 f", right, {0: wrong, 7: right}).faults
    assert [words.partition(" ")[0] for words in faults] == ["fails", "fails", "gets", "is"]
    line = by_seed(MistakeTable("01", ("f_values",), (MistakeRow("G1", "G1 f", wrong, {0: wrong, 7: right}),)))[-1]
    assert "1 0" in line
    assert "<- fails no public check with seed 7" in line
