"""Plans are plain data."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.lockdown import ESSENTIAL, LAYERS, Plan
from grader.sandbox.wire.codec import decode, encode

plans = st.builds(
    Plan,
    layers=st.sets(st.sampled_from(list(LAYERS))).map(tuple),
    missing=st.lists(st.tuples(st.sampled_from(list(LAYERS)), st.text(max_size=5))).map(tuple),
    user_namespace=st.booleans(),
    landlock_abi=st.integers(0, 9),
    first_user=st.integers(0, 2**31),
    users=st.integers(0, 2**22),
)


@given(plans)
def test_a_plan_survives_the_way_to_another_process(plan: Plan) -> None:
    assert decode(Plan, json.loads(json.dumps(encode(plan)))) == plan


@given(plans, st.sets(st.sampled_from(list(LAYERS))))
def test_what_is_switched_off_is_named(plan: Plan, off: set[str]) -> None:
    less = plan.without(*off)
    assert set(less.layers) == set(plan.layers) - off
    assert {name for name, reason in less.missing if reason == "switched off"} >= off & set(plan.layers)
    assert set(less.lacks) == ESSENTIAL - set(less.layers)


def test_an_unknown_layer_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="wall"):
        Plan(()).without("wall")
