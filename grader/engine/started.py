"""Starts a module of the grader in its own process, and hears its first word."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.errors import CourseError, WorkerFault

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

START_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class StartedProcess:
    """A process that was started and can be talked to."""

    name: str
    socket: socket.socket
    process: subprocess.Popen[bytes]

    def wait(self, *, to_the_end: bool = False) -> dict[str, Any]:
        """Its first message, or all of them; raises CourseError for an author's slip, WorkerFault if none comes."""
        self.socket.settimeout(START_SECONDS)
        said = b""
        try:
            while part := self.socket.recv(1 << 20):
                said += part
                if not to_the_end:
                    break
        except OSError:
            said = b""
        if not said:
            raise WorkerFault(f"the process that checks {self.name} did not start")
        self.socket.settimeout(None)
        told: dict[str, Any] = json.loads(said)
        if "course_error" in told:
            raise CourseError(told["course_error"])
        return told

    def close(self) -> None:
        """Closes its socket, which asks it to end, and waits for that; kills it after 5 s."""
        self.socket.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_module(
    name: str, command: Sequence[str], ours: socket.socket, theirs: socket.socket, *more: socket.socket
) -> StartedProcess:
    """Starts a module in a process that gets ``theirs`` and more sockets; raises OSError if it can't start."""
    environment = os.environ | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTEST_ADDOPTS": "",
    }
    try:
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-I", "-B", "-m", *command],
                pass_fds=[each.fileno() for each in (theirs, *more)], stdin=subprocess.DEVNULL, env=environment,
                process_group=0,  # the terminal's Ctrl-C is for the process that gives the orders
            )  # fmt: skip
    except BaseException:
        ours.close()
        raise
    return StartedProcess(name, ours, process)
