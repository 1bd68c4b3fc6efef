"""What a process that grades many submissions remembers of its conversations with their workers.

Students of a class are asked the same, and most answers are the same to the last bit. So a question is written once, and what a
frame holds is worked out once: a frame is found again only by all of its bytes, so nothing is compared less strictly than
before. What is remembered is shared, so only what nobody can change is: no list and no dict that a submission gave, and arrays
only once they can't be written to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.sandbox.wire import values
from grader.sandbox.wire.channel import Framed, framed
from grader.sandbox.wire.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.wire.messages import WorkerQuestion

MOST_QUESTIONS = 1_000
MOST_FRAMES = 10_000
LONGEST_FRAME = 16_384  # bytes
MOST_BYTES = 32 << 20  # of all frames
_PLAIN = (type(None), bool, int, float, str, np.generic)


@dataclass(frozen=True, slots=True)
class PackedQuestion:
    """A question and its bytes, but for the number that it is asked by; ``about`` is kept so that nothing takes its place."""

    question: WorkerQuestion[Any, Any]
    about: Any
    header: bytes
    payload: bytes

    def frame(self, number: int) -> Framed:
        """The question as the frame that is sent."""
        return framed(b"[%d%b" % (number, self.header), self.payload)


class Remembered:
    """The questions that were asked, and the frames that came, of all submissions that a process has graded."""

    def __init__(self) -> None:
        self._questions: dict[Any, PackedQuestion] = {}
        self._frames: dict[bytes, tuple[Any]] = {}
        self._records: dict[tuple[int, Any], tuple[int, object]] = {}
        self._held: set[int] = set()
        self._bytes = 0

    def question(self, key: Any, about: Any, make: Callable[[], WorkerQuestion[Any, Any]]) -> PackedQuestion | None:
        """A question that is asked again and again; None if it has to be written anew.

        ``key`` tells it from all others, as long as ``about`` exists.
        """
        found = self._questions.get(key)
        if found is None and len(self._questions) < MOST_QUESTIONS:
            question = make()
            header, payload = values.dumps(message(0, question))
            if header.startswith(b"[0,"):  # else it is larger than allowed, and only named
                found = self._questions[key] = PackedQuestion(question, about, header[2:], payload)
        return found

    def taken(self, frame: bytes) -> tuple[Any] | None:
        """What a frame holds, in a 1-tuple, if it came before."""
        return self._frames.get(frame)

    def keep(self, frame: bytes, taken: tuple[Any]) -> None:
        """Remembers what a frame holds, if that is nothing that anybody could change."""
        if len(frame) > LONGEST_FRAME or len(self._frames) >= MOST_FRAMES or self._bytes + len(frame) > MOST_BYTES:
            return
        if _can_be_shared(taken[0]):
            self._frames[frame] = taken
            self._held.add(id(taken[0]))
            self._bytes += len(frame)

    def record(self, plain: Any, read: Any) -> tuple[int, object] | None:
        """The number and the record in what a remembered frame holds, if it was read in this way before."""
        return self._records.get((id(plain), read)) if id(plain) in self._held else None

    def keep_record(self, plain: Any, read: Any, number: int, reply: object) -> None:
        """Remembers the record in what a frame holds, if the frame is remembered."""
        if id(plain) in self._held:
            self._records[id(plain), read] = number, reply


def _can_be_shared(plain: Any) -> bool:
    """Whether a message is a reply to a call, or one to one of several, with a value that nobody can change."""
    if type(plain) is not list or len(plain) != 2 or type(plain[1]) is not list:
        return False
    told = plain[1]
    if len(told) == 3 and type(told[0]) is str and told[0] == "OneCalled" and type(told[2]) is list:
        told = told[2]
    if len(told) != 6 or type(told[0]) is not str or told[0] != "CallReturned":
        return False
    return _is_fixed(told[1])


def _is_fixed(value: Any) -> bool:
    if type(value) is np.ndarray:
        value.setflags(write=False)
        return True
    if type(value) is tuple:
        return all(_is_fixed(item) for item in value)
    return isinstance(value, _PLAIN)
