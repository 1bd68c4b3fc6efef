"""A page goes to the student whose it is and to nobody else, whatever students and groups are called.

What Moodle and Canvas make of a name in the zip is written down here once more, from their importers, as the judge.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.exports.pack_pages import as_zip, pack_pages
from grader.scores.records import Person, Status

from .made import class_of, page_of, row, student


def moodles_reading(path, participants):
    """moodle, mod/assign/feedback/file/importziplib.php, is_valid_filename_for_import: the participant, or None."""
    if path.rpartition("/")[2].startswith((".", "~")):
        return None
    for part in ("/import/" + path).split("/"):
        info = part.split("_", 4)
        if len(info) < 4 or not re.fullmatch(r"\s*[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][0-9]+)?\s*", info[1]):
            continue
        number = int(float(info[1]))
        if (
            number in participants
            and info[2] in ("assignsubmission", "assignfeedback")
            and info[3] in ("file", "onlinetext")
        ):
            return number
    return None


def canvas_reading(path, uploads, groups):
    """canvas-lms, app/models/abstract_assignment.rb, infer_comment_context_from_filename: the user, or None."""
    name = path.rpartition("/")[2]
    group = next((each for each in groups if re.search(rf"^{re.escape(each)}_", name, re.MULTILINE)), None)
    if group is not None:
        name = name.replace(f"{group}_", "", 1)
    pieces = [piece for piece in name.split("_") if piece != "LATE"]
    if pieces[0] == "anon":
        user, upload = f"anon_{pieces[1]}", pieces[2]
    else:
        user, upload = (*[piece for piece in pieces if re.search(r"^[0-9]+$", piece, re.MULTILINE)], "", "")[:2]
    if pieces[-1].startswith("link") or name.startswith("._"):
        return None
    return user if upload and uploads.get(upload) == user else None


def packed(results, tmp_path, target):
    for each in results.submissions:
        place = tmp_path / each.page
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(page_of(each.student))
    return pack_pages(results, tmp_path, target)


HEADS = st.sampled_from(
    ["ada", "Ada Lovelace", "7", "team_7", "a_8_9", "anon", "LATE", "x_12_assignsubmission_file", "..", "é", "e\u0301", ".", "", "~",
     "a b'c", "_", "12\n13", "group", "a/b"]
)  # fmt: skip
NUMBERS = st.integers(1, 14)
COVERS = st.sampled_from(["", "cover/", "x_3_assignsubmission_file/"])
PEOPLE = (lambda each: each[1], lambda each: each[2])  # a platform gives no number twice; names are people's own
FILES = st.sampled_from(["e1.py", "01_e.py", "5_6_7_e.py", "link.html", "x_3_assignsubmission_file_e.py"])


@given(
    st.lists(st.tuples(HEADS, NUMBERS, FILES, st.booleans(), COVERS), max_size=8, unique_by=lambda each: each[1]),
    st.booleans(),
)
def test_no_page_goes_to_another_student_in_moodle(tmp_path_factory, people, renamed):
    rows, owner = [], {}
    for head, number, file, old, cover in people:
        name = f"{head.replace('_', ' ')}_{number}"  # Moodle takes underscores out of names
        who = f"roster {number}" if renamed else name
        end = "_" if old else ""
        rows.append(row(who, "e1", 3, path=f"{cover}{name}_assignsubmission_file{end}/{file}"))
        owner[who] = number
    results = class_of(*rows, *student("none", None), roster=tuple(map(Person, owner)) if renamed else ())

    found = packed(results, tmp_path_factory.getbasetemp(), "moodle")

    for place, page in found.pages.items():
        reached = moodles_reading(place, set(range(1, 20)))
        assert {page_of(who) for who, number in owner.items() if number == reached} == {page}


@given(st.lists(st.tuples(HEADS, NUMBERS, NUMBERS, FILES, st.booleans()), max_size=8, unique_by=PEOPLE), st.booleans())
def test_no_page_goes_to_another_student_in_canvas(tmp_path_factory, people, renamed):
    rows, uploads, owner = [], {}, {}
    for head, number, upload, file, late in people:
        upload = str(9000 + upload)
        who = f"roster {number}" if renamed else f"{head}_{number}"
        rows.append(row(who, "e1", 3, path=f"{head}{'_LATE' * late}_{number}_{upload}_{file}"))
        uploads[upload] = str(number)
        owner[who] = str(number)
    uploads |= {str(number): "7" for number in range(1, 15)}  # uploads whose numbers look like users
    results = class_of(*rows, roster=tuple(map(Person, owner)) if renamed else ())

    found = packed(results, tmp_path_factory.getbasetemp(), "canvas")

    for groups in ([], ["team_7", "a", "ada", "student", "group", "7"]):
        for place, page in found.pages.items():
            reached = canvas_reading(place, uploads, groups)
            assert reached is None or {page_of(who) for who, number in owner.items() if number == reached} == {page}
            assert groups or reached is not None or place.startswith("anon_")


@given(st.lists(st.text(max_size=6), unique=True, min_size=1, max_size=8))
def test_every_student_has_a_folder_of_their_own(tmp_path_factory, names):
    results = class_of(*(each for name in names for each in student(name, 1)))
    found = packed(results, tmp_path_factory.getbasetemp(), "folder")

    assert sorted(found.pages.values()) == sorted(map(page_of, names))
    assert not found.lost
    assert len({place.partition("/")[0].casefold() for place in found.pages}) == len(names)


@pytest.mark.parametrize(
    "target, path, place",
    [
        (
            "moodle",
            "Ada Lovelace_11_assignsubmission_file/e1.py",
            "Ada Lovelace_11_assignsubmission_file/feedback.html",
        ),
        (
            "moodle",
            "Ada Lovelace_11_assignsubmission_file_e1.py",
            "Ada Lovelace_11_assignsubmission_file/feedback.html",
        ),
        ("canvas", "lovelaceada_LATE_101_7001_e1-1.py", "lovelaceada_101_7001_feedback.html"),
        ("canvas", "anon_x1Y2z_7001_e1.py", "anon_x1Y2z_7001_feedback.html"),
    ],
)
def test_a_page_goes_back_under_the_name_that_came(tmp_path, target, path, place):
    who = {"moodle": "Ada Lovelace_11", "canvas": "anon_x1Y2z" if "anon" in path else "lovelaceada_101"}[target]
    found = packed(class_of(*student(who, 1, path=path), *student("other", None)), tmp_path, target)

    assert dict(found.pages) == {place: page_of(who)}
    assert not found.lost


def test_who_shares_a_number_or_has_no_name_of_the_platform_is_named_and_left_out(tmp_path):
    rows = (
        row("Ada_11", "e1", 1, path="Ada_11_assignsubmission_file/e1.py"),
        row("Eve_011", "e1", 1, path="Eve_011_assignsubmission_file/e1.py"),
        row("bob", "e1", 1),
        row("none", "e1", None),
    )
    found = packed(class_of(*rows), tmp_path, "moodle")

    assert found.pages == {}
    assert found.lost
    said = "\n".join(found.told)
    assert all(f"  {name}" in said for name in ("Ada_11", "Eve_011", "bob", "none"))


def test_members_of_a_group_get_no_page_where_all_of_the_group_would_see_it(tmp_path):
    paths = {"canvas": "team_101_7001_e1.py", "moodle": "team_101_assignsubmission_file/e1.py"}
    for target, path in paths.items():
        rows = (row("a", "e1", 1, path=path, group="team"), row("b", "e1", 1, path=path, group="team"))
        found = packed(class_of(*rows), tmp_path, target)
        assert (found.pages, found.lost) == ({}, True)
    assert sorted(packed(class_of(*rows), tmp_path, "folder").pages.values()) == [page_of("a"), page_of("b")]


def test_a_groups_work_that_somebody_else_may_have_handed_in_leads_to_nobody(tmp_path):
    for target, path in (("canvas", "ada_101_7001_e1.py"), ("moodle", "Ada_11_assignsubmission_file/e1.py")):
        alone = row("a", "e1", 1, path=path, group="team")
        assert packed(class_of(alone, roster=(Person("a"),)), tmp_path, target).pages == {}
        assert packed(class_of(replace(alone, group=None), roster=(Person("a"),)), tmp_path, target).pages
    own = row("Ada_11", "e1", 1, path="Ada_11_assignsubmission_file/e1.py", group="team")
    assert packed(class_of(own), tmp_path, "moodle").pages
    own = row("ada_101", "e1", 1, path="ada_101_7001_e1.py", group="team")
    assert packed(class_of(own), tmp_path, "canvas").pages == {}


@pytest.mark.parametrize(
    "target, path, said",
    [
        ("moodle", "lovelaceada_101_7001_e1.py", "Read as what Canvas gives: use --to canvas, or --to folder"),
        ("canvas", "Ada_11_assignsubmission_file/e1.py", "Read as what Moodle gives: use --to moodle, or --to folder"),
        ("canvas", "lovelaceada/e1.py", "No work here has a name that Canvas gave: use --to folder"),
        ("moodle", "lovelaceada/e1.py", "No work here has a name that Moodle gave: use --to folder"),
    ],
)
@pytest.mark.parametrize("group", [None, "team"])
def test_work_that_came_from_elsewhere_is_one_line_and_no_list_of_everybody(tmp_path, target, path, said, group):
    results = class_of(row("lovelaceada_101", "e1", 1, path=path, group=group), row("b", "e1", None))

    with pytest.raises(UsageError, match=said):
        packed(results, tmp_path, target)


def test_somebody_whom_the_roster_renamed_is_known_by_the_top_of_the_class(tmp_path):
    rows = (
        row("r1", "e1", 1, path="all/lovelaceada_LATE_101_7001_e1_5_6.py"),
        row("r2", "e1", 1, path="all/turing_102_7002_work.zip/e1.py"),
        row("r3", "e1", 1, path="all/team_7_103_7003_e1.py"),
        row("r4", "e1", 1, path="all/team_7_104_7004_e1.py"),
    )
    found = packed(class_of(*rows, roster=tuple(Person(each.student) for each in rows)), tmp_path, "canvas")

    assert set(found.pages) == {"lovelaceada_101_7001_feedback.html", "turing_102_7002_feedback.html"}
    assert found.lost
    assert packed(class_of(*rows), tmp_path, "canvas").pages == {}


def test_work_under_two_numbers_is_nobodys(tmp_path):
    rows = (row("x", "e1", 1, path="a_1_9001_e1.py"), row("x", "e2", 1, path="a_2_9002_e2.py"), row("y", "e1", None))

    assert packed(class_of(*rows), tmp_path, "canvas").lost


def test_equal_pages_make_equal_bytes_and_a_zip_of_nothing_else(tmp_path):
    results = class_of(*student("Ada_11", 1, path="Ada_11_assignsubmission_file/e1.py"), *student("b", None))
    pages = packed(results, tmp_path, "moodle").pages
    data = as_zip(pages)

    assert data == as_zip(dict(reversed(pages.items())))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == pages


def test_a_page_that_is_not_there_or_not_the_graders_is_not_sent(tmp_path):
    results = class_of(*student("ada", 1))
    packed(results, tmp_path, "folder")
    page = tmp_path / results.submissions[0].page
    for spoil in (lambda: page.write_text("<p>mine"), page.unlink, lambda: page.symlink_to(tmp_path / "results.json")):
        spoil()
        with pytest.raises(UsageError, match="score again"):
            pack_pages(results, tmp_path, "folder")


@pytest.mark.parametrize("page", ["index.html", "students/../results.json", "students/a/b.html", "/etc/passwd"])
def test_results_that_name_another_place_as_a_page_are_refused(tmp_path, page):
    with pytest.raises(UsageError, match="score again"):
        pack_pages(class_of(row("ada", "e1", 1, page=page)), tmp_path, "folder")


def test_results_that_give_one_page_to_two_students_are_refused(tmp_path):
    rows = (row("ada", "e1", 1, page="students/a.html"), row("bob", "e1", 1, page="students/A.html"))

    with pytest.raises(UsageError, match="one page"):
        pack_pages(class_of(*rows), tmp_path, "folder")


def test_unreadable_work_gets_its_page_too(tmp_path):
    rows = row("Ada_1", "e1", 0, path="Ada_1_assignsubmission_file/e1.py", status=Status.UNREADABLE, checks=())

    assert packed(class_of(rows, row("b", "e1", None)), tmp_path, "moodle").pages
