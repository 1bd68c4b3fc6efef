"""What is told of how a file is written: copies of the stub, names defined twice, code that is not run."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from grader.checks.judge.remarks import cells_of, flags_of
from grader.checks.judge.why_stopped import message_of, outcome_of
from grader.sandbox.outside.replies import Returned
from grader.sandbox.outside.stops import Stopped
from grader.scores.records import Outcome
from grader.source.read_source import definitions, read_source

STUB = "def sigmoid(a):\n    raise NotImplementedError('01_made_up, TODO 1: sigmoid')\n"
DIGESTS = definitions(read_source(STUB.encode(), "script", ""), ["sigmoid"])


def notebook(*cells: tuple[str, str] | str) -> bytes:
    made = [("code", cell) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps({"cells": [{"cell_type": kind, "source": text} for kind, text in made]}).encode()


def told(submission: Any) -> list[tuple[str, str]]:
    return [(flag.kind, flag.message) for flag in flags_of(submission.what_ran)]


def test_a_copy_of_the_stub_below_leaves_the_work_as_it_is(read: Any) -> None:
    submission = read("def sigmoid(a):\n    return 1\n" + STUB, stub=DIGESTS)
    reply = submission.call("sigmoid", (0,))
    assert isinstance(reply, Returned), reply
    assert reply.value == 1
    assert told(submission) == []


def test_the_stub_alone_is_not_done_yet(read: Any) -> None:
    reply = read(STUB + STUB, stub=DIGESTS).call("sigmoid", (0,))
    assert isinstance(reply, Stopped)
    assert outcome_of(reply) is Outcome.TODO


def test_a_raise_that_is_left_above_finished_code_is_told_with_its_place(read: Any) -> None:
    """The work was done, and all that the student read was that it is not done yet."""
    left = 'def sigmoid(a):\n    """Squash."""\n    raise NotImplementedError("01_gates, TODO 1")\n    return 1\n'
    message = (
        "sigmoid still raises NotImplementedError above your code ({}), so nothing below that line runs: take it out."
    )
    assert told(read(left, stub=DIGESTS)) == [("note", message.format("line 3"))]
    assert told(read(notebook("x = 1", left), kind="notebook")) == [("note", message.format("cell 2, line 3"))]
    assert told(read(STUB)) == told(read(left.replace("raise", "x = 2 #"))) == []
    branch = "def sigmoid(a):\n    if a is None:\n        raise NotImplementedError\n    return 1\n"
    assert told(read(branch)) == []


def test_of_two_definitions_both_places_are_told(read: Any) -> None:
    text = "def sigmoid(a):\n    return 1\n\ndef sigmoid(a):\n    return 2\n"
    message = "sigmoid is defined twice, in line 1 and line 4; the last one counts."
    assert told(read(text, stub=DIGESTS)) == [("note", message)]
    cells = notebook("def sigmoid(a):\n    return 1", "x = 1\nsigmoid = abs", "sigmoid = len")
    message = "sigmoid is defined 3 times, in cell 1, line 1; cell 2, line 2 and cell 3, line 1; the last one counts."
    assert told(read(cells, kind="notebook")) == [("note", message)]


def test_code_that_is_not_run_is_named_with_the_way_out(read: Any) -> None:
    done = "def sigmoid(a):\n    return 1"
    submission = read(notebook(STUB, ("raw", done)), kind="notebook", stub=DIGESTS)
    message = "cell 2 (a raw cell) is not run, but holds sigmoid: move it to a code cell."
    assert told(submission) == [("not_run", message)]
    submission = read(notebook("%%writefile a.py\n" + done), kind="notebook", stub=DIGESTS)
    message = "cell 1 (%%writefile) is not run, but holds sigmoid: take %%writefile away."
    assert told(submission) == [("not_run", message)]
    reply = submission.call("sigmoid", (0,))
    assert isinstance(reply, Stopped)
    assert outcome_of(reply) is Outcome.ERROR
    assert message_of(reply) == "sigmoid is not defined: cell 1 (%%writefile) holds it, and is not run."


def test_a_second_place_that_is_not_run_is_only_noted(read: Any) -> None:
    done = "def sigmoid(a):\n    return 1"
    submission = read(notebook(done, ("markdown", f"```\n{done}\n```")), kind="notebook", stub=DIGESTS)
    message = "cell 2 (a text cell) is not run. It holds sigmoid; the file defines it elsewhere too."
    assert told(submission) == [("note", message)]


def test_what_a_shared_file_holds_for_another_exercise_breaks_no_rule(read: Any) -> None:
    """In the run of an exercise without TensorFlow, a notebook of all exercises was "not allowed" in every second cell."""
    cells = notebook(
        "from torch import nn, optim", "layer = nn.Linear(2, 2)", "def sigmoid(a):\n    return 1", "open('/etc/shadow')"
    )
    alone, submission = read(cells, kind="notebook"), read(cells, kind="notebook", shared=True)
    kinds = [kind for kind, _ in told(submission)]
    assert "blocked" in [kind for kind, _ in told(alone)]
    assert "blocked" not in kinds
    (message,) = [message for kind, message in told(submission) if kind == "note"]
    assert message.startswith("cell 1, line 1; cell 2, line 1; cell 4, line 1: not run to the end here")
    assert {cell.outcome for cell in cells_of(submission.what_ran) if cell.index in (0, 1)} == {Outcome.ERROR}
    assert isinstance(submission.call("sigmoid", (0,)), Returned)


def test_what_a_shared_file_loads_for_another_exercise_is_one_note(read: Any) -> None:
    """Right work for two exercises in one notebook was told that the students' package is missing, in four flags."""
    cells = notebook(
        "import grader\ndata = grader.example('no such exercise')",
        "words = data['words']",
        "def sigmoid(a):\n    return 1",
    )
    submission = read(cells, kind="notebook", shared=True)
    ((kind, message),) = told(submission)
    assert (kind, message.partition(": ")[0]) == ("note", "cell 1, line 2; cell 2, line 1")
    assert isinstance(submission.call("sigmoid", (0,)), Returned)


def test_what_stops_in_a_shared_file_where_it_defines_this_exercise_is_told(read: Any) -> None:
    submission = read("sigmoid = 1 / 0\n", shared=True)
    assert [kind for kind, _ in told(submission)] == ["stopped"]


def test_an_unresolved_merge_is_named_and_both_sides_are_read(read: Any) -> None:
    text = "<<<<<<< HEAD\ndef sigmoid(a):\n    return 1\n=======\ndef update_gate():\n    return 2\n>>>>>>> 3f2a\n"
    submission = read(text)
    message = "line 1: an unresolved merge conflict; both sides were read, and of two definitions the last one counts."
    assert told(submission) == [("syntax", message)]
    assert isinstance(submission.call("sigmoid", (0,)), Returned)
    assert isinstance(submission.call("update_gate", ()), Returned)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads it")
def test_what_needs_a_newer_python_is_for_a_person_to_see(read: Any) -> None:
    submission = read('def sigmoid(a):\n    return f"{a["x"]}"\n')
    message = "line 1 was not run: it needs Python 3.12, and this run has 3.11."
    assert told(submission) == [("newer_python", message)]
    reply = submission.call("sigmoid", (0,))
    assert isinstance(reply, Stopped)
    assert outcome_of(reply) is Outcome.ERROR
    assert message_of(reply).startswith("sigmoid is not defined: line 1 was not run (it needs Python 3.12")
