"""What is shown to a worker, and what is removed after it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.lockdown import view
from grader.sandbox.lockdown.left_behind import remove_folder
from grader.sandbox.lockdown.lock import closed_to_others

if TYPE_CHECKING:
    from pathlib import Path


def test_a_tree_deeper_than_any_path_is_removed(tmp_path: Path) -> None:
    """Python 3.11's shutil.rmtree gives up with a RecursionError, and what a submission made would stay."""
    folder = tmp_path / "work"
    folder.mkdir()
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    remove_folder(folder)
    assert not folder.exists()


def test_removing_follows_no_link(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir(mode=0o755)
    (kept / "file").write_text("x")
    folder = tmp_path / "work"
    (folder / "sub").mkdir(parents=True)
    for place in (folder, folder / "sub"):
        (place / "to-folder").symlink_to(kept)
        (place / "to-file").symlink_to(kept / "file")
    (folder / "closed").mkdir(mode=0o000)
    remove_folder(folder)
    assert not folder.exists()
    assert (kept / "file").read_text() == "x"
    assert kept.stat().st_mode & 0o777 == 0o755


def test_links_on_the_way_are_shown_too(tmp_path: Path) -> None:
    base = os.path.realpath(tmp_path)
    os.makedirs(f"{base}/real/deep")
    os.symlink("real", f"{base}/link")
    os.symlink(f"{base}/link/deep", f"{base}/other")
    assert set(view._places(f"{base}/other")) == {f"{base}/other", f"{base}/link", f"{base}/real/deep"}


def test_a_ring_of_links_is_nothing(tmp_path: Path) -> None:
    os.symlink("b", tmp_path / "a")
    os.symlink("a", tmp_path / "b")
    assert f"{tmp_path}/a/x" not in set(view._places(f"{tmp_path}/a/x"))


def test_what_lies_in_a_folder_that_may_be_read_as_a_whole_is_never_covered(tmp_path: Path) -> None:
    """A grader that had loaded most of Python's own extension modules hid the rest of them from its workers."""
    files = [tmp_path / f"{number:02d}.so" for number in range(20)]
    for file in (*files, tmp_path / "mmap.so"):
        file.write_text("")

    shown, covered, within = view._group(sorted(map(str, [tmp_path, *files])))

    assert (shown, covered, within) == ([str(tmp_path)], [], [])


def test_many_of_one_folder_are_shown_as_the_folder_and_the_rest_is_covered(tmp_path: Path) -> None:
    library = tmp_path / "lib"
    packages = library / "site-packages"
    (packages / "numpy").mkdir(parents=True)
    (packages / "scipy").mkdir()
    modules = [library / f"m{n}.py" for n in range(20)]
    for module in modules:
        module.touch()
    shown, covered, within = view._group(sorted(map(str, [*modules, packages / "numpy"])))
    assert shown == [str(library)]
    assert covered == [str(packages)]
    assert within == [str(packages / "numpy")]


def test_what_another_user_can_not_read_is_found(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "open").mkdir()
    (closed / "open").chmod(0o755)
    assert closed_to_others([closed / "open"], parents=False) is None
    assert closed_to_others([closed / "open"], parents=True) is not None
    assert closed_to_others([closed], parents=False) == closed
    assert closed_to_others([tmp_path / "nothing"], parents=False) == tmp_path / "nothing"


@pytest.mark.parametrize("name", ["a", "b/c"])
def test_a_path_without_links_is_shown_as_it_is(tmp_path: Path, name: str) -> None:
    place = os.path.realpath(tmp_path) + "/" + name
    os.makedirs(place)
    assert list(view._places(place)) == [place]
