"""The live names of a notebook, asked in the very process that holds them."""

from __future__ import annotations

import random
import signal
import sys
from typing import Any

import numpy as np
import pytest

from grader.checks.judge.why_stopped import message_of, outcome_of
from grader.home.live_names import LiveNames
from grader.sandbox.outside.replies import Returned
from grader.sandbox.outside.stops import Stopped
from grader.scores.records import Outcome


def live(text: str, seconds: float = 10.0) -> tuple[LiveNames, dict[str, Any]]:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(text, namespace)
    return LiveNames(namespace, ("f", "gate"), seconds, "2 GB"), namespace


def test_a_function_is_called_with_copies_and_its_prints_are_left_out(capsys):
    names, _ = live("def f(a):\n    print('noise')\n    a += 1\n    return a")
    reply = names.call("f", [np.zeros(2)])

    assert isinstance(reply, Returned)
    assert (reply.value.tolist(), reply.changed) == ([1, 1], ("0",))
    assert capsys.readouterr() == ("", "")


def test_parts_are_replaced_for_one_call_and_put_back(capsys):
    names, namespace = live("def gate(x):\n    return x\ndef f(x):\n    return gate(x=x)")
    before = namespace["gate"]
    reply = names.call("f", [3.0], None, {"gate": ("x",), "more": ()}, lambda _name, args: args[0] * 2)

    assert isinstance(reply, Returned)
    assert reply.value == 6
    assert namespace["gate"] is before
    assert "more" not in namespace


def test_what_is_no_plain_data_is_none_here_either():
    """An answer of a class of one's own must be judged as it is when it is graded, where it does not cross."""
    names, _ = live("import numpy as np\nclass A(np.ndarray): pass\ndef f():\n    return np.zeros(2).view(A)")
    reply = names.call("f", [])

    assert isinstance(reply, Returned)
    assert type(reply.value).__name__ == "Opaque"


@pytest.mark.parametrize(
    ("text", "outcome", "words"),
    [
        ("x = 1", Outcome.TODO, "f is not written yet, or its cell did not run."),
        ("def gates(): pass\ndef f():\n    return gate(1)", Outcome.TODO, "There is gates: rename it."),
        ("def f():\n    raise NotImplementedError('01, TODO 1: f')", Outcome.TODO, "not done yet"),
        ("def f():\n    return gate(1)", Outcome.TODO, "gate is not written yet"),
        ("def f():\n    return other", Outcome.ERROR, "other is not defined here (NameError): run the cell"),
        ("def f():\n    return 1 / 0", Outcome.ERROR, "ZeroDivisionError"),
        ("f = 3", Outcome.ERROR, "no function"),
    ],
)
def test_what_stops_a_call_is_told(text, outcome, words):
    reply = live(text)[0].call("f", [])

    assert isinstance(reply, Stopped)
    assert outcome_of(reply) is outcome
    assert words in message_of(reply)


def test_a_call_without_end_is_interrupted_and_after_the_second_not_made_again():
    names, _ = live("def f():\n    while True: pass", seconds=0.1)
    replies = names.call_each([("f", [], {})] * 3)

    assert [outcome_of(reply) for reply in replies] == [Outcome.TIMEOUT] * 3  # type: ignore[union-attr]
    assert "not called again" in message_of(replies[2])  # type: ignore[union-attr]


def test_a_call_without_end_is_interrupted_where_a_shell_made_python_ignore_interrupts():
    """What a script starts with ``&`` does; the call would never end, and nor would the check."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        names, _ = live("def f():\n    while True: pass", seconds=0.1)
        reply = names.call("f", [])
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)

    assert outcome_of(reply) is Outcome.TIMEOUT  # type: ignore[arg-type]


def test_a_person_who_presses_stop_stops_the_check():
    names, _ = live("def f():\n    raise KeyboardInterrupt")

    with pytest.raises(KeyboardInterrupt):
        names.call("f", [])


def test_standard_output_is_put_back_when_a_call_is_interrupted():
    before = sys.stdout
    names, _ = live("def f():\n    while True: pass", seconds=0.1)
    names.call("f", [])

    assert sys.stdout is before


def test_a_call_that_only_waits_is_woken():
    names, namespace = live(
        "import time\nslept = []\n"
        "def f():\n    began = time.monotonic()\n    try:\n        time.sleep(20)\n"
        "    finally:\n        slept.append(time.monotonic() - began)",
        seconds=0.1,
    )
    reply = names.call("f", [])

    assert isinstance(reply, Stopped)
    assert outcome_of(reply) is Outcome.TIMEOUT
    assert namespace["slept"][0] < 20


def test_the_random_numbers_go_on_as_if_nothing_had_been_checked():
    """Keras draws the seeds of layers from Python's own, so a seeded notebook came to other numbers after a check."""
    names, _ = live("import random\nimport numpy as np\ndef f():\n    return random.random() + np.random.rand()")
    random.seed(1)
    np.random.seed(1)
    expected = (random.random(), np.random.rand())
    random.seed(1)
    np.random.seed(1)
    names.call("f", [])

    assert (random.random(), np.random.rand()) == expected
