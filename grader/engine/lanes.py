"""Lanes: forks of an exercise's process, each of which grades one work after the other, so that many share what a fork costs.

Nothing of one work may reach the next, whatever the order. A lane grades several works only where its bench can tell that
nothing is kept (`Lasting`); it begins each with the random numbers, the limits and the time that a fresh fork has; and it ends
after anything that is out of the ordinary: code that was refused, crashed or did not come back, a limit, memory that grew, a
descriptor that stayed open. If the grader itself fails in a lane, that work is graded again in a fork of its own, as if there
were no lanes. A lane that dies costs the work that it had in hand, as a fork of its own does.
"""

from __future__ import annotations

import os
import random
import resource
import select
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from numpy.random import get_state, set_state

from grader.engine.api import from_order, to_answer
from grader.engine.grade import grade_work, tell_fault
from grader.engine.rows import blank, failed
from grader.package_table import is_slow
from grader.sandbox import lockdown
from grader.scores.flag_kinds import FlagKind
from grader.scores.records import Outcome, Status
from grader.submissions.works import Work

if TYPE_CHECKING:
    from grader.course.course_toml import Exercise
    from grader.engine.api import Bench
    from grader.scores.records import FunctionSource, SubmissionResult

MAX_MESSAGE = 65_536
MAX_MEMORY = 8 << 30  # bytes of address space of a work: no answer of a submission can make the grader eat the machine
MOST = 40  # works of one lane
MAX_GROWTH = 256 << 20  # bytes of address space that a lane may have gained after a work
LINUX = sys.platform == "linux"
WORDS = socket.SOCK_SEQPACKET if LINUX else socket.SOCK_STREAM
# What a fork says, once the answer is written and before its socket is closed, so that no order comes before the word is here.
READY, LAST, AGAIN = b"ready", b"last", b"again"
UNUSUAL = frozenset({Outcome.BLOCKED, Outcome.CRASHED, Outcome.TIMEOUT})


@runtime_checkable
class Lasting(Protocol):
    """A bench that can grade several works in one process."""

    def lasts(self) -> bool:
        """Whether nothing that it can't look after keeps anything of one work for the next."""

    def settle(self) -> None:
        """Called once, before the first work of a process that grades several."""

    def is_as_it_was(self) -> bool:
        """Whether what works share is as it was when the process was settled."""


@dataclass(slots=True)
class _Order:
    """One work to be graded, as it came: the socket for its answer and its file are open until it has its answer."""

    told: bytes
    descriptors: list[int]

    def close(self) -> None:
        for descriptor in self.descriptors:
            os.close(descriptor)


@dataclass(slots=True)
class _Lane:
    """One fork as the host sees it; ``held`` is what it has in hand."""

    words: socket.socket
    held: _Order | None
    alone: bool


@dataclass(slots=True)
class Lanes:
    """The forks of one host: gives each order to one that waits, or to a new one."""

    bench: Bench
    exercise: Exercise
    orders: socket.socket
    _lanes: dict[int, _Lane] = field(default_factory=dict)
    _lasting: bool = field(init=False)

    def __post_init__(self) -> None:
        self._lasting = _may_last(self.bench, self.exercise)

    def serve(self) -> None:
        """Grades the work of each order until the orders end."""
        poll = select.poll()
        poll.register(self.orders, select.POLLIN)
        while True:
            heard = [descriptor for descriptor, _ in poll.poll()]
            for descriptor in heard:  # first of all, so that an order finds who is ready for it
                if descriptor in self._lanes:
                    self._hear(descriptor, poll)
            _reap()
            if self.orders.fileno() in heard:
                try:
                    told, descriptors, _flags, _address = socket.recv_fds(self.orders, MAX_MESSAGE, 2)
                except ConnectionError:  # the run left without reading our last word: the orders have ended
                    return
                if not told:
                    return
                self._give(_Order(told, list(descriptors)), poll)

    def _give(self, order: _Order, poll: select.poll) -> None:
        """Gives an order to a lane that waits for one, or to a new fork."""
        whole = len(order.descriptors) == 2
        for lane in [each for each in self._lanes.values() if each.held is None and whole]:
            with suppress(OSError):  # it has just died; its end will be heard
                socket.send_fds(lane.words, [order.told], order.descriptors)
                lane.held = order
                return
        self._fork(order, poll, alone=not (self._lasting and whole))

    def _hear(self, descriptor: int, poll: select.poll) -> None:
        """Takes what a fork says, or its end."""
        lane = self._lanes[descriptor]
        try:
            word = lane.words.recv(64)
        except OSError:
            word = b""
        held, lane.held = lane.held, None
        if word != READY:
            poll.unregister(descriptor)
            del self._lanes[descriptor]
            lane.words.close()
        if held is None:
            return
        if word == AGAIN and not lane.alone:
            self._fork(held, poll, alone=True)
        else:
            held.close()

    def _fork(self, order: _Order, poll: select.poll, *, alone: bool) -> None:
        """Forks for an order; if the system can't, the run reports this work as one that got no answer."""
        try:
            ours, theirs = socket.socketpair(socket.AF_UNIX, WORDS)
        except OSError as error:
            tell_fault(self.exercise.id, error)
            order.close()
            return
        try:
            if os.fork() == 0:
                ours.close()
                self._leave_the_others()
                _grade_and_exit(self.bench, self.exercise, order, theirs, alone=alone)
        except OSError as error:
            tell_fault(self.exercise.id, error)
            ours.close()
            order.close()
        else:
            self._lanes[ours.fileno()] = _Lane(ours, order, alone)
            poll.register(ours, select.POLLIN)
        finally:
            theirs.close()

    def _leave_the_others(self) -> None:
        """In a fork: lets go of all that it would else keep open for others, and of the orders, so that a host's end shows."""
        self.orders.close()
        for lane in self._lanes.values():
            lane.words.close()
            if lane.held is not None:
                lane.held.close()


def _may_last(bench: Bench, exercise: Exercise) -> bool:
    """Whether an exercise's works are graded in lanes; where packages are slow, a fork is the least of what one costs."""
    return LINUX and not is_slow(exercise.packages) and isinstance(bench, Lasting) and bench.lasts()


def _reap() -> None:
    """Reaps finished forks, so that they do not linger as zombies and their CPU time is counted."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _grade_and_exit(bench: Bench, exercise: Exercise, order: _Order, words: socket.socket, *, alone: bool) -> None:
    """Grades one work, or one after the other, and ends this fork; one that ends without a word is the grader's own fault."""
    status = 1
    try:
        lockdown.die_with_parent()
        if alone:
            resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
            _answer(exercise, order, _graded(bench, exercise, order))
            words.send(LAST)
            order.close()
        else:
            _Shift(bench, exercise, words).work(order)
        status = 0
    except BaseException as error:
        tell_fault(exercise.id, error)
    finally:
        os._exit(status)


class _Shift:
    """The works of one lane, in the lane."""

    def __init__(self, bench: Bench, exercise: Exercise, words: socket.socket) -> None:
        assert isinstance(bench, Lasting), "only such a one is given several works"
        self._bench, self._lasting, self._exercise, self._words = bench, bench, exercise, words
        bench.settle()
        self._numbers = get_state()  # what a check may draw from without saying so; Python seeds its own anew in a fork
        self._memory = _address_space()
        self._descriptors = _open_descriptors() - 2  # less those of the first order

    def work(self, order: _Order | None) -> None:
        """Grades the first order and those that come."""
        for number in range(MOST):
            if order is None or not self._one(order, last=number + 1 == MOST):
                return
            order = _next_order(self._words)

    def _one(self, order: _Order, *, last: bool) -> bool:
        """Grades one work; False if this lane should not grade another one."""
        random.seed()
        set_state(self._numbers)
        used = _address_space() - self._memory
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY + used, MAX_MEMORY + MAX_GROWTH))
        try:
            found = _graded(self._bench, self._exercise, order)
        except BaseException:
            self._words.send(AGAIN)
            return False
        if found[0].status is Status.FAILED:
            self._words.send(AGAIN)
            return False
        _answer(self._exercise, order, found)
        goes_on = not last and _is_usual(found[0]) and self._is_as_it_was()
        self._words.send(READY if goes_on else LAST)
        order.close()
        return goes_on

    def _is_as_it_was(self) -> bool:
        """Whether this process is fit for another work; the two descriptors of this one are still open."""
        grown = _address_space() - self._memory > MAX_GROWTH
        return not grown and _open_descriptors() == self._descriptors + 2 and self._lasting.is_as_it_was()


def _is_usual(row: SubmissionResult) -> bool:
    """Whether nothing was out of the ordinary with a work."""
    refused = any(flag.kind in (FlagKind.BLOCKED, FlagKind.STOPPED) for flag in row.flags)
    return (
        row.status in (Status.GRADED, Status.REVIEW)
        and not refused
        and UNUSUAL.isdisjoint(check.outcome for check in row.checks)
    )


def _next_order(words: socket.socket) -> _Order | None:
    """What the host gives next; None if there is nothing more."""
    told, descriptors, _flags, _address = socket.recv_fds(words, MAX_MESSAGE, 2)
    return _Order(told, list(descriptors)) if len(descriptors) == 2 else None


def _address_space() -> int:
    return int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()


def _open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def _graded(bench: Bench, exercise: Exercise, order: _Order) -> tuple[SubmissionResult, tuple[FunctionSource, ...]]:
    """What comes of an order; the time that it may take begins, so that the grader does not hang if it hangs itself."""
    signal.alarm(int(4 * exercise.limits.submission_seconds) + 60)
    try:
        _, descriptor = order.descriptors
        work = from_order(order.told, _content(descriptor))
    except (ValueError, OSError) as error:
        tell_fault(exercise.id, error)
        nameless = blank(Work(("",), exercise.id), "", bench.max_points)  # whoever gave the order knows whose it is
        return failed(nameless, "the process that grades could not read what it was told"), ()
    return grade_work(bench, exercise, work)


def _answer(exercise: Exercise, order: _Order, found: tuple[SubmissionResult, tuple[FunctionSource, ...]]) -> None:
    """Sends a result to whoever gave the order, who takes it when all have closed its socket."""
    with socket.socket(fileno=os.dup(order.descriptors[0])) as told:
        told.sendall(to_answer(*found))
    signal.alarm(0)


def _content(descriptor: int) -> bytes:
    """All of a file, from its beginning: its sender shares the position in it."""
    parts: list[bytes] = []
    place = 0
    while part := os.pread(descriptor, 1 << 20, place):
        parts.append(part)
        place += len(part)
    return b"".join(parts)
