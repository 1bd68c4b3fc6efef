"""A platform's file keeps every byte but those of the cells that are filled."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.exports.lms_table import read_table

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1252"]
MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
LETTERS = st.text(st.sampled_from('ab1 ,;\t"\r\né'), max_size=8)
TABLES = st.lists(st.lists(LETTERS, min_size=2, max_size=4), min_size=1, max_size=5)
ENDS = st.sampled_from(["\r\n", "\n", "\r"])
RAW = st.text(st.sampled_from('ab,"\r\n é'), max_size=40)


def written(rows, separator, end, quoting=csv.QUOTE_MINIMAL):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return out.getvalue()


@given(RAW)
def test_cells_say_what_the_csv_module_reads_in_any_text(text):
    text = f"Student,ID\n{text}"
    table = read_table(text.encode(), "f.csv", (",",))

    assert [[cell.says for cell in row] for row in table.rows] == list(csv.reader(io.StringIO(text, newline="")))


@given(TABLES, st.sampled_from(",;\t"), ENDS, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_filling_nothing_gives_the_same_bytes_in_every_encoding(rows, separator, end, quoting):
    text = written([["Student", "ID", "x"], *rows], separator, end, quoting)
    for encoding in ENCODINGS:
        data = text.encode(encoding)
        assert read_table(data, "f.csv", (separator,)).filled({}) == data


@given(TABLES, st.sampled_from(",;"), ENDS, st.data())
def test_filling_one_cell_changes_what_that_cell_says_and_nothing_else(rows, separator, end, data):
    width = max(map(len, rows))
    rows = [["Student", "ID", "x", "y"][:width], *([*row, *[""] * (width - len(row))] for row in rows)]
    before = written(rows, separator, end)
    table = read_table(before.encode("utf-16"), "f.csv", (separator,))
    at = data.draw(st.sampled_from([place for place, row in enumerate(table.rows) if place and row] or [0]))
    column = data.draw(st.integers(0, len(table.rows[at]) - 1))

    after = read_table(table.filled({(at, column): "42"}), "f.csv", (separator,))

    wanted = [[cell.says for cell in row] for row in table.rows]
    wanted[at][column] = "42"
    assert [[cell.says for cell in row] for row in after.rows] == wanted
    cell, other = table.rows[at][column], after.rows[at][column]
    assert table.text[: cell.start] == after.text[: other.start]
    assert table.text[cell.end :] == after.text[other.end :]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("marked", [True, False])
def test_utf_16_is_read_with_and_without_its_mark(encoding, marked):
    data = (MARKS[encoding] if marked else b"") + "Student,ID\nÅsa,1\n".encode(encoding)
    table = read_table(data, "f.csv")

    assert table.says(1, 0) == "Åsa"
    assert table.filled({(1, 1): "2"}) == data.replace("1\n".encode(encoding), "2\n".encode(encoding))


def test_a_quoted_cell_stays_quoted_and_a_bare_one_bare():
    table = read_table(b'Student,ID\n"Ada",""\nAlan,\n', "f.csv")

    assert table.filled({(1, 1): "5", (2, 1): "6"}) == b'Student,ID\n"Ada","5"\nAlan,6\n'


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_told_from_the_first_rows(separator):
    text = written([["Student", "ID", "a,b;c\td"], ["Ada; Lovelace, Countess", "1", "2,5"]], separator, "\n")

    assert read_table(text.encode(), "f.csv").separator == separator


def test_bytes_that_are_no_utf_8_come_back_as_they_were():
    data = b"Student,ID\nJos\xe9,1\n\x81\x9d,2\n"

    assert read_table(data, "f.csv").filled({}) == data
    assert read_table(data, "f.csv").filled({(1, 1): "9"}) == data.replace(b"\xe9,1", b"\xe9,9")


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"one\n", b"PK\x03\x04 a workbook", b"Student\0,ID\nx,1\n", b"\xff\xfe\x00"]
)
def test_what_is_no_table_is_refused_in_one_line(data):
    with pytest.raises(UsageError) as refused:
        read_table(data, "grades.csv")

    assert "grades.csv" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_row_that_lacks_the_cell_is_named_by_its_line():
    table = read_table(b'Student,ID,"a\nb"\nAda,1,\nAlan\n', "grades.csv")

    with pytest.raises(UsageError, match=r"grades\.csv, line 4: this row has fewer cells"):
        table.filled({(2, 2): "5"})
