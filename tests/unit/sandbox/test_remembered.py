"""What is remembered of conversations: nothing that a submission could have changed for the next, and every byte counts."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
import pytest

from grader.sandbox.outside.remembered import LONGEST_FRAME, MOST_FRAMES, Remembered
from grader.sandbox.wire.channel import Frames, pack
from grader.sandbox.wire.codec import encode
from grader.sandbox.wire.messages import AskPart, CallOne, CallReturned, OneCalled, message

FIXED = [1.0, 1, True, None, "x", np.float32(1), np.ones(3), np.ones(3, "f"), (np.ones(2), 2.0), -0.0, math.nan]
CHANGEABLE = [[1.0], {"a": 1.0}, ([1.0],), object()]


def frame_of(made: Any, number: int = 3) -> bytes:
    return pack(message(number, made))


def taken(memory: Remembered, frame: bytes) -> Any:
    frames = Frames()
    frames.memory = memory
    frames.feed(frame)
    found = frames.take()
    assert found is not None
    assert frames.pending == 0
    return found


@pytest.mark.parametrize("value", FIXED)
def test_an_answer_that_came_before_is_the_same_object_and_cannot_be_changed(value: Any) -> None:
    memory = Remembered()
    for made in (CallReturned(value), OneCalled(7, CallReturned(value))):
        one = taken(memory, frame_of(made))
        assert taken(memory, frame_of(made)) is one
        assert encode_again(one[0]) == frame_of(made)
    arrays = [each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, np.ndarray)]
    kept = taken(memory, frame_of(CallReturned(value)))[0][1][1]
    for each in kept if arrays and isinstance(kept, tuple) else [kept]:
        if isinstance(each, np.ndarray):
            with pytest.raises(ValueError, match="read-only"):
                each[0] = 7


def encode_again(plain: Any) -> bytes:
    return pack(plain)


@pytest.mark.parametrize("value", CHANGEABLE[:3])
def test_what_can_be_changed_is_made_anew_each_time(value: Any) -> None:
    memory, frame = Remembered(), frame_of(CallReturned(value))
    one, other = taken(memory, frame), taken(memory, frame)
    assert one is not other
    assert one == other
    assert memory.taken(frame) is None


def test_only_replies_to_calls_are_remembered() -> None:
    memory, frame = Remembered(), frame_of(AskPart("sigmoid", (np.ones(2),)))
    assert taken(memory, frame) is not taken(memory, frame)
    forged = pack([3, ["CallReturned", 1.0, [], [], [], False, "more"]])
    assert taken(memory, forged) is not taken(memory, forged)


def test_answers_that_are_equal_but_not_the_same_are_told_apart() -> None:
    memory = Remembered()
    values = [1.0, 1, True, np.float32(1), np.float64(1), np.array(1.0), np.ones(1), np.ones(1, "f"), 0.0, -0.0]
    kept = [taken(memory, frame_of(CallReturned(value)))[0][1][1] for value in values]
    for value, found in zip(values, kept, strict=True):
        assert type(found) is type(value)
        assert getattr(found, "dtype", None) == getattr(value, "dtype", None)
        assert struct.pack("d", float(np.ravel(found)[0])) == struct.pack("d", float(np.ravel(value)[0]))


def test_a_record_is_found_again_for_the_same_frame_read_in_the_same_way() -> None:
    memory = Remembered()
    plain = taken(memory, frame_of(CallReturned(1.0)))[0]
    other = [3, encode(CallReturned(1.0))]
    memory.keep_record(plain, "one way", 3, "record")
    memory.keep_record(other, "one way", 3, "record")
    assert memory.record(plain, "one way") == (3, "record")
    assert memory.record(plain, "another way") is None
    assert memory.record(other, "one way") is None, "an equal message that is not remembered"


def test_a_question_is_the_same_bytes_under_its_number() -> None:
    memory, args = Remembered(), (np.ones(2), 3.0)
    question = CallOne("f", args, {}, {"part": ("a", "b")})
    for number in (1, 12, 345):
        packed = memory.question("key", args, lambda: question)
        assert packed is not None
        assert packed.frame(number) == pack(message(number, question))
    assert memory.question("key", args, lambda: CallOne("other", (), {}, {})) is packed


def test_there_is_an_end_to_what_is_remembered() -> None:
    memory = Remembered()
    large = frame_of(CallReturned(np.zeros(LONGEST_FRAME)))
    assert taken(memory, large) is not taken(memory, large)
    for number in range(MOST_FRAMES + 10):
        memory.keep(b"%d" % number, ([3, ["CallReturned", number, [], [], [], False]],))
    assert memory.taken(b"%d" % (MOST_FRAMES + 5)) is None
