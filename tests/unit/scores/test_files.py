"""A file is there whole or not at all."""

from __future__ import annotations

import errno
import os

import pytest

from grader.errors import OutputError
from grader.scores.atomic import make_folder, make_whole_folder, replace_file, replace_if_other


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


def test_bytes_are_written_as_they_are(tmp_path):
    replace_file(tmp_path / "f.whl", b"PK\x03\x04\r\n\xff")
    assert (tmp_path / "f.whl").read_bytes() == b"PK\x03\x04\r\n\xff"


def test_text_that_can_not_be_encoded_leaves_the_old_file(tmp_path):
    replace_file(tmp_path / "f.html", "old")
    with pytest.raises(UnicodeEncodeError):
        replace_file(tmp_path / "f.html", "\udcff")
    assert (tmp_path / "f.html").read_text() == "old"


def test_what_comes_in_pieces_is_written_as_one(tmp_path):
    replace_file(tmp_path / "file", (piece for piece in (b"one\n", b"two\n")))
    assert (tmp_path / "file").read_bytes() == b"one\ntwo\n"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_piece_that_can_not_be_made_leaves_the_old_file_and_no_half_one(tmp_path, error):
    def pieces():
        yield b"half of the new one"
        raise error

    (tmp_path / "file").write_text("old")
    with pytest.raises(error):
        replace_file(tmp_path / "file", pieces())
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"file": "old"}


def test_a_file_that_holds_the_same_already_is_left_alone(tmp_path):
    file = tmp_path / "file"
    replace_if_other(file, "text")
    before = file.stat().st_ino
    replace_if_other(file, b"text")
    assert file.stat().st_ino == before
    replace_if_other(file, "next")
    assert file.read_text() == "next"


def test_a_link_to_the_same_is_replaced_all_the_same(tmp_path):
    (tmp_path / "elsewhere").write_text("text")
    (tmp_path / "file").symlink_to(tmp_path / "elsewhere")
    replace_if_other(tmp_path / "file", "text")
    assert not (tmp_path / "file").is_symlink()


def test_a_full_disk_is_one_line_that_names_the_file_and_leaves_the_old_one(tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    replace_file(tmp_path / "f.html", "old")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OutputError) as caught:
        replace_file(tmp_path / "f.html", "new")
    assert str(caught.value) == f"{tmp_path / 'f.html'} can't be written (No space left on device)."
    assert (tmp_path / "f.html").read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["f.html"]


def test_a_folder_that_can_not_be_made_is_named(tmp_path):
    (tmp_path / "students").write_text("a file")
    with pytest.raises(OutputError, match="students can't be written"):
        make_folder(tmp_path / "students")


def test_a_whole_folder_is_made_with_its_files_and_nothing_else_is_left(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        make_whole_folder(tmp_path / name, {"a/x.html": b"1", "b/x.html": b"2"})
        assert (tmp_path / name / "a" / "x.html").read_bytes() == b"1"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["empty", "new"]


@pytest.mark.parametrize("there", ["a file", "a full folder", "a link"])
def test_what_stands_in_a_whole_folders_place_stays(tmp_path, there):
    place = tmp_path / "place"
    if there == "a file":
        place.write_text("keep")
    elif there == "a full folder":
        place.mkdir()
        (place / "keep").write_text("keep")
    else:
        place.symlink_to(tmp_path)
    with pytest.raises(OutputError, match="place can't be written"):
        make_whole_folder(place, {"a": b"1"})
    assert [file.name for file in tmp_path.iterdir()] == ["place"]
    assert place.is_file() or [file.name for file in place.iterdir()] in (["keep"], ["place"])
