"""A file is replaced only if it shows that an export of the same kind wrote it."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import OutputError
from grader.exports.pack_pages import as_zip
from grader.exports.replacing import refuse_a_folder_that_is_full, refuse_to_replace
from grader.study.similarity_page import similarity_page

MINE = as_zip({"a/feedback.html": b"page"})
ALIKE = similarity_page("A course: GRUs", []).encode()


def foreign_zip(comment=b""):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.comment = comment
        archive.writestr("a/feedback.html", "page")
    return written.getvalue()


@pytest.mark.parametrize(
    "old, new",
    [
        (b"", MINE),
        (as_zip({"b": b""}), MINE),
        (b"Student,ID\r\nx,1\r\n", b"Student,ID\r\nx,2\r\n"),
        (b"sep=;\nStudent;ID\nx;1", b"sep=;\nStudent;ID\nx;2"),
        (b'<?xml?>\n<testsuites name="GRU" tests="1">', b'<?xml?>\n<testsuites name="GRU" tests="2">'),
        (b'{"schema": "classroom50/scores/v1", "x": 1}', b'{"schema": "classroom50/scores/v1"}'),
        (similarity_page("", []).encode(), ALIKE),
        (ALIKE, similarity_page("Another course", []).encode()),
    ],
)
def test_an_earlier_export_may_be_replaced(tmp_path, old, new):
    file = tmp_path / "file"
    refuse_to_replace(file, new)
    file.write_bytes(old)
    refuse_to_replace(file, new)


@pytest.mark.parametrize(
    "old, new",
    [
        (foreign_zip(), MINE),
        (foreign_zip(b"not by gru-grader"), MINE),
        (MINE[:-20], MINE),
        (b"Student,ID,Notes\r\nx,1,\r\n", b"Student,ID\r\nx,2\r\n"),
        ("sep=;\nStudent;SIS".encode("utf-16"), "sep=;\nStudent;ID".encode("utf-16")),
        (b'<?xml?>\n<testsuites name="pytest tests">', b'<?xml?>\n<testsuites name="GRU" tests="2">'),
        (b'{"schema": "classroom50/result/v1"}', b'{"schema": "classroom50/scores/v1"}'),
        (b"# My notes\n", ALIKE),
        (ALIKE.replace(b"work that is alike</title>", b"ada</title>"), ALIKE),  # another page of the grader
        (ALIKE.replace(b"gru-grader", b"WordPress", 1), ALIKE),
        (b"<!DOCTYPE html>\n<title>Mine: work that is alike</title>", ALIKE),
        (b"[1]", b'{"schema": "classroom50/scores/v1"}'),
        (b"my notes", MINE),
    ],
)
def test_whatever_else_is_there_stays(tmp_path, old, new):
    file = tmp_path / "file"
    file.write_bytes(old)
    with pytest.raises(OutputError, match="is there already and is not from grader: name another file"):
        refuse_to_replace(file, new)


@given(
    st.binary(min_size=1, max_size=60),
    st.sampled_from([MINE, ALIKE, b"<?xml?>\n<testsuites name=''>", b'{"schema": 1}']),
)
def test_a_file_of_anything_is_never_a_traceback_and_never_replaced(tmp_path_factory, old, new):
    file = tmp_path_factory.getbasetemp() / "anything"
    file.write_bytes(old)
    with pytest.raises(OutputError):
        refuse_to_replace(file, new)


def test_a_folder_is_no_file_and_only_an_empty_one_takes_pages(tmp_path):
    with pytest.raises(OutputError, match="is a folder: name a file"):
        refuse_to_replace(tmp_path, MINE)
    refuse_a_folder_that_is_full(tmp_path)
    refuse_a_folder_that_is_full(tmp_path / "new")
    (tmp_path / "file").touch()
    for place in (tmp_path, tmp_path / "file"):
        with pytest.raises(OutputError, match="is there already: name a new folder"):
            refuse_a_folder_that_is_full(place)
