"""Whatever the learning platform gave, every student is there: in each form, as a zip, unpacked, and below a cover."""

from __future__ import annotations

import io
import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.source.read_source import describe
from grader.submissions.archive import StudentZips, unpack
from grader.submissions.files import Folder
from grader.submissions.find import Found, Signature, find_work
from grader.submissions.layouts.canvas import read_canvas
from grader.submissions.layouts.flat import read_flat
from grader.submissions.layouts.gradescope import METADATA
from helpers.classroom50 import history

GATES = Signature("01_gates", ("sigmoid",), {})
SWAP = Signature("02_swap", ("build_model",), {})
DONE = "def sigmoid(a):\n    return a\n"
BUILT = "def build_model():\n    return 1\n"
HOWS = ("zip", "unpacked", "zip with a cover", "below a cover")


def look(data, kind, name):
    """Describe a file as a worker would."""
    return describe(data, kind, name, ["sigmoid", "build_model"])


def as_file(name: str, text: str | bytes) -> bytes:
    """Give a member's bytes; a notebook is written as one."""
    if isinstance(text, bytes):
        return text
    if name.endswith(".ipynb"):
        text = json.dumps({"cells": [{"cell_type": "code", "source": text}]})
    return text.encode()


def zipped(members: dict[str, str | bytes]) -> bytes:
    """Pack members."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name, text in members.items():
            file.writestr(name, as_file(name, text))
    return made.getvalue()


@pytest.fixture(params=HOWS)
def how(request):
    return request.param


@pytest.fixture
def read(tmp_path):
    """Lay a class out, and find all in it."""

    def read(members, how="unpacked", exercises=(GATES,), **options) -> Found:
        if not isinstance(members, dict):
            members = dict.fromkeys(members, DONE)
        if "cover" in how:
            members = {f"GRU homework/{name}": text for name, text in members.items()}
        zips = StudentZips(tmp_path / "zips")
        if how.startswith("zip"):
            (tmp_path / "class.zip").write_bytes(zipped(members))
            unpacked = unpack(tmp_path / "class.zip", tmp_path / "unpacked")
            return find_work(unpacked.folder, exercises, look, unpacked=unpacked, zips=zips, **options)
        root = tmp_path / "class"
        root.mkdir()
        for name, text in members.items():
            file = root / name
            if name.endswith("/"):
                file.mkdir(parents=True)
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(as_file(name, text))
        return find_work(root, exercises, look, zips=zips, **options)

    return read


def paths(found: Found) -> dict[str, str | None]:
    """Give each student's path without a cover's name."""
    return {
        student: work.path and work.path.removeprefix("GRU homework/")
        for work in found.works
        for student in work.students
    }


def messages(found: Found, student: str) -> list[str]:
    """Give a student's flags."""
    return [flag.message for work in found.works if student in work.students for flag in work.flags]


class TestCanvas:
    """Canvas names files in `lib/content_zipper.rb` of instructure/canvas-lms.

    The sortable name in small letters without anything but letters, digits and underscores (a group's name is taken
    as it is), LATE, the user's number, the upload's, and the file's own name; of an anonymous assignment
    `anon_` with five letters or digits; a text or link as `..._text.html` or `..._link.html` without an upload.
    """

    @pytest.mark.parametrize(
        "name, student",
        {
            "kimana_4001_60001_01_gates.ipynb": "kimana_4001",
            "kimana_LATE_4001_60001_01_gates.ipynb": "kimana_4001",
            "van_dyke_4003_60003_01_gates.ipynb": "van_dyke_4003",
            "van_dyke_LATE_4003_60003_01_gates-1.ipynb": "van_dyke_4003",
            "müllerjörg_4004_60004_01_gates.py": "müllerjörg_4004",
            "team_7_4005_60005_01_gates.ipynb": "team_7_4005",
            "group_12_LATE_4006_60006_01_gates (1).ipynb": "group_12_4006",
            "anon_aB3xY_60007_01_gates.ipynb": "anon_aB3xY",
            "LATE_anon_aB3xZ_60008_01_gates.ipynb": "anon_aB3xZ",
            "anon_12345_60009_01_gates.ipynb": "anon_12345",
            "anon_aB3xQ_LATE_60010_01_gates.ipynb": "anon_aB3xQ",
            "anonymous_1234_60011_01_gates.ipynb": "anonymous_1234",
        }.items(),
    )
    def test_a_students_name_is_what_stands_before_the_upload(self, name, student, read, how):
        found = read([name, "other_4999_60999_01_gates.py"], how)

        assert paths(found) == {student: name, "other_4999": "other_4999_60999_01_gates.py"}
        assert found.unplaced == ()

    def test_names_that_fit_no_exercise_are_told_apart_by_those_that_do(self, read):
        found = read(["kimana_4001_60001_01_gates.ipynb", "team_7_4005_60005_homework.ipynb"])

        assert found.students == ("kimana_4001", "team_7_4005")
        assert [flag.kind for work in found.works for flag in work.flags] == ["renamed"]

    def test_no_name_that_a_student_chooses_makes_their_work_anothers(self, read):
        """Mallory calls herself Kimana_4001."""
        found = read(
            ["kimana_4001_60001_01_gates.ipynb", "kimana_4001_9999_60002_hw.ipynb", "b_7000_60003_01_gates.py"]
        )

        assert found.students == ("b_7000", "kimana_4001", "kimana_4001_9999")

    @pytest.mark.parametrize(
        "name",
        ["x_assignsubmission_file_01_gates.py", "x_attempt_2026-01-01-01-01-01_01_gates.py", "2_01_gates.py"],
    )
    def test_no_name_that_a_student_chooses_loses_a_class(self, name, read, how):
        """One file with Moodle's words in its name made a class of Canvas one of Moodle, with that student alone."""
        others = [f"{who}_{10 + n}_{1000 + n}_01_gates.py" for n, who in enumerate(["ana", "bo", "cy"])]
        found = read([*others, f"eve_99_1009_{name}", *(f"eve_99_{n}_b{n}{name}" for n in range(1010, 1020))], how)

        assert found.students == ("ana_10", "bo_11", "cy_12", "eve_99")
        assert found.unplaced == ()

    def test_all_files_of_a_student_are_one_students(self, read, how):
        members = {
            "kimana_4001_60001_01_gates.ipynb": DONE,
            "kimana_4001_60002_02_swap.ipynb": BUILT,
            "kimana_4001_60003_notes.pdf": "%PDF",
            "leebo_4002_60004_02_swap.ipynb": BUILT,
        }
        found = read(members, how, (GATES, SWAP))

        assert found.students == ("kimana_4001", "leebo_4002")
        assert [work.path is None for work in found.works] == [False, False, True, False]

    def test_of_two_uploads_of_one_name_the_later_counts(self, read, how):
        found = read(["kimana_4001_60001_01_gates.ipynb", "kimana_4001_60009_01_gates.ipynb"], how)

        assert paths(found) == {"kimana_4001": "kimana_4001_60009_01_gates.ipynb"}

    def test_of_repeated_hand_ins_the_higher_number_counts(self, read):
        found = read(["a_1_50_01_gates-1.ipynb", "a_1_51_01_gates-2.ipynb", "b_2_52_01_gates.ipynb"])

        assert paths(found)["a_1"] == "a_1_51_01_gates-2.ipynb"

    def test_who_handed_in_a_text_a_link_or_a_document_is_missing_and_told(self, read, how):
        members = {
            "kimana_4001_60001_01_gates.ipynb": DONE,
            "van_dyke_4003_text.html": "<p>see above</p>",
            "leebo_LATE_4002_link.html": "<a href=...>",
            "anon_aB3xY_text.html": "<p>x</p>",
            "moro_4007_60007_gru.rar": "Rar!",
        }
        found = read(members, how)

        assert found.students == ("anon_aB3xY", "kimana_4001", "leebo_4002", "moro_4007", "van_dyke_4003")
        assert [student for work in found.works if work.file for student in work.students] == ["kimana_4001"]
        assert ["a text typed into Canvas" in text for text in messages(found, "van_dyke_4003")] == [True]
        assert ["a link" in text for text in messages(found, "leebo_4002")] == [True]
        assert ["handed in instead: gru.rar (not a notebook" in text for text in messages(found, "moro_4007")] == [True]
        assert found.unplaced == ()

    def test_an_uploaded_page_called_text_is_a_file_of_who_has_others(self, read):
        found = read({"kimana_4001_60001_01_gates.ipynb": DONE, "kimana_4001_60002_text.html": "x"})

        assert found.students == ("kimana_4001",)

    def test_a_students_zip_is_opened(self, read, how):
        members = {"kimana_4001_60001_hw.zip": zipped({"hw/01_gates.py": DONE}), "b_2_52_01_gates.ipynb": DONE}

        assert paths(read(members, how))["kimana_4001"] == "kimana_4001_60001_hw.zip/hw/01_gates.py"

    def test_files_of_other_names_are_listed(self, read):
        found = read(["a_1_50_01_gates.ipynb", "b_2_52_01_gates.ipynb", "c_3_53_01_gates.ipynb", "key.py"])

        assert found.unplaced == ("key.py",)

    @settings(deadline=None)
    @given(
        name=st.from_regex(r"[a-zà-ÿ]{1,12}(_[a-z]{1,5})?", fullmatch=True),
        file=st.from_regex(r"[0-9a-zA-Z_ .()-]{0,30}\.(py|ipynb|pdf|zip)", fullmatch=True),
        is_late=st.booleans(),
    )
    def test_no_name_of_a_file_changes_whose_it_is(self, name, file, is_late):
        late = "_LATE" * is_late
        files = (f"{name}{late}_4001_600001_{file}", "other_4002_600002_01_gates.py")
        found = read_canvas(Folder(Path("x"), files, (), (), {}), lambda each: each == "01_gates.py")

        assert [(entry.student, entry.file) for entry in found.entries] == [
            (f"{name}_4001", file), ("other_4002", "01_gates.py")
        ]  # fmt: skip

    def test_what_canvas_calls_late_is_flagged_and_nothing_else(self, read, how):
        late = ["kimana_LATE_4001_60001_01_gates.ipynb", "anon_aB3xQ_LATE_60010_01_gates.ipynb"]
        late += ["LATE_anon_aB3xZ_60008_01_gates.ipynb"]
        on_time = ["night_late_4002_60002_01_gates.ipynb", "moro_4003_60003_01_gates_LATE.ipynb"]
        found = read([*late, *on_time], how)

        told = {student for student in found.students if "handed in late, says Canvas" in messages(found, student)}
        assert told == {"kimana_4001", "anon_aB3xQ", "anon_aB3xZ"}
        assert {flag.kind for work in found.works for flag in work.flags if "late, says" in flag.message} == {"late"}

    def test_work_in_a_late_zip_is_late_and_an_upload_in_time_that_counts_is_not(self, read):
        members = {
            "kimana_LATE_4001_60001_work.zip": zipped({"01_gates.py": DONE}),
            "moro_4003_60003_01_gates.py": DONE,
            "moro_LATE_4003_60001_notes.py": "x = 1\n",
        }
        found = read(members)

        assert "handed in late, says Canvas" in messages(found, "kimana_4001")
        assert "handed in late, says Canvas" not in messages(found, "moro_4003")

    def test_a_teachers_file_beside_a_class_is_listed(self, read):
        found = read(["a_1_50_01_gates.ipynb", "b_2_52_01_gates.ipynb", "01_gates.py"])

        assert found.students == ("a_1", "b_2")
        assert found.unplaced == ("01_gates.py",)

    @pytest.mark.parametrize("names", [["01_gates.py", "x_2_3_helper.py"], ["notes_2026_10_gates.py"]])
    def test_one_students_own_folder_is_not_taken_for_it(self, names, read):
        assert read(names).students == ("class",)


class TestMoodle:
    """Moodle names folders and files in `mod/assign/locallib.php`, since 4.5 in `mod/assign/classes/downloader.php`.

    The full name, or Participant where marking is blind, and a number; a group's submission has the group's name in
    front with a hyphen, later the group's name and number alone. A folder for each plugin ends in `_` before 4.0; files
    have the same in front where the teacher chose no folders.
    """

    NAMES = (
        "Ana Kim_2001",
        "Jörg Müller_2002",
        "O'Neil, Zoë_2003",
        "Participant_12345",
        "Group A-Bo Lee_2005",
        "Group B_17",
        "Default group",
        "D'Arcy-Smith 3rd_2008",
    )

    @pytest.mark.parametrize(
        "form", ["{}_assignsubmission_file_/{}", "{}_assignsubmission_file/{}", "{}_assignsubmission_file_{}"]
    )
    def test_the_students_are_the_names_with_their_numbers(self, form, read, how):
        members = {form.format(name, "01_gates.ipynb"): name for name in self.NAMES}
        found = read(list(members), how)

        assert paths(found) == {name: member for member, name in members.items()}
        assert found.students == tuple(sorted(self.NAMES))
        assert found.unplaced == ()

    @pytest.mark.parametrize("joint", ["_/", "_"])
    def test_files_and_online_text_are_one_student(self, joint, read, how):
        members = {
            f"Ana Kim_2001_assignsubmission_file{joint}01_gates.ipynb": DONE,
            f"Ana Kim_2001_assignsubmission_onlinetext{joint}onlinetext.html": "<p>hello</p>",
            f"Bo Lee_2002_assignsubmission_onlinetext{joint}onlinetext.html": "<p>my code: ...</p>",
        }
        found = read(members, how)

        assert found.students == ("Ana Kim_2001", "Bo Lee_2002")
        assert messages(found, "Ana Kim_2001") == []
        assert ["onlinetext.html (a text typed into Moodle" in text for text in messages(found, "Bo Lee_2002")] == [
            True
        ]

    def test_folders_that_a_student_uploaded_are_looked_into(self, read, how):
        found = read(
            ["Ana Kim_2001_assignsubmission_file_/hw/01_gates.ipynb", "Bo_2_assignsubmission_file_/01_gates.py"], how
        )

        assert paths(found)["Ana Kim_2001"] == "Ana Kim_2001_assignsubmission_file_/hw/01_gates.ipynb"

    def test_one_student_alone_and_an_empty_folder_have_rows(self, read):
        assert read(["Ana Kim_2001_assignsubmission_file_/01_gates.ipynb"]).students == ("Ana Kim_2001",)

    def test_an_empty_folder_has_a_row(self, read, how):
        found = read({"Ana Kim_2001_assignsubmission_file_/": "", "Bo_2_assignsubmission_file_/01_gates.py": DONE}, how)

        assert found.students == ("Ana Kim_2001", "Bo_2")

    def test_what_lies_beside_is_listed(self, read, how):
        found = read({"Bo_2_assignsubmission_file_/01_gates.py": DONE, "grades.csv": "x", "old/01_gates.py": DONE}, how)

        assert [entry.removeprefix("GRU homework/") for entry in found.unplaced] == ["grades.csv", "old"]


def metadata(*submissions: tuple[str, list[tuple[str, str, str]], str]) -> str:
    """Write what Gradescope writes."""
    lines = ["---"]
    for name, people, created in submissions:
        lines += [f"{name}:", "  :submitters:"]
        for person, sid, email in people:
            lines += [
                f"  - :name: {json.dumps(person, ensure_ascii=False)}",
                f"    :sid: '{sid}'",
                f"    :email: {email}",
            ]
        lines += [
            f"  :created_at: {created}",
            "  :score: 10.0",
            "  :results:",
            "    tests:",
            "    - output: |",
            "        :submitters: x",
        ]
        lines += ["  :history:", "  - :id: 1", "    :created_at: 2020-01-01 00:00:00.000000000 Z"]
    return "\n".join(lines) + "\n"


class TestGradescope:
    """Gradescope's export has a folder `submission_ID` each and `submission_metadata.yml` with Ruby's symbols as keys.

    As read by Otter-Grader's GradescopeParser and other public tools: `:submitters` (`:name`, `:sid`, `:email`), several
    of a group, `:created_at`, `:results` with all output, `:history` of earlier hand-ins.
    """

    TIME = "2026-10-03 11:23:45.123456000 Z"

    def export(self, text: str | bytes, *folders: str, **others: str):
        members: dict[str, str | bytes] = {f"assignment_9_export/{METADATA}": text}
        members |= {f"assignment_9_export/{each}/01_gates.ipynb": DONE for each in folders}
        return members

    def test_names_times_and_members_of_groups_are_read(self, read, how):
        text = metadata(
            ("submission_900001", [("Ana Kim", "3001", "a@x.edu")], self.TIME),
            ("submission_900002", [("Jörg: Müller", "3002", "j@x.edu"), ("O'Neil #1", "3003", "o@x.edu")], self.TIME),
        )
        found = read(self.export(text, "submission_900001", "submission_900002"), how)

        assert found.students == ("Ana Kim", "Jörg: Müller", "O'Neil #1")
        assert len({work.path for work in found.works}) == 2
        assert {work.handed_in for work in found.works} == {datetime(2026, 10, 3, 11, 23, 45, 123456, UTC)}
        assert found.unplaced == ()

    def test_two_students_of_one_name_are_two(self, read):
        text = metadata(
            ("submission_1", [("Ana Kim", "3001", "a@x.edu")], self.TIME),
            ("submission_2", [("Ana Kim", "3002", "b@x.edu")], self.TIME),
        )

        assert read(self.export(text, "submission_1", "submission_2")).students == ("Ana Kim (3001)", "Ana Kim (3002)")

    def test_no_name_that_people_choose_makes_two_of_them_one(self, read):
        """Mallory calls herself as Ana would be called to tell two of that name apart, and as a folder."""
        people = [("Ana", "1"), ("Ana", "2"), ("Ana (1)", "3"), ("submission_9", "4")]
        text = metadata(*((f"submission_{n}", [(*person, f"{n}@x")], self.TIME) for n, person in enumerate(people)))
        found = read(self.export(text, *(f"submission_{n}" for n in (0, 1, 2, 3, 9))))

        assert len(found.students) == 5
        assert len({work.path for work in found.works}) == 5

    def test_a_name_without_end_is_cut_and_still_one_persons(self, read):
        """With two hundred thousand letters it was more than the process that grades reads at once, and ended it."""
        people = [(f"{'L' * 200_000}{n}", f"{n}", "l@x") for n in range(2)]
        told = [(f"submission_{n}", [who], "2026-10-01 10:00:00 Z") for n, who in enumerate(people)]
        found = read(
            {"submission_metadata.yml": metadata(*told)} | {f"submission_{n}/01_gates.py": DONE for n in range(2)}
        )

        assert found.students == ("L" * 200, "L" * 200 + "~")

    def test_no_name_that_people_choose_is_what_tells_two_others_apart(self, read):
        people = [("Bo (1)", "9", "eve@x"), ("Bo", "1", "a@x"), ("Bo", "2", "b@x")]
        folders = [f"submission_{n}" for n in range(3)]
        told = [(folder, [who], "2026-10-01 10:00:00 Z") for folder, who in zip(folders, people, strict=True)]
        found = read({"submission_metadata.yml": metadata(*told)} | {f"{each}/01_gates.py": DONE for each in folders})

        assert found.students == ("Bo (1)", "Bo (1) (9)", "Bo (2)")
        assert paths(found)["Bo (1)"] == "submission_1/01_gates.py"

    def test_of_two_hand_ins_of_one_student_the_newer_counts(self, read, how):
        """A student who handed in alone, and was then added to a group's."""
        text = metadata(
            ("submission_2", [("Ana Kim", "3001", "a@x.edu")], "2026-10-03 11:23:45 Z"),
            ("submission_1", [("Ana Kim", "3001", "a@x.edu")], "2026-10-04 11:23:45 Z"),
        )
        found = read(self.export(text, "submission_1", "submission_2"), how)

        assert [path.rpartition("export/")[2] for path in paths(found).values()] == ["submission_1/01_gates.ipynb"]

    def test_who_is_named_without_a_folder_has_rows(self, read):
        text = metadata(
            ("submission_1", [("Ana Kim", "3001", "a@x.edu")], self.TIME),
            ("submission_2", [("Bo", "3002", "b@x.edu")], self.TIME),
            ("3.pdf", [("Cem", "3003", "c@x.edu")], self.TIME),
        )
        found = read(self.export(text, "submission_1") | {"assignment_9_export/3.pdf": "%PDF"})

        assert found.students == ("Ana Kim", "Bo", "Cem")
        assert ["3.pdf (not a notebook" in text for text in messages(found, "Cem")] == [True]

    def test_a_folder_that_the_metadata_do_not_name_keeps_its_own_name(self, read):
        text = metadata(("submission_1", [("Ana Kim", "3001", "a@x.edu")], self.TIME))

        assert read(self.export(text, "submission_1", "submission_7")).students == ("Ana Kim", "submission_7")

    def test_without_metadata_the_folders_are_the_students(self, read, how):
        found = read(
            ["assignment_9_export/submission_1/01_gates.py", "assignment_9_export/submission_2/01_gates.py"], how
        )

        assert found.students == ("submission_1", "submission_2")

    @pytest.mark.parametrize(
        "created",
        ["!ruby/object:ActiveSupport::TimeWithZone\n    utc: 2026-10-03 11:23:45.123456000 Z\n    time: x", TIME],
    )
    def test_objects_of_ruby_are_read_as_far_as_needed(self, created, read):
        found = read(self.export(metadata(("submission_1", [("Ana", "1", "a")], created)), "submission_1"))

        assert [work.handed_in and work.handed_in.hour for work in found.works] == [11]

    def test_a_name_that_ruby_wrote_as_bytes_is_read(self, read):
        text = 'submission_1:\n  :submitters:\n  - :name: !binary |-\n      WsOpYQ==\n    :sid: "1"\n'

        assert read(self.export(text, "submission_1")).students == ("Zéa",)

    @pytest.mark.parametrize("text", [b"\xff\xfe", "- a\n- b\n", "a: [", "x: 'unclosed", "key: value: more"])
    def test_metadata_that_cannot_be_read_stop_the_command(self, text, read):
        with pytest.raises(UsageError, match=r"metadata can't be read") as caught:
            read(self.export(text, "submission_1"))
        assert "\n" not in str(caught.value)

    def test_a_bomb_of_aliases_or_of_depth_costs_nothing(self, read):
        """Each alias of a list of aliases would be tens of texts; no alias of more than a text is followed."""
        bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
        bomb += "b: {<<: *a11}\n" + "deep: " + "[" * 400 + "]" * 400 + "\n"
        text = bomb + metadata(("submission_1", [("Ana", "1", "a")], self.TIME)).removeprefix("---\n")
        found = read(self.export(text, "submission_1"))

        assert "Ana" in found.students
        assert len(found.students) < 20

    def test_a_text_that_stands_for_another_is_read(self, read):
        text = "submission_1:\n  :submitters:\n  - :name: &1 Ana\n    :sid: *1\n"

        assert read(self.export(text, "submission_1")).students == ("Ana",)


class TestBrightspace:
    """Brightspace gives a folder `NUMBER-NUMBER - NAME - DATE` for each hand-in and an `index.html`.

    As public scripts read them (for example `397063-2557369 - Mary-Ann Smith - Sep 24, 2024 926 PM`, and
    `13 September 2025 310 PM` where days come first); in an older flat form the file's name follows after ` - `.
    """

    @pytest.mark.parametrize("joint", ["/", " - "])
    def test_of_several_attempts_of_a_student_the_last_counts(self, joint, read, how):
        members = [
            f"12345-67890 - Ana Kim - Oct 3, 2026 1123 AM{joint}01_gates.ipynb",
            f"12345-67890 - Ana Kim - Oct 3, 2026 103 PM{joint}01_gates.ipynb",
            f"12345-67890 - Ana Kim - Sep 30, 2026 1159 PM{joint}01_gates.ipynb",
            f"12346-67890 - Mary-Ann van der Berg - Oct 3, 2026 1201 AM{joint}01_gates.ipynb",
        ]
        found = read(dict.fromkeys(members, DONE) | {"index.html": "<html>"}, how)

        assert paths(found) == {"12345-67890 - Ana Kim": members[1], "12346-67890 - Mary-Ann van der Berg": members[3]}
        assert found.unplaced == ()
        assert {work.handed_in for work in found.works} == {datetime(2026, 10, 3, 13, 3), datetime(2026, 10, 3, 0, 1)}

    def test_an_earlier_attempt_counts_for_what_the_last_does_not_hold(self, read, how):
        members = {
            "1-2 - Ana Kim - Oct 3, 2026 1123 AM/01_gates.ipynb": DONE,
            "1-2 - Ana Kim - Oct 4, 2026 1123 AM/02_swap.ipynb": BUILT,
            "3-2 - Bo Lee - Oct 4, 2026 1124 AM/01_gates.ipynb": DONE,
        }
        found = read(members, how, (GATES, SWAP))

        assert [work.path is None for work in found.works] == [False, False, False, True]

    def test_the_last_attempt_counts_whatever_its_files_are_called(self, read):
        members = [
            "1-2 - Ana - Oct 3, 2026 1123 AM/01_gates.ipynb",
            "1-2 - Ana - Oct 4, 2026 1123 AM/hw/my gates.ipynb",
        ]

        assert paths(read(members)) == {"1-2 - Ana": members[1]}

    @pytest.mark.parametrize(
        "date",
        [
            "3 October 2026 1123 AM",
            "3 Oct, 2026 11:23 AM",
            "October 3, 2026 11_23 AM",
            "3 octobre 2026 1123",
            "Okt 3, 2026 1123",
            "Oct 3, 0001 1123 AM",
            "Feb 31, 2026 1123 AM",
        ],
    )
    def test_dates_are_read_in_the_forms_of_other_countries(self, date, read):
        found = read([f"1-2 - Ana Kim - {date}/01_gates.py", "3-2 - Bo Lee - Oct 3, 2026 1123 AM/01_gates.py"])

        assert found.students == ("1-2 - Ana Kim", "3-2 - Bo Lee")

    def test_a_name_that_looks_like_a_date_loses_nobody(self, read):
        found = read(
            [
                "1-2 - Eve - Oct 3, 2026 1123 AM - Oct 4, 2026 1123 AM/01_gates.py",
                "3-2 - Bo - Oct 3, 2026 1123 AM/01_gates.py",
            ]
        )

        assert found.students == ("1-2 - Eve - Oct 3, 2026 1123 AM", "3-2 - Bo")


class TestBlackboard:
    """Blackboard gives `ASSIGNMENT_USER_attempt_TIME_FILE` and a receipt `..._TIME.txt` that begins `Name: NAME (USER)`.

    As public scripts read them (bb-file-cleanup, gradex-cli, BBGradebookOrganiser).
    """

    RECEIPT = "Name: {} ({})\nAssignment: GRU\nDate Submitted: Saturday, 3 October 2026 11:23:45 o'clock BST\n\nSubmission Field:\nx"

    @pytest.mark.parametrize("receipts", [True, False])
    @pytest.mark.parametrize("assignment", ["GRU homework", "GRU_homework_1"])
    def test_of_several_attempts_of_a_student_the_last_counts(self, assignment, receipts, read, how):
        members = {}
        for user, time in (("akim", "10-03-11"), ("akim", "10-04-09"), ("van_dyke", "10-03-11"), ("u1234", "10-03-12")):
            head = f"{assignment}_{user}_attempt_2026-{time}-23-45"
            members[f"{head}_01_gates.ipynb"] = DONE
            if receipts:
                members[f"{head}.txt"] = self.RECEIPT.format("A Name (x)", user)
        found = read(members, how)

        assert paths(found) == {
            user: f"{assignment}_{user}_attempt_2026-{time}-23-45_01_gates.ipynb"
            for user, time in (("akim", "10-04-09"), ("u1234", "10-03-12"), ("van_dyke", "10-03-11"))
        }
        assert messages(found, "akim") == []
        assert found.unplaced == ()

    def test_who_only_typed_a_text_is_missing_and_told(self, read, how):
        members = {
            "GRU_akim_attempt_2026-10-03-11-23-45_01_gates.ipynb": DONE,
            "GRU_blee_attempt_2026-10-03-11-23-45.txt": self.RECEIPT.format("Bo Lee", "blee"),
        }
        found = read(members, how)

        assert found.students == ("akim", "blee")
        assert ["Blackboard's receipt" in text for text in messages(found, "blee")] == [True]


class TestNbgrader:
    """nbgrader's `submitted/STUDENT/ASSIGNMENT/`, from above and from within."""

    @pytest.mark.parametrize("inside", ["submitted/", ""])
    def test_the_folders_in_submitted_are_the_students(self, inside, read, how):
        members = [f"{inside}ada/ps1/01_gates.ipynb", f"{inside}bob/ps1/01_gates.ipynb"]
        found = read([*members, *(["source/ps1/01_gates.ipynb"] if inside else [])], how)

        assert paths(found) == {"ada": members[0], "bob": members[1]}

    def test_the_time_beside_an_assignment_is_when_it_was_handed_in(self, read, how):
        """As `nbgrader submit` writes it, in UTC unless the course chose another zone; a broken one tells nothing."""
        times = {
            "ada": "2026-10-03 11:23:45.123456 UTC",
            "bob": "2026-10-03 11:23:45 Europe/Paris",
            "cem": "soon",
            "dan": "2026-10-03 11:23:45 Mars",
            "eve": "0001-01-01 00:00:00 Asia/Tokyo",
        }
        members = {f"submitted/{who}/ps1/01_gates.ipynb": DONE for who in times}
        found = read(members | {f"submitted/{who}/ps1/timestamp.txt": text for who, text in times.items()}, how)

        assert [work.handed_in and work.handed_in.astimezone(UTC).hour for work in found.works] == [
            11,
            9,
            None,
            None,
            None,
        ]

    def test_a_time_that_a_student_of_another_layout_wrote_is_none(self, read):
        found = read({"ada/hw/01_gates.py": DONE, "ada/hw/timestamp.txt": "2020-01-01 00:00:00 UTC"})

        assert [work.handed_in for work in found.works] == [None]


class TestFolders:
    """A class of folders, as it is, below a cover, and what is none."""

    def test_a_class_below_one_cover_folder_is_the_class(self, read, how):
        found = read(["ada/01_gates.py", "bob/week 1/01_gates.ipynb", "cem/homework.ipynb"], how)

        assert found.students == ("ada", "bob", "cem")

    def test_what_lies_beside_a_cover_is_listed(self, read):
        found = read(
            {"class/ada/01_gates.py": DONE, "class/bob/01_gates.py": DONE, "roster.csv": "x", "class/readme": "x"}
        )

        assert found.unplaced == ("class/readme", "roster.csv")

    @pytest.mark.parametrize("names", [("draft", "final"), ("v1", "v2"), ("a", "b"), ("week 1", "week 2"), ("1", "2")])
    def test_versions_of_one_student_are_no_students(self, names, read):
        assert read([f"ada/{name}/01_gates.py" for name in names]).students == ("ada",)

    @pytest.mark.parametrize("names", [("3034512", "3034513"), ("u1234567", "u1234568"), ("kim", "lee")])
    def test_students_below_a_cover_are_no_versions(self, names, read):
        assert read([f"class/{name}/01_gates.py" for name in names]).students == names

    def test_folders_of_a_single_student_for_each_exercise_are_no_class(self, read):
        found = read({"ada/gates/01_gates.py": DONE, "ada/swap/02_swap.py": BUILT}, "unpacked", (GATES, SWAP))

        assert found.students == ("ada",)

    def test_students_whose_files_have_other_names_are_a_class_below_a_cover(self, read, how):
        found = read([f"student{n}/homework.ipynb" for n in range(5)], how)

        assert len(found.students) == 5

    def test_students_who_handed_in_zips_are_a_class_below_a_cover(self, read, how):
        packed = zipped({"01_gates.py": DONE})
        found = read({f"student{n}/homework.zip": packed for n in range(5)}, how)

        assert [work.path is None for work in found.works] == [False] * 5

    def test_a_link_and_odd_names_have_rows(self, read, tmp_path):
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "class").mkdir(exist_ok=True)
        (tmp_path / "class" / "eve").symlink_to(tmp_path / "elsewhere")
        (tmp_path / "class").rename(tmp_path / "made")
        for name in ("ada", "..\\mallory", "01_gates.py"):
            (tmp_path / "made" / name).mkdir()
        (tmp_path / "made" / "ada" / "01_gates.py").mkdir()
        found = find_work(tmp_path / "made", [GATES], look)

        assert found.students == ("..\\mallory", "01_gates.py", "ada", "eve")
        assert [work.unreadable for work in found.works if work.students == ("eve",)] == [
            "the folder is a symbolic link, which is not followed"
        ]
        assert ["01_gates.py (a folder, not a file)" in text for text in messages(found, "ada")] == [True]

    @pytest.mark.parametrize(
        "members",
        [
            ["mon/ada/01_gates.py", "mon/bob/01_gates.py", "tue/cem/01_gates.py", "tue/dan/01_gates.py"],
            [
                f"{day}/{who}_{n}_assignsubmission_file_/01_gates.py"
                for n, day in enumerate(("mon", "tue"))
                for who in ("A", "B")
            ],
            [f"{day}/{who}_01_gates.py" for day in ("mon", "tue") for who in ("ada", "bob")],
            ["mon/ada/01_gates.py", "mon/bob/01_gates.py", "tue/cem/01_gates.py"],
            ["gates/ada/01_gates.py", "gates/bob/01_gates.py", "other/ada/01_gates.py"],
            [
                "mon/A_1_assignsubmission_file_/a.py",
                "mon/B_2_assignsubmission_file_/a.py",
                "tue/C_3_assignsubmission_file_/a.py",
            ],
        ],
    )
    def test_several_classes_stop_and_name_the_option(self, members, read):
        with pytest.raises(UsageError, match=r"several classes or assignments.*--layout folders"):
            read(members)

    def test_what_a_student_put_into_their_folder_stops_nobody(self, read):
        """A folder that looks like a platform's, with metadata that can't be read, in the first student's."""
        found = read({f"ada/{METADATA}": b"\xff", "ada/submission_1/01_gates.py": DONE, "bob/01_gates.py": DONE})

        assert found.students == ("ada", "bob")

    @pytest.mark.parametrize(
        "members",
        [
            ["ada/GRU/01_gates.py", "ada/GRU new/01_gates.py", "bob/GRU/01_gates.py", "cem/GRU/01_gates.py"],
            ["ada/Submission attachment(s)/01_gates.py", "bob/Submission attachment(s)/01_gates.py"],
            ["ada/one/01_gates.py", "ada/two/01_gates.py", "bob/01_gates.py"],
            ["ada/one/01_gates.py", "ada/two/01_gates.py", "bob/x/01_gates.py", "cem/y/01_gates.py"],
        ],
    )
    def test_students_with_folders_of_their_own_are_no_classes(self, members, read):
        assert read(members).students == tuple(sorted({member.partition("/")[0] for member in members}))

    def test_students_with_drafts_are_no_classes(self, read):
        found = read([f"{who}/{draft}/01_gates.py" for who in ("ada", "bob") for draft in ("draft", "final")])

        assert found.students == ("ada", "bob")

    def test_exercises_beside_students_stop_and_name_both_options(self, read):
        with pytest.raises(UsageError, match=r"ada and bob.*--layout one.*--layout folders"):
            read(["01_gates.py", "ada/01_gates.py", "bob/01_gates.py"])

    def test_notes_named_after_an_exercise_stop_nobody_who_has_done_it(self, read):
        found = read({"01_gates.py": DONE, "01_gates plots.py": "x = 1", "01_gates reading.py": "x = 1"})

        assert found.students == ("class",)

    def test_archives_alone_stop_and_name_the_option(self, read):
        with pytest.raises(UsageError, match=r"2 zip archives \(ada.zip, bob.zip\).*--layout flat"):
            read({"ada.zip": zipped({"01_gates.py": DONE}), "bob.zip": b""})


class TestFlat:
    """Files named after student and exercise, as a shared drive gives them."""

    NAMES: ClassVar = {
        "ada_01_gates.ipynb": "ada",
        "01_gates_bob.py": "bob",
        "cem kim - 01 gates.ipynb": "cem kim",
        "01-gates (dan).ipynb": "(dan)",
        "Eve-01_gates (1).ipynb": "Eve",
        "O'Neil_gates.py": "O'Neil",
        "s1234567_01_gates-2.ipynb": "s1234567",
        "jörg.ipynb": "jörg",
        "Copy of Fay_01_gates.ipynb": "Fay",
        "01_gates.ipynb - Gus Li.ipynb": "Gus Li",
    }

    def test_each_file_is_named_after_what_is_left_of_its_name(self, read, how):
        found = read(list(self.NAMES), how, form="flat")

        assert paths(found) == {student: name for name, student in self.NAMES.items()}

    def test_files_of_a_student_come_together(self, read, how):
        members = {
            "ada_01_gates.py": DONE,
            "Ada 02_swap.py": BUILT,
            "ada_notes.pdf": "x",
            "README.md": "x",
            "01_gates.py": DONE,
        }
        found = read(members, how, (GATES, SWAP), form="flat")

        assert len(found.students) == 1
        assert all(work.file for work in found.works)
        assert [entry.removeprefix("GRU homework/") for entry in found.unplaced] == [
            "01_gates.py",
            "README.md",
            "ada_notes.pdf",
        ]

    def test_versions_of_a_file_are_one_students(self, read, how):
        """Ada's v1 and v2 were two students, "ada v1" and "ada v2", and neither of them was Ada."""
        found = read(["ada_01_gates_v1.py", "ada_01_gates_v2.py", "bob_01_gates_final (1).py"], how, form="flat")

        assert paths(found) == {"ada": "ada_01_gates_v2.py", "bob": "bob_01_gates_final (1).py"}
        assert any("01_gates_v1.py" in text for text in messages(found, "ada"))

    def test_numbers_behind_the_exercise_may_be_those_of_teams(self, read):
        assert read(["team_01_gates_3.py", "team_01_gates_4.py"], form="flat").students == ("team 3", "team 4")

    def test_zips_are_students_too(self, read):
        found = read({"ada.zip": zipped({"x/01_gates.py": DONE}), "bob_01_gates.zip": b"", "cem.py": DONE}, form="flat")

        assert paths(found) == {"ada": "ada.zip/x/01_gates.py", "bob": None, "cem": "cem.py"}

    @pytest.mark.parametrize(
        "members",
        [
            ["ada_gates.py", "bob_gates.py"],
            ["ada_01_gates.py", "bob_01_gates.py", "01_gates_cem.py"],
            ["ada.py", "bob.py"],
            {"ada_01_gates.py": b"\0", "bob_01_gates.py": DONE},
        ],
    )
    def test_without_the_option_it_stops_and_names_it(self, members, read, how):
        with pytest.raises(UsageError, match="--layout flat") as caught:
            read(members, how)
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize("files", [["my gates.py", "gates_v2.py"], ["final.py", "draft 2.py"]])
    def test_versions_of_the_only_student_are_no_students(self, files, read):
        found = read([f"ada/{file}" for file in files])

        assert found.students == ("ada",)

    @given(
        st.lists(st.text(st.characters(categories=["L"]), min_size=3, max_size=8), min_size=1, max_size=6, unique=True)
    )
    def test_no_student_is_lost_whatever_they_are_called(self, names):
        """But those whose names differ in case and separators alone, or are an exercise's."""
        files = tuple(f"{name}_01_gates.py" for name in names)
        found = read_flat(Folder(Path("x"), files, (), (), {}), ["01_gates"])

        assert {entry.at for entry in found.entries} == set(files)


class TestTheOption:
    """`--layout` settles what a folder is, whatever it looks like."""

    MIXED = ("01_gates.py", "ada/01_gates.py", "bob/01_gates.py", "cem_01_gates.py")

    def test_folders(self, read):
        found = read(list(self.MIXED), form="folders")

        assert found.students == ("ada", "bob")
        assert found.unplaced == ("01_gates.py", "cem_01_gates.py")

    def test_one(self, read):
        found = read(list(self.MIXED), form="one")

        assert found.students == ("class",)
        assert [work.path for work in found.works] == ["01_gates.py"]

    def test_flat(self, read):
        found = read(list(self.MIXED), form="flat")

        assert found.students == ("cem",)
        assert found.unplaced == ("01_gates.py", "ada", "bob")

    @pytest.mark.parametrize(
        "form, members",
        [("folders", ["ada_01_gates.py"]), ("flat", ["ada/x/y.py", "b/y.py"]), ("flat", {"x/": ""}), ("one", {})],
    )
    def test_where_there_is_nothing_of_the_form_the_command_stops(self, form, members, read):
        with pytest.raises(UsageError, match="nothing to grade"):
            read(members, form=form)

    def test_flat_takes_zips_beside_a_folder(self, read):
        found = read({"ada.zip": zipped({"01_gates.py": DONE}), "old/01_gates.py": DONE}, form="flat")

        assert (found.students, found.unplaced) == (("ada",), ("old",))

    def test_folders_takes_a_platforms_names_as_they_are(self, read):
        name = "Ana Kim_2001_assignsubmission_file_"

        assert read([f"{name}/01_gates.py"], form="folders").students == (name,)


FIRST = ["Ana", "Jörg", "Zoë", "Mary-Ann", "O'Neil", "Li", "van der Berg", "Ng", "Łukasz", "D. J."]
PEOPLE = [f"{first} {last}" for first in FIRST for last in ("Kim", "Müller 3rd", "Ó Briain")]


def gradescope_class() -> dict[str, str]:
    """Write an export in which every third hands in with the one before."""
    found, told = {}, []
    for number in range(0, 30, 3):
        for at, people in ((0, PEOPLE[number : number + 1]), (1, PEOPLE[number + 1 : number + 3])):
            name = f"submission_{900 + number + at}"
            found[f"assignment_7_export/{name}/01_gates.py"] = DONE
            told.append((name, [(each, "", "x@y.edu") for each in people], "2026-10-03 11:23:45 Z"))
    return found | {f"assignment_7_export/{METADATA}": metadata(*told)}


def canvas_name(person: str) -> str:
    """Write a name as Canvas does."""
    return "".join(c for c in person.lower() if c.isalnum() or c == "_")


CLASSES = {
    "canvas": {f"{canvas_name(p)}{'_LATE' * (n % 4 == 0)}_{4000 + n}_{60000 + n}_01_gates.ipynb": DONE for n, p in enumerate(PEOPLE)},
    "canvas, groups": {f"team_{n}_{4000 + n}_{60000 + n}_01_gates.ipynb": DONE for n in range(30)},
    "canvas, anonymous": {f"anon_aB{n:03}_{60000 + n}_homework.ipynb": DONE for n in range(30)},
    "canvas, texts": {f"{canvas_name(p)}_{4000 + n}{'_text.html' if n % 3 else f'_{60000 + n}_gates.pdf'}": "x" for n, p in enumerate(PEOPLE)},
    "moodle": {f"{p}_{2000 + n}_assignsubmission_{k}_/{f}": DONE for n, p in enumerate(PEOPLE) for k, f in (("file", "01_gates.ipynb"), ("onlinetext", "onlinetext.html"))},
    "moodle, flat": {f"{p}_{2000 + n}_assignsubmission_file_01_gates.ipynb": DONE for n, p in enumerate(PEOPLE)},
    "moodle, blind": {f"Participant_{2000 + n}_assignsubmission_file/homework.ipynb": DONE for n in range(30)},
    "gradescope": gradescope_class(),
    "brightspace": {f"{n}-77 - {p} - Oct {d}, 2026 1123 AM/01_gates.ipynb": DONE for n, p in enumerate(PEOPLE) for d in (3, 12)},
    "brightspace, flat": {f"{n}-77 - {p} - Oct {d}, 2026 1123 AM - 01_gates.ipynb": DONE for n, p in enumerate(PEOPLE) for d in (3, 12)},
    "blackboard": {f"GRU_1_user{n}_attempt_2026-10-{d}-11-23-45{f}": DONE for n in range(30) for d in ("03", "12") for f in ("_01_gates.ipynb", ".txt")},
    "classroom 50": {"scores.csv": "username,score,max_score,submission_tag\n"} | {f"cs-a-gru-user-{n}/{name}": text for n in range(30) for name, text in (("01_gates.ipynb", DONE), *[("results.json", history("submit/x", owner=f"user-{n}", classroom="cs-a"))] * (n % 3 > 0))},
    "nbgrader": {f"submitted/{p}/ps1/01_gates.ipynb": DONE for p in PEOPLE},
    "clones": {f"gru-homework-{n}/{'exercises/' * (n % 2)}01_gates.ipynb": DONE for n in range(30)},
    "folders": {f"{p}/{('01_gates.ipynb', 'homework.ipynb', 'gates.pdf')[n % 3]}": DONE for n, p in enumerate(PEOPLE)},
    "folders of zips": {f"{p}/homework.zip": zipped({"01_gates.py": DONE}) for p in PEOPLE},
    "flat": {f"{p}_01_gates.ipynb": DONE for p in PEOPLE},
}  # fmt: skip


@pytest.mark.parametrize("layout", CLASSES)
def test_a_class_of_thirty_keeps_every_student(layout, read, how):
    found = read(CLASSES[layout], how, **({"form": "flat"} if layout == "flat" else {}))

    assert len(found.students) == 30
    assert sorted(student for work in found.works for student in work.students) == sorted(found.students)
    assert found.unplaced == ()
    handed_in = {"canvas, texts": 0, "folders": 20}.get(layout, 30)
    assert sum(len(work.students) for work in found.works if work.file is not None) == handed_in
    assert all(work.file is not None or work.flags for work in found.works)


FILES = st.sampled_from(
    [
        "01_gates.py",
        "01_gates.ipynb",
        "homework.py",
        "a/01_gates.py",
        "final/01_gates.py",
        "a/b/01_gates.py",
        "notes.txt",
        "hw.zip",
        "x_1_2_y.py",
        "",
    ]
)
STUDENTS = st.sampled_from(["ada", "Zoë K.", "s123", "draft", "1", "..x", "K_1_assignsubmission_file_", "K_1_assignsubmission_onlinetext_", "submission_3", "2-3 - Li - Oct 3, 2026 1123 AM", "kim_4_5_01_gates.py", "01_gates.py", "submitted"])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(STUDENTS, FILES), min_size=1, max_size=7, unique=True))
def test_a_folder_and_its_zip_are_read_alike_whatever_is_in_it(pairs):
    """Both give the same, or both stop with the same words."""
    members = {f"{student}/{file}" for student, file in pairs}
    read = []
    with TemporaryDirectory() as folder:
        for cover in ("", "cover/"):
            root = Path(folder) / f"made{len(cover)}"
            for member in members:
                place = root / cover / member
                (place if member.endswith("/") else place.parent).mkdir(parents=True, exist_ok=True)
                if not member.endswith("/"):
                    place.write_text(DONE)
            with zipfile.ZipFile(root.with_suffix(".zip"), "w") as file:
                for each in sorted(root.rglob("*")):
                    file.write(each, each.relative_to(root))
            unpacked = unpack(root.with_suffix(".zip"), Path(folder) / f"zip{len(cover)}" / root.name)
            for made, options in ((root, {}), (unpacked.folder, {"unpacked": unpacked})):
                try:
                    found = find_work(made, [GATES], look, **options)
                    read.append({work.students: (work.path or "").removeprefix(cover) for work in found.works})
                except UsageError as error:
                    read.append(str(error).partition(": ")[2])

    assert read[0] == read[1]
    assert read[2] == read[3]


def test_a_platforms_folder_that_may_not_be_opened_is_told(read, monkeypatch):
    real = os.scandir

    def scandir(path):
        if os.fspath(path).endswith("Ana_1_assignsubmission_file_"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = read(["Ana_1_assignsubmission_file_/01_gates.py", "Bo_2_assignsubmission_file_/01_gates.py"])

    assert ["no permission" in text for text in messages(found, "Ana_1")] == [True]
