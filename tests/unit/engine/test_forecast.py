"""What is left of a run: no figure before there can be one, and none beyond what the limits allow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.engine.forecast import Forecast, in_words
from grader.submissions.works import Work

LIMITS = {"01": 120.0, "02": 300.0}


def work(student: str, exercise: str = "01") -> Work:
    return Work((student,), exercise)


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_there_is_no_figure_before_one_of_each_exercise_is_graded() -> None:
    """It said "0 of 12 graded, about 0 s left"."""
    forecast = Forecast([work("a"), work("b"), work("a", "02"), work("b", "02")], LIMITS, 2)
    assert in_words(forecast.seconds()) == ""
    forecast.done("01", 3.0)
    assert forecast.seconds() is None
    forecast.done("02", 20.0)
    assert forecast.seconds() == pytest.approx((3.0 + 20.0) / 2)


def test_what_runs_already_counts_with_its_rest() -> None:
    clock = Clock()
    forecast = Forecast([work("a"), work("b")], LIMITS, 1, clock)
    forecast.done("01", 10.0)
    forecast.running([work("b")])
    clock.now = 4.0
    forecast.running([work("b")])
    assert forecast.seconds() == pytest.approx(6.0)
    clock.now = 400.0
    assert forecast.seconds() == 0.0


def test_a_slow_first_one_does_not_make_the_rest_longer_than_the_limits_allow() -> None:
    """It said 1053 s in a run of 290 s."""
    forecast = Forecast([work(str(n)) for n in range(9)], LIMITS, 2)
    forecast.done("01", 10_000.0)
    assert forecast.seconds() == 8 * 120 / 2


@given(
    st.lists(st.sampled_from(sorted(LIMITS)), min_size=1, max_size=30),
    st.lists(st.floats(0, 1e6), min_size=30, max_size=30),
    st.integers(1, 8),
)
def test_what_is_left_is_never_below_zero_nor_beyond_the_limits(
    exercises: list[str], took: list[float], jobs: int
) -> None:
    forecast = Forecast([work(str(n), exercise) for n, exercise in enumerate(exercises)], LIMITS, jobs)
    rest = list(exercises)
    for seconds in took[: len(exercises)]:
        left = forecast.seconds()
        assert left is None or 0 <= left <= sum(LIMITS[exercise] for exercise in rest)
        forecast.done(rest.pop(0), seconds)
    assert forecast.seconds() == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (4.0, ", a few seconds left"), (44.0, ", about 40 s left"), (290.0, ", about 5 min left")],
)
def test_what_is_left_is_told_no_more_exactly_than_it_is_known(seconds: float | None, words: str) -> None:
    assert in_words(seconds) == words
