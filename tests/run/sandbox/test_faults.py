"""What stopped a submission's code in a locked worker: hostile exceptions, and the line that is named."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks.judge.remarks import cells_of
from grader.checks.judge.why_stopped import message_of, outcome_of
from grader.sandbox.outside.stops import Stopped
from grader.scores.records import Outcome
from unit.sandbox.inside.test_faults import HOSTILE


@pytest.mark.parametrize("member", HOSTILE)
def test_a_statement_and_a_call_that_raise_a_hostile_exception_are_errors(read: Any, member: str) -> None:
    text = f"class S(str):\n    def __str__(self): raise RuntimeError\nclass E(Exception):\n    {HOSTILE[member]}\n"
    submission = read(text + "x = 1\nraise E('x')\ndef sigmoid(): raise E('y')\n")
    reply = submission.call("sigmoid", ())
    assert isinstance(reply, Stopped)
    assert outcome_of(reply) is Outcome.ERROR
    assert [cell.outcome for cell in cells_of(submission.what_ran)] == [Outcome.ERROR]


def test_the_place_is_the_innermost_line_of_the_submissions_own(read: Any) -> None:
    text = "import numpy as np\ndef helper(a):\n    return np.linalg.inv(a)\ndef sigmoid(a):\n    return helper(a)\n"
    reply = read(text).call("sigmoid", ([[0.0]],))
    assert isinstance(reply, Stopped)
    assert reply.thrown.line == 3
    assert "LinAlgError" in message_of(reply)
    assert "line 3" in message_of(reply)
