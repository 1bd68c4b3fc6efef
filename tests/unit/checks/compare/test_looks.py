"""A function that gives several arrays together is judged on each by itself, in whatever it hands them over."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checks.authoring import Look, NotRight, same
from grader.checks.compare.answers import Answer, Call, agrees, difference, shown
from grader.checks.compare.aspects import matches
from grader.checks.compare.looks import WHOLE, Aspect
from grader.sandbox.wire.values import Opaque

CALL = Call("f", ([np.ones((2, 6)), np.ones((1, 6))], np.ones((3, 2))), {})
A, B = np.arange(6.0).reshape(3, 2), np.arange(6.0).reshape(3, 2) / 10
WANT = Answer(CALL, (A, B))
FIRST, SECOND = Look(part=0, of=2, name="a"), Look(part=1, of=2, name="b")


@pytest.mark.parametrize("got", [(A, B), [A, B], np.stack([A, B]), (A.astype("float32"), B), [A.astype(int), B]])
@pytest.mark.parametrize("look", [WHOLE, FIRST, SECOND])
def test_a_tuple_a_list_and_one_array_are_all_the_same(got: Any, look: Look) -> None:
    assert agrees(got, WANT, look)


def test_only_the_part_that_is_looked_at_counts() -> None:
    assert agrees((A, None), WANT, FIRST)
    assert not agrees((A, None), WANT, SECOND)
    assert not agrees((A, None), WANT)
    assert not agrees((A, B + 1), WANT)


def test_only_the_first_rows_count_but_the_whole_shape() -> None:
    one = Look(part=1, of=2, name="b", rows=1)
    later = np.vstack([B[:1], B[1:] + 1])

    assert agrees((A, later), WANT, one)
    assert not agrees((A, B[::-1]), WANT, one)
    assert difference((A, B[:1]), WANT, one)[:2] == ("b: shape (3, 2)", "b: shape (1, 2)")


@pytest.mark.parametrize(("off", "right"), [(9e-5, True), (1.1e-4, False)])
def test_a_tolerance_of_its_own_takes_the_place_of_the_usual_one(off: float, right: bool) -> None:
    assert agrees((A, B + off), WANT, Look(part=1, of=2, tolerance=1e-4)) is right
    assert not agrees((A, B + off), WANT, SECOND)


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (None, ("a tuple of 2 arrays", "None (does the function end with return?)")),
        (A, ("a tuple of 2 arrays", "one array of shape (3, 2)")),
        (np.array(1.0), ("a tuple of 2 arrays", "one array of shape ()")),
        ((A, B, A), ("a tuple of 2 arrays", "a tuple of 3")),
        ([], ("a tuple of 2 arrays", "a list of 0")),
        ({"a": A, "b": B}, ("a tuple of 2 arrays", "a value of type dict")),
        (Opaque("generator"), ("a tuple of 2 arrays", "a value of type generator")),
        (
            ("texts", B),
            ("a: a NumPy array of shape (3, 2)", "a: a value of type str"),
        ),
        ((A[None], B), ("a: shape (3, 2)", "a: shape (1, 3, 2)")),
        ((A * 2, B), ("a: [[0, 1], [2, 3], [4, 5]]", "a: [[0, 2], [4, 6], [8, 10]]")),
    ],
)
def test_what_is_not_right_is_told_by_the_part_s_name(got: Any, said: tuple[str, str]) -> None:
    assert difference(got, WANT, FIRST)[:2] == said


def test_a_check_passes_on_what_it_looked_at() -> None:
    """By this a known mistake is compared on the same part."""
    with pytest.raises(NotRight) as caught:
        same(Answer(CALL, (A, B + 1)), WANT, SECOND)

    assert caught.value.look == SECOND
    assert caught.value.aspect is Aspect.VALUE
    same(Answer(CALL, (A, B + 1)), WANT, FIRST)


def test_a_mistake_agrees_on_the_part_that_is_looked_at() -> None:
    """A student may make one mistake in one part and another one in the other."""
    student, mistake = Answer(CALL, [A + 1, B + 2]), Answer(CALL, (A + 1, B + 1))

    assert matches(student, mistake, Aspect.VALUE, FIRST)
    assert not matches(student, mistake, Aspect.VALUE, SECOND)
    assert not matches(student, mistake, Aspect.VALUE)


def test_a_list_of_arrays_is_written_with_their_numbers() -> None:
    assert shown([np.eye(2), np.zeros((1, 1))]) == "[[[1, 0], [0, 1]], [[0]]]"
