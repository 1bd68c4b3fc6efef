"""Of what is printed a reader gets the last state of each line, the beginning and the end."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.wire.printout import LONGEST_LINE, MOST_LINES, Printed, Printout

KEEP = 2_000


def printed(*pieces: bytes, keep: int = KEEP) -> Printout:
    taken = Printed(keep)
    for piece in pieces:
        taken.feed(piece)
    return taken.printout()


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"one\ntwo", "one\ntwo"),
        (b" 10%|#\r 50%|###\r100%|#####\ndone\n", "100%|#####\ndone\n"),
        (b" 10%|#\r 50%|###", " 50%|###"),
        (b" 10%|#\r 50%|###\r", " 50%|###"),
        (b"a file of Windows\r\nhas two\r\n", "a file of Windows\nhas two\n"),
        (b"1/3\b\b\b\r2/3\n", "2/3\n"),
        (
            b"1/3 --- 1s\n2/3 --- 1s\n3/3 --- 2s loss 0.5\nEpoch 2\n1/3 --- 1s\n",
            "3/3 --- 2s loss 0.5\nEpoch 2\n1/3 --- 1s\n",
        ),
        (b"1/3 --- 1s\n1/9 --- 1s\n", "1/3 --- 1s\n1/9 --- 1s\n"),
        (b"1/3 of it\n2/3 of it\n", "1/3 of it\n2/3 of it\n"),
        (b"", ""),
    ],
)
def test_a_line_that_is_written_over_is_shown_in_its_last_state(data: bytes, shown: str) -> None:
    """A progress bar became 300 lines, and what was printed below it was cut off."""
    assert printed(data).text == shown


def test_what_is_printed_last_is_there_however_much_stands_before_it() -> None:
    bars = b"".join(b"\r%d%%|%s" % (n, b"#" * 60) for n in range(100))
    shown = printed(b"first\n", *[bars + b"\n"] * 200, b"result: 0.87\n")
    assert shown.text.startswith("first\n")
    assert shown.text.endswith("result: 0.87\n")
    assert "bytes are left out here" in shown.text
    assert len(shown.head) + len(shown.tail) <= KEEP


def test_line_ends_alone_are_not_looked_at_one_by_one() -> None:
    """Millions of them would hold the process that grades."""
    looked = []

    class Counting(Printed):
        def _end_line(self) -> None:
            looked.append(1)
            super()._end_line()

    taken = Counting(KEEP)
    taken.feed(b"first\n" + b"\n" * 1_000_000 + b"last\n")
    shown = taken.printout()
    assert shown.text.startswith("first\n")
    assert shown.text.endswith("\nlast\n")
    assert len(looked) <= MOST_LINES
    assert len(shown.head) + shown.dropped + len(shown.tail) == 1_000_011


def test_a_line_without_end_costs_no_more_than_a_line() -> None:
    assert printed(*[b"x" * 10_000] * 100, b"\nlast\n").text.endswith("last\n")


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    at = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[one:other] for one, other in pairwise(at)]


PIECES = st.lists(
    st.sampled_from([b"\n", b"\r", b"\r\n", b"\b", b"x" * 30, b"1/9 -- ", b"2/9 -- ", b"\xff", "ü".encode()]),
    max_size=200,
)


@given(PIECES, st.lists(st.integers(0, 5_000), max_size=8))
def test_how_it_was_cut_into_pieces_makes_no_difference_and_nothing_is_kept_beyond_the_limit(
    pieces: list[bytes], places: list[int]
) -> None:
    data = b"".join(pieces)
    whole = printed(data)
    assert printed(*cut(data, places)) == whole
    assert len(whole.head) + len(whole.tail) <= KEEP
    assert len(whole.head) + whole.dropped + len(whole.tail) <= len(data)


@given(st.binary(max_size=300).filter(lambda data: not {*b"\r\b/"} & {*data}))
def test_what_is_short_and_plain_stays_as_it_is(data: bytes) -> None:
    shown = printed(data)
    assert (shown.head + shown.tail, shown.dropped) == (data, 0)
    assert len(data) < LONGEST_LINE


def test_the_folder_of_a_workers_packages_is_left_out() -> None:
    """It has another name in every run, and a warning of Keras begins with it."""
    printed = Printed(1_000)
    printed.feed(b"/tmp/grader-6807-378ovqpb/packages/keras/src/embedding.py:126: UserWarning: no\n")
    assert printed.printout().text == "keras/src/embedding.py:126: UserWarning: no\n"
