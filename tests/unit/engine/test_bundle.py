"""A course that is sent elsewhere: the same files arrive, and only in their folder."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from grader.course.course_toml import load_course
from grader.engine import bundle
from grader.engine.bundle import pack_course, unpack_course
from grader.errors import CourseError, WorkerFault
from helpers.repository import SOLUTIONS


def test_a_course_that_was_sent_is_the_same_course(tmp_path: Path) -> None:
    sent = unpack_course(pack_course(SOLUTIONS), tmp_path / "course")

    here, there = load_course(SOLUTIONS), load_course(sent)
    assert [each.id for each in there.exercises] == [each.id for each in here.exercises]
    for one, other in zip(here.exercises, there.exercises, strict=True):
        assert [path.read_bytes() for path in one.checks] == [path.read_bytes() for path in other.checks]
        assert [path.read_bytes() for path in one.hidden] == [path.read_bytes() for path in other.hidden]


def test_equal_folders_make_equal_bytes_whatever_their_times(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "checks").mkdir(parents=True)
        (tmp_path / name / "course.toml").write_text("name = 'x'")
        (tmp_path / name / "checks" / "check_a.py").write_text("1")
    os.utime(tmp_path / "two" / "course.toml", (1e9, 1e9))

    assert pack_course(tmp_path / "one") == pack_course(tmp_path / "two")


def test_hidden_files_and_caches_stay_behind(tmp_path: Path) -> None:
    for name in ("a.py", ".git/config", "__pycache__/a.pyc", ".hidden", "below/b.txt"):
        (tmp_path / "course" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "course" / name).write_text(name)

    sent = unpack_course(pack_course(tmp_path / "course"), tmp_path / "sent")
    assert sorted(path.relative_to(sent).as_posix() for path in sent.rglob("*") if path.is_file()) == [
        "a.py",
        "below/b.txt",
    ]


def test_a_course_that_is_too_large_is_told_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MAX_BYTES", 10)
    (tmp_path / "data.csv").write_text("12345678901")

    with pytest.raises(CourseError, match=f"{tmp_path} can't be sent to other machines"):
        pack_course(tmp_path)


@pytest.mark.parametrize("name", ["../out.py", "/tmp/out.py", "a/../../out.py", "a\\..\\out.py"])
def test_no_file_leaves_the_folder(tmp_path: Path, name: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as written:
        written.writestr(name, "x")

    with pytest.raises(WorkerFault, match="outside its folder"):
        unpack_course(packed.getvalue(), tmp_path / "course")
    assert not list(tmp_path.rglob("out.py"))


def test_what_is_no_bundle_or_a_larger_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WorkerFault, match="can't be unpacked"):
        unpack_course(b"no zip", tmp_path / "one")
    packed = pack_course(SOLUTIONS)
    monkeypatch.setattr(bundle, "MAX_BYTES", 1000)
    with pytest.raises(WorkerFault, match="larger"):
        unpack_course(packed, tmp_path / "two")
