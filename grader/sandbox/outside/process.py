"""The trusted side of one worker process."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from grader.errors import WorkerFault
from grader.sandbox.orders import (
    END,
    INTERRUPT,
    MAX_REPORT,
    Ended,
    Forked,
    KeeperFault,
    KeeperReport,
    Spawn,
    packed,
    unpacked,
)
from grader.sandbox.outside.conversation import Conversation, ending
from grader.sandbox.wire.channel import TrustedEnd

if TYPE_CHECKING:
    from grader.sandbox import lockdown
    from grader.sandbox.wire.printout import Printout

SPAWN_SECONDS = 20.0
KEEP_OUTPUT = 20_000  # bytes of what one worker prints
CONTROL = getattr(socket, "SOCK_SEQPACKET", socket.SOCK_DGRAM) if sys.platform == "linux" else socket.SOCK_DGRAM

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Spawning:
    """What is needed to get a worker: the zygote's socket, and the limits that the worker is locked with."""

    control: socket.socket
    exercise: str
    refused: tuple[str, ...]
    limits: lockdown.ResourceLimits
    full: bool = False  # a worker that has imported what some files want

    def start(self) -> WorkerProcess:
        """A worker, without waiting for it; raises WorkerFault if none is available."""
        return WorkerProcess(self)


class WorkerProcess(Conversation):
    """One locked process: questions go in, answers come out, and it can be ended at any time."""

    def __init__(self, spawning: Spawning) -> None:
        """Asks the zygote for a worker and does not wait for it; raises WorkerFault if none is available."""
        super().__init__()
        order = Spawn(spawning.limits, tuple(spawning.refused), spawning.exercise, spawning.full)
        with ExitStack() as kept, ExitStack() as handed_over:
            try:
                ours, theirs = socket.socketpair()
                kept.enter_context(ours)
                handed_over.enter_context(theirs)
                reading, writing = os.pipe()
                kept.callback(os.close, reading)
                handed_over.callback(os.close, writing)
                self._status, status = socket.socketpair(socket.AF_UNIX, CONTROL)
                kept.enter_context(self._status)
                handed_over.enter_context(status)
                os.set_blocking(reading, False)
            except OSError as error:
                raise WorkerFault(f"a worker could not be asked for: {error}") from None
            try:
                socket.send_fds(spawning.control, [packed(order)], [theirs.fileno(), writing, status.fileno()])
            except OSError as error:
                raise WorkerFault(f"the process that workers are forked from is gone ({error})") from None
            kept.pop_all()  # the worker is on its way: from here on `end` and `dismiss` close these
        self._reading = reading
        self.channel: TrustedEnd = TrustedEnd(ours, reading, KEEP_OUTPUT)
        self._ended: str | None = None
        self._status.settimeout(SPAWN_SECONDS)
        self._pid: int | None = None

    def interrupt(self) -> None:
        """Asks Python in the worker to stop what it is doing (SIGINT)."""
        with suppress(OSError):
            self._status.send(INTERRUPT)

    def end(self) -> str:
        """Ends the worker, and says how it ended if that was by itself; may be called again."""
        if self._ended is None:
            with suppress(OSError):
                self._status.send(END)
            code: int | None = None
            try:
                code = os.waitstatus_to_exitcode(self._report(Ended).status)
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
            with suppress(OSError):  # what is unread when a socket closes reaches its other end as an error
                self._status.recv(MAX_REPORT, socket.MSG_DONTWAIT)
            self._status.close()

    def printed(self) -> Printout:
        """What was printed so far, cut."""
        if self._ended is None:
            self.channel.drain()
        return self.channel.printed.printout()

    def _report(self, wanted: type[R]) -> R:
        """The keeper's next report of a kind; raises WorkerFault if there will be none."""
        while True:
            try:
                data = self._next_report()
            except OSError:
                data = b""
            if not data:
                raise WorkerFault("the process that keeps a worker is gone")
            report = unpacked(KeeperReport, data)
            if isinstance(report, KeeperFault):
                raise WorkerFault(f"a worker could not be started: {report.why}")
            if isinstance(report, Forked):
                self._pid = report.pid
            if isinstance(report, wanted):
                return report

    def _next_report(self) -> bytes:
        try:
            return self._status.recv(MAX_REPORT)
        except ConnectionResetError:  # told once: the other end left without our last word, but not without its own
            return self._status.recv(MAX_REPORT)

    @property
    def pid(self) -> int:
        """The worker's process id as this process sees it; raises WorkerFault if it did not start."""
        return self._report(Forked).pid if self._pid is None else self._pid

    def _cpu(self) -> float:
        """CPU seconds of the worker so far, all its threads; 0.0 if the system does not say."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except (OSError, WorkerFault):
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
