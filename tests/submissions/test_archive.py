"""The zips that learning platforms give, and archives that are made to harm who unpacks them."""

from __future__ import annotations

import io
import os
import stat
import warnings
import zipfile
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.submissions import archive
from grader.submissions.archive import in_archive, is_archive, unpack
from grader.submissions.contents import Contents
from grader.submissions.find import Found, Signature, find_work
from grader.submissions.source import describe

DONE = "def sigmoid(a):\n    return a\n"
GATES = Signature("01_gates", ("sigmoid",), {})


def info(name: str, mode: int = 0, flags: int = 0) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr, made.flag_bits, made.create_system = mode << 16, flags, 3
    return made


@pytest.fixture
def packed(tmp_path):
    def packed(*members: tuple[str | zipfile.ZipInfo, str | bytes], name: str = "class.zip") -> Path:
        with warnings.catch_warnings(), zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as file:
            warnings.simplefilter("ignore")  # of two members of one name
            for member, text in members:
                file.writestr(member, text)
        return tmp_path / name

    return packed


def found(file: Path, tmp_path: Path) -> Found:
    unpacked = unpack(file, tmp_path / "unpacked" / file.stem)

    def look(data, kind, name):
        return Contents.from_plain(describe(data, kind, name, ["sigmoid"]))

    return in_archive(find_work(unpacked.folder, [GATES], look, False), unpacked)


LAYOUTS = {
    "canvas": {"adalovelace_101_5501_01_gates.py": "adalovelace_101", "bobb_LATE_102_5502_01_gates-1.py": "bobb_102"},
    "moodle": {
        "Ada Lovelace_77_assignsubmission_file_/01_gates.py": "Ada Lovelace_77_assignsubmission_file_",
        "Bob_78_assignsubmission_file_/01_gates.py": "Bob_78_assignsubmission_file_",
    },
    "moodle without folders": {"Ada Lovelace_77_assignsubmission_file_01_gates.py": "Ada Lovelace_77"},
    "gradescope": {
        "assignment_9_export/submission_1/01_gates.py": "submission_1",
        "assignment_9_export/submission_2/01_gates.py": "submission_2",
    },
    "a class": {"ada/01_gates.py": "ada", "bob/week/01_gates.py": "bob"},
    "a class in a folder": {"class/ada/01_gates.py": "ada", "class/bob/01_gates.py": "bob"},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_platforms_zip_is_read_as_it_comes(layout, packed, tmp_path):
    """The student is who the platform says, and the path is the member's name."""
    members = LAYOUTS[layout]
    got = found(packed(*((name, DONE) for name in members), ("__MACOSX/x/01_gates.py", "x")), tmp_path)

    assert {work.path: work.student for work in got.works} == members
    assert got.unplaced == ()


def test_gradescopes_metadata_is_no_student_and_other_files_make_one(packed, tmp_path):
    got = found(
        packed(
            ("assignment_9_export/submission_metadata.yml", "x"),
            ("assignment_9_export/submission_1/01_gates.py", DONE),
            ("assignment_9_export/submission_2/report.pdf", "%PDF"),
        ),
        tmp_path,
    )

    assert got.students == ("submission_1", "submission_2")
    assert [work.file is None for work in got.works] == [False, True]


HOSTILE = {
    "../out/01_gates.py": "leads out",
    "ada/../../01_gates.py": "leads out",
    "/ada/01_gates.py": "leads out",
    "C:/ada/01_gates.py": "leads out",
    "ada/..\\..\\01_gates.py": "leads out",
    "a/b/c/d/e/f/g/h/01_gates.py": "leads out",
    "ada/" + "x" * 300 + ".py": "leads out",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_leads_out_is_left_and_named(name, packed, tmp_path):
    got = found(packed((name, DONE), ("bob/01_gates.py", DONE)), tmp_path)

    assert got.students == ("bob",)
    assert len(got.unplaced) == 1
    assert HOSTILE[name] in got.unplaced[0]
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {"class.zip", "unpacked/class/bob/01_gates.py"}


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_special_files_are_left(kind, packed, tmp_path):
    got = found(packed((info("ada/01_gates.py", kind | 0o777), "/etc/passwd"), ("bob/01_gates.py", DONE)), tmp_path)

    assert got.students == ("bob",)
    assert "no regular file" in got.unplaced[0]
    assert not [path for path in tmp_path.rglob("*") if path.is_symlink()]


def test_modes_of_an_archive_are_not_taken_over(packed, tmp_path):
    unpacked = unpack(packed((info("ada/01_gates.py", stat.S_IFREG | 0o6777), DONE)), tmp_path / "new")

    assert stat.S_IMODE(os.stat(tmp_path / "new" / "ada" / "01_gates.py").st_mode) & 0o6111 == 0
    assert unpacked.left == ()


def test_of_two_members_of_one_name_the_first_counts(packed, tmp_path):
    got = found(packed(("ada/01_gates.py", DONE), ("ada/01_gates.py", "x")), tmp_path)

    assert got.works[0].file.read_text() == DONE
    assert "earlier member" in got.unplaced[0]


def test_a_bomb_is_left_before_it_is_unpacked(packed, tmp_path):
    got = found(packed(("ada/01_gates.py", b"#" * 6_000_000), ("bob/01_gates.py", DONE)), tmp_path)

    assert got.students == ("bob",)
    assert "larger than" in got.unplaced[0]


def test_a_bomb_of_many_parts_stops_the_command(packed, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_TOTAL", 3_000_000)
    with pytest.raises(UsageError, match="more than"):
        unpack(packed(*((f"{n}/01_gates.py", b"#" * 1_000_000) for n in range(5))), tmp_path / "new")


def test_too_many_members_stop_the_command(packed, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    with pytest.raises(UsageError, match="more than 3 members"):
        unpack(packed(*((f"{n}/01_gates.py", "x") for n in range(5))), tmp_path / "new")


def test_a_member_that_lies_about_its_size_is_left(packed, tmp_path):
    file = packed(("ada/01_gates.py", b"#" * 100_000), ("bob/01_gates.py", DONE))
    data = file.read_bytes().replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    file.write_bytes(data)

    unpacked = unpack(file, tmp_path / "new")
    assert [path.name for path in unpacked.members] == ["01_gates.py"]
    assert "can't be read" in unpacked.left[0]
    assert not (tmp_path / "new" / "ada" / "01_gates.py").exists()


def test_an_encrypted_member_is_left(packed, tmp_path):
    file = packed(("ada/01_gates.py", DONE), ("bob/01_gates.py", DONE))
    data = bytearray(file.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    file.write_bytes(data)

    got = found(file, tmp_path)
    assert got.students == ("bob",)
    assert "encrypted" in got.unplaced[0]


def test_an_archive_in_the_archive_is_not_opened(packed, tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("01_gates.py", DONE)
    got = found(packed(("ada/01_gates.zip", inner.getvalue()), ("bob/01_gates.py", DONE)), tmp_path)

    assert got.students == ("ada", "bob")
    assert got.works[0].file is None
    assert (tmp_path / "unpacked" / "class" / "ada" / "01_gates.zip").stat().st_size == 0


def test_names_in_utf_8_are_read_whether_the_archive_says_so_or_not(packed, tmp_path):
    file = packed(("Zo\u00eb/01_gates.py", DONE), ("bob/01_gates.py", DONE))
    data = bytearray(file.read_bytes())
    for mark, at in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        data[data.index(mark) + at] &= ~0x08
    file.write_bytes(data)

    assert found(file, tmp_path).students == ("Zo\u00eb", "bob")


def test_the_separators_of_windows_are_read_and_lead_no_further(packed, tmp_path):
    members = [info("ada\\01_gates.py"), info("..\\..\\eve\\01_gates.py")]
    for member in members:
        member.create_system = 0
    got = found(packed(*((member, DONE) for member in members), ("bob/01_gates.py", DONE)), tmp_path)

    assert got.students == ("ada", "bob")
    assert "leads out" in got.unplaced[0]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 17, b"not an archive" * 100])
def test_what_is_no_archive_is_one_line(data, tmp_path):
    (tmp_path / "class.zip").write_bytes(data)
    assert is_archive(tmp_path / "class.zip")
    with pytest.raises(UsageError, match="can't be read") as error:
        unpack(tmp_path / "class.zip", tmp_path / "new")
    assert "\n" not in str(error.value)


def test_a_file_where_a_folder_is_wanted_is_left(packed, tmp_path):
    got = found(packed(("ada", "x"), ("ada/01_gates.py", DONE), ("bob/01_gates.py", DONE)), tmp_path)

    assert got.students == ("bob",)
    assert [each for each in got.unplaced if "can't be read" in each]
