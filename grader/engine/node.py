"""The process that grades on one machine of a cluster: it holds the engine of that machine and takes works as bytes.

It is started afresh beside a Dask worker, which has threads and so must not be forked, and ends with it: however that goes, the
socket between them closes. The course comes as bytes and lies in a folder of its own, which goes with the process.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

from grader.course.course_toml import load_course
from grader.engine.api import from_order, to_answer
from grader.engine.bundle import unpack_course
from grader.engine.local import Pool
from grader.engine.parts import pack_parts, receive_parts, send_parts, split_parts
from grader.engine.same_code import code_here, differences_of_code
from grader.errors import CourseError, GraderError, UsageError, WorkerFault
from grader.sandbox import lockdown
from grader.sandbox.outside import packages
from grader.sandbox.outside.scratch import Scratch
from grader.submissions.works import Work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.scores.records import FunctionSource, SubmissionResult

IDLE_SECONDS = 600.0  # without work, after which nobody is thought to want this process any more
END_SECONDS = 6.0  # for everything to end in good order
_Message = tuple[bytes, bytes]  # the number of a batch, and the batch


def main(descriptor: int) -> None:
    """Gets ready, says so, and grades until nobody is there who gives orders."""
    # The Dask worker may have been started with Ctrl-C ignored or blocked; what is started here needs it as it is by default.
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGINT, lambda *_: None)
    orders = socket.socket(fileno=descriptor)
    start = receive_parts(orders)
    if start is None:
        return
    number, told, bundle = start
    settings = json.loads(told)
    came: queue.SimpleQueue[_Message | None] = queue.SimpleQueue()
    with ExitStack() as stack:
        own = Scratch()
        stack.callback(own.close)
        threading.Thread(target=_listen, args=(orders, came, own), daemon=True).start()
        # The pool is closed before these threads are waited for: then what they still grade ends at once.
        threads = stack.enter_context(ThreadPoolExecutor(settings["jobs"]))
        answer, pool = _get_ready(stack, settings, bundle, own.path / "course")
        with suppress(OSError):
            send_parts(orders, number, json.dumps(answer).encode())
        if pool is not None:
            _serve(pool, threads, orders, came)


def _listen(orders: socket.socket, came: queue.SimpleQueue[_Message | None], own: Scratch) -> None:
    """Passes on what comes; when nothing can come any more, says so and sees to it that this process ends."""
    while (parts := receive_parts(orders)) is not None and len(parts) == 2:
        came.put((parts[0], parts[1]))
    came.put(None)
    time.sleep(END_SECONDS)
    own.close()
    os._exit(1)  # what it started ends with it


def _get_ready(
    stack: ExitStack, told: dict[str, Any], bundle: bytes, folder: Path
) -> tuple[dict[str, Any], Pool | None]:
    """Starts and tests what the exercises need; what it says of itself, or why it can't grade."""
    answer: dict[str, Any] = {"host": socket.gethostname()[:80], "jobs": told["jobs"]}
    try:
        if differing := differences_of_code(code_here(), told["code"]):
            raise UsageError(f"it has other versions: {differing}. Install the same there.")
        course = load_course(unpack_course(bundle, folder))
        plan = lockdown.survey(packages.interpreter_paths())
        if told["strict"] and plan.lacks:
            missing = "; ".join(lockdown.LAYERS[name] for name in plan.lacks)
            raise UsageError(f"--isolation strict: this machine lacks {missing}. `grader doctor` there says why.")
        exercises = [exercise for exercise in course.exercises if exercise.id in told["exercises"]]
        # One work at once in each of as many threads as there are jobs: each takes the works that come to it.
        pool = stack.enter_context(Pool(course, exercises, told["seed"], plan, 1, strict=told["strict"]))
        pool.grade([Work(("",), exercise.id) for exercise in exercises])  # returns when all they need is ready
        isolation = pool.facts().isolation
    except CourseError as error:
        return answer | {"course_error": str(error).replace(str(folder), told["course"])}, None
    except UsageError as error:
        return answer | {"refused": str(error)}, None
    except (GraderError, OSError) as error:
        return answer | {"fault": str(error)}, None
    lacks = [lockdown.LAYERS[name] for name in plan.lacks]
    return answer | {"backend": isolation.backend, "protections": isolation.protections, "lacks": lacks}, pool


def _serve(
    pool: Pool, threads: ThreadPoolExecutor, orders: socket.socket, came: queue.SimpleQueue[_Message | None]
) -> None:
    """Grades each batch that comes in a thread of its own, until no more can come."""
    sending = threading.Lock()
    running: set[bytes] = set()

    def grade(number: bytes, coming: Iterator[bytes]) -> None:
        try:
            answers = pack_parts(coming)
            with sending:
                send_parts(orders, number, answers)
        except OSError:
            pass  # nobody waits for it
        except WorkerFault as error:  # what grades here is broken: whoever gives the orders starts it anew
            print(f"grader: {error}", file=sys.stderr)
            orders.shutdown(socket.SHUT_RDWR)
        finally:
            running.discard(number)

    while True:
        try:
            message = came.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            if running:
                continue
            return
        if message is None:
            return
        number, batch = message
        try:
            coming = _answers(pool, batch)  # whatever has to be started is started by this thread alone
        except (GraderError, ValueError) as error:
            print(f"grader: {error}", file=sys.stderr)
            return
        running.add(number)
        threads.submit(grade, number, coming)


def _answers(pool: Pool, batch: bytes) -> Iterator[bytes]:
    """An answer for each work of a batch, in its order."""
    parts = split_parts(batch)
    works = [from_order(order, data) for order, data in zip(parts[::2], parts[1::2], strict=True)]
    sources: dict[int, tuple[FunctionSource, ...]] = {}

    def keep(work: Work, functions: tuple[FunctionSource, ...]) -> None:
        sources[id(work)] = functions

    coming = pool.grade(works, None, keep)

    def answers() -> Iterator[bytes]:
        results: dict[int, SubmissionResult] = {id(work): result for work, result in coming}
        for work in works:
            yield to_answer(results[id(work)], sources.get(id(work), ()))

    return answers()


if __name__ == "__main__":
    main(int(sys.argv[1]))
