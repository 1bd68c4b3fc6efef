"""Collecting a class of repositories of which some are made to stop it: each costs its own student alone, and says so."""

from __future__ import annotations

import runpy
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from grader.release.template_text import TEMPLATES
from helpers.processes import is_alive, wait_for
from helpers.shared import made_once

BASE = {
    "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "x",
    "GIT_AUTHOR_EMAIL": "x@localhost", "GIT_COMMITTER_NAME": "x", "GIT_COMMITTER_EMAIL": "x@localhost",
}  # fmt: skip
MEGABYTES = 1_000_000


class Repository:
    """A bare repository whose trees are written by hand, so that they hold what no working folder can."""

    def __init__(self, place: Path) -> None:
        """Make an empty one."""
        self.place = place
        place.mkdir(parents=True)
        self.git("init", "-q", "--bare", "-b", "main")

    def git(self, *words: str, given: bytes = b"") -> str:
        """Run git and give what it prints."""
        done = subprocess.run(["git", *words], cwd=self.place, env=BASE, input=given, check=True, capture_output=True)
        return done.stdout.decode().strip()

    def blob(self, data: bytes) -> str:
        """Write a file's bytes and give their object."""
        return self.git("hash-object", "-w", "--stdin", given=data)

    def tree(self, *entries: tuple[str, str, str]) -> str:
        """Write a folder of (mode, object, name), and give its object; git itself looks at no name."""
        rows = (f"{mode} {name}".encode() + b"\0" + bytes.fromhex(made) for mode, made, name in entries)
        return self.git("hash-object", "-w", "--literally", "-t", "tree", "--stdin", given=b"".join(rows))

    def commit(self, tree: str) -> None:
        """Put a folder at the head of the branch."""
        self.git("update-ref", "refs/heads/main", self.git("commit-tree", tree, "-m", "work"))


def deep(repository: Repository) -> None:
    """A file whose path has 5,000 bytes, more than the system takes, and work at the top."""
    folder = repository.tree(("100644", repository.blob(b"x"), "f"))
    for _ in range(25):
        folder = repository.tree(("40000", folder, "a" * 199))
    repository.commit(repository.tree(("100644", repository.blob(b"work"), "01_gates.py"), ("40000", folder, "a")))


def wide(repository: Repository) -> None:
    """One file of 49 MB under 30 names."""
    data = repository.blob(bytes(49 * MEGABYTES))
    work = repository.blob(b"work")
    folder = repository.tree(*(("100644", data, f"f{at:02}") for at in range(30)))
    repository.commit(repository.tree(("100644", work, "01_gates.py"), ("40000", folder, "data")))


def bomb(repository: Repository) -> None:
    """Ten folders in each of ten folders, ten deep: git would list files without end."""
    tree = repository.tree(("100644", repository.blob(b"x"), "f"))
    for _ in range(10):
        tree = repository.tree(*(("40000", tree, f"d{at}") for at in range(10)))
    repository.commit(tree)


def named(repository: Repository) -> None:
    """Names that lead elsewhere or that no file can have."""
    data = repository.blob(b"x")
    work = repository.blob(b"work")
    evil = repository.tree(("100755", data, "pre-commit"))
    up = repository.tree(("40000", evil, "hooks"), ("100644", data, "evil.py"))
    entries = [("40000", up, ".."), ("40000", up, ".GIT"), ("100644", work, "01_gates.py"), ("100644", data, "b" * 300)]
    entries += [
        ("120000", repository.blob(b"/etc/passwd"), "link.py"),
        ("40000", up, "link.py"),
        ("100644", data, "c/../../d.py"),
    ]
    repository.commit(repository.tree(*entries))


def honest(repository: Repository) -> None:
    """Work in a folder, and a submodule."""
    folder = repository.tree(("100755", repository.blob(b"a\r\nb"), "05_trace.py"))
    text = repository.blob(b"* text=auto eol=lf filter=lfs\n")
    repository.commit(
        repository.tree(("100644", text, ".gitattributes"), ("160000", "1" * 40, "module"), ("40000", folder, "w"))
    )


KINDS = {"deep": deep, "wide": wide, "bomb": bomb, "named": named, "zed": honest}


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one repository of each kind; the honest one is the last on the list."""

    def make(folder: Path) -> None:
        for name, fill in KINDS.items():
            fill(Repository(folder / name))
        lines = [f"{(folder / name).as_uri()} {name}" for name in KINDS]
        (folder / "list.txt").write_text("\n".join(lines), encoding="utf-8")

    return made_once(tmp_path_factory, "hostile-repositories", make)


@pytest.fixture(scope="module")
def collected(repositories: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Collect them as the workflow does; gives the class and what was said."""
    folder = tmp_path_factory.mktemp("collected")
    command = [sys.executable, "-I", str(TEMPLATES / "grading.py.txt"), "collect", str(repositories / "list.txt")]
    done = subprocess.run(
        [*command, str(folder / "class")],
        env=BASE | {"TMPDIR": str(folder)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert [each.name for each in folder.iterdir()] == ["class"], "no repository of git is left behind"
    return folder / "class", done.stdout


def below(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_everyone_has_a_folder_and_so_a_row(collected: tuple[Path, str]) -> None:
    assert sorted(each.name for each in collected[0].iterdir()) == sorted(KINDS)


def test_who_comes_after_them_is_collected_as_committed(collected: tuple[Path, str]) -> None:
    """Raw: neither attributes nor submodules of a repository take part."""
    found = below(collected[0] / "zed")
    assert found["w/05_trace.py"] == b"a\r\nb"
    assert sorted(found) == [".gitattributes", "w/05_trace.py"]


def test_a_path_that_is_too_long_is_left_out_and_the_work_beside_it_is_not(collected: tuple[Path, str]) -> None:
    assert below(collected[0] / "deep") == {"01_gates.py": b"work"}
    assert "deep: left out of its files: 1 (" in collected[1]


def test_a_repository_takes_no_more_room_than_its_share_and_work_comes_first(collected: tuple[Path, str]) -> None:
    found = below(collected[0] / "wide")
    assert found["01_gates.py"] == b"work"
    assert sum(map(len, found.values())) <= 200 * MEGABYTES
    assert "wide: left out of its files: 26 (" in collected[1]


def test_a_list_of_files_without_end_is_refused(collected: tuple[Path, str]) -> None:
    assert below(collected[0] / "bomb") == {}
    assert "bomb: not collected, it is too large" in collected[1]


def test_no_name_leads_out_of_the_folder_and_a_link_is_a_file(collected: tuple[Path, str]) -> None:
    assert below(collected[0] / "named") == {"01_gates.py": b"work", "link.py": b"/etc/passwd"}
    assert not (collected[0] / "named" / "link.py").is_symlink()
    assert not (collected[0].parent / "hooks").exists()


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The functions of the script, whose globals a test may change."""
    for name, value in BASE.items():
        monkeypatch.setenv(name, value)
    functions = runpy.run_path(str(TEMPLATES / "grading.py.txt"))
    return functions["collect"].__globals__  # type: ignore[no-any-return]


def test_when_the_time_for_all_is_over_the_rest_is_named_and_has_its_rows(
    repositories: Path, tmp_path: Path, script: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    script["SECONDS_OF_ALL"] = 0
    assert script["collect"](repositories / "list.txt", tmp_path / "class") == 1
    assert sorted(each.name for each in (tmp_path / "class").iterdir()) == sorted(KINDS)
    assert "zed: not collected, the 0 minutes for all repositories were over before it" in capsys.readouterr().out


def test_a_fault_at_one_student_is_named_and_the_others_go_on(
    repositories: Path, tmp_path: Path, script: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    clone = script["clone"]

    def faulty(address: str, place: Path, *bounds: float) -> int:
        if place.name != "zed":
            place.mkdir()
            (place / "half").touch()
            raise RecursionError
        return int(clone(address, place, *bounds))

    script["clone"] = faulty
    assert script["collect"](repositories / "list.txt", tmp_path / "class") == 0
    assert {path.name for path in (tmp_path / "class").rglob("*")} == {*KINDS, ".gitattributes", "w", "05_trace.py"}
    assert "deep: not collected, it could not be read (RecursionError)" in capsys.readouterr().out


def test_git_and_all_that_it_started_end_when_the_time_is_over(script: dict[str, Any], tmp_path: Path) -> None:
    """As when a server sends nothing more."""
    waiting = f"alias.wait=!echo $$ > {tmp_path / 'pid'}; sleep 600"
    end = time.monotonic() + 2
    with pytest.raises(script["Refused"], match="it took more than 60 seconds"):
        script["git"](["-c", waiting, "wait"], end, 1_000_000)
    assert wait_for(lambda: not is_alive(int((tmp_path / "pid").read_text())))


def test_more_than_a_repository_may_fetch_is_refused_in_words(script: dict[str, Any]) -> None:
    with pytest.raises(script["Refused"], match="it is too large"):
        script["git"](["-c", "alias.much=!yes", "much"], time.monotonic() + 60, 100_000)
