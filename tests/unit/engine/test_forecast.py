"""What is left of a run: no figure before there can be one, and none beyond what the limits allow."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.engine.forecast import Forecast, in_words
from grader.submissions.works import Work

LIMITS = {"01": 120.0, "02": 300.0, "03": 300.0, "04": 120.0, "05": 120.0}
# What each submission of the made-up class took when it was graded, in the order of the class.
TOOK = """
    01:1 01:0.4 02:2.1 03:2 04:0.079 05:0.083 01:0.2 02:7.5 03:2.2 05:0.1 01:0.092 02:2.8 03:1.9 05:0.11 01:0.32 03:3.6
    04:0.075 01:0.12 01:0.015 01:0.14 02:1.4 03:1.8 04:0.066 05:0.14 01:0.74 01:0.21 03:3.5 01:0.15 01:0.16 01:0.14 02:6.1
    03:1.2 05:0.23 01:0.48 02:3 03:2 05:0.13 01:0.14 02:2.4 03:1.6 05:0.092 01:0.24 02:9.9 03:2.1 05:0.12 01:2 01:0.77
    01:0.78 02:2.5 03:1.9 01:0.15 02:2.3 03:2.1 04:0.087 05:0.075 01:0.14 02:6.7 03:1.6 01:0.3 02:2.9 03:2.2 04:0.044
    05:0.11 01:0.17 02:2.8 03:2 05:0.075 01:0.14 01:0.13 02:2 03:1.8 01:0.23 02:0.26 03:2.1 05:0.11 01:0.25 02:5.8 03:1.8
    01:0.79 01:0.18 02:2.4 03:2 05:0.088 01:0.11 03:1.4 05:0.13 01:0.12 03:2.2 01:0.16 02:2 01:30 02:32 01:0.14 02:2.9
    03:2.4 01:0.2 02:0.59 03:1.9 05:0.15 01:0.2 03:1.7 04:0.05 01:0.13 03:1.6 01:0.15 01:0.15 02:2.3 03:2.1 01:0.41 02:6.9
    03:1.8 01:0.2 02:2.7 03:1.7 01:0.1 02:0.14 03:1.6 05:0.1 01:0.054 01:0.12 02:2.4 03:0.77 05:0.081 01:0.21 01:0.18 02:9.9
    03:1.6 05:0.068 01:0.18 03:1.5 01:0.12 02:1.7 03:1.8 05:0.085 01:0.19 02:1.8 03:1.3 01:0.17 01:0.18 02:0.25 03:1.7
    01:0.14 03:1.3 05:0.13 01:0.16 03:1.4 01:0.15 02:0.084 01:0.18 03:1.6 01:0.12 02:6.4 03:1.6 05:0.085 01:0.11 03:1.5
    01:0.14 03:1.7 01:0.096 01:30 01:0.14 03:1.3 01:0.17 02:5.5 03:1.7 01:0.17 02:6.4 03:1.8 05:0.12 01:0.33 03:1.7 01:0.19
    02:2.5 03:1.9 01:0.29 02:0.37 03:4.3 05:0.12 01:0.16 01:0.22 02:2.7 03:2.2 04:0.06 01:0.13 02:2.4 03:0.13 01:0.11
    01:0.26 02:1.5 03:1 01:0.34 02:5.2 03:0.84
"""
HISTORY = [(exercise, float(seconds)) for exercise, _, seconds in (each.partition(":") for each in TOOK.split())]


def work(student: str, exercise: str = "01") -> Work:
    return Work((student,), exercise)


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Look:
    """What was shown at some moment, how long the run then still took, and which exercises had been graded."""

    at: float
    shown: float | None
    rest: float
    graded: frozenset[str]


def looks(history: Sequence[tuple[str, float]], jobs: int) -> list[Look]:
    """Look once a second at a run in which each submission takes what it took in a history."""
    clock, waiting = Clock(), [(work(str(n), exercise), took) for n, (exercise, took) in enumerate(history)]
    forecast = Forecast([each for each, _ in waiting], LIMITS, jobs, clock)
    running: dict[Work, float] = {}
    seen: list[tuple[float, float | None, frozenset[str]]] = []
    graded: set[str] = set()
    while waiting or running:
        while waiting and len(running) < jobs:
            each, took = waiting.pop(0)
            running[each] = clock.now + took
        forecast.running(list(running))
        first = min(running, key=lambda each: running[each])
        second = float(int(clock.now) + 1)
        if second < running[first]:
            clock.now = second
            seen.append((second, forecast.seconds(), frozenset(graded)))
            continue
        clock.now = running.pop(first)
        graded.add(first.exercise)
        forecast.done(
            first.exercise, dict(zip(map(str, range(len(history))), history, strict=True))[first.students[0]][1]
        )
    return [Look(at, shown, clock.now - at, done) for at, shown, done in seen]


def ten_times(history: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """A class ten times as large, in another order."""
    larger = [*history] * 10
    random.Random(1).shuffle(larger)
    return larger


@pytest.mark.parametrize(
    ("history", "jobs"),
    [(HISTORY, 1), (HISTORY, 2), (HISTORY[::-1], 1), (HISTORY[::-1], 2), (ten_times(HISTORY), 2)],
    ids=["one job", "two jobs", "from behind", "from behind, two jobs", "ten classes"],
)
def test_a_figure_is_near_what_a_real_run_then_took_and_does_not_jump(
    history: list[tuple[str, float]], jobs: int
) -> None:
    seen = looks(history, jobs)
    known = [look for look in seen if look.shown is not None]
    assert len(known) > len(seen) / 3
    assert all(0.5 <= (look.shown or 0) / look.rest <= 2 for look in known if look.rest > 15)
    for before, after in itertools.pairwise(seen):
        if before.shown is not None and after.shown is not None:
            assert abs(after.shown - (before.shown - 1)) <= max(0.35 * before.shown, 5)


def test_fast_work_tells_nothing_about_slow_work_that_comes_later() -> None:
    seen = looks(sorted(HISTORY), 2)
    assert all(look.graded >= {"01", "02", "03", "04", "05"} for look in seen if look.shown is not None)


def test_there_is_no_figure_before_some_of_each_exercise_are_graded() -> None:
    """It said "0 of 12 graded, about 0 s left"."""
    forecast = Forecast([work(name, exercise) for exercise in ("01", "02") for name in "abc"], LIMITS, 2)
    assert in_words(forecast.seconds()) == ""
    forecast.done("01", 3.0)
    forecast.done("01", 5.0)
    forecast.done("02", 20.0)
    assert forecast.seconds() is None
    forecast.done("02", 20.0)
    assert forecast.seconds() == pytest.approx((4.0 + 20.0) / 2)


def test_what_runs_already_counts_with_its_rest() -> None:
    clock = Clock()
    forecast = Forecast([work("a"), work("b")], LIMITS, 1, clock)
    forecast.done("01", 10.0)
    forecast.running([work("b")])
    clock.now = 4.0
    forecast.running([work("b")])
    assert forecast.seconds() == pytest.approx(6.0)
    assert forecast.longest() == [(work("b"), 4.0)]


def test_what_runs_longer_than_all_before_it_leaves_no_figure_but_beside_much_more_work() -> None:
    """It said "a few seconds left" for half a minute, while an endless loop was on its way to its limit."""
    clock = Clock()
    few, many = (Forecast([work(str(n)) for n in range(number)], LIMITS, 1, clock) for number in (6, 400))
    for forecast in (few, many):
        for _ in range(5 if forecast is few else 12):
            forecast.done("01", 2.0)
        forecast.running([work("5")])
    assert few.seconds() == pytest.approx(2.0)
    clock.now = 30.0
    assert few.seconds() is None
    left = many.seconds()
    assert left is not None
    assert 387 * 2.0 <= left <= 387 * 2.0 + 90


def test_a_new_figure_is_taken_over_bit_by_bit() -> None:
    clock = Clock()
    forecast = Forecast([work(str(n)) for n in range(100)], LIMITS, 1, clock)
    for _ in range(3):
        forecast.done("01", 1.0)
    assert forecast.seconds() == pytest.approx(97)
    forecast.done("01", 37.0)
    assert forecast.seconds() == pytest.approx(97)
    shown = [97.0]
    for clock.now in range(1, 2000):
        shown.append(forecast.seconds() or 0.0)
    assert max(after - before for before, after in itertools.pairwise(shown)) < 20
    assert shown[-1] == pytest.approx(960, abs=100)


def test_a_slow_first_one_does_not_make_the_rest_longer_than_the_limits_allow() -> None:
    """It said 1053 s in a run of 290 s."""
    forecast = Forecast([work(str(n)) for n in range(9)], LIMITS, 2)
    forecast.done("01", 10_000.0)
    forecast.done("01", 10_000.0)
    assert forecast.seconds() == 7 * 120 / 2


@given(
    st.lists(st.sampled_from(["01", "02"]), min_size=1, max_size=30),
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
