"""What follows from one cause is one flag, however many statements stop."""

from __future__ import annotations

import pytest

from grader.checks.judge.advice import PARAMETERS
from grader.checks.judge.remarks import cells_of, flags_of
from grader.checks.judge.why_stopped import is_advised, message_of
from grader.sandbox.outside.replies import understand
from grader.sandbox.outside.stops import StopKind, Stopped
from grader.sandbox.outside.what_ran import Reading
from grader.sandbox.wire.messages import CallRaised, CodeFault, FileHolds, FileRead, TopStatement
from grader.scores.records import Outcome


def reading(*binds: str) -> Reading:
    """Read a script of one statement a line, each of which binds the name given (none for "")."""
    made = Reading(("f",), 30.0)
    statements = [TopStatement(None, line, (name,) if name else (), False) for line, name in enumerate(binds, start=1)]
    holds = FileHolds(None, {}, (), (), {})
    made.learn(FileRead(tuple(statements), (), (), (), (), (), (), holds, (), {}))
    return made


def fault(kind: str, text: str, name: str | None = None, line: int | None = None) -> CodeFault:
    """Make what a worker tells of an exception."""
    return CodeFault("error", kind, text, line=line, name=name)


def missing(name: str) -> CodeFault:
    """Make what a worker tells of a missing name."""
    return fault("NameError", f"name '{name}' is not defined", name)


def test_statements_that_miss_one_name_are_one_flag_that_says_where_they_stand() -> None:
    made = reading(*[""] * 7)
    for index in range(7):
        made.note(index, missing("sigmoid"), blocked=False)

    (flag,) = flags_of(made.what_ran)
    assert flag.message == (
        "line 1 stopped with NameError: name 'sigmoid' is not defined. "
        "For the same reason 6 more statements did not run (line 2; line 3; line 4 ...)."
    )
    assert [cell.line for cell in cells_of(made.what_ran)] == [1, 2, 3, 4, 5, 6, 7]


def test_what_lacks_a_name_of_a_statement_that_stopped_follows_from_that_one() -> None:
    made = reading("x", "y", "")
    made.note(0, fault("FileNotFoundError", "reviews.csv"), blocked=False)
    made.note(1, missing("x"), blocked=False)
    made.note(2, missing("y"), blocked=False)

    (flag,) = flags_of(made.what_ran)
    assert flag.message.startswith("line 1 stopped with FileNotFoundError: reviews.csv")
    assert flag.message.endswith("For the same reason 2 more statements did not run (line 2; line 3).")


def test_another_size_is_the_same_reason_and_another_exception_is_not() -> None:
    made = reading("", "", "")
    made.note(0, fault("ValueError", "shapes (3,4) and (6,) do not fit"), blocked=False)
    made.note(1, fault("ValueError", "shapes (2,4) and (5,) do not fit"), blocked=False)
    made.note(2, fault("ZeroDivisionError", "division by zero"), blocked=False)

    assert [flag.message.partition(" stopped")[0] for flag in flags_of(made.what_ran)] == ["line 1", "line 3"]


def test_an_endless_loop_is_one_flag_with_all_that_came_too_late_after_it() -> None:
    made = reading(*[""] * 5)
    made.stop(0, StopKind.LATE)
    made.stop(1, StopKind.LATE)
    for index in (2, 3, 4):
        made.leave_out(index)

    (flag,) = flags_of(made.what_ran)
    assert flag.message.startswith("line 1 took longer than 30 s")
    assert flag.message.endswith("For the same reason 4 more statements did not run (line 2; line 3; line 4 ...).")


def test_what_follows_from_a_part_that_is_not_done_yet_gets_no_flag() -> None:
    made = reading("state", "")
    made.note(0, CodeFault("todo", "NotImplementedError", "01_x, TODO 1: f"), blocked=False)
    made.note(1, missing("state"), blocked=False)

    assert flags_of(made.what_ran) == ()
    assert [cell.outcome for cell in cells_of(made.what_ran)] == [Outcome.TODO, Outcome.ERROR]


@pytest.mark.parametrize("blocked", [True, False])
def test_the_first_statement_decides_what_kind_of_flag_it_is(blocked: bool) -> None:
    made = reading("tf", "model")
    made.note(0, fault("ModuleNotFoundError", "no"), blocked=blocked)
    made.note(1, missing("tf"), blocked=blocked)

    assert [flag.kind for flag in flags_of(made.what_ran)] == ["blocked" if blocked else "stopped"]


def test_a_place_follows_what_was_raised_without_a_stop_between_them() -> None:
    """It read "NumPy is all it needs., line 149"."""
    raised = CallRaised(CodeFault("import", "ModuleNotFoundError", "it is done without scipy.", line=149))
    reply = understand("f", raised, Reading(("f",), 30.0), "2 GB", name_places=False)
    assert isinstance(reply, Stopped)
    assert message_of(reply).endswith("ModuleNotFoundError: it is done without scipy, line 149")


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        pytest.param("f() takes 2 positional arguments but 3 were given", None, True, id="too few parameters"),
        pytest.param("f() missing 1 required positional argument: 'b'", None, True, id="one more than asked for"),
        pytest.param("f() missing 1 required positional argument: 'b'", 7, False, id="called so by itself"),
        pytest.param("g() takes 2 positional arguments but 3 were given", None, False, id="another function"),
    ],
)
def test_a_function_with_other_parameters_is_told_to_keep_those_of_the_exercise(
    text: str, line: int | None, told: bool
) -> None:
    """The hint was to look at the last own line of a traceback that has none."""
    raised = CallRaised(fault("TypeError", text, line=line))
    reply = understand("f", raised, Reading(("f",), 30.0), "2 GB", name_places=False)
    assert isinstance(reply, Stopped)
    assert (message_of(reply).endswith(PARAMETERS), is_advised(reply)) == (told, told)
