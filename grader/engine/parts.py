"""Several pieces of bytes as one, and over a socket: what a run, a cluster and its nodes say to each other."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable

MAX_PARTS = 4096
MAX_MESSAGE = 1 << 30  # bytes of one message, its pieces together
_SIZE = struct.Struct(">Q")


def pack_parts(parts: Iterable[bytes]) -> bytes:
    """One piece of bytes that `split_parts` takes apart again: each part after its length."""
    return b"".join(piece for part in parts for piece in (_SIZE.pack(len(part)), part))


def split_parts(packed: bytes) -> list[bytes]:
    """The parts that `pack_parts` put together; raises ValueError for anything else."""
    parts: list[bytes] = []
    place, end = 0, len(packed)
    while place < end:
        if end - place < _SIZE.size or len(parts) == MAX_PARTS:
            raise ValueError("these are no parts of a message")
        (size,) = _SIZE.unpack_from(packed, place)
        place += _SIZE.size
        if size > end - place:
            raise ValueError("a part of a message was cut off")
        parts.append(packed[place : place + size])
        place += size
    return parts


def send_parts(channel: socket.socket, *parts: bytes) -> None:
    """Sends one message; raises OSError if nobody can read it any more."""
    packed = pack_parts(parts)
    channel.sendall(_SIZE.pack(len(packed)) + packed)


def receive_parts(channel: socket.socket) -> list[bytes] | None:
    """The next message, or None when there will be none: the other end has gone, or what it sent is no message."""
    try:
        head = _receive(channel, _SIZE.size)
        (size,) = _SIZE.unpack(head)
        return None if size > MAX_MESSAGE else split_parts(_receive(channel, size))
    except (OSError, EOFError, ValueError):
        return None


def _receive(channel: socket.socket, size: int) -> bytes:
    """So many bytes, no fewer; raises EOFError if the other end has gone before."""
    received = bytearray()
    while len(received) < size:
        part = channel.recv(min(size - len(received), 1 << 20))
        if not part:
            raise EOFError
        received += part
    return bytes(received)
