"""How a check ended is taken over only for the very same answers, and only where nothing else decides it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.checks.compare.answers import Answer, Call
from grader.checks.failures import NotRight, StudentStopped
from grader.checks.judge.verdicts import ItemReport
from grader.checks.run.same_answers import MOST_VERDICTS, Verdicts, answered_key
from grader.sandbox.outside.stops import StopKind, Stopped

CALL = Call("f", (1.0,), {})
VALUE = np.ones(3)
ANSWER = Answer(CALL, VALUE)


def test_the_same_objects_are_the_same_answers() -> None:
    one, other = (answered_key("f_values", [Answer(CALL, VALUE)]) for _ in range(2))
    assert one is not None
    assert one == other
    assert hash(one) == hash(other)


@pytest.mark.parametrize(
    "other",
    [
        replace(ANSWER, value=np.ones(3)), replace(ANSWER, call=Call("f", (1.0,), {})), replace(ANSWER, changed=("x",)),
        replace(ANSWER, warned=frozenset({"overflow"})), replace(ANSWER, counts=((1, 0),)), replace(ANSWER, readings=(((1, 0),),)),
        replace(ANSWER, instead=True),
    ],
)  # fmt: skip
def test_whatever_else_an_answer_has_makes_it_another(other: Answer) -> None:
    assert answered_key("f_values", [ANSWER]) != answered_key("f_values", [other])


def test_another_check_or_other_wanted_answers_are_another_question() -> None:
    keys = [
        answered_key("f_values", [ANSWER]),
        answered_key("f_more", [ANSWER]),
        answered_key("f_values", [ANSWER], [ANSWER]),
    ]
    assert len(set(keys)) == 3


@pytest.mark.parametrize(
    "reply",
    [
        Stopped("f", StopKind.TODO),
        Answer(CALL, [1.0]),
        Answer(CALL, {"a": 1.0}),
        Answer(CALL, None),
        Answer(CALL, (VALUE,)),
    ],
)
def test_what_stopped_and_what_could_be_changed_is_judged_each_time(reply: Any) -> None:
    assert answered_key("f_values", [ANSWER, reply]) is None


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (None, True), (NotRight(ANSWER, "1", "2"), True), (AssertionError("no"), False), (ValueError("a fault"), False),
        (StudentStopped(Stopped("f", StopKind.TODO), CALL), False),
    ],
)  # fmt: skip
def test_only_that_it_passed_or_differed_is_remembered(error: BaseException | None, kept: bool) -> None:
    verdicts, key = Verdicts(), answered_key("f_values", [ANSWER])
    assert key is not None
    reports = [ItemReport("f_values", "check::f", error, 0.5)]
    verdicts.keep(key, reports)
    assert verdicts.get(key) == (tuple(reports) if kept else None)


def test_there_is_an_end_to_what_is_remembered_of_checks() -> None:
    verdicts = Verdicts()
    keys = [answered_key(number, [ANSWER]) for number in range(MOST_VERDICTS + 1)]
    for key in keys:
        assert key is not None
        verdicts.keep(key, [])
    assert keys[-1] is not None
    assert verdicts.get(keys[-1]) is None
