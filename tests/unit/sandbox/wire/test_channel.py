"""Frames come through whole or not at all, whatever stands at the other end and whatever it prints meanwhile."""

from __future__ import annotations

import os
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.wire import values
from grader.sandbox.wire.channel import ChannelBroken, ChannelClosed, Frames, TrustedEnd, WorkerEnd, pack

SOON = 0.05


class Pair:
    """Both ends of a channel and the pipe that the worker prints to."""

    def __init__(self) -> None:
        ours, self.theirs = socket.socketpair()
        reading, self.printing = os.pipe()
        os.set_blocking(reading, False)
        self.reading = reading
        self.trusted = TrustedEnd(ours, reading, 1000)
        self.worker = WorkerEnd(self.theirs)

    def close(self) -> None:
        """Let go of everything."""
        self.theirs.close()
        with suppress(OSError):
            os.close(self.printing)
        self.trusted.close()
        os.close(self.reading)


@pytest.fixture
def pair() -> Iterator[Pair]:
    made = Pair()
    yield made
    made.close()


def later(seconds: float = 5.0) -> float:
    """Give a deadline that is not meant to be reached."""
    return time.monotonic() + seconds


@given(st.lists(st.integers() | st.text() | st.binary(), max_size=5), st.integers(1, 40))
def test_frames_come_out_however_the_stream_is_cut(messages: list[Any], size: int) -> None:
    stream, frames, taken = b"".join(map(pack, messages)), Frames(), []
    for start in range(0, len(stream), size):
        frames.feed(stream[start : start + size])
        while (one := frames.take()) is not None:
            taken.append(one[0])
    assert taken == messages
    assert frames.pending == 0


@given(st.binary(max_size=300))
def test_any_stream_is_messages_or_broken(stream: bytes) -> None:
    frames = Frames()
    frames.feed(stream)
    with suppress(ChannelBroken):
        while frames.take() is not None:
            pass


@given(st.lists(st.text() | st.binary(), min_size=1, max_size=3), st.data())
def test_a_stream_with_some_bytes_changed_is_messages_or_broken(messages: list[Any], data: Any) -> None:
    stream, frames = bytearray(b"".join(map(pack, messages))), Frames()
    for _ in range(data.draw(st.integers(1, 4))):
        stream[data.draw(st.integers(0, len(stream) - 1))] = data.draw(st.integers(0, 255))
    frames.feed(bytes(stream))
    with suppress(ChannelBroken):
        while frames.take() is not None:
            pass


@pytest.mark.parametrize(
    "sizes",
    [(values.MAX_HEADER + 1, 0), (2, values.MAX_PAYLOAD + 1), (2**32 - 1, 2**32 - 1)],
    ids=["header", "payload", "both"],
)
def test_a_frame_that_announces_too_much_is_refused_before_it_is_read(sizes: tuple[int, int]) -> None:
    """Eight bytes are enough to know: waiting for gigabytes would be the attack."""
    frames = Frames()
    frames.feed(struct.pack("<II", *sizes))
    with pytest.raises(ChannelBroken, match="larger than allowed"):
        frames.take()


def test_an_answer_comes_back(pair: Pair) -> None:
    pair.trusted.send({"do": "x"}, later())
    assert pair.worker.receive() == {"do": "x"}
    pair.worker.send([1.5])
    assert pair.trusted.receive(later()) == ([1.5],)


def test_silence_ends_at_the_deadline(pair: Pair) -> None:
    assert pair.trusted.receive(time.monotonic() + SOON) is None
    pair.theirs.send(pack("half an answer")[:-3])
    assert pair.trusted.receive(time.monotonic() + SOON) is None


def test_an_end_that_has_gone_is_told(pair: Pair) -> None:
    pair.theirs.close()
    with pytest.raises(ChannelClosed):
        pair.trusted.receive(later())
    with pytest.raises(ChannelClosed):
        pair.trusted.send("x", later())


def test_a_worker_that_does_not_read_holds_nobody(pair: Pair) -> None:
    """A call with more data than the socket buffers would wait for ever if the other end stopped reading."""
    with pytest.raises(ChannelClosed):
        pair.trusted.send(b"x" * (8 << 20), time.monotonic() + SOON)


def test_printing_is_drained_while_waiting_and_kept_up_to_a_limit(pair: Pair) -> None:
    """A full pipe would stop the worker in its print, and the call would look like an endless loop."""
    os.set_blocking(pair.printing, False)
    written = 0
    for _ in range(40):
        with suppress(BlockingIOError):
            written += os.write(pair.printing, b"y" * 60_000)
        assert pair.trusted.receive(time.monotonic() + 0.005) is None
    assert written > 10 * 65_536
    told = pair.trusted.printed.printout()
    assert told.head + told.tail == b"y" * 1000
    assert told.dropped == written - 1000


def test_a_worker_that_closes_its_standard_output_is_still_heard(pair: Pair) -> None:
    os.close(pair.printing)
    assert pair.trusted.receive(time.monotonic() + SOON) is None
    pair.worker.send("still here")
    assert pair.trusted.receive(later()) == ("still here",)


def test_an_answer_that_nobody_asked_for_is_noticed(pair: Pair) -> None:
    assert pair.trusted.is_quiet()
    pair.theirs.send(b"x")
    assert not pair.trusted.is_quiet()
    assert not pair.trusted.is_quiet(), "looking must not take it away"


def test_what_came_with_the_last_answer_is_noticed_too(pair: Pair) -> None:
    pair.theirs.send(pack("the answer") + pack("one more"))
    assert pair.trusted.receive(later()) == ("the answer",)
    assert not pair.trusted.is_quiet()
