"""A file in an ordinary process: what it answers, and what becomes of it when it ends, loops or asks for too much."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.checks.judge.remarks import flags_of
from grader.checks.judge.why_stopped import message_of, outcome_of
from grader.home.plain_process import PlainStart
from grader.sandbox.outside.replies import Returned
from grader.sandbox.outside.stops import Stopped
from grader.sandbox.outside.submission import Submission
from grader.sandbox.outside.work import Budget, Workload
from grader.scores.records import Outcome
from helpers.processes import command_line, cpu_seconds, descendants, is_alive, wait_for

from .conftest import ROOT

Made = Callable[..., Submission]


@pytest.fixture
def made() -> Iterator[Made]:
    """Run a text as a script, with the limits given in seconds."""
    kept: list[Submission] = []
    with PlainStart("made_up", ("torch",), 1 << 30) as start:

        def make(text: str, call: float = 10.0, statement: float = 10.0) -> Submission:
            work = Workload(text.encode(), "script", "mine.py", ("f",))
            kept.append(Submission(work, start, Budget(call, statement, 60.0, "1 GB")))
            return kept[-1]

        yield make
        for each in kept:
            each.close()


@pytest.fixture(autouse=True)
def no_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has none."""
    monkeypatch.delattr(os, "fork")


def test_a_function_answers_and_its_prints_stay_out_of_the_way(made: Made) -> None:
    submission = made("print('hello')\ndef f(a):\n    print('x' * 100_000)\n    return 2 * a")
    reply = submission.call("f", [np.arange(3.0)])
    assert isinstance(reply, Returned)
    assert reply.value.tolist() == [0, 2, 4]


def test_many_numbers_go_in_and_come_out(made: Made) -> None:
    reply = made("def f(a):\n    return a").call("f", [np.arange(400_000.0)])
    assert isinstance(reply, Returned)
    assert reply.value.tobytes() == np.arange(400_000.0).tobytes()


def test_a_part_is_replaced_and_asked_for(made: Made) -> None:
    submission = made("def g(a):\n    return a\ndef f(a):\n    return g(a) + 1")
    reply = submission.call("f", [1.0], None, {"g": ["a"]}, lambda name, args: 10 * args[0])
    assert isinstance(reply, Returned)
    assert reply.value == 11


@pytest.mark.parametrize(
    ("body", "outcome", "words"),
    [
        ("import os; os._exit(0)", Outcome.CRASHED, "ended by itself with status 0"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", Outcome.CRASHED, "SIGSEGV"),
        ("import sys; sys.exit()", Outcome.ERROR, "sys.exit"),
        ("raise ValueError('no')", Outcome.ERROR, "ValueError: no"),
        ("import torch", Outcome.BLOCKED, "torch"),
        ("import numpy; numpy.ones(1 << 31)", Outcome.CRASHED, "1 GB of memory"),
        ("raise NotImplementedError", Outcome.TODO, "not done yet"),
    ],
)
def test_what_stops_a_call_is_told_and_the_next_call_goes_on(
    body: str, outcome: Outcome, words: str, made: Made
) -> None:
    submission = made(f"def f():\n    {body}\ndef g():\n    return 1")
    reply = submission.call("f", [])
    assert isinstance(reply, Stopped)
    assert outcome_of(reply) is outcome
    assert words in message_of(reply)
    assert isinstance(submission.call("g", []), Returned)


def test_a_call_that_never_comes_back_is_stopped_and_after_the_second_not_made_again(made: Made) -> None:
    submission = made("def f():\n    while True: pass\ndef g():\n    return 1", call=0.3)
    replies = [submission.call("f", []) for _ in range(3)]
    assert [outcome_of(reply) for reply in replies if isinstance(reply, Stopped)] == [Outcome.TIMEOUT] * 3
    assert "not called again" in message_of(replies[2])  # type: ignore[union-attr]
    assert isinstance(submission.call("g", []), Returned)


def test_a_statement_that_never_ends_costs_only_what_it_would_have_defined(made: Made) -> None:
    submission = made("while True: pass\ndef f():\n    return 1", statement=0.3)
    assert isinstance(submission.call("f", []), Returned)
    assert [flag.kind for flag in flags_of(submission.what_ran)] == ["stopped"]


def test_files_beside_it_are_not_there(made: Made, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    """Only the one file is handed in, so what works with others beside it would fail when it is graded."""
    (tmp_path / "helpers_of_mine.py").write_text("x = 1")
    monkeypatch.chdir(tmp_path)
    submission = made("from helpers_of_mine import x\ndef f():\n    return x")
    assert isinstance(submission.call("f", []), Stopped)


@pytest.mark.skipif(os.name != "posix", reason="nothing tells a process on Windows that it is alone")
def test_a_loop_without_end_ends_with_the_check_even_if_that_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "01_gates.py"
    file.write_text("while True:\n    pass\n")
    words = [sys.executable, "-m", "grader", "check", str(file)]

    def workers() -> list[int]:
        return [each for each in descendants(check.pid) if "plain_worker" in command_line(each)]

    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as check:
        assert wait_for(lambda: workers() and cpu_seconds(workers()[-1]) > 1)
        (worker,) = workers()
        check.kill()
    assert wait_for(lambda: not is_alive(worker))
