"""What the summary of a run says of a class and its roster."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from grader.commands.class_shown import _Console, _left_out, _summary
from grader.engine.run import Scored
from grader.scores.records import (
    ExerciseRecord,
    Flag,
    Isolation,
    NotListed,
    Person,
    Results,
    RunRecord,
    Status,
    SubmissionResult,
)


def row(student: str, status: Status, *flags: Flag) -> SubmissionResult:
    page = f"students/{student}.html"
    return SubmissionResult(student, "01_gates", None, page, None, status, 0, 0, 30, 0.0, flags)


def said(
    *rows: SubmissionResult, people: tuple[Person, ...], strangers: tuple[NotListed, ...] = (), **facts: Any
) -> str:
    run = RunRecord(
        "2026-11-25T02:18:00Z", 1.0, 7, {}, Isolation("none", ()), "local", 1, not_listed=strangers, **facts
    )
    results = Results(run, (ExerciseRecord("01_gates", "Gates", 30),), rows, roster=people)
    console = _Console(file=io.StringIO(), width=60)
    _summary(
        console,
        Scored(results, interrupted=False, replaced=Path("x"), students=tuple(each.student for each in rows)),
        Path("out"),
    )
    _left_out(console, results)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text


def test_who_is_missing_is_named_and_nothing_in_a_name_is_taken_for_markup() -> None:
    people = Person("kim"), Person("leo", "Leo [red]\x1b[2J Ho"), Person("zoe", "zoe")
    text = said(row("kim", Status.GRADED), row("leo", Status.MISSING), row("zoe", Status.MISSING), people=people)
    assert "\n  3 on the roster, 1 handed in, 0 not on the roster\n" in text
    assert "\n  nothing handed in: leo (Leo [red]" in text
    assert "\x1b" not in text
    assert "Ho), zoe\n" in text
    assert text.endswith("zoe\n")


def test_a_roster_that_fits_nobody_is_said_to_and_strangers_are_listed_within_bounds() -> None:
    many = [f"max{at:02}" for at in range(25)]
    rows = [row("kim", Status.MISSING), *(row(each, Status.GRADED) for each in many)]
    whys = tuple(NotListed(each, "could be kim or leo") for each in many)
    text = said(*rows, people=(Person("kim"),), strangers=whys)
    assert "1 on the roster, 0 handed in, 25 not on the roster: max00, max01, " in text
    assert "does a column of the roster hold what their folders or files are called?\n" in text
    assert "\n25 students are not on the roster:\n  max00: could be kim or leo\n" in text
    assert "\n  max19: could be kim or leo\n  and 5 more, all on the report's first page\n" in text


def test_a_name_stays_a_name_in_the_table_and_in_lists() -> None:
    """Words between colons would be pictures, and two names would then look alike."""
    odd = ":bomb: [red]a"
    text = said(row(odd, Status.GRADED), people=(Person(":skull: b"),), strangers=(NotListed(odd, ":smile:"),))

    assert text.count(":bomb: [red]a") == 3
    assert ":skull: b" in text
    assert ":smile:" in text


def test_a_run_of_one_exercise_says_for_which_nothing_was_handed_in() -> None:
    text = said(row("kim", Status.MISSING), people=(Person("kim"),), asked=("05_trace",))
    assert "\n  nothing handed in: kim\n" in text, "the rows of an earlier run are about other exercises"
    text = said(row("kim", Status.MISSING), people=(Person("kim"),), asked=("01_gates",))
    assert "\n  nothing handed in for 01_gates: kim\n" in text


def test_late_work_is_listed_and_who_was_left_out_of_a_group_has_a_line_within_bounds() -> None:
    late = Flag("late", "handed in late, says Canvas")
    left = [row(f"max{at}", Status.MISSING, Flag("not_shared", f"max{at} [b]\x1b is in Team 2")) for at in range(9)]
    text = said(row("kim", Status.GRADED, late), *left, people=(Person("kim"),))
    assert "\n  late: kim\n" in text
    assert "\n  max0 [b]" in text
    assert "\x1b" not in text
    assert "max8 [b]" not in text
    assert "\n  and 1 more in whose group one handed in alone, all on the report's first page\n" in text
    assert "not_shared" not in text
