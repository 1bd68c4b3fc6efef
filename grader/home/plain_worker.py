"""Serves a file in an ordinary process, as the locked worker does, over the pipes that it was started with."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from grader.sandbox.wire.codec import WireRecord, decode, record

if TYPE_CHECKING:
    from grader.sandbox.wire.codec import Plain

PR_SET_PDEATHSIG = 1  # of prctl(2)
WATCH_SECONDS = 2.0  # between two looks whether the process that checks is still there


@record
class PlainOrder(WireRecord):
    """What a process is started for: an exercise, the packages that it is done without, and bytes of memory."""

    exercise: str
    refused: tuple[str, ...]
    memory: int


class Pipes:
    """Two pipes that are written to and read from like one socket."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = reading
        self._writing = writing

    def sendall(self, data: bytes) -> None:
        """Writes all of it."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._writing, view[: 1 << 16]) :]

    def recv(self, size: int) -> bytes:
        """What has come, up to ``size`` bytes; nothing if the other end is closed."""
        return os.read(self._reading, size)


def main(order: str) -> None:
    """Serves on what were standard input and output; ``order`` is a `PlainOrder` as JSON."""
    from grader.sandbox.inside import serve  # the process that starts this one needs none of it

    given = decode(PlainOrder, json.loads(order))
    reading, writing = os.dup(0), os.dup(1)
    if sys.platform == "win32":
        import msvcrt

        for descriptor in (reading, writing):
            msvcrt.setmode(descriptor, os.O_BINARY)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    _limit(given.memory)
    _end_with_the_check()
    serve.main(Pipes(reading, writing), nowhere, frozenset(given.refused), given.exercise, _unlocked)


def _limit(memory: int) -> None:
    """Bounds memory where the system can, so that a slip does not take the whole machine down."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _end_with_the_check() -> None:
    """Lets this process end when the one that checks does, however that ends: a loop without end would outlive it."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            if ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL)) == 0:
                return
    if sys.platform != "win32":  # there nothing tells a process that it is alone
        threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(checking: int) -> None:
    while os.getppid() == checking:
        time.sleep(WATCH_SECONDS)
    os._exit(1)


def _unlocked(_targets: Plain) -> NoReturn:
    raise RuntimeError("there is nothing to be tested where nothing is locked")
