"""Whoever waits for a check sees what it is doing, and nothing of it is left on the screen afterwards."""

from __future__ import annotations

import io

from grader.commands.progress import WIDTH, Doing


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_on_a_terminal_one_line_is_written_over_and_wiped_out() -> None:
    stream, clock = Terminal(), Clock()
    with Doing("01_gates.py", stream, clock) as doing:
        clock.now = 1.0
        doing.show()
        doing.tell("line 138 is running")
        clock.now = 4.0
        doing.show()
    first, second, wiped, rest = stream.getvalue().split("\r")[1:]
    assert first.rstrip() == "01_gates.py: being read, 1 s"
    assert second.rstrip() == "01_gates.py: line 138 is running, 3 s"
    assert (wiped.strip(), rest) == ("", "")
    assert {len(each) for each in (first, second, wiped)} == {WIDTH}
    assert "\n" not in stream.getvalue()


def test_elsewhere_there_is_a_line_at_once_and_then_one_now_and_then() -> None:
    stream, clock = io.StringIO(), Clock()
    with Doing("01_gates.py", stream, clock) as doing:
        for second in range(1, 25):
            clock.now = float(second)
            doing.show()
    assert stream.getvalue().splitlines() == [f"01_gates.py: being read, {second} s" for second in (1, 11, 21)]


def test_a_short_check_says_nothing() -> None:
    stream = io.StringIO()
    with Doing("01_gates.py", stream) as doing:
        doing.tell("sigmoid is called")
    assert stream.getvalue() == ""


def test_a_name_can_not_move_the_cursor() -> None:
    stream = Terminal()
    with Doing("a\x1b[2J\n.py", stream, Clock()) as doing:
        doing.show()
    assert "\x1b" not in stream.getvalue()
    assert "\n" not in stream.getvalue()


def test_a_reader_who_has_gone_stops_nothing() -> None:
    class Gone(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    with Doing("01_gates.py", Gone(), Clock()) as doing:
        doing.show()
