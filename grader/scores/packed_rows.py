"""The rows of a class as a sequence that fits into memory: those of a large class are kept packed, and unpacked one at a time.

A row as objects takes many times what it takes as a compressed line. Up to `KEPT_WHOLE` rows it does not matter, and they are
a plain tuple; above, whoever walks over them has one row at a time, and looks at `heads_of` them for what is asked most.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from sys import intern
from typing import TYPE_CHECKING, Any, overload

import msgspec

from grader.scores.record_text import line_of, plain, strict, text_of
from grader.scores.records import ELSEWHERE, UNGRADED, SubmissionResult, failed_for
from grader.scores.row_heads import HeadedRows, RowHead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

KEPT_WHOLE = 10_000  # rows, of 2,000 students with five exercises say
_LEVEL = 1  # of zlib: a fifth of the text, in the time of writing it
# What a packed row holds: the line that results.json has, a line as some file had it, or a form that keeps lone surrogates.
_OURS, _THEIRS, _ODD = b"o", b"t", b"s"


class PackedRows(HeadedRows):
    """Rows that are unpacked each time they are asked for; they never change."""

    __slots__ = ("_heads", "_packed")

    def __init__(self, heads: Sequence[RowHead] = (), packed: Sequence[bytes] = ()) -> None:
        self._heads = heads
        self._packed = packed

    @property
    def heads(self) -> Sequence[RowHead]:
        """The heads of the rows, in their order."""
        return self._heads

    def picked(self, places: Iterable[int]) -> PackedRows:
        """Return the rows at these places, in this order."""
        order = tuple(places)
        return PackedRows(tuple(self._heads[at] for at in order), tuple(self._packed[at] for at in order))

    def changed(self, change: Callable[[SubmissionResult], SubmissionResult]) -> PackedRows:
        """Return the rows as ``change`` makes them; one that it returns as it is is not packed again."""
        heads, packed = [], []
        for head, data in zip(self._heads, self._packed, strict=True):
            row = _unpacked(data)
            new = change(row)
            same = new is row
            heads.append(head if same else _head(new))
            packed.append(data if same else _packed(new))
        return PackedRows(heads, packed)

    def lines(self) -> Iterator[bytes]:
        """Yield the rows as results.json holds them."""
        for data in self._packed:
            yield zlib.decompress(data[1:]) if data.startswith(_OURS) else line_of(_unpacked(data))

    def __len__(self) -> int:
        return len(self._packed)

    @overload
    def __getitem__(self, at: int) -> SubmissionResult: ...
    @overload
    def __getitem__(self, at: slice) -> PackedRows: ...
    def __getitem__(self, at: int | slice) -> SubmissionResult | PackedRows:
        if isinstance(at, slice):
            return PackedRows(self._heads[at], self._packed[at])
        return _unpacked(self._packed[at])

    def __iter__(self) -> Iterator[SubmissionResult]:
        return map(_unpacked, self._packed)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str | bytes):
            return NotImplemented
        return len(self) == len(other) and all(one == each for one, each in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # a tuple's hash would have to be the same


class GrowingRows:
    """Takes rows as they come, and gives them out again: packed once they are many."""

    def __init__(self, whole: int | None = None) -> None:
        self._most = KEPT_WHOLE if whole is None else whole
        self._whole: list[SubmissionResult] = []
        self._heads: list[RowHead] = []
        self._packed: list[bytes] = []

    def __len__(self) -> int:
        return len(self._whole) + len(self._packed)

    def __getitem__(self, at: int) -> SubmissionResult:
        return _unpacked(self._packed[at]) if self._packed else self._whole[at]

    def add(self, row: SubmissionResult) -> None:
        """Take one row."""
        if len(self) < self._most:
            self._whole.append(row)
            return
        self._pack()
        self._heads.append(_head(row))
        self._packed.append(_packed(row))

    def add_line(self, line: bytes) -> None:
        """Take one row as a file holds it; raises what msgspec raises for a line that is none."""
        told = _STRICT.decode(line)
        if len(self) < self._most:
            self._whole.append(_DECODER.decode(line))
            return
        self._pack()
        self._heads.append(_head(told))
        self._packed.append(_THEIRS + zlib.compress(line, _LEVEL))

    def rows(self) -> Sequence[SubmissionResult]:
        """Return what came, in the order in which it came; nothing may be added afterwards."""
        return PackedRows(self._heads, self._packed) if self._packed else tuple(self._whole)

    def _pack(self) -> None:
        for row in self._whole:
            self._heads.append(_head(row))
            self._packed.append(_packed(row))
        self._whole.clear()


def rows_of(rows: Iterable[SubmissionResult]) -> Sequence[SubmissionResult]:
    """Return these rows as a sequence, packed if they are many."""
    growing = GrowingRows()
    for row in rows:
        growing.add(row)
    return growing.rows()


def lines_of(rows: Sequence[SubmissionResult]) -> Iterator[bytes]:
    """Yield the rows as results.json holds them; raises ValueError for a number that JSON does not have."""
    return rows.lines() if isinstance(rows, PackedRows) else map(line_of, rows)


_DECODER = msgspec.json.Decoder(SubmissionResult)
_STRICT: msgspec.json.Decoder[Any] = msgspec.json.Decoder(strict(SubmissionResult))


def _head(row: SubmissionResult) -> RowHead:
    """The head of a row; what `strict` makes of one has the same fields."""
    return RowHead(
        student=intern(row.student),
        exercise=intern(row.exercise),
        path=row.path,
        page=intern(row.page),
        sha256=row.sha256,
        status=row.status,
        points=row.points,
        pending_points=row.pending_points,
        max_points=row.max_points,
        graded_at=None if row.graded_at is None else intern(row.graded_at),
        is_ungraded=failed_for(row, UNGRADED, ELSEWHERE),
        kept=row.kept,
        is_elsewhere=failed_for(row, ELSEWHERE),
    )


def _packed(row: SubmissionResult) -> bytes:
    made = plain(row)
    try:
        return _OURS + zlib.compress(text_of(made).encode("utf-8"), _LEVEL)
    except UnicodeEncodeError:
        return _ODD + zlib.compress(json.dumps(made).encode("ascii"), _LEVEL)


def _unpacked(data: bytes) -> SubmissionResult:
    text = zlib.decompress(data[1:])
    return msgspec.convert(json.loads(text), SubmissionResult) if data.startswith(_ODD) else _DECODER.decode(text)
