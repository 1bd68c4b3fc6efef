"""One cause, one message: which checks fail for the same reason."""

from __future__ import annotations

from grader.scores.causes import causes
from grader.scores.records import CheckResult, Gap, Misconception, Outcome

MISTAKE = Misconception("G1", "the other way round")


def check(ident: str, outcome: Outcome = Outcome.FAILED, told: str = "", **fields: object) -> CheckResult:
    """Make a result worth one point; what stopped it stands in its gap, and its cause is known, as in a run."""
    stopped = {"gap": Gap(f"{ident}(1)", "an answer", told), "message": told, "cause": told} if told else {}
    passed = outcome is Outcome.PASSED
    return CheckResult(ident, f"the title of {ident}", int(passed), 1, outcome, **(stopped | fields))  # type: ignore[arg-type]


def grouped(*checks: CheckResult) -> list[list[str]]:
    """List the ids of each cause, the one that is shown first."""
    return [[each.id for each in cause.checks] for cause in causes(checks)]


def test_what_passes_or_waits_for_a_person_has_no_cause() -> None:
    assert causes([check("f_a", Outcome.PASSED), check("f_b", Outcome.REVIEW)]) == ()


def test_one_mistake_in_several_functions_is_one_cause() -> None:
    assert grouped(check("f_a", misconception=MISTAKE), check("g_a"), check("g_b", misconception=MISTAKE)) == [
        ["f_a", "g_b"],
        ["g_a"],
    ]


def test_what_one_thing_stopped_is_one_cause_whatever_the_message_says() -> None:
    found = [
        check(f"{name}_x", Outcome.ERROR, message=f"{name} uses sigmoyd", cause="absent sigmoyd")
        for name in ("update_gate", "reset_gate", "gru_step")
    ]
    assert grouped(*found) == [["update_gate_x", "reset_gate_x", "gru_step_x"]]


def test_what_has_no_key_is_one_cause_where_the_message_is_the_same() -> None:
    """Written answers and files that can't be read have none."""
    empty = [check(name, Outcome.TODO, message="Not answered yet.") for name in ("why", "how")]
    assert grouped(*empty, check("who", Outcome.TODO, message="Not answered either.")) == [["why", "how"], ["who"]]


def test_the_function_that_is_not_there_is_shown_before_what_uses_it() -> None:
    told = "g is not defined: line 4 is not Python."
    uses = check("f_a", Outcome.ERROR, f"f uses g, and {told}", counterexample=Gap("f(1)", "1", "no"), cause="absent g")
    assert grouped(uses, check("g_a", Outcome.ERROR, message=told, cause="absent g")) == [["g_a", "f_a"]]


def test_a_mistake_that_one_check_of_a_cause_shows_is_told_with_the_whole_cause() -> None:
    public = check("f_a", Outcome.ERROR, "f raised ValueError: matmul, line 9", hint="see your own lines")
    hidden = check(
        "g_a",
        Outcome.ERROR,
        "g raised ValueError: matmul, line 9",
        cause="f raised ValueError: matmul, line 9",
        hidden=True,
        misconception=MISTAKE,
        hint="look at z",
    )
    (cause,) = causes([public, hidden])
    assert (cause.shown.id, cause.shown.misconception, cause.shown.hint) == ("f_a", MISTAKE, "look at z")


def test_a_public_check_stands_before_a_hidden_one_of_the_same_cause() -> None:
    """The hidden one shows nothing of what happened."""
    hidden = check("f_a", Outcome.ERROR, "f raised KeyError: 'W', line 3", hidden=True)
    public = check("f_b", Outcome.ERROR, "f raised KeyError: 'W', line 3")
    assert grouped(hidden, public) == [["f_b", "f_a"]]


def test_a_check_that_counts_only_with_another_follows_from_it() -> None:
    needed = check("f_a", misconception=MISTAKE)
    needs = check("f_b", message="This counts only together with another.", needs="f_a")
    assert grouped(needed, needs) == [["f_a", "f_b"]]
    assert grouped(needs, needed) == [["f_a", "f_b"]]


def test_the_same_small_case_is_one_cause_and_other_cases_are_others() -> None:
    small = Gap("f(1)", "2", "3")
    assert grouped(check("f_a", counterexample=small), check("f_b", counterexample=small), check("f_c")) == [
        ["f_a", "f_b"],
        ["f_c"],
    ]


def test_whatever_does_not_come_back_is_one_cause() -> None:
    slow = [
        check("f_a", Outcome.TIMEOUT, "f took longer than 10 s and was stopped."),
        check("f_b", Outcome.TIMEOUT, "f took too long twice, so it was not called again."),
        check("g_a", Outcome.TIMEOUT, "g took longer than 10 s and was stopped."),
    ]
    assert grouped(*slow) == [["f_a", "f_b", "g_a"]]


def test_the_points_of_a_cause_are_those_of_all_its_checks() -> None:
    (cause,) = causes([check("f_a", misconception=MISTAKE), check("g_b", misconception=MISTAKE)])
    assert cause.lost == 2
