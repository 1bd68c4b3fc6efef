"""A submission as the checks see it: what is told of a file, and replies that are always one of two kinds."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from grader.checks.judge.remarks import cells_of, flags_of
from grader.checks.judge.why_stopped import is_advised, message_of, outcome_of
from grader.errors import UnreadableWork
from grader.sandbox.outside import submission as submission_module
from grader.sandbox.outside.replies import Returned
from grader.sandbox.outside.stops import Stopped
from grader.sandbox.outside.submission import Submission
from grader.sandbox.outside.work import Budget, Workload
from grader.sandbox.wire.values import Opaque
from grader.scores.records import Outcome
from helpers.processes import is_waiting, wait_for, waits


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x80\x81\xfe\xff", "script"),
        (b"# -*- coding: utf-16 -*-\nx = 1\n", "script"),
        (b"{", "notebook"),
        (b"[]", "notebook"),
        (b'{"cells": 5}', "notebook"),
        (b"[" * 200_000, "notebook"),
        (b'{"nbformat": 4, "cells": [' + b"[" * 50_000, "notebook"),
    ],
)
def test_a_file_that_can_not_be_read_says_why(read: Any, data: bytes, kind: str) -> None:
    with pytest.raises(UnreadableWork) as unreadable:
        read(data, kind=kind)
    assert str(unreadable.value)


@pytest.mark.parametrize("text", ["(" * 100_000, "-" * 200_000 + "1", "x = " + "[" * 5000 + "]" * 5000, "1." * 50_000])
def test_a_text_made_to_break_a_parser_costs_its_own_lines(read: Any, text: str) -> None:
    submission = read(f"def sigmoid(): return 1\n{text}\ndef update_gate(): return 2\n")
    reply = submission.call("sigmoid", ())
    assert isinstance(reply, Returned), reply


def test_an_empty_file_has_nothing_done(read: Any) -> None:
    reply = read(b"").call("sigmoid", ())
    assert isinstance(reply, Stopped)
    assert outcome_of(reply) is Outcome.TODO


def test_every_statement_that_did_not_run_is_listed_once_in_the_files_order(read: Any) -> None:
    text = "def f(:\n    pass\nx = 1 / 0\nraise NotImplementedError('01_made_up, TODO 1: sigmoid')\nimport os\nos._exit(0)\n"
    text += "y = undefined\ndef sigmoid(): return 1\n"
    submission = read(text)
    assert [(cell.line, cell.outcome) for cell in cells_of(submission.what_ran)] == [
        (1, Outcome.ERROR),
        (3, Outcome.ERROR),
        (4, Outcome.TODO),
        (6, Outcome.CRASHED),
        (7, Outcome.ERROR),
    ]
    assert isinstance(submission.call("sigmoid", ()), Returned)
    assert sorted(flag.kind for flag in flags_of(submission.what_ran)) == ["stopped", "stopped", "stopped", "syntax"]


def test_advice_is_not_cut_off_with_a_long_error(read: Any) -> None:
    submission = read(f"raise ValueError('indices[0] = 5 is not in [0, 5)' + {'x' * 600!r})\n")
    (flag,) = flags_of(submission.what_ran)
    assert flag.message.endswith("so there is no row 5)")


def test_what_takes_too_long_is_told_where_it_may_stand(read: Any) -> None:
    """A file that trains when it is read lost half a minute and was told only that it was stopped."""
    submission = read("while True: pass\ndef sigmoid(): return 1\n", statement=0.2)
    (flag,) = flags_of(submission.what_ran)
    assert "What takes long (training, say) goes under `if __name__" in flag.message


def test_a_class_whose_instances_are_called_is_a_function_too(read: Any) -> None:
    for text in (
        "class sigmoid:\n    def __new__(cls, a): return a + 1\n",
        "class S:\n    def __call__(self, a): return a + 1\nsigmoid = S()\n",
        "import functools\nsigmoid = functools.partial(lambda b, a: a + b, 1)\n",
        "import numpy as np\nsigmoid = np.frompyfunc(lambda a: a + 1, 1, 1)\n",
        "import numpy as np\nsigmoid = np.vectorize(lambda a: a + 1)\n",
        "async def s(a): return a + 1\nimport asyncio\ndef sigmoid(a): return asyncio.run(s(a))\n",
    ):
        reply = read(text).call("sigmoid", (1.0,))
        assert isinstance(reply, Returned), (text, reply)
        assert float(reply.value) == 2.0


def test_what_a_function_gives_that_is_no_plain_data_is_named(read: Any) -> None:
    text = """
    import pandas as pd
    class Same:
        def __eq__(self, other): return True
        def __array__(self, *a, **k): raise SystemExit
        def __sub__(self, other): return 0
    def sigmoid(): return Same()
    def update_gate(): return pd.Series([1.0])
    def gru_step(): yield 1
    """
    submission = read(text)
    for name, type_name in (("sigmoid", "Same"), ("update_gate", "Series"), ("gru_step", "generator")):
        reply = submission.call(name, ())
        assert isinstance(reply, Returned)
        assert isinstance(reply.value, Opaque)
        assert type_name in reply.value.type_name


def test_a_transposed_a_strided_and_an_aliased_answer_are_as_good_as_others(read: Any) -> None:
    text = "import numpy as np\nA = np.arange(12.0).reshape(3, 4)\ndef sigmoid(a): return a.T\n"
    text += "def update_gate(): return A[::2, ::-1]\ndef gru_step(a): return a\n"
    submission, array = read(text), np.arange(6.0).reshape(2, 3)
    for name, args, want in (
        ("sigmoid", (array,), array.T),
        ("update_gate", (), np.arange(12.0).reshape(3, 4)[::2, ::-1]),
        ("gru_step", (array,), array),
    ):
        reply = submission.call(name, args)
        assert isinstance(reply, Returned)
        assert np.array_equal(reply.value, want)


def test_the_same_file_in_a_notebook_answers_the_same(read: Any) -> None:
    cells = [
        {
            "cell_type": "code",
            "source": ["x = 2\n", "def sigmoid(a):\n", "    return a * x\n"],
            "metadata": {},
            "outputs": [],
        }
    ]
    for document in (
        {"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": cells},
        {
            "nbformat": 3,
            "nbformat_minor": 0,
            "metadata": {},
            "worksheets": [{"cells": [{**cells[0], "input": cells[0]["source"]}]}],
        },
    ):
        reply = read(json.dumps(document).encode(), kind="notebook").call("sigmoid", (3,))
        assert isinstance(reply, Returned)
        assert reply.value == 6


def test_a_hostile_file_name_in_a_message_is_only_text(read: Any) -> None:
    submission = read("def sigmoid(): raise ValueError('\\x1b[31m<script>\\u202e')\n")
    reply = submission.call("sigmoid", ())
    assert isinstance(reply, Stopped)
    assert outcome_of(reply) is Outcome.ERROR


def test_a_library_that_seeds_or_reseeds_random_numbers_changes_no_input_of_ours(read: Any) -> None:
    """H11: a file may set NumPy's global state; our cases do not come from there."""
    submission = read("import numpy as np\nnp.random.seed(0)\ndef sigmoid(a): return a * np.random.rand()\n")
    one, other = (submission.call("sigmoid", (1.0,)) for _ in range(2))
    assert isinstance(one, Returned)
    assert isinstance(other, Returned)
    assert one.value != other.value


def test_a_file_that_uses_all_its_time_is_late_and_never_the_graders_fault(
    read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that `failed` would leave its points open; twelve classes that never end, and can't be interrupted, must not get there."""
    monkeypatch.setattr("grader.sandbox.outside.submission.INTERRUPT_SECONDS", 0.1)
    endless = "".join(
        f"class A{n}:\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass\n"
        for n in range(12)
    )
    submission = read(endless + "def sigmoid(): return 1\n", statement=0.2, submission=1)
    reply = submission.call("sigmoid", ())
    assert isinstance(reply, Stopped)
    assert outcome_of(reply) is Outcome.TIMEOUT


def test_an_interrupt_that_comes_too_late_ends_nothing(read: Any) -> None:
    submission = read("def sigmoid(): return 1\n")
    assert isinstance(submission.call("sigmoid", ()), Returned)
    worker = submission._process.pid
    assert wait_for(lambda: is_waiting(worker))
    before = waits(worker)
    submission._process.interrupt()
    assert wait_for(lambda: waits(worker) > before), "the signal arrives while the worker waits for a question"
    assert isinstance(submission.call("sigmoid", ()), Returned)
    assert cells_of(submission.what_ran) == ()


NOT_THERE = "when graded, only this file and the exercise's packages are there"


@pytest.mark.parametrize("line", ["import helpers", "from helpers import gate", "from . import helpers"])
def test_a_module_beside_the_file_is_told_as_not_there_also_inside_a_function(read: Any, line: str) -> None:
    """At home the module is there, so repeating the call there shows nothing."""
    submission = read(f"{line}\ndef sigmoid(a):\n    {line}\n")
    reply = submission.call("sigmoid", (1.0,))
    assert isinstance(reply, Stopped)
    assert outcome_of(reply) is Outcome.ERROR
    assert NOT_THERE in message_of(reply)
    assert is_advised(reply)
    assert NOT_THERE in flags_of(submission.what_ran)[0].message


def test_data_beside_the_file_is_told_as_not_there(read: Any) -> None:
    reply = read("def sigmoid(a):\n    return open('weights.txt')\n").call("sigmoid", (1.0,))
    assert isinstance(reply, Stopped)
    assert "'weights.txt'" in message_of(reply)
    assert NOT_THERE in message_of(reply)


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("raise NotImplementedError('01_made_up, TODO 2: sigmoid')", Outcome.TODO),
        ("raise NotImplementedError('01_made_up, TODO 3: update_gate')", Outcome.TODO),
        ("raise NotImplementedError", Outcome.TODO),
        ("raise NotImplementedError('the gate is only done for two dimensions')", Outcome.ERROR),
        ("raise NotImplementedError('01_made_up, TODO 2: another')", Outcome.ERROR),
        (
            "import abc, io; return io.BytesIO() @ 1 if False else __import__('numbers').Complex.conjugate(a)",
            Outcome.ERROR,
        ),
    ],
)
def test_only_what_the_stub_raises_is_not_done_yet(read: Any, line: str, outcome: Outcome) -> None:
    """A library that does not do what it was asked is an error, and so is what the student put into words."""
    reply = read(f"def sigmoid(a):\n    {line}\n").call("sigmoid", (1.0,))
    assert isinstance(reply, Stopped)
    assert outcome_of(reply) is outcome
    assert ("raised NotImplementedError" in message_of(reply)) is (outcome is Outcome.ERROR)


def test_a_statement_that_raises_a_sentence_of_the_students_own_is_told(read: Any) -> None:
    submission = read(
        "raise NotImplementedError('not for lists')\nraise NotImplementedError('01_made_up, TODO 1: sigmoid')\n"
    )
    assert [(cell.line, cell.outcome) for cell in cells_of(submission.what_ran)] == [
        (1, Outcome.ERROR),
        (2, Outcome.TODO),
    ]
    assert [flag.message for flag in flags_of(submission.what_ran)] == [
        "line 1 stopped with NotImplementedError: not for lists"
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def updategate(x): pass\n", "There is updategate: rename it."),
        ("update_gates = lambda x: x\n", "There is update_gates: rename it."),
        ("from math import gamma as update_gates\n", ""),
        ("import math as update_gates\n", ""),
        ("update_gates = 3\n", ""),
        ("def gru_step(x): pass\ndef gru_steps(x): pass\n", ""),
    ],
)
def test_a_name_to_rename_is_that_of_a_function_the_student_wrote(read: Any, text: str, told: str) -> None:
    """`from keras.models import load_model` led to "There is load_model: rename it."."""
    reply = read(text).call("update_gate", (1.0,))
    assert isinstance(reply, Stopped)
    assert message_of(reply) == f"update_gate is not written yet. {told}".rstrip()


ENDLESS = "def gate(n):\n    while n: pass\n    return n\n"


def test_what_calls_a_function_that_had_to_be_stopped_is_stopped_sooner_and_told_once(
    read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each cell that showed an endless loop took half a minute, and then nothing else of the file ran."""
    monkeypatch.setattr(submission_module, "AGAIN_SECONDS", 0.3)
    submission = read(f"{ENDLESS}gate(1)\nx = [gate(1)]\ny = gate(0)\ndef sigmoid(): return y\n", statement=3.0)
    assert [(cell.line, cell.outcome) for cell in cells_of(submission.what_ran)] == [
        (4, Outcome.TIMEOUT),
        (5, Outcome.TIMEOUT),
    ]
    (flag,) = flags_of(submission.what_ran)
    assert flag.message.startswith("line 4 took longer than 3 s and was stopped; ")
    assert flag.message.endswith("For the same reason 1 more statement did not run (line 5).")
    assert submission.call("sigmoid", ()) == Returned(0), "one that ends is run all the same"


def test_what_is_left_out_when_reading_has_used_its_time_is_told_once(
    read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """46 notes said it one by one."""
    monkeypatch.setattr(submission_module, "FULL_READING_SECONDS", 0.0)
    shown = "".join(f"print({n})\n" for n in range(9))
    submission = read(f"{shown}def sigmoid(): return 1\n")
    (flag,) = flags_of(submission.what_ran)
    assert flag.message.startswith("line 1, line 2, line 3 and 6 more did not run: reading had used its time")
    assert [cell.line for cell in cells_of(submission.what_ran)] == list(range(1, 10))
    assert submission.call("sigmoid", ()) == Returned(1)


def test_a_worker_that_takes_the_place_of_another_may_read_as_long(read: Any) -> None:
    """Statements that had run were told as left out, since each new worker had less time for them."""
    submission = read("import os\nx = len('abc')\ndef sigmoid(): os._exit(1)\ndef update_gate(): return x\n")
    assert submission._reading.seconds == 0.0
    assert isinstance(submission.call("sigmoid", ()), Stopped)
    assert submission.call("update_gate", ()) == Returned(3)
    assert submission._reading.seconds == 0.0


def test_what_is_done_is_told_while_it_lasts(spawning: Any) -> None:
    told: list[str] = []
    work = Workload(b"x = sum([1])\ndef sigmoid(): return x\n", "script", "01_made_up.py", ("sigmoid",))
    submission = Submission(work, spawning, Budget(10, 30, 120, "1 GB"), told.append)
    try:
        assert submission.call("sigmoid", ()) == Returned(1)
    finally:
        submission.close()
    assert told == ["line 1 is running", "sigmoid is called"]
