"""The process of one exercise: holds its collected checks and grades each submission in a fork of itself.

Messages on a socket tell it what to grade, each with two descriptors: the socket that the result goes to, and a file with
the bytes that were handed in. It is trusted and knows the solutions; it sends inputs into a worker and one result back.
Whatever is wrong with one order costs that one work its result and nothing else.
"""

from __future__ import annotations

import contextlib
import gc
import json
import signal
import socket
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from grader.checks.run.bench import with_checks
from grader.course.course_toml import load_course
from grader.course.signature import signature, stub_grams
from grader.engine.facts import plain_facts
from grader.engine.grade import serve, spawning
from grader.engine.lanes import MAX_MESSAGE, Lanes
from grader.errors import CourseError
from grader.rubrics.text_bench import TextBench
from grader.sandbox import lockdown

if TYPE_CHECKING:
    from grader.course.course_toml import Exercise
    from grader.engine.api import Bench


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
        grade_all(bench, exercise, orders, json.dumps(plain_facts(bench)).encode())

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


def grade_all(bench: Bench, exercise: Exercise, orders: socket.socket, facts: bytes = b"") -> None:
    """Grades the work of each order in a fork, until the orders end; says ``facts`` when it is ready for the first."""
    gc.collect()
    gc.freeze()
    lanes = Lanes(bench, exercise, orders)
    if facts:
        orders.send(facts)
    lanes.serve()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
