"""The process of one exercise: whatever is wrong with one order costs one work its result, and the next is graded."""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course.course_toml import load_course
from grader.engine.api import from_answer, from_order, to_order
from grader.engine.host import grade_all
from grader.errors import UnreadableWork, WorkerFault
from grader.sandbox.outside.work import Workload
from grader.scores.records import (
    CheckResult,
    FunctionSource,
    Graded,
    KnownMistake,
    Outcome,
    Status,
    SubmissionResult,
)
from grader.submissions.works import Work, digest_of

from .conftest import COURSE, EXERCISE

SECRET = "what a hidden check asks"


class MadeUpBench:
    """Judges by what a file says."""

    max_points = 3
    check_ids = ("f",)
    mistakes: tuple[KnownMistake, ...] = ()

    def grade(self, work: Workload) -> Graded:
        """Do as the file says."""
        match work.data:
            case b"broken":
                raise UnreadableWork("it is not whole")
            case b"no worker":
                raise WorkerFault("a worker could not be started")
            case b"our own fault":
                raise KeyError(SECRET)
            case b"dies":
                os._exit(7)
        check = CheckResult("f", "f is right", 3, 3, Outcome.PASSED)
        own = FunctionSource("f", None, 1, work.data.decode(), b"\x01\0\0\0", b"\0\0")
        return Graded((check,), output=work.data.decode(), sources=(own,))


def work(data: bytes) -> Work:
    return Work(("ada", "bob"), EXERCISE, Path("mine.py"), "ada/mine.py", "script", digest_of(data), data)


def answered(ours: socket.socket) -> bytes:
    """All that is answered to an order."""
    answer = b""
    with ours:
        while part := ours.recv(1 << 16):
            answer += part
    return answer


class Host:
    """A host in a process of its own, and what one may say to it."""

    def __init__(self, log: Path, bench: MadeUpBench | None = None) -> None:
        self.orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            self.orders.close()
            sys.stderr = log.open("w")
            exercise = next(each for each in load_course(COURSE).exercises if each.id == EXERCISE)
            grade_all(bench or MadeUpBench(), exercise, theirs)
            os._exit(0)
        theirs.close()

    def told(self, order: bytes, data: bytes | None) -> bytes:
        """Send an order, with a file if there is data, and return all that is answered."""
        return answered(self.sent(order, data))

    def sent(self, order: bytes, data: bytes | None) -> socket.socket:
        """Send an order, with a file if there is data, and return where its answer will come."""
        ours, theirs = socket.socketpair()
        with theirs, tempfile.TemporaryFile() as file:
            descriptors = [theirs.fileno()]
            if data is not None:
                file.write(data)
                file.flush()
                descriptors.append(file.fileno())
            socket.send_fds(self.orders, [order], descriptors)
        return ours

    def result(self, of: Work, data: bytes | None = None) -> SubmissionResult:
        """Have a work graded; with ``data`` other bytes than its own."""
        assert of.data is not None
        return from_answer(self.told(to_order(of), of.data if data is None else data))[0]

    def descriptors(self) -> int:
        """Count what the host has open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def host(log: Path) -> Iterator[Host]:
    made = Host(log)
    yield made
    made.orders.close()
    assert os.waitstatus_to_exitcode(os.waitpid(made.pid, 0)[1]) == 0, "it ends when the orders end"


def test_an_order_tells_a_work_whole() -> None:
    assert from_order(to_order(work(b"x")), b"x") == work(b"x")


@pytest.mark.parametrize(
    "order", [b"{", b"[]", b"{}", b"null", b"\xff", b"[" * 9_000, to_order(work(b"x")).replace(b'"script"', b"7")]
)
def test_an_order_that_cannot_be_read_fails_that_work_and_the_next_is_graded(order: bytes, host: Host) -> None:
    """It ended the host, and with it the rest of the run."""
    failed, _ = from_answer(host.told(order, b"x"))
    assert (failed.status, failed.points, failed.pending_points) == (Status.FAILED, 0, 3)
    assert host.result(work(b"fine")).points == 3


def test_the_functions_of_a_file_come_beside_its_result(host: Host) -> None:
    result, (own,) = from_answer(host.told(to_order(work(b"fine")), b"fine"))
    assert (result.points, own.name, own.text, own.grams) == (3, "f", "fine", b"\x01\0\0\0")


def test_a_file_that_is_missing_fails_that_work_alone(host: Host) -> None:
    assert from_answer(host.told(to_order(work(b"x")), None))[0].status is Status.FAILED
    socket.send_fds(host.orders, [to_order(work(b"x"))], [])
    assert host.told(to_order(work(b"dies")), b"dies") == b""
    assert host.result(work(b"fine")).output == "fine"


def test_other_bytes_than_those_that_were_found_are_not_graded(host: Host) -> None:
    failed = host.result(work(b"fine"), b"others")
    assert (failed.status, failed.output) == (Status.FAILED, "")


def test_what_a_bench_raises_decides_what_becomes_of_the_work(host: Host, log: Path) -> None:
    """An error of the grader's own is told by its kind on pages; its text, which may hold a hidden check's data, only here."""
    unreadable, fault, own = (host.result(work(text)) for text in (b"broken", b"no worker", b"our own fault"))
    assert (unreadable.status, unreadable.points) == (Status.UNREADABLE, 0)
    assert [flag.message for flag in unreadable.flags] == ["it is not whole"]
    for row in (fault, own):
        assert (row.status, row.points, row.pending_points, row.checks) == (Status.FAILED, 0, 3, ())
    assert "KeyError" in own.flags[-1].message
    assert SECRET not in json.dumps([flag.message for flag in own.flags])
    assert SECRET in log.read_text()


def test_no_descriptor_stays_open_in_a_host_whatever_it_is_told(host: Host) -> None:
    host.result(work(b"fine"))
    before = host.descriptors()
    for _ in range(5):
        host.told(b"{", b"x")
        host.told(to_order(work(b"x")), None)
        host.told(to_order(work(b"dies")), b"dies")
        host.result(work(b"fine"))
    assert host.descriptors() == before
