"""Runs a file in its own ordinary process, on any system: the student's own work, on the student's own machine.

Only what costs nothing is locked here, so it is no place for other people's work. `process` and `submission` ask a locked
process the same questions and understand its answers in the same way.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import grader
from grader.errors import WorkerFault
from grader.home import strays
from grader.home.plain_environment import plain_environment
from grader.home.plain_worker import PlainOrder
from grader.sandbox.outside.conversation import Conversation, ending
from grader.sandbox.wire import values
from grader.sandbox.wire.channel import ChannelClosed, Frames, pack
from grader.sandbox.wire.codec import encode
from grader.sandbox.wire.printout import NOTHING, Printout

if TYPE_CHECKING:
    from types import TracebackType

ENDING_SECONDS = 2.0  # for a process to end after it closed its end of the channel
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from grader.home import plain_worker; del sys.path[0]; "
    "plain_worker.main(sys.argv[2])"
)


class PlainStart:
    """Starts processes for one file, in an empty folder that is removed when the file is done."""

    def __init__(self, exercise: str, refused: tuple[str, ...], memory: int) -> None:
        """``refused``: packages that the exercise is done without; ``memory``: bytes, where they can be limited."""
        self._order = PlainOrder(exercise, tuple(refused), memory)
        self._folder = tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True)

    def __enter__(self) -> PlainStart:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def start(self) -> PlainProcess:
        """Starts a process without waiting for it; raises WorkerFault if the system can't."""
        command = [sys.executable, "-P", "-B", "-c", _START]
        command += [str(Path(grader.__file__).parent.parent), json.dumps(encode(self._order))]
        try:
            with strays.starting() as own:
                process = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=self._folder.name,
                    env=plain_environment(os.environ), start_new_session=True,
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )  # fmt: skip
                own.add(process.pid)
        except OSError as error:
            raise WorkerFault(f"a process could not be started: {error}") from None
        try:
            return PlainProcess(process)
        except RuntimeError as error:  # no thread can be started
            process.kill()
            process.communicate()
            strays.ended(process.pid)
            raise WorkerFault(f"a process could not be listened to: {error}") from None


class PlainProcess(Conversation):
    """One ordinary process: questions go in, answers come out, and it can be ended at any time."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__()
        assert process.stdin is not None, "it was started with pipes"
        assert process.stdout is not None, "it was started with pipes"
        self._process = process
        self._ended: str | None = None
        self.channel: PipeEnd = PipeEnd(process.stdin, process.stdout)

    def interrupt(self) -> None:
        """Asks Python in the process to stop what it is doing; on Windows nothing can, so the process is ended later."""
        if os.name == "posix":
            with suppress(OSError):
                self._process.send_signal(signal.SIGINT)

    def end(self) -> str:
        """Ends the process, with all that it started if the system can, and says how it ended if it did so by itself."""
        if self._ended is None:
            if self.channel.closed:
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(ENDING_SECONDS)
            self._kill()
            code = self._process.wait()
            strays.ended(self._process.pid)
            strays.end_strays()
            self._ended = ending(code)
            if code == 1 and not self._answered:  # Python's exit code when it finds a package missing
                self._fault = WorkerFault("the process that should run the file did not start")
            self.channel.close()
        return self._ended

    def dismiss(self) -> None:
        """Ends the process; it holds nothing that takes time to end."""
        self.end()

    def printed(self) -> Printout:
        """Nothing: students have already seen what their own file prints."""
        return NOTHING

    def _kill(self) -> None:
        if os.name == "posix":
            with suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def _cpu(self) -> float:
        """CPU seconds so far; if the system does not say, all time counts as work."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except OSError:
            return time.monotonic()


class PipeEnd:
    """The grader's end of two pipes; a thread reads, since not every system can wait for a pipe with a timeout."""

    def __init__(self, writing: IO[bytes], reading: IO[bytes]) -> None:
        self.closed = False  # by the other end
        self._writing = writing
        self._frames = Frames(values.MAX_ANSWER_HEADER, values.MAX_ANSWER_PAYLOAD)
        self._came: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._reader = threading.Thread(target=_pump, args=(reading, self._came), daemon=True)
        self._reader.start()

    def send(self, message: Any, deadline: float) -> None:
        """Writes one message; raises ChannelClosed if the process is gone. It reads at once, so sending never waits."""
        del deadline
        try:
            self._writing.write(pack(message))
            self._writing.flush()
        except (OSError, ValueError):
            self.closed = True
            raise ChannelClosed from None

    def receive(self, deadline: float) -> Any | None:
        """The next message in a 1-tuple, or None at ``deadline`` (monotonic seconds); raises ChannelClosed."""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            taken = self._frames.take()
            if taken is not None:
                return taken
            with suppress(queue.Empty):
                self._take(self._came.get(timeout=min(left, 3600.0)))

    def is_quiet(self) -> bool:
        """Whether nothing waits to be read."""
        return not self._frames.pending and self._came.empty()

    def close(self) -> None:
        """Closes the pipes; the process has ended."""
        with suppress(OSError):
            self._writing.close()
        self._reader.join(ENDING_SECONDS)

    def _take(self, data: bytes) -> None:
        if not data:
            self.closed = True
            self._came.put(b"")  # so that asking again ends in the same way
            raise ChannelClosed
        self._frames.feed(data)


def _pump(reading: IO[bytes], came: queue.SimpleQueue[bytes]) -> None:
    with reading, suppress(OSError, ValueError):
        while data := os.read(reading.fileno(), 1 << 18):
            came.put(data)
    came.put(b"")
