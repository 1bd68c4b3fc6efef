"""From reports to results: the worst outcome counts, no evidence is no pass, and the grader's fault is no student's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.checks.authoring import NotRight
from grader.checks.compare.answers import Answer, Call
from grader.checks.compare.looks import Aspect
from grader.checks.failures import NotShown, StudentStopped
from grader.checks.judge.verdicts import ItemReport, behind_its_part, check_result, not_the_exercise, tell_wholes
from grader.checks.judge.why_stopped import cause_of, message_of
from grader.checks.mistakes.declare import Mistake
from grader.checks.plan.plans import CheckPlan, Mode, PlannedCall
from grader.errors import WorkerFault
from grader.sandbox.outside.replies import understand
from grader.sandbox.outside.stops import Absence, AbsenceKind, FilePlace, StopKind, Stopped, Thrown, Unparsed
from grader.sandbox.outside.what_ran import Reading
from grader.sandbox.wire.messages import BrokenPiece, CallRaised, CodeFault, FileHolds, FileRead, TopStatement
from grader.scores.causes import causes
from grader.scores.records import CheckResult, Gap, Misconception, Outcome

CALL = Call("f", (np.zeros((1, 2)),), {})
ANSWER = Answer(CALL, np.zeros(2))
MISTAKE = Mistake("G1", "the other way round", "...", "look at z", ())
SMALLEST = Gap("f(1)", "1", "2")


def plan(*items: str, needs: str | None = None, points: int = 3) -> CheckPlan:
    """Make a check of some items."""
    made = CheckPlan("f_values", "f is right", points, False, "the check's own hint", needs=needs)
    made.items = list(items)
    made.calls = [PlannedCall(item, 0, CALL, ANSWER) for item in items]
    return made


KINDS = {
    Outcome.BLOCKED: StopKind.REFUSED,
    Outcome.CRASHED: StopKind.DIED,
    Outcome.TIMEOUT: StopKind.LATE,
    Outcome.ERROR: StopKind.RAISED,
    Outcome.TODO: StopKind.TODO,
}


def stopped(outcome: Outcome) -> StudentStopped:
    """Make a call that gave nothing."""
    return StudentStopped(Stopped("f", KINDS[outcome], thrown=Thrown("E", "no")), CALL)


def wrong(aspect: Aspect = Aspect.VALUE) -> NotRight:
    """Make an answer that was not right."""
    return NotRight(ANSWER, "1", "2", aspect)


def result(
    check: CheckPlan,
    errors: dict[str, BaseException | None],
    earlier: dict[str, CheckResult] | None = None,
    mistake: Mistake | None = MISTAKE,
) -> CheckResult:
    """Judge a check."""
    reports = [ItemReport(check.id, item, error, 0.25) for item, error in errors.items()]
    return check_result(check, reports, earlier or {}, {"f": ("a",)}, lambda *_: mistake, lambda *_: SMALLEST)


def test_all_items_that_pass_give_the_points() -> None:
    given = result(plan("a", "b"), {"a": None, "b": None})
    assert (given.outcome, given.points, given.max_points, given.message, given.hint) == (Outcome.PASSED, 3, 3, "", "")
    assert given.misconception is None
    assert given.seconds == 0.5


ORDER = [Outcome.BLOCKED, Outcome.CRASHED, Outcome.TIMEOUT, Outcome.ERROR, Outcome.FAILED, Outcome.TODO]
PAIRS = [(one, other) for at, one in enumerate(ORDER) for other in [*ORDER[at + 1 :], Outcome.PASSED]]


def as_error(outcome: Outcome) -> BaseException | None:
    """Make what an item of that outcome raises."""
    ended = {Outcome.FAILED: wrong(), Outcome.PASSED: None}
    return ended[outcome] if outcome in ended else stopped(outcome)


@pytest.mark.parametrize(("worse", "better"), PAIRS)
def test_the_outcome_of_a_check_is_the_worst_of_its_items_in_the_contracts_order(
    worse: Outcome, better: Outcome
) -> None:
    for errors in ({"a": as_error(worse), "b": as_error(better)}, {"a": as_error(better), "b": as_error(worse)}):
        given = result(plan("a", "b"), errors)
        assert (given.outcome, given.points) == (worse, 0)
        assert worse is Outcome.FAILED or message_of(stopped(worse).stopped) == given.message


@pytest.mark.parametrize("reported", [{}, {"a": None}, {"a": None, "c": None}, {"a": None, "b": None, "c": None}])
def test_an_item_that_left_no_word_is_our_fault_and_no_pass(reported: dict[str, None]) -> None:
    with pytest.raises(WorkerFault, match="left no word"):
        result(plan("a", "b"), reported)  # type: ignore[arg-type]


def test_a_check_without_items_is_no_pass() -> None:
    with pytest.raises((WorkerFault, StopIteration, ValueError)):
        result(plan(), {})


@pytest.mark.parametrize(
    "error", [TypeError("x"), KeyError("x"), RuntimeError(), pytest.skip.Exception("later")], ids=repr
)
def test_a_check_that_breaks_is_our_fault_and_a_skipped_one_too(error: BaseException) -> None:
    with pytest.raises(WorkerFault):
        result(plan("a"), {"a": error})


def test_a_plain_assert_of_an_author_is_a_failed_check_with_its_words() -> None:
    given = result(plan("a"), {"a": AssertionError("z is too large")})
    assert (given.outcome, given.message) == (Outcome.FAILED, "z is too large")
    assert result(plan("a"), {"a": AssertionError()}).message == "f is right"


def test_a_named_mistake_brings_its_own_hint_and_else_the_check_has_one() -> None:
    given = result(plan("a"), {"a": wrong()})
    assert given.misconception is not None
    assert (given.misconception.id, given.hint) == ("G1", "look at z")
    assert given.counterexample == SMALLEST
    assert given.gap == Gap("f(a=np.array([[0.0, 0.0]]))", "1", "2")
    assert result(plan("a"), {"a": wrong()}, mistake=None).hint == "the check's own hint"


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.CRASHED, Outcome.TIMEOUT, Outcome.TODO])
def test_what_gave_no_answer_is_compared_with_no_mistake(outcome: Outcome) -> None:
    given = result(plan("a"), {"a": stopped(outcome)})
    assert given.misconception is None
    assert given.counterexample is None
    assert given.hint == ""
    assert (given.gap is None) is (outcome is Outcome.TODO)


@pytest.mark.parametrize("aspect", [Aspect.WARNINGS, Aspect.INPUTS, Aspect.DTYPE])
def test_a_smallest_case_is_looked_for_only_where_the_numbers_are_wrong(aspect: Aspect) -> None:
    assert result(plan("a"), {"a": wrong(aspect)}).counterexample is None


def earlier(outcome: Outcome) -> dict[str, CheckResult]:
    """Make the result of the check that is needed."""
    return {"g": CheckResult("g", "g is right", 3, 3, outcome)}


def test_a_check_that_needs_another_counts_only_with_it() -> None:
    assert result(plan("a", needs="g"), {"a": None}, earlier(Outcome.PASSED)).points == 3
    for outcome in ORDER:
        given = result(plan("a", needs="g"), {"a": None}, earlier(outcome))
        assert given.points == 0
        assert given.outcome is not Outcome.PASSED
        assert "g is right" in given.message


def test_a_check_that_could_not_be_judged_ends_as_the_one_it_builds_on() -> None:
    for outcome in ORDER:
        given = result(plan("a", needs="g"), {"a": NotShown("g")}, earlier(outcome))
        assert (given.outcome, given.points) == (outcome, 0)


def hidden(ident: str = "f_more", needs: str | None = None) -> CheckPlan:
    """Make a hidden check of the same function."""
    made = CheckPlan(ident, "f is right for more", 2, True, "the hidden check's own hint", needs=needs)
    made.items = ["a"]
    made.calls = [PlannedCall("a", 0, CALL, ANSWER)]
    return made


def test_what_is_no_function_of_the_file_is_told_without_a_call() -> None:
    unparsed = Unparsed(FilePlace(None, 2), "line 2: a colon (:) is missing", "")
    absence = Absence("f", AbsenceKind.UNPARSED, unparsed=unparsed)
    given = result(plan("a"), {"a": StudentStopped(Stopped("f", StopKind.ABSENT, absence=absence), CALL)})
    assert (given.gap, given.counterexample) == (None, None)
    assert given.message == "f is not defined: line 2 is not Python (a colon (:) is missing)."


def raised(text: str, line: int | None = None, kind: StopKind = StopKind.RAISED) -> StudentStopped:
    """Make a call that a submission's code stopped, by the type and the text of what it raised."""
    name, _, words = text.partition(": ")
    return StudentStopped(Stopped("f", kind, thrown=Thrown(name, words, line=line), memory="2 GB"), CALL)


def test_a_hidden_check_that_stopped_as_a_public_one_did_sends_there() -> None:
    """It once said: call the function with sizes of your own."""
    public = result(plan("a"), {"a": raised("ValueError: shapes (3,4) (6,)", 12)}, mistake=None)
    given = result(hidden(), {"a": raised("ValueError: shapes (7,2) (5,)", 12)}, {"f_values": public}, mistake=None)
    assert given.hint == "The same happens in “f is right”: mend that first."


@pytest.mark.parametrize(
    "public",
    [
        raised("ValueError: shapes (3,4) (6,)", 13),
        raised("TypeError: no", 12),
        raised("MemoryError", kind=StopKind.MEMORY),
    ],
)
def test_a_hidden_check_that_alone_stops_so_says_how_to_find_out(public: StudentStopped) -> None:
    before = {"f_values": result(plan("a"), {"a": public}, mistake=None)}
    given = result(hidden(), {"a": raised("ValueError: shapes (7,2) (5,)", 12)}, before, mistake=None)
    assert given.hint.startswith("Call the function with sizes of your own")


def test_another_functions_public_check_is_not_the_place_to_look() -> None:
    stop = raised("KeyError: 'W'")
    other = CheckResult("ff_values", "ff", 0, 1, Outcome.ERROR, cause=cause_of(stop.stopped))
    given = result(hidden(), {"a": stop}, {"ff_values": other}, mistake=None)
    assert "sizes of your own" in given.hint


@pytest.mark.parametrize("error", [None, NotShown("g")])
def test_a_hidden_check_that_builds_on_another_says_so_where_only_its_hint_is_shown(error: Any) -> None:
    given = result(hidden(needs="g"), {"a": error}, earlier(Outcome.FAILED), mistake=None)
    assert given.hint == "This is checked once “g is right” passes."
    assert result(plan("a", needs="g"), {"a": error}, earlier(Outcome.FAILED), mistake=None).hint == ""


def test_a_file_of_which_nothing_could_be_judged_is_said_to_be_another_one() -> None:
    todo = [CheckResult("f_a", "f", 0, 1, Outcome.TODO), CheckResult("g_a", "g", 0, 1, Outcome.BLOCKED)]
    (flag,) = not_the_exercise(todo, ("f", "g"), frozenset(), b"import torch", [])
    assert (flag.kind, flag.message) == (
        "unrecognised", "This does not look like the exercise: none of f, g is defined in this file."
    )  # fmt: skip


def test_a_file_whose_only_function_has_nearly_the_name_is_told_to_rename_it() -> None:
    """In 05_trace, which has one function, gatetrace for gate_trace was told only that this is another file."""
    todo = [CheckResult(name, "f", 0, 1, Outcome.TODO) for name in ("f_of_a", "f_of_b")]
    absent = [Absence("f_of", AbsenceKind.UNWRITTEN, close="fof")] * 2
    (flag,) = not_the_exercise(todo, ("f_of",), frozenset(), b"def fof(): pass", absent)
    assert flag.message.endswith("no f_of is defined in this file. There is fof: rename it.")


@pytest.mark.parametrize(
    ("outcome", "held", "data"),
    [
        (Outcome.TODO, frozenset({"f"}), b"def f(): raise NotImplementedError"),
        (Outcome.TODO, frozenset(), b" \n"),
        (Outcome.FAILED, frozenset(), b"model = 1"),
        (Outcome.PASSED, frozenset(), b"model = 1"),
    ],
)
def test_a_stub_an_empty_file_and_a_value_that_serves_are_the_exercise(
    outcome: Outcome, held: frozenset[str], data: bytes
) -> None:
    assert not_the_exercise([CheckResult("f_a", "f", 0, 1, outcome)], ("f",), held, data, []) == ()


def ended(function: str, reply: Stopped, at: int = 0) -> CheckResult:
    """Judge a check of a function whose call gave this reply."""
    call = Call(function, (np.zeros(2),), {})
    made = CheckPlan(f"{function}_{at}", f"{function}, {at}", 1, False, "", items=["a"])
    made.calls = [PlannedCall("a", 0, call, Answer(call, 0.0))]
    reports = [ItemReport(made.id, "a", StudentStopped(reply, call), 0.0)]
    return check_result(made, reports, {}, {function: ("a",)}, lambda *_: None, lambda *_: None)


def absent(function: str, absence: Absence) -> Stopped:
    """Make what a call gives whose function, or what this uses, is not there."""
    return Stopped(function, StopKind.ABSENT, absence=absence)


@pytest.mark.parametrize("broken", [False, True], ids=["not written", "not Python"])
def test_a_function_that_is_not_there_is_one_cause_by_what_the_sandbox_tells(broken: bool) -> None:
    reading = Reading(("gate", "step", "loop"), 30.0)
    pieces = (BrokenPiece(None, 4, "line 4: a colon (:) is missing", ("gate",), ""),) if broken else ()
    statements = (TopStatement(None, 1, ("step",), True), TopStatement(None, 9, ("loop",), True))
    holds = FileHolds(None, {}, (), (), {})
    reading.learn(FileRead(statements, pieces, (), ("step", "loop"), (), (), (), holds, (), {}))
    checks = [
        ended("gate", absent("gate", reading.missing("gate", wanted=False)), 1),
        ended("gate", absent("gate", reading.missing("gate", wanted=False)), 2),
        ended("step", absent("step", reading.missing("gate", wanted=False, inside="step"))),
        ended("loop", absent("loop", reading.missing("gate", wanted=False, inside="loop"))),
    ]
    assert [[check.id for check in cause.checks] for cause in causes(checks)] == [
        ["gate_1", "gate_2", "step_0", "loop_0"]
    ]


def test_an_exception_in_one_line_is_one_cause_by_what_the_sandbox_tells() -> None:
    def raised_in(function: str, line: int, size: int) -> CheckResult:
        fault = CodeFault("error", "ValueError", f"shapes (3,{size}) (6,)", "x", line)
        reply = understand(function, CallRaised(fault), Reading(("gate",), 30.0), "2 GB", name_places=False)
        assert isinstance(reply, Stopped)
        return ended(function, reply, size)

    checks = [raised_in("gate", 12, 4), raised_in("step", 12, 5), raised_in("step", 30, 6)]
    assert [[check.id for check in cause.checks] for cause in causes(checks)] == [["gate_4", "step_5"], ["step_6"]]


def whole(function: str, outcome: Outcome = Outcome.PASSED, mode: Mode = Mode.PLAIN) -> tuple[CheckPlan, CheckResult]:
    """Make a check of a function, and how it ended."""
    call = Call(function, (), {})
    made = CheckPlan(f"{function}_{mode.name.lower()}", function, 1, False, "", mode, items=["a"])
    made.calls = [PlannedCall("a", 0, call, Answer(call, 0.0))]
    return made, CheckResult(made.id, function, int(outcome is Outcome.PASSED), 1, outcome)


def told_of(*found: tuple[CheckPlan, CheckResult], **replaced: tuple[str, ...]) -> dict[str, str]:
    """Give what is told of each check that passed, with the parts that were replaced when a function was judged."""
    results = tell_wholes(
        found,
        lambda check: () if check.mode is Mode.PLAIN else replaced.get(check.function or "", ()),
        lambda _check: None,
    )
    return {result.id: result.message for result in results if result.outcome is Outcome.PASSED}


WHY = "Judged apart from your other functions: the whole is not right yet, because {} is not."


def test_a_whole_that_passed_with_right_parts_says_that_the_students_own_are_not() -> None:
    """A step was told to be all right while the part that it calls was wrong."""
    parts = [whole("blend", Outcome.FAILED), whole("gate")]
    wholes = [whole("step", mode=Mode.COMPOSES), whole("loop", mode=Mode.COMPOSES)]
    told = told_of(*parts, *wholes, step=("blend", "gate"), loop=("step",))
    assert told == {
        "gate_plain": "",
        "step_composes": WHY.format("blend"),
        "loop_composes": WHY.format("blend"),
    }


def test_a_whole_that_does_not_call_the_wrong_part_is_told_nothing() -> None:
    assert told_of(whole("blend", Outcome.FAILED), whole("step", mode=Mode.COMPOSES), step=("gate",)) == {
        "step_composes": ""
    }


def test_a_whole_that_is_right_by_its_plain_check_is_told_nothing_and_one_that_is_not_is_told() -> None:
    blend = whole("blend", Outcome.FAILED)
    step = whole("step", mode=Mode.COMPOSES)
    assert told_of(blend, step, whole("step"), step=("blend",))["step_composes"] == ""
    assert told_of(blend, step, whole("step", Outcome.ERROR), step=("blend",))["step_composes"] == WHY.format("blend")


def test_the_part_at_fault_is_named_and_not_the_whole_that_is_wrong_for_it() -> None:
    found = [whole("blend", Outcome.FAILED), whole("step", mode=Mode.COMPOSES), whole("loop", mode=Mode.COMPOSES)]
    told = told_of(*found, whole("step", Outcome.FAILED), step=("blend",), loop=("step",))
    assert told["loop_composes"] == WHY.format("blend")


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.ERROR])
def test_a_whole_that_fails_for_a_wrong_part_alone_is_one_thing_to_mend_with_it(outcome: Outcome) -> None:
    """One wrong part was two things to mend, and the second told to compare the loop with a step that was put together rightly."""
    blend, wrong = whole("blend", Outcome.FAILED)
    plain, found = whole("loop", outcome)
    found = replace(found, hint="Look at the loop.", gap=Gap("loop()", "1", "2"))
    given = behind_its_part(plain, found, lambda _check: None, lambda _check: blend)
    assert given.message == "This is not right yet, because blend is not: mend “blend” first."
    assert (given.outcome, given.hint, given.gap) == (outcome, "", None)
    assert [[check.id for check in cause.checks] for cause in causes([wrong, given])] == [["blend_plain", "loop_plain"]]


@pytest.mark.parametrize("known", [True, False])
def test_a_whole_with_a_fault_of_its_own_is_told_that(known: bool) -> None:
    blend, plain, found = whole("blend")[0], *whole("loop", Outcome.FAILED)
    found = replace(found, hint="Look at the loop.", misconception=Misconception("X", "it") if known else None)
    assert behind_its_part(plain, found, lambda _: None, lambda _: blend if known else None) == found


def test_a_check_of_no_points_can_pass() -> None:
    given: Any = result(plan("a", points=0), {"a": None})
    assert (given.outcome, given.points) == (Outcome.PASSED, 0)


def test_what_says_itself_what_to_do_has_no_hint_to_repeat_the_call() -> None:
    """A module beside the file is there at home, so the call would go well there."""
    for advised in (True, False):
        name = "ModuleNotFoundError" if advised else "ImportError"
        error = StudentStopped(Stopped("f", StopKind.RAISED, thrown=Thrown(name, "helpers")), CALL)
        given = result(plan("a"), {"a": error}, mistake=None)
        assert (given.hint == "") is advised
