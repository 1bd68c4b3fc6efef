"""A learning platform's own table as it is on disk: cells can be changed, every other byte stays.

Python's csv module forgets how a cell was quoted and where its line ended, so this reads a text into cells that know their
place in it. What the cells say is what the csv module would read (a property test holds it).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

SEPARATORS = (",", ";", "\t")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LOOKED_AT = 3  # lines, as many as Canvas looks at to tell the separator
_MOST_BYTES = 64 << 20


class RawCell(NamedTuple):
    """What a cell says, and where its raw text stands in the file's text."""

    says: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LmsTable:
    """A table and how it was written; an empty line is a row without cells."""

    name: str
    text: str
    mark: bytes
    encoding: str
    separator: str
    rows: tuple[tuple[RawCell, ...], ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The titles in the first row."""
        return tuple(cell.says for cell in self.rows[0])

    def says(self, row: int, column: int) -> str:
        """What a cell says; "" if its row is shorter."""
        cells = self.rows[row]
        return cells[column].says if column < len(cells) else ""

    def lines(self) -> tuple[int, ...]:
        """The line of the file, from 1, in which each row begins."""
        found: list[int] = []
        line, done = 1, 0
        for cells in self.rows:
            if cells:
                line += len(_LINE_END.findall(self.text, done, cells[0].start))
                done = cells[0].start
            found.append(line)
        return tuple(found)

    def filled(self, changes: Mapping[tuple[int, int], str]) -> bytes:
        """The file with the cells at these rows and columns saying something else, quoted as they were.

        Raises UsageError for a cell that its row does not have, or a text that the file's encoding can't hold.
        """
        pieces: list[str] = []
        done = 0
        for row, column in sorted(changes):
            cells = self.rows[row]
            if column >= len(cells):
                raise UsageError(
                    f"{self.name}, line {self.lines()[row]}: this row has fewer cells than the header; export the file again."
                )
            cell = cells[column]
            is_quoted = self.text.startswith('"', cell.start)
            pieces += [self.text[done : cell.start], _written(changes[row, column], self.separator, is_quoted)]
            done = cell.end
        try:
            return self.mark + "".join([*pieces, self.text[done:]]).encode(self.encoding)
        except UnicodeEncodeError:
            raise UsageError(f"{self.name} is in {self.encoding}, which can't hold what it would be given.") from None


def read_table(data: bytes, name: str, separators: tuple[str, ...] = SEPARATORS) -> LmsTable:
    """Read a table; ``name`` is what errors call it.

    UTF-8 and UTF-16, with or without a byte order mark, are told from the bytes; anything else is taken as cp1252, or as
    latin-1 where that has no letter. A first line that tells the separator stays, and is no row. Raises UsageError for a file
    that is no such table.
    """
    if data.startswith(b"PK\x03\x04"):
        raise UsageError(f"{name} is a workbook or another zip, no CSV; export it from the learning platform as CSV.")
    if len(data) > _MOST_BYTES:
        raise UsageError(f"{name} is larger than {_MOST_BYTES >> 20} MB; that is no export of a gradebook.")
    mark, encoding = next(((mark, each) for mark, each in _MARKS if data.startswith(mark)), (b"", ""))
    text, encoding = _decoded(data[len(mark) :], encoding)
    told = _TOLD_SEPARATOR.match(text)
    separator = told[1] if told else _separator(text, separators)
    rows = _rows(text, separator)[1 if told else 0 :]
    if not rows or len(rows[0]) < 2 or any("\0" in cell.says for cell in rows[0]):
        raise UsageError(f"{name} is no table with a header; export it from the learning platform as CSV.")
    return LmsTable(name, text, mark, encoding, separator, rows)


_TOLD_SEPARATOR = re.compile(
    r"sep=([^\"\r\n])(?:\r\n|\r|\n)", re.IGNORECASE
)  # what Excel reads in a first line of its own
_LINE_END = re.compile(r"\r\n|\r|\n")


def _decoded(data: bytes, encoding: str) -> tuple[str, str]:
    if not encoding and 0 in data[:2]:  # the first letter of a title is in ASCII
        encoding = "utf-16-be" if data[0] == 0 else "utf-16-le"
    for each in (encoding,) if encoding else ("utf-8", "cp1252", "latin-1"):
        try:
            return data.decode(each), each
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"


def _separator(text: str, separators: tuple[str, ...]) -> str:
    """The separator that gives the first rows the most cells, and all the same number of them.

    This is how Canvas tells a semicolon from a comma: `identify_delimiter` in canvas-lms, lib/gradebook_importer.rb.
    """

    def fitness(separator: str) -> tuple[bool, int]:
        widths = [len(cells) for cells in _rows(text, separator, _LOOKED_AT) if cells]
        return len(set(widths)) == 1 and widths[0] > 1, widths[0] if widths else 0

    return max(separators, key=fitness)


def _rows(text: str, separator: str, most: int | None = None) -> tuple[tuple[RawCell, ...], ...]:
    cell = _cell(separator)
    rows: list[tuple[RawCell, ...]] = []
    cells: list[RawCell] = []
    at = 0
    while at < len(text) and (most is None or len(rows) < most):
        found = cell.match(text, at)
        assert found is not None  # the pattern fits everywhere, if only nothing
        quoted, rest = found["quoted"], found["rest"]
        cells.append(RawCell((quoted.replace('""', '"') if quoted else "") + rest, at, found.end()))
        at = found.end()
        if text.startswith(separator, at):
            at += 1
            if at == len(text):
                cells.append(RawCell("", at, at))
            else:
                continue
        if at < len(text):
            at += 2 if text.startswith("\r\n", at) else 1
        is_blank = len(cells) == 1 and cells[0].start == cells[0].end
        rows.append(() if is_blank else tuple(cells))
        cells = []
    return tuple(rows)


@cache
def _cell(separator: str) -> re.Pattern[str]:
    """What one cell is: a quoted part, in which two quotes are one, and what follows it; or just a text."""
    return re.compile(rf'(?:"(?P<quoted>(?:[^"]++|"")*+)(?:"|\Z))?+(?P<rest>[^{re.escape(separator)}\r\n]*+)')


def _written(says: str, separator: str, is_quoted: bool) -> str:
    if is_quoted or any(each in says for each in ('"', separator, "\r", "\n")):
        return '"' + says.replace('"', '""') + '"'
    return says
