"""A file is there whole or not at all."""

from __future__ import annotations

import pytest

from grader.scores.files import replace_file


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path):
    for text in ("one", "zwei, ü"):
        replace_file(tmp_path / "f.html", text)
        assert (tmp_path / "f.html").read_text(encoding="utf-8") == text
    assert [file.name for file in tmp_path.iterdir()] == ["f.html"]


def test_a_link_in_a_files_place_is_replaced_and_not_followed(tmp_path):
    (tmp_path / "elsewhere").write_text("keep")
    (tmp_path / "f.html").symlink_to(tmp_path / "elsewhere")
    replace_file(tmp_path / "f.html", "new")
    assert (tmp_path / "elsewhere").read_text() == "keep"
    assert not (tmp_path / "f.html").is_symlink()


def test_line_ends_are_written_as_they_are(tmp_path):
    replace_file(tmp_path / "f.csv", "a\nb\r\n")
    assert (tmp_path / "f.csv").read_bytes() == b"a\nb\r\n"


def test_text_that_can_not_be_encoded_leaves_the_old_file(tmp_path):
    replace_file(tmp_path / "f.html", "old")
    with pytest.raises(UnicodeEncodeError):
        replace_file(tmp_path / "f.html", "\udcff")
    assert (tmp_path / "f.html").read_text() == "old"
