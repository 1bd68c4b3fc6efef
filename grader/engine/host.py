"""The process of one exercise: holds its collected checks and grades each submission in a fork of itself.

It is told what to grade by messages on a socket, each with the socket that the result goes to. It is trusted and knows the
solutions; what it sends into a worker are inputs, and what it sends back is one result.
"""

from __future__ import annotations

import array
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
from typing import Any

from grader.checks.run.bench import Bench, with_checks
from grader.course.course_toml import Exercise, load_course
from grader.course.signature import signature
from grader.engine.api import Task
from grader.engine.grade import grade_file, serve
from grader.errors import CourseError
from grader.rubrics.text_bench import TextBench
from grader.sandbox import lockdown
from grader.scores.results import submission_to_json

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
        _serve(bench, exercise, orders, control)

    try:
        signature(exercise)  # made once, before the forks that all use it
        if exercise.rubric is not None:
            _serve(TextBench(exercise), exercise, orders, control)
        else:
            with_checks(exercise, start["seed"], grade, partial(serve, exercise, control), Path(start["shared"]))
    except CourseError as error:
        with contextlib.suppress(ConnectionError):
            orders.send(json.dumps({"course_error": str(error)}).encode())
    except ConnectionError:
        return  # whoever gave the orders has gone, and wants no answer


def _serve(bench: Bench | TextBench, exercise: Exercise, orders: socket.socket, control: socket.socket) -> None:
    mistakes = [[each.id, each.name, each.explanation] for each in bench.mistakes]
    orders.send(json.dumps({"max_points": bench.max_points, "mistakes": mistakes}).encode())
    gc.collect()
    gc.freeze()
    while True:
        data, descriptors = _receive(orders)
        _reap()
        if not data:
            return
        if len(descriptors) == 1 and os.fork() == 0:
            _grade_and_exit(bench, exercise, json.loads(data), descriptors[0], control)
        for descriptor in descriptors:
            os.close(descriptor)


def _reap() -> None:
    """Waits for forks that have ended, so that they are nobody's zombies and their CPU time is counted."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _receive(orders: socket.socket) -> tuple[bytes, list[int]]:
    try:
        data, ancillary, _flags, _address = orders.recvmsg(MAX_MESSAGE, socket.CMSG_SPACE(4))
    except ConnectionError:  # the run went without reading our last word: as the end of the orders
        return b"", []
    descriptors = array.array("i")
    for level, kind, raw in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(raw[: len(raw) - len(raw) % descriptors.itemsize])
    return data, list(descriptors)


def _grade_and_exit(
    bench: Bench | TextBench, exercise: Exercise, order: dict[str, Any], descriptor: int, control: socket.socket
) -> None:
    """Grades one submission and ends this fork; a fork that ends without a word is the grader's own fault."""
    status = 1
    try:
        lockdown.die_with_parent()
        signal.alarm(int(4 * exercise.limits.submission_seconds) + 60)  # the grader's own hang is nobody's
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        task = Task(**order)
        result = grade_file(bench, exercise, task, control)
        with socket.socket(fileno=descriptor) as answer:
            answer.sendall(submission_to_json(result).encode())
        status = 0
    except BaseException as error:
        told = ascii(f"{order.get('student')}: {type(error).__name__}: {error}"[:500])
        print(f"grader: {told.replace('::', ': :').replace('##[', '# # [')}", file=sys.stderr)
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
