"""Messages of several parts: what is put together comes apart again, and nothing else does."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.engine.parts import MAX_MESSAGE, pack_parts, receive_parts, send_parts, split_parts

PARTS = st.lists(st.binary(max_size=300), max_size=20)


@given(PARTS)
def test_what_is_packed_comes_apart_as_it_was(parts: list[bytes]) -> None:
    assert split_parts(pack_parts(parts)) == parts


@given(PARTS.filter(bool), st.data())
def test_a_message_that_was_cut_off_is_refused_or_is_whole_parts(parts: list[bytes], data: st.DataObject) -> None:
    packed = pack_parts(parts)
    cut = packed[: data.draw(st.integers(0, len(packed) - 1))]

    try:
        found = split_parts(cut)
    except ValueError:
        return
    assert found == parts[: len(found)]
    assert len(found) < len(parts)


def test_messages_cross_a_socket_one_by_one_until_the_other_end_has_gone() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            send_parts(ours, b"1", b"", bytes(100_000))
            send_parts(ours)
        assert receive_parts(theirs) == [b"1", b"", bytes(100_000)]
        assert receive_parts(theirs) == []
        assert receive_parts(theirs) is None


@pytest.mark.parametrize(
    "said", [b"", b"\0\0", (MAX_MESSAGE + 1).to_bytes(8, "big"), (9).to_bytes(8, "big") + b"123456789"]
)
def test_what_is_no_message_ends_the_conversation(said: bytes) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            ours.sendall(said)
        assert receive_parts(theirs) is None
