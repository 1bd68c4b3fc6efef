"""Each made-up student with a known fault is told where it first goes wrong, and what to mend, by the one run over the class."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.expected import Expected, mistakes_of, students
from helpers.repository import CLASS
from helpers.scored import Row, Scored

STUDENTS = students(CLASS)
PARTS = ("sigmoid", "update_gate", "reset_gate", "candidate_state", "next_state")
VALUES = dict(zip(PARTS, ("z", "z", "r", "candidate", "state"), strict=True))
UNTOLD = ("crashed", "timeout", "blocked", "todo")  # then nothing more is asked of the submission
SEEN_IN_SIGMOID_ALONE = {"sigmoid_large_inputs"}
OUT_OF_REACH = {"fatima-late-reset-in-a-class"}  # parts kept as methods can't be replaced
IN_THE_LOOP = {  # where a sentence first goes wrong whose own loop is at fault
    "G23": ("itself", 2, "z"),
    "G24": ("itself", 1, "z"),
    "G25": ("result", None, None),
    "G26": ("result", None, None),
    "G27": ("result", None, None),
    "G31": ("itself", 1, "z"),
}
NO_ROWS = {"R7", "R8", "R9"}  # of another shape than (T, u), so no word can be compared


def at_fault(expected: Expected) -> list[str]:
    """List the functions that are wrong by themselves, as it is written down for their own checks."""
    failed = {name for name, words in expected.checks.items() if not words.startswith("passed")}
    parts = [part for part in PARTS if any(name.startswith(f"{part}_") for name in failed - SEEN_IN_SIGMOID_ALONE)]
    return parts + [whole for whole in ("gru_step", "gru_forward") if f"{whole}_composes" in failed]


FAULTY = {
    student: at_fault(tables["01_gates"])
    for student, tables in STUDENTS.items()
    if "01_gates" in tables
    and not any(words.startswith(UNTOLD) for words in tables["01_gates"].checks.values())
    and 0 < len(at_fault(tables["01_gates"])) <= 2
    and any(
        name.startswith("gru_") and not words.startswith("passed") for name, words in tables["01_gates"].checks.items()
    )
}
TRACED = {
    student: tables["05_trace"]
    for student, tables in STUDENTS.items()
    if any(words.startswith("failed") for words in tables.get("05_trace", Expected("", 0)).checks.values())
}


def told(row: Row) -> dict[str, dict[str, Any]]:
    """Give where each function first goes wrong, which all of its checks say alike."""
    found: dict[str, dict[str, Any]] = {}
    for check in row["checks"]:
        if first := check.get("first"):
            assert found.setdefault(first["function"], first) == first
    return found


def test_the_class_has_a_student_for_each_function_that_can_be_at_fault() -> None:
    """Otherwise the tests below would hold of nothing."""
    assert {name for faults in FAULTY.values() for name in faults} == {*PARTS, "gru_step", "gru_forward"}
    assert len(TRACED) >= 8


@pytest.mark.parametrize("student", [student for student in FAULTY if student not in OUT_OF_REACH])
def test_what_is_to_be_mended_is_what_is_known_to_be_wrong(student: str, graded_class: Scored) -> None:
    row, faults = graded_class.rows["01_gates", student], FAULTY[student]
    firsts = told(row)
    (mistake, *_) = [name for check in row["checks"] for name in mistakes_of(check)] or [""]
    assert "gru_forward" in firsts
    for whole, first in firsts.items():
        assert first["mend"] == faults, whole
        place = first["known_by"], first.get("at"), first.get("value")
        if faults == ["gru_forward"]:
            assert place == IN_THE_LOOP[mistake]
        elif faults == ["gru_step"]:
            assert first.get("at") in (1, None)
        else:
            assert place == ("itself", 1, VALUES[faults[0]])


@pytest.mark.parametrize("student", TRACED)
def test_a_trace_is_told_the_first_word_that_differs(student: str, graded_class: Scored) -> None:
    """If the first word is right, it is the state which that word left that the next shows to be wrong."""
    row = graded_class.rows["05_trace", student]
    first = told(row).get("gate_trace")
    if {name for check in row["checks"] for name in mistakes_of(check)} & NO_ROWS:
        assert first is None
    else:
        assert first is not None
        right = TRACED[student].checks["gate_trace_z_first_word"].startswith("passed")
        place = first["known_by"], first["at"], first["value"], first["differing"]
        assert place == (("after", 1, "state", ["z", "r"]) if right else ("itself", 1, "z", ["z", "r"]))


def test_a_page_says_it_once_for_each_cause(graded_class: Scored) -> None:
    """Alan blends the other way round, so one function mends all of it, and the list of what to do next says so."""
    page = (graded_class.out / graded_class.rows["01_gates", "alan-z-the-other-way"]["page"]).read_text("utf-8")
    sentence = "gru_forward first goes wrong at step 1, in state. Mend next_state, and gru_forward is right too."
    assert sentence in page
    assert page.count("Where it first goes wrong.") == 2, "in the card of 01_gates and in that of 05_trace"
    assert "Mend next_state, and gru_forward is right too.</span>" in page.partition("Your exercises")[0]


def test_nobody_who_is_right_is_told_anything(graded_class: Scored) -> None:
    for which, row in graded_class.handed_in.items():
        if row["points"] == row["max_points"]:
            assert told(row) == {}, which
