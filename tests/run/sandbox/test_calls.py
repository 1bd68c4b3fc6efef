"""One call of a function in a locked worker: parts that are asked for, threads, inputs of its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.checks.judge.why_stopped import message_of, outcome_of
from grader.sandbox.outside.conversation import NoAnswer
from grader.sandbox.outside.replies import Returned
from grader.sandbox.outside.stops import Stopped
from grader.sandbox.wire import values
from grader.scores.records import Outcome


def test_a_part_is_answered_from_outside_and_the_arguments_come_out_as_plain_data(read: Any) -> None:
    seen: list[Any] = []

    def answer(name: str, args: list[Any]) -> Any:
        seen.append((name, args))
        if len(seen) > 2:
            raise NoAnswer("that is enough")
        return np.full(2, 7.0)

    submission = read("import numpy as np\ndef gru_step(a): return sigmoid(a) + sigmoid([a, object()])\n")
    reply = submission.call("gru_step", (np.ones(2),), None, {"sigmoid": ("a",)}, answer)
    assert isinstance(reply, Returned)
    assert reply.value.tolist() == [14.0, 14.0]
    assert [name for name, _ in seen] == ["sigmoid", "sigmoid"]
    assert isinstance(seen[1][1][0][1], values.Opaque)
    reply = submission.call("gru_step", (np.ones(2),), None, {"sigmoid": ("a",)}, answer)
    assert isinstance(reply, Stopped)
    assert "that is enough" in message_of(reply)
    assert outcome_of(reply) is Outcome.ERROR


def test_parts_may_be_asked_from_threads(read: Any) -> None:
    """One socket, several threads: each gets its own answer."""
    text = """
    from concurrent.futures import ThreadPoolExecutor
    def gru_step():
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(sigmoid, range(40)))
    """
    reply = read(text).call("gru_step", (), None, {"sigmoid": ("a",)}, lambda name, args: args[0] * 2)
    assert isinstance(reply, Returned), reply
    assert reply.value == [2 * n for n in range(40)]


def test_a_part_that_is_asked_after_the_call_has_returned_wins_nothing(read: Any) -> None:
    """A stand-in may be kept; what it asks later nobody waits for."""
    text = """
    kept = []
    def gru_step():
        kept.append(sigmoid)
        return 1
    def update_gate():
        return kept[0](1)
    """
    submission = read(text, call=1)
    assert isinstance(submission.call("gru_step", (), None, {"sigmoid": ("a",)}, lambda *_: 42), Returned)
    reply = submission.call("update_gate", ())
    assert not (isinstance(reply, Returned) and reply.value == 42)


def test_each_call_gets_inputs_of_its_own(read: Any) -> None:
    submission = read(
        "kept = []\ndef sigmoid(a):\n    kept.append(a)\n    a += 1\n    return len({id(k) for k in kept})\n"
    )
    array = np.zeros(3)
    first, second = submission.call("sigmoid", (array,)), submission.call("sigmoid", (array,))
    assert isinstance(first, Returned)
    assert isinstance(second, Returned)
    assert (first.value, second.value) == (1, 2)
    assert first.changed == ("0",)
    assert array.tolist() == [0, 0, 0]


def test_an_input_that_stands_twice_is_two_inputs(read: Any) -> None:
    """Where d equals u a check could pass one array twice; a change of the one must not show in the other."""
    array = np.zeros(2)
    reply = read("def sigmoid(a, b):\n    a += 1\n    return float(b.sum())\n").call("sigmoid", (array, array))
    assert isinstance(reply, Returned)
    assert reply.value == 0.0
    assert reply.changed == ("0",)
