"""What it means that a call gave nothing: every kind has an outcome, words and a key that tells causes apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.checks.judge.remarks import flags_of
from grader.checks.judge.why_stopped import cause_of, is_own_absence, message_of, outcome_of
from grader.sandbox.outside.stops import (
    Absence,
    AbsenceKind,
    FilePlace,
    Halt,
    NotRun,
    StopKind,
    Stopped,
    Thrown,
    Unparsed,
    WhatRan,
)
from grader.scores.records import Outcome

PLACE = FilePlace(1, 4)
THROWN = Thrown("ValueError", "shapes (3,4) (6,)", "cell 2", 12)
HALT = Halt(PLACE, StopKind.RAISED, THROWN)
FULL = Absence(
    "g", AbsenceKind.UNKNOWN, "", "gg", PLACE, FilePlace(1, 9), "", Unparsed(PLACE, "line 4: no", ""), HALT,
    NotRun(PLACE, "raw", "", ("g",), ()),
)  # fmt: skip


def raised(text: str, line: int | None = 12, function: str = "f") -> Stopped:
    """Make a call that raised."""
    name, _, words = text.partition(": ")
    return Stopped(function, StopKind.RAISED, thrown=Thrown(name, words, "", line))


@pytest.mark.parametrize("kind", StopKind)
@pytest.mark.parametrize("of_model", [False, True])
def test_every_kind_of_stop_has_an_outcome_and_words(kind: StopKind, of_model: bool) -> None:
    stopped = Stopped("f", kind, of_model, THROWN, FULL if kind is StopKind.ABSENT else None, place=PLACE)
    assert outcome_of(stopped) not in (Outcome.PASSED, Outcome.FAILED, Outcome.REVIEW)
    assert len(message_of(stopped).split()) > 3
    assert cause_of(stopped).startswith(kind)


@pytest.mark.parametrize("kind", AbsenceKind)
@pytest.mark.parametrize("inside", ["", "f"])
def test_every_absence_is_told_by_its_name_and_by_who_uses_it(kind: AbsenceKind, inside: str) -> None:
    stopped = Stopped("f", StopKind.ABSENT, absence=replace(FULL, kind=kind, inside=inside))
    message = message_of(stopped)
    assert message.startswith("f uses g, and g is " if inside else "g is ")
    assert message.rstrip("?")[-1:] in ".g"
    assert cause_of(stopped) == "absent g"
    assert is_own_absence(stopped) is not bool(inside)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (StopKind.REFUSED, Outcome.BLOCKED),
        (StopKind.TODO, Outcome.TODO),
        (StopKind.RAISED, Outcome.ERROR),
        (StopKind.LATE, Outcome.ERROR),
        (StopKind.DIED, Outcome.ERROR),
        (StopKind.LEFT_OUT, Outcome.ERROR),
    ],
)
def test_a_name_ends_as_its_statement_did_where_that_was_not_allowed_or_not_done(
    kind: StopKind, outcome: Outcome
) -> None:
    absence = Absence("g", AbsenceKind.HALTED, halt=replace(HALT, kind=kind))
    assert outcome_of(Stopped("g", StopKind.ABSENT, absence=absence)) is outcome


@pytest.mark.parametrize(
    ("halt", "flag", "absent"),
    [
        pytest.param(
            HALT,
            "cell 2, line 4 stopped with ValueError: shapes (3,4) (6,)",
            "cell 2, line 4 stopped (ValueError: shapes (3,4) (6,)).",
            id="an exception",
        ),
        pytest.param(
            Halt(PLACE, StopKind.REFUSED, Thrown("ModuleNotFoundError", "No module named 'x': it is done without x.")),
            "cell 2, line 4 stopped with ModuleNotFoundError: No module named 'x': it is done without x.",
            "cell 2, line 4 stopped (ModuleNotFoundError: No module named 'x': it is done without x).",
            id="a refused import",
        ),
        pytest.param(
            Halt(PLACE, StopKind.MEMORY, Thrown("MemoryError", "")),
            "cell 2, line 4 stopped with MemoryError",
            "cell 2, line 4 stopped (MemoryError).",
            id="too much memory",
        ),
        pytest.param(
            Halt(PLACE, StopKind.LATE, seconds=30.0),
            "cell 2, line 4 took longer than 30 s and was stopped; what calls the same function again gets 5 s. ",
            "cell 2, line 4 took longer than 30 s and was stopped; what calls the same function again gets 5 s. ",
            id="a timeout",
        ),
        pytest.param(
            Halt(PLACE, StopKind.DIED, how="the process ended by SIGKILL", memory="2 GB"),
            "cell 2, line 4 stopped when the process ended by SIGKILL. (The limit for memory is 2 GB.)",
            "cell 2, line 4 stopped when the process ended by SIGKILL. (The limit for memory is 2 GB.)",
            id="the end of the process",
        ),
    ],
)
def test_what_stopped_a_statement_is_a_sentence_in_the_flag_and_where_its_name_is_missing(
    halt: Halt, flag: str, absent: str
) -> None:
    (told,) = flags_of(WhatRan(causes=((halt, ()),)))
    assert told.message.startswith(flag)
    message = message_of(Stopped("g", StopKind.ABSENT, absence=Absence("g", AbsenceKind.HALTED, halt=halt)))
    assert message.startswith(f"g is not defined: {absent}")


def test_a_name_whose_statement_was_left_out_says_that_it_was_not_run() -> None:
    absence = Absence("g", AbsenceKind.HALTED, halt=Halt(PLACE, StopKind.LEFT_OUT))
    message = message_of(Stopped("g", StopKind.ABSENT, absence=absence))
    assert message.startswith(
        "g is not defined: cell 2, line 4 was not run (reading had used its time, so only imports"
    )
    assert message.endswith("still ran).")


def test_one_exception_in_one_line_is_one_cause_with_other_sizes_and_from_whichever_function() -> None:
    one = raised("ValueError: shapes (3,4) (6,)")
    assert cause_of(one) == cause_of(raised("ValueError: shapes (5,7) (2,)", function="g"))
    assert cause_of(one) != cause_of(raised("ValueError: shapes (3,4) (6,)", 30))
    assert cause_of(one) != cause_of(raised("TypeError: shapes (3,4) (6,)"))
    assert cause_of(one) != cause_of(replace(one, of_model=True))


def test_other_names_are_other_causes_though_they_end_in_numbers() -> None:
    assert cause_of(raised("KeyError: 'W1'")) != cause_of(raised("KeyError: 'W2'"))


def test_one_line_number_in_two_cells_is_two_causes() -> None:
    """Both were one thing to mend."""
    one = Stopped("f", StopKind.RAISED, thrown=Thrown("KeyError", "'W'", "cell 2", 3))
    assert cause_of(one) != cause_of(replace(one, thrown=Thrown("KeyError", "'W'", "cell 5", 3)))


def test_what_nothing_of_the_function_is_in_is_one_cause_for_all_functions() -> None:
    for kind in (StopKind.MEMORY, StopKind.DIED, StopKind.GARBLED, StopKind.GONE, StopKind.LATE_TWICE):
        assert cause_of(Stopped("f", kind, how="it ended")) == cause_of(Stopped("g", kind, how="it ended"))
    for kind in (StopKind.NO_FUNCTION, StopKind.COMPUTED, StopKind.UNFILLED):
        assert cause_of(Stopped("f", kind)) != cause_of(Stopped("g", kind))


def test_a_part_that_is_not_done_yet_is_told_by_the_stubs_words() -> None:
    thrown = Thrown("NotImplementedError", "01_x, TODO 1: gate")
    own, other = (Stopped(name, StopKind.TODO, thrown=thrown, part="gate") for name in ("gate", "gate_trace"))
    assert message_of(own) == "gate is not done yet: it raises NotImplementedError."
    assert message_of(other) == "gate_trace needs what is not done yet (01_x, TODO 1: gate)."
