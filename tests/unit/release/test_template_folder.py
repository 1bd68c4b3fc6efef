"""A template's folder is brought up to date, and is never one that holds somebody's work."""

from __future__ import annotations

import pytest

from grader.errors import OutputError, UsageError
from grader.release.package_pin import PIN_HEAD
from grader.release.template_folder import update_folder

PIN = PIN_HEAD + b" 1"
FILES = {"README.md": "one", ".github/a.yml": "two", ".grader/grader.txt": PIN, ".grader/p-1.whl": b"PK"}
NEWER = {"README.md": "new", ".github/a.yml": "two", ".grader/grader.txt": PIN, ".grader/p-2.whl": b"PK2"}


def held(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_that_is_not_there_is_made_with_all_files_in_their_order(tmp_path):
    written = update_folder(tmp_path / "a" / "b", FILES)

    assert [path.relative_to(tmp_path / "a" / "b").as_posix() for path in written] == list(FILES)
    assert held(tmp_path / "a" / "b") == {**FILES, "README.md": b"one", ".github/a.yml": b"two"}


def test_a_second_release_replaces_what_changed_and_takes_an_older_wheel_away(tmp_path):
    update_folder(tmp_path, FILES)
    update_folder(tmp_path, NEWER)

    assert held(tmp_path) == {**NEWER, "README.md": b"new", ".github/a.yml": b"two"}


def test_what_git_keeps_in_it_is_left_alone(tmp_path):
    (tmp_path / ".git" / "refs").mkdir(parents=True)
    (tmp_path / ".git" / "refs" / "main").write_text("0")
    update_folder(tmp_path, FILES)

    assert (tmp_path / ".git" / "refs" / "main").read_text() == "0"


def test_what_teachers_added_to_a_template_stays_and_each_file_that_changed_is_told(tmp_path):
    """A platform's bots and a teacher's own words lie in it as soon as it is under git."""
    update_folder(tmp_path, FILES)
    added = {"LICENSE": b"MIT", ".DS_Store": b"\x00", ".github/dependabot.yml": b"version: 2", "tools/mine.whl": b"PK"}
    for name, content in added.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / ".github" / "a.yml").write_text("a teacher's own")
    said: list[str] = []
    update_folder(tmp_path, NEWER, said.append)

    assert held(tmp_path) == {**NEWER, "README.md": b"new", ".github/a.yml": b"two", **added}
    assert said == [
        f"replaced {tmp_path}/README.md, which differed",
        f"replaced {tmp_path}/.github/a.yml, which differed",
        f"removed {tmp_path}/.grader/p-1.whl, which an earlier release wrote",
        f"kept in {tmp_path}, though no part of this: .DS_Store, .github/dependabot.yml, LICENSE, tools/mine.whl",
    ]


def test_the_same_release_again_has_nothing_to_tell(tmp_path):
    said: list[str] = []
    update_folder(tmp_path, FILES, said.append)
    update_folder(tmp_path, FILES, said.append)

    assert said == []


def test_a_pin_that_no_release_wrote_makes_a_folder_no_template(tmp_path):
    (tmp_path / ".grader").mkdir()
    (tmp_path / ".grader" / "grader.txt").write_text("numpy\n")
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"holds notes\.txt"):
        update_folder(tmp_path, FILES)


@pytest.mark.parametrize("name", ["notes.txt", "solutions/01.py", ".github/b.yml", ".env", ".grader/other.whl"])
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
