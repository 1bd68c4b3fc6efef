"""The rows of a CSV file that a person or a platform made, in whichever encoding and with whichever separator it was saved."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.errors import UnreadableWork, UsageError
from grader.source.text import display
from grader.submissions.files import open_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

MAX_BYTES = 32_000_000  # 10,000 people with a hundred columns of marks have far less
MAX_ROWS = 100_000
_SEPARATORS = (",", ";", "\t")
_MARKED = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_WEB_PAGE = re.compile(rb"\s*(?:<!doctype html|<html)", re.IGNORECASE)
_TOLD_SEPARATOR = re.compile(r"sep=(.)", re.IGNORECASE)  # what Excel reads in a first line of its own
_AS_CSV = "save it as CSV with the encoding UTF-8"


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row that is not blank: its cells, as many as the header has, and the line in which it begins, from 1."""

    line: int
    cells: tuple[str, ...]


def read_rows(path: Path, is_known: Callable[[str], bool]) -> list[CsvRow]:
    """Return the header and the rows below it; ``is_known`` says which titles the separator is recognised by.

    UTF-8 and UTF-16 as their marks say, UTF-8 without one, cp1252 for what is neither. Raises UsageError, in one line with the
    file, the line and the way out.
    """
    shown = display(os.fspath(path))
    text = _decoded(_bytes(path, shown), shown)
    separator = _separator(text, is_known)
    if separator is None:
        raise UsageError(f"{shown}: {_no_header(text)}")
    found: list[CsvRow] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not (line == 1 and _tells_separator(cells, separator)):
                found.append(CsvRow(line, _fitted(cells, found[0].cells, shown, line) if found else tuple(cells)))
            if len(found) > MAX_ROWS + 1:
                raise UsageError(
                    f"{shown}, line {line}: there are more than {MAX_ROWS:,} rows; give one class at a time"
                )
            line = reader.line_num + 1
    except csv.Error as error:
        what = str(error)
        if "end of data" in what:
            what = "a quotation mark is not closed"
        elif "field limit" in what:
            what = f"a cell has more than {csv.field_size_limit():,} characters"
        raise UsageError(
            f"{shown}, line {line}: this row can't be read ({what}); mend it, or save it as CSV again"
        ) from None
    return found


def _bytes(path: Path, shown: str) -> bytes:
    if not os.path.exists(path):
        raise UsageError(f"{shown}: there is no such file")
    try:
        with open_plain(path.resolve(), MAX_BYTES) as file:
            data = file.read(MAX_BYTES)
    except (UnreadableWork, OSError, RuntimeError) as error:
        raise UsageError(f"{shown}: {error}; name a CSV file") from None
    if data.startswith(_SPREADSHEETS):
        raise UsageError(f"{shown}: this is a spreadsheet or an archive, not CSV; {_AS_CSV}")
    if _WEB_PAGE.match(data[:1000]):
        raise UsageError(f"{shown}: this is a web page, not CSV; download the file itself")
    if data.startswith(_UTF_32):
        raise UsageError(f"{shown}: the text is UTF-32; {_AS_CSV}")
    return data


def _decoded(data: bytes, shown: str) -> str:
    tried: tuple[str, ...]
    for mark, codec in _MARKED:
        if data.startswith(mark):
            body, tried = data[len(mark) :], (codec,)
            break
    else:
        body, tried = data, ("utf-8", "cp1252")
    for codec in tried:
        try:
            text = body.decode(codec)
            break
        except UnicodeDecodeError as error:
            line = body[: error.start].decode(codec, "ignore").count("\n") + 1
    else:
        raise UsageError(f"{shown}, line {line}: a byte here is no {codec} text; {_AS_CSV}")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UsageError(f"{shown}, line {line}: a NUL character, so this is no plain text; {_AS_CSV}")
    return text


def _separator(text: str, is_known: Callable[[str], bool]) -> str | None:
    """The separator with which the header has the most titles that are known; None if it has none with any."""
    best: str | None = None
    most = (0, 0)
    for separator in _SEPARATORS:
        titles = _titles(text, separator)
        counted = sum(map(is_known, titles)), len(titles)
        if counted[0] and counted > most:
            best, most = separator, counted
    return best


def _titles(text: str, separator: str) -> Sequence[str]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not (
                reader.line_num == 1 and _tells_separator(cells, separator)
            ):
                return cells
    except csv.Error:
        pass
    return ()


def _tells_separator(cells: Sequence[str], separator: str) -> bool:
    return _TOLD_SEPARATOR.fullmatch(separator.join(cells).strip(" \r\n")) is not None


def _no_header(text: str) -> str:
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if not first:
        return "the file is empty"
    return f"the first line ({display(first[:60])}) has no title that is known"


def _fitted(cells: Sequence[str], titles: Sequence[str], shown: str, line: int) -> tuple[str, ...]:
    """A row with as many cells as there are titles; raises UsageError if it has more, since then they are in wrong columns."""
    if any(cell.strip() for cell in cells[len(titles) :]):
        raise UsageError(
            f"{shown}, line {line}: {len(cells)} cells, but {len(titles)} titles; put text that holds the separator in quotes"
        )
    return tuple(cells[: len(titles)]) + ("",) * (len(titles) - len(cells))
