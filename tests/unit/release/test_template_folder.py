"""A template's folder is brought up to date, and is never one that holds somebody's work."""

from __future__ import annotations

import pytest

from grader.errors import OutputError, UsageError
from grader.release.template_folder import update_folder

FILES = {"README.md": "one", ".github/a.yml": "two", ".grader/p-1.whl": b"PK"}


def held(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_that_is_not_there_is_made_with_all_files_in_their_order(tmp_path):
    written = update_folder(tmp_path / "a" / "b", FILES)

    assert [path.relative_to(tmp_path / "a" / "b").as_posix() for path in written] == list(FILES)
    assert held(tmp_path / "a" / "b") == {"README.md": b"one", ".github/a.yml": b"two", ".grader/p-1.whl": b"PK"}


def test_a_second_release_replaces_what_changed_and_takes_an_older_wheel_away(tmp_path):
    update_folder(tmp_path, FILES)
    update_folder(tmp_path, {"README.md": "new", ".github/a.yml": "two", ".grader/p-2.whl": b"PK2"})

    assert held(tmp_path) == {"README.md": b"new", ".github/a.yml": b"two", ".grader/p-2.whl": b"PK2"}


def test_what_git_keeps_in_it_is_left_alone(tmp_path):
    (tmp_path / ".git" / "refs").mkdir(parents=True)
    (tmp_path / ".git" / "refs" / "main").write_text("0")
    update_folder(tmp_path, FILES)

    assert (tmp_path / ".git" / "refs" / "main").read_text() == "0"


@pytest.mark.parametrize("name", ["notes.txt", "solutions/01.py", ".github/b.yml", ".env"])
def test_any_other_file_is_named_in_one_line_and_nothing_is_written(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(UsageError) as told:
        update_folder(tmp_path, FILES)

    assert str(told.value) == (
        f"{tmp_path} holds {name}, which is no part of this: name an empty folder, or take that file out."
    )
    assert list(held(tmp_path)) == [name]


def test_a_link_to_nowhere_is_a_file_too(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "none")
    with pytest.raises(UsageError, match="holds link"):
        update_folder(tmp_path, FILES)


def test_a_file_in_the_folders_place_is_one_line(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match="can't be written"):
        update_folder(tmp_path / "out", FILES)
