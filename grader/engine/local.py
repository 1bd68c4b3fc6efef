"""The processes of a run: a zygote for each set of packages, a host for each exercise, as many gradings at once as jobs."""

from __future__ import annotations

import json
import os
import selectors
import socket
import subprocess
import sys
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from grader.errors import CourseError, WorkerFault
from grader.package_table import is_slow
from grader.sandbox.outside.launch import Zygote
from grader.sandbox.outside.scratch import Scratch
from grader.scores.records import KnownMistake, SubmissionResult
from grader.scores.results import submission_from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    from grader.course.course_toml import Course, Exercise
    from grader.engine.api import Task
    from grader.sandbox.lockdown import Plan

START_SECONDS = 120.0
MAX_RESULT = 64 << 20  # bytes
_ORDERS = getattr(socket, "SOCK_SEQPACKET", socket.SOCK_DGRAM) if sys.platform == "linux" else socket.SOCK_DGRAM


@dataclass(slots=True)
class _Host:
    """The running host of one exercise."""

    orders: socket.socket
    process: subprocess.Popen[bytes]
    max_points: int = 0
    mistakes: tuple[KnownMistake, ...] = ()


@dataclass(slots=True)
class _Running:
    """One submission being graded: the socket that its result comes from, and what came so far."""

    task: Task
    answer: socket.socket
    received: bytearray = field(default_factory=bytearray)


class Pool:
    """Starts what a run needs, grades, and leaves no process behind."""

    def __init__(self, course: Course, exercises: Sequence[Exercise], seed: int, plan: Plan) -> None:
        """Starts the zygotes and hosts of the exercises; `wait_until_ready` says when they are there."""
        self._zygotes: dict[tuple[str, ...], Zygote] = {}
        self._hosts: dict[str, _Host] = {}
        self._order = [exercise.id for exercise in exercises]
        self._shared = Scratch()  # what is done once for all submissions
        try:
            for exercise in exercises:
                if exercise.packages not in self._zygotes:
                    self._zygotes[exercise.packages] = Zygote(exercise.packages, plan)
            # A solution that only a worker can run needs its zygote, which takes its time: the others are started meanwhile.
            for exercise in sorted(exercises, key=lambda exercise: is_slow(exercise.packages)):
                if is_slow(exercise.packages):
                    self._zygotes[exercise.packages].wait_until_ready()
                control = self._zygotes[exercise.packages].control
                self._hosts[exercise.id] = _start_host(course, exercise, seed, control, str(self._shared.path))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def wait_until_ready(self) -> None:
        """Returns when all processes are there; raises CourseError for an author's slip, WorkerFault where one is not."""
        for zygote in self._zygotes.values():
            zygote.wait_until_ready()
        for name, host in self._hosts.items():
            host.orders.settimeout(START_SECONDS)
            try:
                said = host.orders.recv(1 << 18)
            except OSError:
                said = b""
            if not said:
                raise WorkerFault(f"the process that checks {name} did not start")
            host.orders.settimeout(None)
            ready = json.loads(said)
            if "course_error" in ready:
                raise CourseError(ready["course_error"])
            host.max_points = ready["max_points"]
            host.mistakes = tuple(KnownMistake(*mistake) for mistake in ready["mistakes"])

    def kinds(self) -> list[tuple[socket.socket, bool]]:
        """One kind of worker for each set of packages: where it is asked for, and whether it has imported the larger ones."""
        return [(zygote.control, is_slow(allowed)) for allowed, zygote in self._zygotes.items()]

    def max_points(self, exercise: str) -> int:
        """The points that the checks of an exercise give in all."""
        return self._hosts[exercise].max_points

    @property
    def mistakes(self) -> tuple[KnownMistake, ...]:
        """The known mistakes of all exercises."""
        return tuple(mistake for name in self._order for mistake in self._hosts[name].mistakes)

    def grade(
        self, tasks: Sequence[Task], jobs: int, tell: Callable[[Sequence[Task]], None] | None = None
    ) -> Iterator[tuple[Task, SubmissionResult | None]]:
        """Grades ``jobs`` tasks at a time and gives each as it is done; None where the process that graded it died.

        ``tell`` gets the tasks that run now, whenever these change and at least once a second.
        """
        waiting, selector = deque(tasks), selectors.DefaultSelector()
        running: dict[int, _Running] = {}
        try:
            while waiting or running:
                while waiting and len(running) < jobs:
                    started = self._start(waiting.popleft())
                    running[started.answer.fileno()] = started
                    selector.register(started.answer, selectors.EVENT_READ)
                if tell is not None:
                    tell([each.task for each in running.values()])
                for key, _ in selector.select(timeout=1.0):
                    one = running[key.fd]
                    if _take(one):
                        selector.unregister(one.answer)
                        del running[key.fd]
                        one.answer.close()
                        yield one.task, _result(one)
        finally:
            selector.close()
            for one in running.values():
                one.answer.close()

    def close(self) -> None:
        """Ends every process of the run."""
        for host in self._hosts.values():
            host.orders.close()
        for zygote in self._zygotes.values():
            zygote.close()
        for host in self._hosts.values():
            try:
                host.process.wait(5)
            except subprocess.TimeoutExpired:
                host.process.kill()
                host.process.wait()
        self._shared.close()

    def _start(self, task: Task) -> _Running:
        ours, theirs = socket.socketpair()
        host = self._hosts[task.exercise]
        try:
            socket.send_fds(host.orders, [json.dumps(asdict(task)).encode()], [theirs.fileno()])
        except OSError as error:
            ours.close()
            raise WorkerFault(f"the process that checks {task.exercise} is gone ({error})") from None
        finally:
            theirs.close()
        ours.setblocking(False)
        return _Running(task, ours)


def _start_host(course: Course, exercise: Exercise, seed: int, control: socket.socket, shared: str) -> _Host:
    ours, theirs = socket.socketpair(socket.AF_UNIX, _ORDERS)
    command = [sys.executable, "-I", "-B", "-m", "grader.engine.host", str(theirs.fileno()), str(control.fileno())]
    environment = os.environ | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTEST_ADDOPTS": "",
    }
    process = subprocess.Popen(
        command, pass_fds=[theirs.fileno(), control.fileno()], stdin=subprocess.DEVNULL, env=environment,
        process_group=0,  # the terminal's Ctrl-C is for the process that gives the orders
    )  # fmt: skip
    theirs.close()
    order = {"course": str(course.folder.absolute()), "exercise": exercise.id, "seed": seed, "shared": shared}
    ours.send(json.dumps(order).encode())
    return _Host(ours, process)


def _take(one: _Running) -> bool:
    """Takes what has come of a result; True when it has ended."""
    try:
        data = one.answer.recv(1 << 20)
    except BlockingIOError:
        return False
    except OSError:
        return True
    one.received += data
    return not data or len(one.received) > MAX_RESULT


def _result(one: _Running) -> SubmissionResult | None:
    try:
        return submission_from_json(one.received.decode())
    except ValueError:
        return None
