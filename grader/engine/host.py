"""The process of one exercise: holds its collected checks and grades each submission in a fork of itself.

Messages on a socket tell it what to grade, each with two descriptors: the socket that the result goes to, and a file with
the bytes that were handed in. It is trusted and knows the solutions; it sends inputs into a worker and one result back.
Whatever is wrong with one order costs that one work its result and nothing else.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import signal
import socket
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from grader.checks.run.bench import with_checks
from grader.course.course_toml import load_course
from grader.course.signature import signature, stub_grams
from grader.engine.api import from_order, to_answer
from grader.engine.facts import plain_facts
from grader.engine.grade import grade_work, serve, spawning, tell_fault
from grader.engine.rows import blank, failed
from grader.errors import CourseError
from grader.rubrics.text_bench import TextBench
from grader.sandbox import lockdown
from grader.submissions.works import Work

if TYPE_CHECKING:
    from grader.course.course_toml import Exercise
    from grader.engine.api import Bench
    from grader.scores.records import FunctionSource, SubmissionResult

MAX_MESSAGE = 65_536
MAX_MEMORY = 8 << 30  # bytes of address space of a fork: no answer of a submission can make the grader eat the machine


def main(orders_descriptor: int, control_descriptor: int) -> None:
    """Collects the checks, says so, then grades until the orders end."""
    lockdown.die_with_parent()
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C is for the process that gives the orders; it closes the socket
    orders = socket.socket(fileno=orders_descriptor)
    control = socket.socket(fileno=control_descriptor)
    data = orders.recv(MAX_MESSAGE)
    if not data:
        return  # the run was interrupted before it had begun
    start = json.loads(data)
    exercise = next(e for e in load_course(Path(start["course"])).exercises if e.id == start["exercise"])

    def grade(bench: Bench) -> None:
        orders.send(json.dumps(plain_facts(bench)).encode())
        grade_all(bench, exercise, orders)

    try:
        signature(exercise), stub_grams(exercise)  # made once, before the forks that all use them
        if exercise.rubric is not None:
            grade(TextBench(exercise, partial(spawning, exercise, control)))
        else:
            with_checks(exercise, start["seed"], grade, partial(serve, exercise, control), Path(start["shared"]))
    except CourseError as error:
        with contextlib.suppress(ConnectionError):
            orders.send(json.dumps({"course_error": str(error)}).encode())
    except ConnectionError:
        return  # whoever gave the orders has gone, and wants no answer


def grade_all(bench: Bench, exercise: Exercise, orders: socket.socket) -> None:
    """Grades the work of each order in a fork, until the orders end."""
    gc.collect()
    gc.freeze()
    while True:
        try:
            order, descriptors, _flags, _address = socket.recv_fds(orders, MAX_MESSAGE, 2)
        except ConnectionError:  # the run left without reading our last word: the orders have ended
            return
        try:
            _reap()
            if not order:
                return
            if os.fork() == 0:
                _grade_and_exit(bench, exercise, order, descriptors, orders)
        except OSError as error:  # the system can't fork now; the run reports this work as one that got no answer
            tell_fault(exercise.id, error)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)


def _reap() -> None:
    """Reaps finished forks, so that they do not linger as zombies and their CPU time is counted."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _grade_and_exit(
    bench: Bench, exercise: Exercise, order: bytes, descriptors: list[int], orders: socket.socket
) -> None:
    """Grades one work and ends this fork; a fork that ends without a word is the grader's own fault."""
    status = 1
    try:
        lockdown.die_with_parent()
        # If the grader itself hangs, this fork must not hang with it.
        signal.alarm(int(4 * exercise.limits.submission_seconds) + 60)
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        orders.close()  # so that writing to a host that has gone fails
        answer, *file = descriptors
        result, sources = _graded(bench, exercise, order, file)
        with socket.socket(fileno=answer) as told:
            told.sendall(to_answer(result, sources))
        status = 0
    except BaseException as error:
        tell_fault(exercise.id, error)
    finally:
        os._exit(status)


def _graded(
    bench: Bench, exercise: Exercise, order: bytes, file: list[int]
) -> tuple[SubmissionResult, tuple[FunctionSource, ...]]:
    try:
        (descriptor,) = file
        work = from_order(order, _content(descriptor))
    except (ValueError, OSError) as error:
        tell_fault(exercise.id, error)
        nameless = blank(Work(("",), exercise.id), "", bench.max_points)  # whoever gave the order knows whose it is
        return failed(nameless, "the process that grades could not read what it was told"), ()
    return grade_work(bench, exercise, work)


def _content(descriptor: int) -> bytes:
    """All of a file, from its beginning: its sender shares the position in it."""
    parts: list[bytes] = []
    place = 0
    while part := os.pread(descriptor, 1 << 20, place):
        parts.append(part)
        place += len(part)
    return b"".join(parts)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
