"""What is printed as a call runs when it is pasted, with the very numbers of the check where they are few."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from grader.checks.compare.answers import Call
from grader.checks.judge.shown_call import ALL_SHOWN, OTHER_NUMBERS, OWN_CLOCK, in_words, printed
from grader.checks.models.live import ScriptedClock, TinyModel
from grader.checks.plan.plans import Plans

NAMES = ("x", "h", "params", "more")


def pasted(text: str, **names: Any) -> dict[str, Any]:
    """Run what is printed where only NumPy and the function are known, and give the arguments that came."""
    came: dict[str, Any] = {}
    known = {"np": np, "f": lambda **given: came.update(given), **names}
    exec(text.replace("import keras\n", ""), known)
    return came


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are of the same types, and of the same numbers to the last bit."""
    if isinstance(one, np.ndarray):
        return (
            isinstance(other, np.ndarray)
            and (one.dtype, one.shape) == (other.dtype, other.shape)
            and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
        )
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and (one == other or one != one)


NUMBERS = st.one_of(
    arrays(np.float64, array_shapes(max_dims=3, max_side=3)),
    arrays(np.float32, array_shapes(min_dims=0, max_dims=2, max_side=3)),
    arrays(np.int64, array_shapes(max_dims=2, max_side=3)),
    arrays(np.int32, st.just((0, 3))),
    arrays(np.bool_, array_shapes(max_dims=1, max_side=3)),
    st.floats(),
    st.floats(width=32).map(np.float32),
    st.integers(),
    st.booleans(),
    st.none(),
    st.text(max_size=5),
)
VALUES = st.recursive(
    NUMBERS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.tuples(inner),
        st.dictionaries(st.sampled_from(["W_z", "b_z", "a b"]), inner, max_size=2),
    ),
    max_leaves=3,
)


@given(st.lists(VALUES, max_size=3))
def test_a_small_call_gives_the_very_arguments(args: list[Any]) -> None:
    sizes = sum(leaf.size for leaf in flat(args) if isinstance(leaf, np.ndarray))
    if sizes <= ALL_SHOWN:
        came = pasted(printed(Call("f", tuple(args), {}), NAMES))
        assert same(dict(zip(NAMES, args, strict=False)), came)


def flat(value: Any) -> list[Any]:
    """List what stands in nested lists, tuples and dicts."""
    if isinstance(value, dict):
        value = list(value.values())
    return [leaf for item in value for leaf in flat(item)] if isinstance(value, list | tuple) else [value]


def test_a_large_call_has_arguments_of_the_same_sizes_and_says_that_the_numbers_are_others() -> None:
    args = (
        np.zeros((3, 40)),
        np.ones((3, 6), np.float32),
        {"W": np.ones((4, 6)), "b": np.zeros((0,)), "n": 3},
        np.full((2, 5), 7, np.int32),
    )
    text = printed(Call("f", args, {"epochs": 2}), NAMES)
    came = pasted(text)
    assert text.startswith(OTHER_NUMBERS)
    assert came.pop("epochs") == 2
    for given_leaf, came_leaf in zip(flat(list(args)), flat(list(came.values())), strict=True):
        assert np.shape(given_leaf) == np.shape(came_leaf)
        assert np.asarray(given_leaf).dtype == np.asarray(came_leaf).dtype
    assert np.array_equal(came["more"], args[3]), "ids must stay in their range"


def test_models_are_made_by_their_recipe_and_a_clock_is_told() -> None:
    models = [("a", TinyModel(3, ((4, "float32"), (2, "float16")))), ("b", TinyModel(3, ((1, "float32"),), slots=True))]
    text = printed(Call("f", (models,), {"clock": ScriptedClock(3, ((1.0,),))}), NAMES)
    made: list[Any] = []

    def sequential(layers: list[Any]) -> Any:
        made.append(SimpleNamespace(layers=layers, built=False, trainable_variables=[]))
        model = made[-1]
        model.compile = lambda *given: setattr(model, "compiled", given)
        model.optimizer = SimpleNamespace(build=lambda _: setattr(model, "built", True))
        return model

    keras = SimpleNamespace(
        Sequential=sequential,
        Input=lambda shape: shape,
        layers=SimpleNamespace(Dense=lambda units, dtype="float32": (units, dtype)),
    )
    came = pasted(text, keras=keras)
    assert [name for name, _ in came["x"]] == ["a", "b"]
    assert [model.layers for model in made] == [[(3,), (4, "float32"), (2, "float16")], [(3,), (1, "float32")]]
    assert [(model.compiled, model.built) for model in made] == [(("adam", "mse"), False), (("adam", "mse"), True)]
    assert text.startswith("import keras\n")
    assert OWN_CLOCK in text


def test_every_call_of_the_course_runs_when_pasted(plans: Plans) -> None:
    calls = [want.call for rungs in plans.ladder.values() for want in rungs]
    calls += [planned.call for check in plans.checks.values() for planned in check.calls]
    for call in calls:
        text = printed(call, plans.reference.parameters[call.function])
        came = pasted(text, **{call.function: lambda **given: given})
        exec(text, {"np": np, **dict(plans.reference.namespace)})
        assert came == {}


def test_a_value_that_is_asked_for_is_its_name() -> None:
    asked = Call("MEASURED", (), {}, of_value=True)
    assert printed(asked, ()) == in_words(asked, ()) == "MEASURED"


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ((np.zeros((3, 4)), np.zeros(2, np.float32)), "f with x (3, 4), h (2,) float32"),
        ((0.5, "a", {"W": np.zeros(2)}), "f with x = 0.5, h = 'a', params"),
        (([np.zeros((2, 6)), np.zeros(1)],), "f with x [(2, 6), (1,)]"),
        ((), "f()"),
    ],
)
def test_a_call_in_a_sentence_tells_sizes(args: tuple[Any, ...], told: str) -> None:
    assert in_words(Call("f", args, {}), NAMES) == told
