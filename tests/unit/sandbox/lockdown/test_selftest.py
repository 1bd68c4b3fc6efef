"""Judging what a worker says of itself; that the probes work is tested where workers are locked."""

from __future__ import annotations

import json
import socket

from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.lockdown import LAYERS, Plan, selftest
from grader.sandbox.wire.codec import decode, encode

EVERYTHING = Plan(tuple(LAYERS))
REFUSED = dict.fromkeys(selftest.PROBES, "refused: PermissionError")


def held(answers: dict[str, str], plan: Plan = EVERYTHING) -> set[str]:
    return {each.name for each in selftest.judge(answers, plan) if each.held}


def test_everything_holds_if_everything_was_refused() -> None:
    assert held(dict(REFUSED)) >= set(LAYERS)


@given(st.sampled_from(list(selftest.PROBES)), st.sampled_from(["worked: 1", "", "held", "not refused"]))
def test_no_probe_is_asked_in_vain(probe: str, answer: str) -> None:
    """Whatever isn't a refusal counts as a hole, so a worker that lies by leaving out gains nothing."""
    assert held({**REFUSED, probe: answer}) < held(dict(REFUSED))


def test_without_answers_nothing_holds() -> None:
    assert {each.held for each in selftest.judge({}, EVERYTHING)} == {False}


def test_a_layer_that_is_not_there_gives_its_reason() -> None:
    plan = Plan(tuple(set(LAYERS) - {"view"}), (("view", "the system refuses it"),))
    view = next(each for each in selftest.judge(REFUSED, plan) if each.name == "view")
    assert not view.held
    assert "the system refuses it" in view.detail


def test_targets_are_plain_data_and_can_be_reached() -> None:
    with selftest.open_targets() as targets:
        assert decode(selftest.Targets, json.loads(json.dumps(encode(targets)))) == targets
        with socket.create_connection(("127.0.0.1", targets.tcp), timeout=5):
            pass
