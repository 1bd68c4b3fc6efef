"""The engine of this machine: a zygote for each set of packages, a host for each exercise, as many works at once as jobs.

A host or a zygote starts when the first work that needs it comes. What a run must know about the other exercises comes from a
small process that starts no worker (`grader.engine.facts`).
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import sys
import tempfile
from collections import deque
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from typing import IO, TYPE_CHECKING, Any

from grader.engine.api import EngineFacts, ExerciseFacts, from_answer, to_order
from grader.engine.protections import protections, weakest
from grader.engine.rows import ENDED_SILENTLY, blank, failed
from grader.engine.started import StartedProcess, start_module
from grader.errors import UsageError, WorkerFault
from grader.package_table import is_slow
from grader.sandbox import lockdown
from grader.sandbox.lockdown.selftest import open_targets
from grader.sandbox.outside.launch import Zygote
from grader.sandbox.outside.scratch import Scratch
from grader.scores.records import Isolation, KnownMistake, SubmissionResult

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from grader.course.course_toml import Course, Exercise
    from grader.engine.api import Keep
    from grader.sandbox.lockdown.selftest import Protection, Targets
    from grader.scores.lead import Lead
    from grader.submissions.works import Work

MAX_RESULT = 64 << 20  # bytes
_ORDERS = getattr(socket, "SOCK_SEQPACKET", socket.SOCK_DGRAM) if sys.platform == "linux" else socket.SOCK_DGRAM


@dataclass(slots=True)
class _Running:
    """One work being graded: the socket that its result comes from, and what has come so far."""

    work: Work
    answer: socket.socket
    received: bytearray = field(default_factory=bytearray)


class Pool:
    """Starts what works need, grades them, and leaves no process behind."""

    def __init__(
        self,
        course: Course,
        exercises: Sequence[Exercise],
        seed: int,
        plan: lockdown.Plan,
        jobs: int = 1,
        *,
        strict: bool = False,
        leads: Mapping[str, Lead] | None = None,
    ) -> None:
        """Starts nothing yet; grades ``jobs`` works at once, and if ``strict``, none where an essential protection is lost.

        ``leads`` say by exercise where to keep what is done once; without one it is kept as long as the run lasts.
        """
        self._course = course
        self._exercises = {exercise.id: exercise for exercise in exercises}
        self._seed = seed
        self._plan = plan
        self._jobs = jobs
        self._strict = strict
        self._leads = leads or {}
        self._stack = ExitStack()
        self._targets: Targets | None = None
        self._zygotes: dict[tuple[str, ...], Zygote] = {}
        self._hosts: dict[str, StartedProcess] = {}
        self._facts: dict[str, ExerciseFacts] = {}
        self._teller: StartedProcess | None = None
        self._held: dict[tuple[str, ...], tuple[Protection, ...]] = {}
        self._shared = Scratch()  # what is done once for all submissions

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def know(self, facts: Mapping[str, ExerciseFacts]) -> None:
        """Takes what is known of some exercises; no process is started to find it out."""
        self._facts |= {name: each for name, each in facts.items() if name in self._exercises}

    def facts(self) -> EngineFacts:
        """What is known now; raises CourseError for an author's slip, even in an exercise without work."""
        self._ask_for_facts()
        self._learn()
        held = [each.name for each in weakest(self._held.values()) if each.held]
        return EngineFacts(
            name="local",
            jobs=self._jobs,
            max_points={name: self._facts[name].max_points for name in self._exercises},
            mistakes=tuple(mistake for name in self._exercises for mistake in self._facts[name].mistakes),
            isolation=Isolation(self._plan.backend, tuple(held)),
            checks={name: self._facts[name].checks for name in self._exercises},
            exercises={name: self._facts[name] for name in self._exercises},
        )

    def grade(
        self, works: Sequence[Work], tell: Callable[[Sequence[Work]], None] | None = None, keep: Keep | None = None
    ) -> Iterator[tuple[Work, SubmissionResult]]:
        """Starts and tests what these works need, and yields each with its result as soon as it is graded; see `Engine`.

        Several of these iterators may be used at once, each by one thread; this itself is for one thread alone.
        """
        self._get_ready({work.exercise for work in works})
        return self._grade(works, tell, keep)

    def close(self) -> None:
        """Ends every process of the run."""
        if self._teller is not None:
            self._teller.process.kill()  # nobody waits for its answer any more
            self._teller.close()
        for host in self._hosts.values():
            host.socket.close()
        for zygote in self._zygotes.values():
            zygote.close()
        for host in self._hosts.values():
            host.close()
        self._shared.close()
        self._stack.close()

    def _get_ready(self, wanted: Collection[str]) -> None:
        """Returns when all that these exercises need has started and been tested."""
        new = [each for name, each in self._exercises.items() if name in wanted and name not in self._hosts]
        if self._targets is None and new:
            self._targets = self._stack.enter_context(open_targets())  # before the first zygote: it inherits some
        for exercise in new:
            if exercise.packages not in self._zygotes:
                self._zygotes[exercise.packages] = Zygote(exercise.packages, self._plan)
        self._ask_for_facts([exercise.id for exercise in new])
        # A solution that only a worker can run needs its zygote, which is slow: the other hosts start meanwhile.
        for exercise in sorted(new, key=lambda exercise: is_slow(exercise.packages)):
            zygote = self._zygotes[exercise.packages]
            if is_slow(exercise.packages):
                zygote.wait_until_ready()
            self._hosts[exercise.id] = self._start_host(exercise, zygote.control)
        self._prove()
        for exercise in new:
            self._facts[exercise.id] = _facts_from(self._hosts[exercise.id].wait())
        self._learn()

    def _prove(self) -> None:
        """Tries the protections of each new kind of worker; raises UsageError if a lost one is asked for."""
        for packages, zygote in self._zygotes.items():
            if packages not in self._held:
                assert self._targets is not None, "the targets are opened before the first zygote"
                zygote.wait_until_ready()
                found = protections(zygote.control, self._targets, self._plan, full=is_slow(packages))
                lost = [each.name for each in found if not each.held and each.name in lockdown.ESSENTIAL]
                if self._strict and lost:
                    raise UsageError(
                        f"--isolation strict: the self-test of {', '.join(lost)} failed. `grader doctor` says more."
                    )
                self._held[packages] = found

    def _ask_for_facts(self, others: Collection[str] = ()) -> None:
        """Starts a process that reports on the exercises not known yet, except ``others``."""
        unknown = [name for name in self._exercises if name not in self._facts and name not in others]
        if unknown and self._teller is None:
            ours, theirs = socket.socketpair()
            command = ["grader.engine.facts", str(theirs.fileno()), str(self._course.folder.absolute()), *unknown]
            self._teller = start_module(", ".join(unknown), command, ours, theirs)

    def _learn(self) -> None:
        """Takes what that process reports, if one was started; it ends by itself."""
        if self._teller is not None:
            told = self._teller.wait(to_the_end=True)
            self._facts |= {name: _facts_from(each) for name, each in told.items()}
            self._teller.close()
            self._teller = None

    def _start_host(self, exercise: Exercise, control: socket.socket) -> StartedProcess:
        ours, theirs = socket.socketpair(socket.AF_UNIX, _ORDERS)
        command = ["grader.engine.host", str(theirs.fileno()), str(control.fileno())]
        host = start_module(exercise.id, command, ours, theirs, control)
        order = {
            "course": str(self._course.folder.absolute()), "exercise": exercise.id, "seed": self._seed,
            "shared": str(self._shared_folder(exercise.id)),
        }  # fmt: skip
        with suppress(OSError):  # if it has already ended, waiting for it will show that
            ours.send(json.dumps(order).encode())
        return host

    def _shared_folder(self, exercise: str) -> Path:
        """The folder in which the forks of a host find what one of them has done."""
        folder = self._shared.path / exercise
        folder.mkdir(exist_ok=True)
        if exercise in self._leads:
            self._leads[exercise].write(folder)
        return folder

    def _grade(
        self, works: Sequence[Work], tell: Callable[[Sequence[Work]], None] | None, keep: Keep | None
    ) -> Iterator[tuple[Work, SubmissionResult]]:
        waiting, selector = deque(works), selectors.DefaultSelector()
        running: dict[int, _Running] = {}
        try:
            while waiting or running:
                while waiting and len(running) < self._jobs:
                    work = waiting.popleft()
                    try:
                        data = work.read()
                    except WorkerFault as fault:
                        yield work, self._failed(work, str(fault))
                        continue
                    started = self._send(work, data)
                    running[started.answer.fileno()] = started
                    selector.register(started.answer, selectors.EVENT_READ)
                if tell is not None:
                    tell([each.work for each in running.values()])
                for key, _ in selector.select(timeout=1.0) if running else ():
                    one = running[key.fd]
                    if _take(one):
                        selector.unregister(one.answer)
                        del running[key.fd]
                        one.answer.close()
                        yield one.work, self._result(one, keep)
        finally:
            selector.close()
            for one in running.values():
                one.answer.close()

    def _send(self, work: Work, data: bytes) -> _Running:
        """Sends a work to its host; raises WorkerFault if the host is gone or the machine has no room."""
        with ExitStack() as handed:
            try:
                file = handed.enter_context(_in_a_file(data, str(self._shared.path)))
                ours, theirs = socket.socketpair()
            except OSError as error:
                raise WorkerFault(
                    f"no more work can be given to the process that checks {work.exercise} ({error})"
                ) from None
            handed.enter_context(theirs)
            try:
                orders = self._hosts[work.exercise].socket
                socket.send_fds(orders, [to_order(work)], [theirs.fileno(), file.fileno()])
            except OSError as error:
                ours.close()
                raise WorkerFault(f"the process that checks {work.exercise} is gone ({error})") from None
        ours.setblocking(False)
        return _Running(work, ours)

    def _result(self, one: _Running, keep: Keep | None) -> SubmissionResult:
        """The result that came; whose it is we know here and take from no one else."""
        work = one.work
        try:
            result, sources = from_answer(bytes(one.received))
        except ValueError:
            return self._failed(work, ENDED_SILENTLY)
        if keep is not None:
            keep(work, sources)
        return replace(
            result, student=work.students[0], exercise=work.exercise, path=work.path, sha256=work.sha256, page=""
        )

    def _failed(self, work: Work, why: str) -> SubmissionResult:
        row = blank(replace(work, flags=(), own_flags=()), work.students[0], self._facts[work.exercise].max_points)
        return failed(row, why)


def _facts_from(told: dict[str, Any]) -> ExerciseFacts:
    mistakes = tuple(KnownMistake(*mistake) for mistake in told["mistakes"])
    return ExerciseFacts(told["max_points"], mistakes, tuple(told["checks"]))


def _in_a_file(data: bytes, folder: str) -> IO[bytes]:
    """A file without a name that holds the bytes: in memory if the system can, else in a folder of the run."""
    try:
        file: IO[bytes] = open(os.memfd_create("work"), "w+b")  # noqa: SIM115 (whoever gets it closes it)
    except (AttributeError, OSError):
        file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
    try:
        file.write(data)
        file.flush()
    except BaseException:
        file.close()
        raise
    return file


def _take(one: _Running) -> bool:
    """Takes what has come of a result; True once it has ended."""
    try:
        data = one.answer.recv(1 << 20)
    except BlockingIOError:
        return False
    except OSError:
        return True
    one.received += data
    return not data or len(one.received) > MAX_RESULT
