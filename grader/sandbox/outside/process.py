"""The trusted side of one worker process."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import WorkerFault
from grader.sandbox.wire.channel import ChannelBroken, ChannelClosed, End, TrustedEnd

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox import lockdown
    from grader.sandbox.wire.printout import Printout

NOTED_SECONDS = 0.2  # a question that took less has used too little CPU time to be worth asking the system for
SPAWN_SECONDS = 20.0
MAX_MESSAGES = 30_000  # that one question may lead to: more than a call may ask, and more than a file has statements
KEEP_OUTPUT = 20_000  # bytes of what one worker prints
CONTROL = getattr(socket, "SOCK_SEQPACKET", socket.SOCK_DGRAM) if sys.platform == "linux" else socket.SOCK_DGRAM


class WorkerDied(Exception):
    """The worker's process is gone; the text says how it ended."""


class WorkerLate(Exception):
    """The worker did not answer in time; ``seconds`` of wall and ``cpu`` seconds were used."""

    def __init__(self, seconds: float, cpu: float) -> None:
        super().__init__(f"no answer within {seconds:.1f} s")
        self.seconds = seconds
        self.cpu = cpu


@dataclass(frozen=True, slots=True)
class Spawning:
    """What is needed to get a worker: the zygote's socket, and the limits that the worker is locked with."""

    control: socket.socket
    exercise: str
    refused: tuple[str, ...]
    limits: lockdown.ResourceLimits
    full: bool = False  # a worker that has imported what some files want

    def start(self) -> WorkerProcess:
        """A worker, not waited for; raises WorkerFault where none can be had."""
        return WorkerProcess(self)


class Conversation(ABC):
    """Questions to one worker process and its answers, over whatever channel it has."""

    channel: End

    def __init__(self) -> None:
        self._number = 0
        self._cpu_before = 0.0
        self._answered = False
        self._fault: WorkerFault | None = None

    def ask(
        self,
        message: dict[str, Any],
        seconds: float,
        answer_part: Callable[[str, list[Any]], dict[str, Any]] | None = None,
        on_event: Callable[[dict[str, Any]], float] | None = None,
    ) -> dict[str, Any]:
        """The answer to one request.

        ``answer_part`` answers the questions that the worker asks meanwhile, ``on_event`` takes what it reports and gives the
        seconds that it may take from there. Raises WorkerDied or WorkerLate; a forged or surplus message ends the worker.
        """
        self._number += 1
        try:
            # before the first answer there may be a word on why it could not be locked
            if self._answered and not self.channel.is_quiet():
                raise ChannelBroken("an answer that nobody asked for")
            self.channel.send({**message, "id": self._number}, time.monotonic() + seconds)
        except (ChannelClosed, ChannelBroken) as error:
            raise self._died(error) from None
        return self.resume(seconds, answer_part, on_event)

    def resume(
        self,
        seconds: float,
        answer_part: Callable[[str, list[Any]], dict[str, Any]] | None = None,
        on_event: Callable[[dict[str, Any]], float] | None = None,
    ) -> dict[str, Any]:
        """Waits (again) for the answer to the last request; parameters and errors as for `ask`."""
        started = time.monotonic()
        deadline = started + seconds
        try:
            for _ in range(MAX_MESSAGES):
                taken = self.channel.receive(deadline)
                if taken is None:
                    raise WorkerLate(time.monotonic() - started, self._cpu() - self._cpu_before)
                reply = self._checked(taken[0])
                if isinstance(reply.get("ask"), str) and answer_part is not None:
                    self.channel.send(answer_part(reply["ask"], reply.get("args", [])), deadline)
                elif isinstance(reply.get("event"), dict) and on_event is not None:
                    deadline = time.monotonic() + on_event(reply["event"])
                else:
                    if time.monotonic() - started > NOTED_SECONDS:
                        self._cpu_before = self._cpu()
                    return reply
            raise ChannelBroken("messages without end")
        except MemoryError:
            self.end()
            raise WorkerDied("the process sent more than the grader can hold") from None
        except (ChannelClosed, ChannelBroken) as error:
            raise self._died(error) from None

    def _died(self, error: ChannelClosed | ChannelBroken) -> WorkerDied | WorkerFault:
        """What to raise for a channel that is no good any more: the grader's own fault only before any answer."""
        how = self.end()
        if self._fault is not None and not self._answered:
            return self._fault
        return WorkerDied(how if isinstance(error, ChannelClosed) else f"the process sent {error}")

    def _checked(self, reply: Any) -> dict[str, Any]:
        if not isinstance(reply, dict):
            raise ChannelBroken("an answer of the wrong form")
        if isinstance(reply.get("fault"), str) and "id" not in reply and not self._answered:
            self.end()
            raise WorkerFault(f"a worker could not be locked: {reply['fault']}")
        if type(reply.get("id")) is not int or reply["id"] != self._number:
            raise ChannelBroken("an answer to another question")
        self._answered = True
        return reply

    @abstractmethod
    def interrupt(self) -> None:
        """Asks Python in the worker to stop what it is doing, as Ctrl-C does."""

    @abstractmethod
    def end(self) -> str:
        """Ends the worker and says how it had ended, if by itself; may be called again."""

    @abstractmethod
    def dismiss(self) -> None:
        """Lets the worker go without waiting for its end."""

    @abstractmethod
    def printed(self) -> Printout:
        """What was printed so far, cut."""

    @abstractmethod
    def _cpu(self) -> float:
        """CPU seconds of the worker so far, all its threads; 0.0 where the system does not say."""


class WorkerProcess(Conversation):
    """One locked process: questions go in, answers come out, and it can be ended at any time."""

    def __init__(self, spawning: Spawning) -> None:
        """Asks the zygote for a worker and does not wait for it; raises WorkerFault where none can be had."""
        super().__init__()
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        self._status, status = socket.socketpair(socket.AF_UNIX, CONTROL)
        order = {
            "limits": asdict(spawning.limits),
            "refused": spawning.refused,
            "exercise": spawning.exercise,
            "full": spawning.full,
        }
        try:
            socket.send_fds(spawning.control, [json.dumps(order).encode()], [theirs.fileno(), writing, status.fileno()])
        except OSError as error:
            raise WorkerFault(f"the process that workers are forked from is gone ({error})") from None
        finally:
            theirs.close()
            os.close(writing)
            status.close()
        self._reading = reading
        self.channel: TrustedEnd = TrustedEnd(ours, reading, KEEP_OUTPUT)
        self._ended: str | None = None
        self._status.settimeout(SPAWN_SECONDS)
        self._pid: int | None = None

    def interrupt(self) -> None:
        """Asks Python in the worker to stop what it is doing (SIGINT)."""
        with suppress(OSError):
            self._status.send(b"interrupt")

    def end(self) -> str:
        """Ends the worker and says how it had ended, if by itself; may be called again."""
        if self._ended is None:
            with suppress(OSError):
                self._status.send(b"end")
            code: int | None = None
            try:
                code = os.waitstatus_to_exitcode(self._report("ended"))
            except WorkerFault as fault:
                self._fault = fault
            self._ended = ending(code)
            self.channel.close()
            os.close(self._reading)
            self._status.close()
        return self._ended

    def dismiss(self) -> None:
        """Lets the worker go without waiting for its end; its keeper sees to that."""
        if self._ended is None:
            self._ended = "the process was let go"
            self.channel.close()
            os.close(self._reading)
            self._status.close()

    def printed(self) -> Printout:
        """What was printed so far, cut."""
        if self._ended is None:
            self.channel.drain()
        return self.channel.printed.printout()

    def _report(self, wanted: str) -> int:
        while True:
            try:
                data = self._status.recv(1024)
            except (OSError, TimeoutError):
                data = b""
            if not data:
                raise WorkerFault("the process that keeps a worker is gone")
            report = json.loads(data)
            if "fault" in report:
                raise WorkerFault(f"a worker could not be started: {report['fault']}")
            self._pid = report.get("pid", self._pid)
            if wanted in report:
                return int(report[wanted])

    @property
    def pid(self) -> int:
        """The worker's process id as this process sees it; raises WorkerFault where it did not start."""
        return self._report("pid") if self._pid is None else self._pid

    def _cpu(self) -> float:
        """CPU seconds of the worker so far, all its threads; 0.0 where the system does not say."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except (OSError, WorkerFault):
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ending(code: int | None) -> str:
    """How a process ended, in words; ``code`` is its exit code, below 0 the signal that ended it, None where nobody knows."""
    if code is None:
        return "the process ended"
    if code < 0:
        with suppress(ValueError):
            return f"the process ended by {signal.Signals(-code).name}"
        return f"the process ended by signal {-code}"
    return f"the process ended by itself with status {code}"
