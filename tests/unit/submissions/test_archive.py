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
from grader.source.read_source import describe
from grader.submissions import archive
from grader.submissions.archive import StudentZips, is_archive, unpack
from grader.submissions.find import Found, Signature, find_work

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
        return describe(data, kind, name, ["sigmoid"])

    zips = StudentZips(tmp_path / "zips")
    return find_work(unpacked.folder, [GATES], look, unpacked=unpacked, zips=zips)


def zipped(*members: tuple[str | zipfile.ZipInfo, str | bytes]) -> bytes:
    """Pack a student's own zip."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for member, text in members:
            file.writestr(member, text)
    return made.getvalue()


def rows(found: Found) -> dict[str, tuple[str | None, str | None, list[str]]]:
    """Give each student's path, reason and flags."""
    return {
        work.students[0]: (work.path, work.unreadable, [flag.message for flag in work.flags]) for work in found.works
    }


HOSTILE = {
    "../out/01_gates.py": None,
    "/ada/01_gates.py": None,
    "C:/ada/01_gates.py": None,
    "ada/../../01_gates.py": "ada",
    "ada//01_gates.py": "ada",
    "ada/" + "x" * 300 + ".py": "ada",
    "ada/b/c/d/e/f/g/h/i/01_gates.py": "ada",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_leads_out_is_left_and_named_and_whose_it_is_has_a_row(name, packed, tmp_path):
    got = found(packed((name, DONE), ("bob/01_gates.py", DONE)), tmp_path)

    assert got.students == tuple(filter(None, (HOSTILE[name], "bob")))
    assert [work.path for work in got.works if work.students != ("bob",)] == [None] * (len(got.students) - 1)
    assert len(got.unplaced) == 1
    assert "leads out" in got.unplaced[0] or "too deep" in got.unplaced[0]
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {"class.zip", "unpacked/class/bob/01_gates.py"}


def test_a_backslash_in_a_name_separates_nothing_here(packed, tmp_path):
    got = found(packed(("..\\eve/01_gates.py", DONE), ("ada/..\\..\\01_gates.py", DONE)), tmp_path)

    assert got.students == ("..\\eve", "ada")
    assert rows(got)["..\\eve"][0] == "..\\eve/01_gates.py"
    assert all(path.is_relative_to(tmp_path / "unpacked") for path in tmp_path.rglob("*.py"))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_special_files_are_left(kind, packed, tmp_path):
    got = found(packed((info("ada/01_gates.py", kind | 0o777), "/etc/passwd"), ("bob/01_gates.py", DONE)), tmp_path)

    assert got.students == ("ada", "bob")
    assert rows(got)["ada"][1] in (
        "it is no regular file",
        "it is a symbolic link, which is not followed: hand in the file itself",
    )
    assert not [path for path in tmp_path.rglob("*") if path.is_symlink()]


def test_modes_of_an_archive_are_not_taken_over(packed, tmp_path):
    unpacked = unpack(packed((info("ada/01_gates.py", stat.S_IFREG | 0o6777), DONE)), tmp_path / "new")

    assert stat.S_IMODE(os.stat(tmp_path / "new" / "ada" / "01_gates.py").st_mode) & 0o6111 == 0
    assert unpacked.left == ()


def test_of_two_members_of_one_name_the_first_counts(packed, tmp_path):
    got = found(packed(("ada/01_gates.py", DONE), ("ada/01_gates.py", "x")), tmp_path)

    assert got.works[0].file.read_text() == DONE
    assert "earlier member" in got.unplaced[0]


def test_a_bomb_is_unreadable_and_never_unpacked(packed, tmp_path):
    got = found(packed(("ada/01_gates.py", b"#" * 6_000_000), ("bob/01_gates.py", DONE)), tmp_path)

    assert rows(got)["ada"][:2] == ("ada/01_gates.py", "it is larger than 5 MB")
    assert (tmp_path / "unpacked" / "class" / "ada" / "01_gates.py").stat().st_size == 0


@pytest.mark.parametrize("form", ["ada/{n}/01_gates.py", "GRU/ada/{n}/01_gates.py", "ada_9_{n}_01_gates.py"])
def test_a_bomb_of_small_parts_costs_nobody_else_their_larger_work(form, packed, tmp_path, monkeypatch):
    """The largest members went first, whoever's they were: thousands of small ones cost a class its notebooks."""
    monkeypatch.setattr(archive, "MAX_TOTAL", 3_000_000)
    bombs = ((form.format(n=n), b"#" * 100_000) for n in range(50))
    bobs = form.format(n=99).replace("ada", "bob").replace("_9_", "_8_")
    unpacked = unpack(packed(*bombs, (bobs, DONE + "#" * 700_000)), tmp_path / "unpacked")

    assert unpacked.folder / bobs not in unpacked.refused
    assert len(unpacked.refused) == 28


def test_a_bomb_of_many_parts_costs_nobody_else_their_work(packed, tmp_path, monkeypatch):
    """The largest files are left out until the others fit, however early in the archive they stand."""
    monkeypatch.setattr(archive, "MAX_TOTAL", 3_000_000)
    bombs = ((f"ada/{n}/01_gates.py", b"#" * 1_000_000) for n in range(5))
    got = found(packed(*bombs, ("bob/01_gates.py", DONE + "#" * 700_000)), tmp_path)

    assert rows(got)["bob"] == ("bob/01_gates.py", None, [])
    unpacked = [path.stat().st_size for path in (tmp_path / "unpacked" / "class" / "ada").rglob("*.py")]
    assert sum(unpacked) == 2_000_000
    assert len(unpacked) == 5


def test_too_many_members_stop_the_command(packed, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    with pytest.raises(UsageError, match="more than 3 members"):
        unpack(packed(*((f"{n}/01_gates.py", "x") for n in range(5))), tmp_path / "new")


def test_a_member_that_lies_about_its_size_is_unreadable(packed, tmp_path):
    file = packed(("ada/01_gates.py", b"#" * 100_000), ("bob/01_gates.py", DONE))
    data = file.read_bytes().replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    file.write_bytes(data)

    got = found(file, tmp_path)
    assert "can't be read" in rows(got)["ada"][1]
    assert rows(got)["bob"][1] is None
    assert (tmp_path / "unpacked" / "class" / "ada" / "01_gates.py").read_bytes() == b""


def test_an_encrypted_member_is_unreadable(packed, tmp_path):
    file = packed(("ada/01_gates.py", DONE), ("bob/01_gates.py", DONE))
    data = bytearray(file.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    file.write_bytes(data)

    got = found(file, tmp_path)
    assert rows(got)["ada"][1] == "it is encrypted"
    assert rows(got)["bob"][1] is None


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
    assert [each for each in got.unplaced if "earlier member" in each]


class TestAStudentsZip:
    """A zip in a student's folder is opened one level deep where nothing else fits, and is as hostile as the outer one."""

    def graded(self, packed, tmp_path, data: bytes, *others):
        """Grade a class in which ada handed in a zip."""
        return rows(found(packed(("ada/homework.zip", data), *others, ("bob/01_gates.py", DONE)), tmp_path))["ada"]

    @pytest.mark.parametrize("inside", ["01_gates.py", "homework/01_gates.py", "a/b/01_gates.py"])
    def test_is_opened_where_nothing_else_fits(self, inside, packed, tmp_path):
        got = self.graded(packed, tmp_path, zipped((inside, DONE), ("__MACOSX/._01_gates.py", "x")))

        assert got == (f"ada/homework.zip/{inside}", None, [])

    def test_is_opened_in_a_folder_of_the_students_and_for_a_stub(self, packed, tmp_path):
        got = found(
            packed(
                ("ada/week 1/homework.zip", zipped(("01_gates.py", DONE))),
                ("bob/01_gates.py", b"\0"),
                ("bob/homework.zip", zipped(("01_gates.py", DONE))),
            ),
            tmp_path,
        )

        assert rows(got)["ada"][0] == "ada/week 1/homework.zip/01_gates.py"
        assert rows(got)["bob"][0] == "bob/homework.zip/01_gates.py"

    def test_is_not_opened_where_there_is_work(self, packed, tmp_path):
        got = self.graded(packed, tmp_path, zipped(("01_gates.py", DONE)), ("ada/01_gates.py", DONE))

        assert got == ("ada/01_gates.py", None, [])
        assert not (tmp_path / "zips").exists()

    def test_in_a_zip_is_named_and_not_opened(self, packed, tmp_path):
        path, unreadable, (flag,) = self.graded(
            packed, tmp_path, zipped(("inner.zip", zipped(("01_gates.py", DONE))), ("essay.pdf", "%PDF"))
        )

        assert (path, unreadable) == (None, None)
        assert "homework.zip/essay.pdf (not a notebook or script)" in flag
        assert "homework.zip/inner.zip (a zip in a zip, which is not opened)" in flag

    def test_with_names_that_lead_out_writes_nothing_elsewhere(self, packed, tmp_path):
        path, _, (flag,) = self.graded(packed, tmp_path, zipped(("../../../01_gates.py", DONE), ("/01_gates.py", DONE)))

        assert path is None
        assert "homework.zip (../../../01_gates.py (its name leads out of the archive);" in flag
        written = [each for each in tmp_path.rglob("*.py") if each.stat().st_size]
        assert [each.relative_to(tmp_path).as_posix() for each in written] == ["unpacked/class/bob/01_gates.py"]

    def test_with_a_link_is_unreadable(self, packed, tmp_path):
        path, unreadable, _ = self.graded(
            packed, tmp_path, zipped((info("01_gates.py", stat.S_IFLNK | 0o777), "/etc/passwd"))
        )

        assert path == "ada/homework.zip/01_gates.py"
        assert "symbolic link" in unreadable
        assert not [each for each in tmp_path.rglob("*") if each.is_symlink()]

    def test_that_is_encrypted_is_unreadable(self, packed, tmp_path):
        data = bytearray(zipped(("01_gates.py", DONE)))
        for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            data[data.index(mark) + at] |= 1
        got = self.graded(packed, tmp_path, bytes(data))

        assert got[1] == "it is encrypted"

    def test_that_unpacks_to_gigabytes_is_named_and_never_unpacked(self, packed, tmp_path):
        """Two gigabytes of zeros are two megabytes when packed; no more than its table of contents is read."""
        piece = zipped(*((f"{n}.ipynb", b"0" * 1_000_000) for n in range(110)))
        path, unreadable, (flag,) = self.graded(packed, tmp_path, piece)

        assert (path, unreadable) == (None, None)
        assert "homework.zip (it unpacks to more than 100 MB)" in flag
        assert not (tmp_path / "zips").exists()

    def test_of_a_whole_project_is_opened_without_its_environment(self, packed, tmp_path):
        """A folder of packages can hold more than all students' work together."""
        venv = {f"./gru/venv/lib/site-packages/{n}.py": "#" * 1_000_000 for n in range(110)}
        got = self.graded(packed, tmp_path, zipped(("./gru/01_gates.py", DONE), *venv.items(), (".git/x.py", "x")))

        assert got == ("ada/homework.zip/gru/01_gates.py", None, [])

    def test_without_anything_in_it_is_named(self, packed, tmp_path):
        assert "homework.zip (a zip without any file)" in self.graded(packed, tmp_path, zipped())[2][0]

    def test_of_too_many_members_is_named(self, packed, tmp_path, monkeypatch):
        monkeypatch.setattr(archive, "MAX_ZIP_MEMBERS", 3)
        _, _, (flag,) = self.graded(packed, tmp_path, zipped(*((f"{n}.py", "") for n in range(5))))

        assert "more than 3 members" in flag

    def test_with_a_huge_table_of_contents_is_not_read(self, packed, tmp_path, monkeypatch):
        """Each member of it would be an object in the grader's memory before their number is known."""
        monkeypatch.setattr(archive, "_MAX_ZIP_CONTENTS", 70_000)
        file = packed(("ada/homework.zip", zipped(*((f"{n}.py", "") for n in range(2_000)))), ("bob/01_gates.py", DONE))

        assert "table of contents is too large" in rows(found(file, tmp_path))["ada"][2][0]

    def test_zips_of_a_class_are_bounded_together(self, packed, tmp_path):
        opened = StudentZips(tmp_path / "zips", left=8)
        for name in ("a.zip", "b.zip"):
            (tmp_path / name).write_bytes(zipped(("01_gates.py", "x = 1")))

        assert not isinstance(opened.open(tmp_path / "a.zip"), str)
        assert "together" in opened.open(tmp_path / "b.zip")
        assert opened.open(tmp_path / "a.zip") is opened.open(tmp_path / "a.zip")

    @pytest.mark.parametrize("bound, value", [("MAX_OF_ONE", 100), ("MAX_ZIPS", 2), ("MAX_MEMBERS_OF_ONE", 2)])
    def test_zips_of_one_student_take_nothing_from_anothers(self, bound, value, packed, tmp_path, monkeypatch):
        """Twenty zips of a hundred kilobytes used up what the whole class had, and everyone behind was missing."""
        monkeypatch.setattr(archive, bound, value)
        many = [(f"ada/{n}.zip", zipped((f"{n}.py", "#" * 90))) for n in range(4)]
        got = rows(found(packed(*many, ("bob/homework.zip", zipped(("01_gates.py", DONE)))), tmp_path))

        assert "of one student" in got["ada"][2][0] or "of this student" in got["ada"][2][0]
        assert got["bob"] == ("bob/homework.zip/01_gates.py", None, [])

    @pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + b"\0" * 17, b"Rar!" * 100])
    def test_that_is_none_is_named_with_the_reason(self, data, packed, tmp_path):
        _, _, (flag,) = self.graded(packed, tmp_path, data)

        assert "homework.zip (it can't be opened" in flag

    def test_that_is_a_link_is_not_followed(self, tmp_path):
        (tmp_path / "secret.zip").write_bytes(zipped(("01_gates.py", DONE)))
        (tmp_path / "homework.zip").symlink_to(tmp_path / "secret.zip")

        assert "symbolic link" in StudentZips(tmp_path / "zips").open(tmp_path / "homework.zip")


def test_an_archive_that_can_not_be_opened_is_named_as_it_was_typed(tmp_path):
    with pytest.raises(UsageError) as error:
        unpack(tmp_path / "gone.zip", tmp_path / "new")
    assert str(error.value) == f"{tmp_path / 'gone.zip'}: this zip archive can't be read (No such file or directory)"
