"""What stopped a submission's code in a locked worker: hostile exceptions, and the line that is named."""

from __future__ import annotations

from typing import Any

import pytest

from grader.sandbox.outside.replies import Stopped
from grader.scores.records import Outcome
from unit.sandbox.inside.test_faults import HOSTILE


@pytest.mark.parametrize("member", HOSTILE)
def test_a_statement_and_a_call_that_raise_a_hostile_exception_are_errors(read: Any, member: str) -> None:
    text = f"class S(str):\n    def __str__(self): raise RuntimeError\nclass E(Exception):\n    {HOSTILE[member]}\n"
    submission = read(text + "x = 1\nraise E('x')\ndef sigmoid(): raise E('y')\n")
    reply = submission.call("sigmoid", ())
    assert isinstance(reply, Stopped)
    assert reply.outcome is Outcome.ERROR
    assert [cell.outcome for cell in submission.cells] == [Outcome.ERROR]


def test_the_place_is_the_innermost_line_of_the_submissions_own(read: Any) -> None:
    text = "import numpy as np\ndef helper(a):\n    return np.linalg.inv(a)\ndef sigmoid(a):\n    return helper(a)\n"
    reply = read(text).call("sigmoid", ([[0.0]],))
    assert isinstance(reply, Stopped)
    assert reply.line == 3
    assert "LinAlgError" in reply.message
    assert "line 3" in reply.message
