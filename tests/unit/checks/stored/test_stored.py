"""What the students' package knows instead of a solution: the same questions, the same answers, stand-ins that remember."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from grader.checks.compare.answers import Raised, agrees
from grader.checks.compare.questions import is_same_call
from grader.checks.plan.drawn import Drawn
from grader.checks.plan.plans import Mode, PlannedCall, Plans
from grader.checks.run.bench import CheckBench, with_stored_checks
from grader.checks.stored.read_record import Stored
from grader.checks.stored.write_record import record
from grader.course.course_toml import Exercise
from grader.errors import CourseError
from grader.sandbox.outside.conversation import NoAnswer


def replaced(plans: Plans) -> Iterator[tuple[PlannedCall, tuple[str, ...]]]:
    """Every call of a public check that replaces parts, with those parts."""
    for check in plans.checks.values():
        if check.mode is not Mode.PLAIN and not check.hidden:
            for planned in check.calls:
                yield planned, plans.parts_of(check)


def test_every_public_call_is_there_with_its_answer_and_what_each_mistake_gives(plans: Plans, stored: Stored) -> None:
    public = {name: check for name, check in plans.checks.items() if not check.hidden}
    assert list(stored.checks) == list(public)
    for name, check in public.items():
        kept = stored.checks[name]
        assert (kept.title, kept.points, kept.hint, kept.mode) == (check.title, check.points, check.hint, check.mode)
        for one, other in zip(check.calls, kept.calls, strict=True):
            assert is_same_call(one.call, other.call)
            assert agrees(other.want.value, one.want)
        for (one, answers), (other, theirs) in zip(check.wrong.items(), kept.wrong.items(), strict=True):
            assert (one.id, set(one.overrides)) == (other.id, set(other.overrides))
            for a, b in zip(answers, theirs, strict=True):
                assert a == b if isinstance(a, Raised) else agrees(b.value, a)  # type: ignore[union-attr]


def test_no_hidden_check_is_recorded(recorded: str, plans: Plans) -> None:
    hidden = [check for check in plans.checks.values() if check.hidden]
    assert hidden
    assert not [check for check in hidden if check.title in recorded or f'"{check.id}"' in recorded]


def test_a_public_check_that_builds_on_a_hidden_one_is_refused(plans: Plans) -> None:
    """At home nobody could say whether it holds."""
    (needed, builder) = (plans.checks["gru_step_values"], plans.checks["gru_step_leaves_inputs"])
    assert needed.hidden
    bent = Plans(plans.reference, plans.seed, {"x": builder})
    builder.hidden = False
    try:
        with pytest.raises(CourseError, match="builds on a hidden check"):
            record(bent, {})
    finally:
        builder.hidden = True


def test_whichever_parts_are_called_the_same_result_is_wanted(plans: Plans, stored: Stored) -> None:
    for planned, parts in replaced(plans):
        for chosen in itertools.chain.from_iterable(itertools.combinations(parts, n) for n in (0, 1, len(parts))):
            drawn, remembered = plans.stand_ins(planned, parts), stored.stand_ins(planned, parts)
            assert isinstance(drawn, Drawn)
            drawn.called, remembered.called = set(chosen), set(chosen)
            assert agrees(remembered.want(planned.call).value, drawn.want(planned.call))


@pytest.mark.parametrize("way", ["batch", "row", "float32 made float64"])
def test_a_gate_may_be_asked_for_a_batch_or_for_a_row(way: str, plans: Plans, stored: Stored) -> None:
    planned, parts = next(each for each in replaced(plans) if each[0].call.function == "gru_step")
    x, h, p = planned.call.args
    drawn, remembered = plans.stand_ins(planned, parts), stored.stand_ins(planned, parts)
    args = [x, h, p["W_z"], p["U_z"], p["b_z"]]
    if way == "row":
        args[:2] = [x[1], h[1]]
    want, got = (each.answer("update_gate", args) for each in (drawn, remembered))
    assert got.dtype == want.dtype
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-12)


@pytest.mark.parametrize("shape", [(18,), (6, 3), (3, 6, 1), ()])
def test_a_function_of_single_numbers_may_be_asked_for_them_in_any_form_and_with_the_other_sign(
    shape: tuple[int, ...], plans: Plans, stored: Stored
) -> None:
    planned, parts = next(each for each in replaced(plans) if each[0].call.function == "gru_step")
    x, h, p = planned.call.args
    asked = np.resize(x @ p["W_r"] + h @ p["U_r"] + p["b_r"], shape)
    drawn, remembered = plans.stand_ins(planned, parts), stored.stand_ins(planned, parts)
    for a in (asked, -asked, float(asked) if shape == () else asked):
        want, got = (each.answer("sigmoid", [a]) for each in (drawn, remembered))
        assert np.shape(got) == np.shape(want)
        np.testing.assert_allclose(got, want, rtol=0, atol=1e-12)


def test_what_nobody_recorded_gets_an_answer_of_the_right_form_that_is_not_right(plans: Plans, stored: Stored) -> None:
    """A raise would show the difference, and the recorded answer would let wrong work pass."""
    planned, parts = next(each for each in replaced(plans) if each[0].call.function == "gru_step")
    x, h, p = planned.call.args
    args = [x + 1e-4, h, p["W_z"], p["U_z"], p["b_z"]]
    want, got = (each.stand_ins(planned, parts).answer("update_gate", args) for each in (plans, stored))
    assert got.shape == want.shape
    assert not np.any(np.isclose(got, want, rtol=0, atol=1e-5))


@pytest.mark.parametrize("args", [[], [None], ["a", "b", "c", "d", "e"], [np.zeros(3)], [{}, {}, {}, {}, {}]])
def test_what_fits_nothing_is_refused_in_words(args: list[object], plans: Plans, stored: Stored) -> None:
    planned, parts = next(each for each in replaced(plans) if each[0].call.function == "gru_step")
    with pytest.raises(NoAnswer, match="does not fit"):
        stored.stand_ins(planned, parts).answer("update_gate", args)


def test_checks_that_the_record_was_not_made_for_are_refused(exercise: Exercise, recorded: str) -> None:
    def use(_bench: CheckBench) -> None:
        raise AssertionError("it must not come so far")

    with pytest.raises(CourseError, match="install the students' package again"):
        with_stored_checks(exercise, recorded.replace("[all three]", "[both]"), use)


def test_options_that_others_gave_to_pytest_change_nothing(
    exercise: Exercise, recorded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    used: list[int] = []
    with_stored_checks(exercise, recorded, lambda bench: used.append(bench.max_points))
    assert used == [18]
