"""What a Dask worker does for a run: it starts the process that grades and passes orders and answers on, as bytes.

Dask calls these functions by their names. What they are given and what they return is bytes, text and numbers: nothing that
comes from a submission is ever unpickled.
"""

from __future__ import annotations

import asyncio
import itertools
import queue
import socket
import subprocess
import threading
from contextlib import suppress

from grader.engine.parts import receive_parts, send_parts
from grader.engine.started import StartedProcess, start_module

READY_SECONDS = 600.0  # for a process to start and test all that a course needs, on a busy machine
END_SECONDS = 8.0  # a little longer than it gives itself
ANSWER, GONE, NOT_HERE = b"A", b"G", b"N"  # what a reply begins with


class _Node:
    """The process that grades for one run on this machine."""

    def __init__(self, token: int) -> None:
        """Starts it; raises OSError if that is impossible.

        As a program of its own: a Dask worker below a nanny is daemonic and may have no children of ``multiprocessing``.
        """
        self.token = token
        ours, theirs = socket.socketpair()
        self._started: StartedProcess = start_module(
            "a course", ["grader.engine.node", str(theirs.fileno())], ours, theirs
        )
        self._numbers = itertools.count()
        self._waiting: dict[int, queue.SimpleQueue[bytes | None]] = {}
        self._over = False
        self._lock = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, *parts: bytes, seconds: float | None = None) -> bytes | None:
        """What it answers; None if it has ended, or does so before it answers."""
        answer: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        number = next(self._numbers)
        try:
            with self._lock:
                if self._over:
                    return None
                self._waiting[number] = answer
                send_parts(self._started.socket, str(number).encode(), *parts)
            return answer.get(timeout=seconds)
        except (OSError, queue.Empty):
            return None

    def close(self) -> None:
        """Asks it to end, and waits for that; kills it if it does not."""
        with suppress(OSError):  # it may have ended
            self._started.socket.shutdown(socket.SHUT_RDWR)
        with suppress(subprocess.TimeoutExpired):
            self._started.process.wait(END_SECONDS)
        self._started.close()

    def _listen(self) -> None:
        """Passes its answers on; when it ends, all who wait hear of it."""
        while (parts := receive_parts(self._started.socket)) is not None and len(parts) == 2:
            self._waiting.pop(int(parts[0])).put(parts[1])
        with self._lock:
            self._over = True
        for answer in self._waiting.values():
            answer.put(None)
        self._started.process.wait()


_NODES: dict[str, _Node] = {}
_CHANGING = threading.Lock()


def prepare(run: str, token: int, told: bytes, bundle: bytes) -> bytes:
    """Starts the process for a run and returns what that says of itself, as JSON; nothing if it ended.

    ``token`` is what `grade` must name: what was meant for an earlier process is refused.
    """
    end_here(run)
    node = _Node(token)
    with _CHANGING:
        _NODES[run] = node
    answer = node.ask(told, bundle, seconds=READY_SECONDS)
    if answer is None:
        end_here(run)
        return b""
    return answer


def grade(run: str, token: int, batch: bytes) -> bytes:
    """Has a batch graded and returns `ANSWER` and the answers, `GONE` if the process ended, `NOT_HERE` if there is none."""
    node = _NODES.get(run)
    if node is None or node.token != token:
        return NOT_HERE
    answer = node.ask(batch)
    return GONE if answer is None else ANSWER + answer


def end_here(run: str) -> None:
    """Ends the process of a run, if there is one."""
    with _CHANGING:
        node = _NODES.pop(run, None)
    if node is not None:
        node.close()


async def end(run: str) -> None:
    """The same, as Dask calls it beside what it is doing."""
    await asyncio.to_thread(end_here, run)
