"""What MEASURED may hold: the rules of 03_measure on values that were read."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks.authoring import NotRight
from grader.checks.compare.answers import Answer, Call

LSTM = {"parameters": 353089, "bytes": 1412356, "seconds_per_epoch": 0.51}
GRU = {"parameters": 345025, "bytes": 1380100, "seconds_per_epoch": 0.63}
RIGHT = {"device": "Colab, CPU", "lstm": LSTM, "gru": GRU, "smaller": "gru", "faster": "lstm"}


@pytest.fixture(scope="module")
def rules(check_file: Any) -> Any:
    """The public checks' file, as a module."""
    return check_file("check_03_measure")


def concluded(rules: Any, **changed: Any) -> str:
    """What the conclusions' check finds wrong with the right dict, changed; empty where nothing is."""

    class Student:
        MEASURED = Answer(Call("MEASURED", (), {}, of_value=True), RIGHT | changed)

    try:
        rules.check_MEASURED_conclusion(Student)
    except NotRight as slip:
        return str(slip)
    return ""


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"smaller": "GRU", "faster": " Lstm "},
        {"gru": GRU | {"seconds_per_epoch": 0.46}, "faster": "Equal"},
        {"gru": GRU | {"seconds_per_epoch": 0.46}, "faster": "gru"},
        {"gru": GRU | {"seconds_per_epoch": 0.56}, "faster": "equal"},
        {"gru": GRU | {"seconds_per_epoch": 0.51}, "faster": "equal"},
        {"gru": GRU | {"seconds_per_epoch": 0.2}, "faster": "gru"},
    ],
)
def test_a_conclusion_agrees_with_the_students_own_numbers_whatever_its_case(changed: Any, rules: Any) -> None:
    assert concluded(rules, **changed) == ""


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"faster": "gru"}, '"faster": "lstm", since your LSTM took less time, got "gru"'),
        ({"faster": "equal"}, '"faster": "lstm", since your LSTM took less time, got "equal"'),
        ({"smaller": "equal"}, '"smaller": "gru", since your GRU has fewer bytes, got "equal"'),
        (
            {"gru": GRU | {"seconds_per_epoch": 0.51}, "faster": "gru"},
            '"faster": "equal", since your two numbers are the same',
        ),
        (
            {"gru": GRU | {"seconds_per_epoch": 0.46}, "faster": "lstm"},
            '"faster": "equal" or "gru", since your GRU took less time, by 10% at most, got "lstm"',
        ),
        ({"gru": GRU | {"seconds_per_epoch": (0, 63)}}, "got (0, 63): a comma makes two values, a point one"),
        ({"lstm": LSTM | {"bytes": (1, 412, 356)}}, "got (1, 412, 356): a comma makes two values"),
        ({"gru": GRU | {"seconds_per_epoch": "0.63"}}, "a value of type str"),
        ({"smaller": 345025}, "a value of type int"),
    ],
)
def test_what_is_wrong_with_a_conclusion_is_said(changed: Any, words: str, rules: Any) -> None:
    assert words in concluded(rules, **changed)
