"""Frames over a socket: eight bytes of sizes, a header, a payload; bounded on both sides.

The worker's end blocks. The trusted end never does: it waits with a limit, takes bytes as they come and refuses a frame that
announces more than `values` allows, before reading it.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import time
from typing import Any, Protocol

from grader.sandbox.wire import values
from grader.sandbox.wire.printout import Printed

_SIZES = struct.Struct("<II")


class ChannelClosed(Exception):
    """The other end is gone."""


class ChannelBroken(Exception):
    """The other end sent something that is not a message."""


def pack(message: Any, max_header: int = values.MAX_HEADER, max_payload: int = values.MAX_PAYLOAD) -> bytes:
    """One message as the bytes of one frame; what is larger than allowed is named in place of its value."""
    header, payload = values.dumps(message, max_header, max_payload)
    return _SIZES.pack(len(header), len(payload)) + header + payload


class Framed(bytes):
    """One frame, as it is sent."""


def framed(header: bytes, payload: bytes) -> Framed:
    """The frame of a message that is written already."""
    return Framed(_SIZES.pack(len(header), len(payload)) + header + payload)


class Memory(Protocol):
    """Knows what some frames hold."""

    def taken(self, frame: bytes) -> tuple[Any] | None:
        """What a frame holds, in a 1-tuple, if it is known."""

    def keep(self, frame: bytes, taken: tuple[Any]) -> None:
        """Hears what a frame holds."""


class Frames:
    """Cuts a stream of bytes into messages, none of them larger than given."""

    def __init__(self, max_header: int = values.MAX_HEADER, max_payload: int = values.MAX_PAYLOAD) -> None:
        self._buffer = bytearray()
        self._max_header = max_header
        self._max_payload = max_payload
        self.memory: Memory | None = None

    def feed(self, data: bytes) -> None:
        """Adds bytes as they came."""
        self._buffer += data

    @property
    def pending(self) -> int:
        """How many bytes wait to be taken as messages."""
        return len(self._buffer)

    def take(self) -> Any | None:
        """The next whole message in a 1-tuple, None while it is incomplete; raises ChannelBroken."""
        if len(self._buffer) < _SIZES.size:
            return None
        header, payload = _SIZES.unpack_from(self._buffer)
        if header > self._max_header or payload > self._max_payload:
            raise ChannelBroken("a message larger than allowed")
        end = _SIZES.size + header + payload
        if len(self._buffer) < end:
            return None
        split = _SIZES.size + header
        frame = bytes(self._buffer[:end])
        del self._buffer[:end]
        known = self.memory.taken(frame) if self.memory is not None else None
        if known is not None:
            return known
        try:
            taken = (values.loads(frame[_SIZES.size : split], frame[split:]),)
        except values.NotPlain as error:
            raise ChannelBroken(str(error)) from None
        if self.memory is not None:
            self.memory.keep(frame, taken)
        return taken


class WorkerEnd:
    """The blocking end, inside the worker."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._frames = Frames()

    def send(self, message: Any) -> None:
        """Writes one message whole."""
        self._socket.sendall(pack(message, values.MAX_ANSWER_HEADER, values.MAX_ANSWER_PAYLOAD))

    def receive(self) -> Any:
        """The next message; raises ChannelClosed when the grader is gone."""
        while True:
            taken = self._frames.take()
            if taken is not None:
                return taken[0]
            data = self._socket.recv(1 << 16)
            if not data:
                raise ChannelClosed
            self._frames.feed(data)


class End(Protocol):
    """The grader's end of any channel, as a conversation needs it."""

    def send(self, message: Any, deadline: float) -> None:
        """Writes one message; raises ChannelClosed if the worker is gone."""

    def receive(self, deadline: float) -> Any | None:
        """The next message in a 1-tuple, or None at ``deadline`` (monotonic seconds); raises ChannelClosed."""

    def is_quiet(self) -> bool:
        """Whether nothing waits to be read."""


class TrustedEnd:
    """The grader's end: every wait has a limit, and output that the worker prints is drained meanwhile."""

    def __init__(self, sock: socket.socket, output: int, keep: int) -> None:
        sock.setblocking(False)
        self._socket = sock
        self._frames = Frames(values.MAX_ANSWER_HEADER, values.MAX_ANSWER_PAYLOAD)
        self._output: int | None = output
        self.printed = Printed(keep)

    def send(self, message: Any, deadline: float) -> None:
        """Writes one message, or a frame; raises ChannelClosed if the worker is gone or doesn't read before ``deadline``."""
        view = memoryview(message if type(message) is Framed else pack(message))
        while view:
            try:
                sent = self._socket.send(view)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise ChannelClosed from None
                self._wait(deadline, select.POLLOUT)
                continue
            except OSError:
                raise ChannelClosed from None
            view = view[sent:]

    def receive(self, deadline: float) -> Any | None:
        """The next message in a 1-tuple, or None at ``deadline`` (monotonic seconds)."""
        while True:
            if time.monotonic() >= deadline:  # first, so that a worker that sends without end is late all the same
                return None
            taken = self._frames.take()
            if taken is not None:
                return taken
            try:
                data = self._socket.recv(1 << 18)
            except BlockingIOError:
                self._wait(deadline, select.POLLIN)
                continue
            except OSError:
                raise ChannelClosed from None
            if not data:
                self.drain()
                raise ChannelClosed
            self._frames.feed(data)

    def remember(self, memory: Memory) -> None:
        """Asks ``memory`` what a frame holds before it is taken apart."""
        self._frames.memory = memory

    def is_quiet(self) -> bool:
        """Whether nothing waits to be read: an answer that nobody asked for breaks the rules."""
        if self._frames.pending:
            return False
        try:
            return not self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return True

    def close(self) -> None:
        """Lets go of the worker's printing and of the socket."""
        self.drain()
        self._socket.close()

    def _wait(self, deadline: float, events: int) -> None:
        poll = select.poll()
        poll.register(self._socket, events)
        if self._output is not None:
            poll.register(self._output, select.POLLIN)
        for number, _ in poll.poll(max(0.0, min(deadline - time.monotonic(), 3600.0)) * 1000):
            if number == self._output:
                self.drain()

    def drain(self) -> None:
        """Takes over what has been printed up to now."""
        for _ in range(64):  # bounded: a worker that prints without end must not hold up the grader
            if self._output is None:
                return
            try:
                data = os.read(self._output, 1 << 16)
            except BlockingIOError:
                return
            if not data:  # it closed its standard output: asking again would spin
                self._output = None
                return
            self.printed.feed(data)
