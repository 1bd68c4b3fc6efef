"""Whose work it is: the bytes of what counts are read once, known by their digest, and bounded in memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import WorkerFault
from grader.scores.records import Flag
from grader.source.contents import Contents, Signature
from grader.submissions import reader
from grader.submissions.choose import choose
from grader.submissions.find import find_work
from grader.submissions.reader import Reader, StudentFiles
from grader.submissions.works import Held, Work, digest_of, together
from helpers.made_work import work_of

GATES = Signature("01_gates", ("sigmoid",), {})
SWAP = Signature("02_swap", ("swap",), {})
TEXT = b"def sigmoid(a):\n    return a\n"


def look(data: bytes, kind: object, name: str) -> Contents:
    bound = frozenset(name for name in ("sigmoid", "swap") if name.encode() in data)
    return Contents(definitions=dict.fromkeys(bound, ("0" * 64,)), bound=bound)


def test_a_file_that_was_found_has_its_digest_and_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "01_gates.py").write_bytes(TEXT)
    work, missing = find_work(tmp_path, [GATES, SWAP], look).works
    assert (work.students, work.sha256, work.data) == (("ada",), digest_of(TEXT), TEXT)
    assert (work.can_be_graded, work.is_missing) == (True, False)
    assert (missing.sha256, missing.can_be_graded, missing.is_missing) == (None, False, True)


def test_each_file_of_a_student_is_read_once_however_often_it_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was read once for each exercise and look, and once more when it was graded."""
    (tmp_path / "ada").mkdir()
    names = ["01_gates.py", "01_gates (1).py", "homework.py", "01_gates.ipynb"]
    for name in names:
        (tmp_path / "ada" / name).write_bytes(TEXT)
    opened: list[str] = []
    monkeypatch.setattr(reader, "load", lambda file, kind: (opened.append(file.name), file.read_bytes())[1])
    work = find_work(tmp_path, [GATES, SWAP], look).works[0]
    assert work.read() == TEXT
    assert sorted(opened) == sorted(names)


def test_a_file_that_changes_while_it_is_chosen_keeps_the_digest_of_what_was_looked_at(tmp_path: Path) -> None:
    """So it is not graded as what it was chosen for: its points stay open."""
    file = tmp_path / "01_gates.py"
    file.write_bytes(TEXT)
    files = StudentFiles(room=0)
    assert files.read(file, "script") == TEXT
    file.write_bytes(b"other")
    assert files.read(file, "script") == b"other"
    assert files.digests[file] == digest_of(TEXT)


def test_a_file_that_cannot_be_read_when_it_is_chosen_is_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ada").mkdir()
    file = tmp_path / "ada" / "01_gates.py"
    file.write_bytes(TEXT)
    loaded = reader.load

    def gone(path: Path, kind: object) -> bytes:
        path.unlink(missing_ok=True)
        return loaded(path, "script")

    monkeypatch.setattr(reader, "load", gone)
    (work,) = find_work(tmp_path, [GATES], look).works
    assert (work.unreadable, work.sha256) == ("it is not there any more", None)
    assert [flag.kind for flag in work.flags] == ["unreadable"]


def test_bytes_are_kept_as_long_as_there_is_room_and_equal_ones_once() -> None:
    held = Held(room=10)
    assert held.keep("a", b"12345678") == b"12345678"
    assert held.keep("b", b"123") is None
    assert held.keep("c", b"12") == b"12"
    assert held.keep("a", b"12345678") is held.contents["a"]
    assert held.room == 0


def test_a_class_with_more_bytes_than_there_is_room_for_is_read_again_and_must_be_the_same(tmp_path: Path) -> None:
    looking, works = Reader(look, held=Held(room=len(TEXT) + 3)), []
    for student in ("ada", "bob", "cy"):
        (tmp_path / student).mkdir()
        (tmp_path / student / "01_gates.py").write_bytes(TEXT + student.encode())
        works += choose(student, tmp_path / student, student, (GATES,), looking.next_student(), below=True)
    assert [work.data is None for work in works] == [False, True, True]
    (tmp_path / "cy" / "01_gates.py").write_bytes(b"other")
    assert works[1].read() == TEXT + b"bob"
    with pytest.raises(WorkerFault, match="changed or taken away"):
        works[2].read()


def test_a_file_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    file = tmp_path / "01_gates.py"
    file.write_bytes(TEXT)
    work = replace(work_of(file, "01_gates", "ada"), data=None)
    file.rename(tmp_path / "elsewhere.py")
    file.symlink_to(tmp_path / "elsewhere.py")
    with pytest.raises(WorkerFault):
        work.read()


def test_what_a_group_handed_in_is_one_work_and_equal_files_of_two_students_are_two(tmp_path: Path) -> None:
    file, other = tmp_path / "one.py", tmp_path / "two.py"
    file.write_bytes(TEXT)
    other.write_bytes(TEXT)
    ana, bo, cy = work_of(file, "01_gates", "ana"), work_of(file, "01_gates", "bo"), work_of(other, "01_gates", "cy")
    nothing = [Work((student,), "02_swap") for student in ("ana", "bo")]
    noted = replace(work_of(file, "01_gates", "di"), flags=(Flag("note", "another one of hers lies beside it"),))
    assert [work.students for work in together([ana, nothing[0], bo, nothing[1], cy, noted])] == [
        ("ana", "bo"), ("ana",), ("bo",), ("cy",), ("di",),
    ]  # fmt: skip


def test_a_works_bytes_are_in_no_message_about_it(tmp_path: Path) -> None:
    file = tmp_path / "one.py"
    file.write_bytes(TEXT)
    assert "sigmoid" not in repr(work_of(file, "01_gates", "ana"))
