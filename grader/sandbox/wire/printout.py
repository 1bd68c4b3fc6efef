"""What a process prints, as a reader wants it: each line in its last state, and if it is too much, the beginning and the end."""

from __future__ import annotations

import re
from typing import NamedTuple

NEWLINE = "\n"
LONGEST_LINE = 4_000  # bytes that are kept of one
MOST_LINES = 2_000  # looked at one by one in a piece: a worker that prints only line ends must not hold up the grader
_PROGRESS = re.compile(rb"\s{0,8}\d{1,7}/(\d{1,7}) [^\w\s]{3,200}")  # 3/32 ━━━━, as Keras prints it without a terminal


_PACKAGES = re.compile(r"/[^\s'\"()]{0,400}grader-\d{1,10}-\w{8}/packages/")  # the folder has another name in each run


class Printout(NamedTuple):
    """What was printed: the beginning, how many bytes are left out after it, and the end."""

    head: bytes
    dropped: int
    tail: bytes

    @property
    def text(self) -> str:
        """All of it as text, without the folder that a worker has its packages in."""
        head, tail = (_PACKAGES.sub("", part.decode("utf-8", "backslashreplace")) for part in (self.head, self.tail))
        if not self.dropped:
            return head + tail
        return f"{head}{'' if head.endswith(NEWLINE) else NEWLINE}… {self.dropped:,} bytes are left out here …{NEWLINE}{tail}"


NOTHING = Printout(b"", 0, b"")


class Printed:
    """Takes what is printed, piece by piece, and keeps no more of it than ``keep`` bytes."""

    def __init__(self, keep: int) -> None:
        self._for_head = keep // 2
        self._for_tail = keep - self._for_head
        self._head = bytearray()
        self._tail = bytearray()
        self._full = False  # nothing more goes into the head
        self._dropped = 0
        self._line = bytearray()  # the one that has not ended yet
        self._bar = b""  # a progress line, which the next such line replaces

    def feed(self, data: bytes) -> None:
        """Takes the next piece."""
        *lines, rest = data.split(b"\n")
        for line in lines[: MOST_LINES // 2]:
            self._take(line)
            self._end_line()
        later = lines[MOST_LINES // 2 :]
        if len(later) > MOST_LINES // 2:
            self._leave_out(later[: -(MOST_LINES // 2)])
        for line in later[-(MOST_LINES // 2) :]:
            self._take(line)
            self._end_line()
        self._take(rest)

    def printout(self) -> Printout:
        """What was printed up to now."""
        open_end = self._bar + _last_state(self._line)
        room = 0 if self._full else self._for_head - len(self._head)
        tail = bytes(self._tail) + open_end[room:]
        cut = max(0, len(tail) - self._for_tail)
        return Printout(bytes(self._head) + open_end[:room], self._dropped + cut, tail[cut:])

    def _leave_out(self, lines: list[bytes]) -> None:
        """Drops some lines unseen; what comes after them belongs to the end."""
        self._keep(self._bar)
        self._bar, self._full = b"", True
        self._dropped += sum(len(line) + 1 for line in lines)

    def _take(self, piece: bytes) -> None:
        self._line += piece
        if b"\r" in piece:
            self._line = bytearray(_last_state(self._line, ended=False))
        if len(self._line) > LONGEST_LINE:
            self._dropped += len(self._line) - LONGEST_LINE
            del self._line[LONGEST_LINE:]

    def _end_line(self) -> None:
        line = _last_state(self._line) + b"\n"
        self._line.clear()
        found = _PROGRESS.match(line)
        before = _PROGRESS.match(self._bar)
        if self._bar and not (found and before and found[1] == before[1]):
            self._keep(self._bar)
            self._bar = b""
        if found:
            self._bar = line
        else:
            self._keep(line)

    def _keep(self, line: bytes) -> None:
        if not self._full and len(self._head) + len(line) <= self._for_head:
            self._head += line
            return
        self._full = True
        self._tail += line
        if len(self._tail) > 2 * self._for_tail:
            self._dropped += len(self._tail) - self._for_tail
            del self._tail[: -self._for_tail]


def _last_state(line: bytes | bytearray, *, ended: bool = True) -> bytes:
    """What a terminal would show of a line that was written over by carriage returns; one at its end shows nothing yet."""
    shown = bytes(line).rstrip(b"\r")
    start = shown.rfind(b"\r") + 1
    return (shown if ended else bytes(line))[start:].replace(b"\b", b"")
