"""A platform's own file gets the marks of those who are certainly found, and keeps everything else."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.exports.export_marks import Template, prepare
from grader.scores.records import Person

from .made import (
    BRIGHTSPACE,
    CANVAS,
    GERMAN_GRADEBOOK,
    GERMAN_WORKSHEET,
    MOODLE,
    WORKSHEET,
    class_of,
    row,
    student,
    waits,
)

PLATFORMS = {"canvas": CANVAS, "moodle": MOODLE, "brightspace": BRIGHTSPACE}
ADA = Person("ada-l", "Ada Lovelace", "ada@uni.example", "ada99", "101")


def fill(results, format_, text, column=None, pending=None, name="grades.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return prepare(results, format_, Template(name, data), column, pending)


def refusal(*arguments, **more):
    with pytest.raises(UsageError) as refused:
        fill(*arguments, **more)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def without(told, *titles):
    """The lines of what is said that stand below headings beginning with these."""
    found, under = [], False
    for line in told:
        if not line.startswith("  "):
            under = line.startswith(titles)
        elif under:
            found.append(line.strip())
    return found


@pytest.mark.parametrize(
    "format_, text, before, after",
    [
        ("canvas", CANVAS, '"Section 1, day",x,,5.00', '"Section 1, day",x,35,5.00'),
        ("moodle", MOODLE, "ada@uni.example,-,-", "ada@uni.example,35,-"),
        ("moodle", WORKSHEET, '"Submitted for grading",,50.00', '"Submitted for grading",35,50.00'),
        ("brightspace", BRIGHTSPACE, "Ada,,1,#", "Ada,35,1,#"),
    ],
)
def test_the_mark_of_somebody_on_the_roster_is_the_only_change(format_, text, before, after):
    made = fill(class_of(*student("ada-l", 15, 20), roster=(ADA,)), format_, text)

    assert made.data.decode() == text.replace(before, after)
    assert not made.lost


@pytest.mark.parametrize("format_, who", [("canvas", "ada"), ("brightspace", "alan"), ("moodle", "alan@uni.example")])
def test_without_a_roster_the_students_id_is_the_login(format_, who):
    made = fill(class_of(*student(who, 1)), format_, PLATFORMS[format_])

    assert not made.lost
    assert made.data != PLATFORMS[format_].encode()


def test_canvas_own_names_tell_the_user_where_there_is_no_roster():
    rows = (
        *student("turingalan_102", 15, 1, path="turingalan_LATE_102_7001_e1.py"),
        *student("lovelaceada_101", 2, path="lovelaceada_101_7002_e1.py"),
    )
    made = fill(class_of(*rows), "canvas", CANVAS)

    assert made.data.decode() == CANVAS.replace("x,,5.00", "x,2,5.00").replace("12.00", "16")


def test_a_folder_that_only_looks_like_canvas_names_nobody():
    made = fill(class_of(*student("team_102", 15), *student("other", 1)), "canvas", CANVAS)

    assert made.data.decode() == CANVAS
    assert made.lost


def test_moodles_own_names_tell_the_participant_of_the_worksheet():
    path = "Alan Turing_12_assignsubmission_file/e1.py"
    made = fill(class_of(*student("Alan Turing_12", 15, path=path)), "moodle", WORKSHEET)

    assert made.data.decode() == WORKSHEET.replace('"No submission",-', '"No submission",15')


def test_a_worksheet_of_another_language_needs_its_column_named():
    text = (
        WORKSHEET.replace("Participant ", "Teilnehmer/in ")
        .replace("Identifier", "Kennung")
        .replace("Grade,", "Bewertung,")
    )
    results = class_of(*student("Ada Lovelace_11", 15, path="Ada Lovelace_11_assignsubmission_file/e1.py"))

    assert "--column" in refusal(results, "moodle", text.replace('"Full name","Email address"', "Name,Mail"))
    assert b",15,50.00," in fill(results, "moodle", text, column="Bewertung").data


def test_canvas_file_with_first_and_last_names_semicolons_and_decimal_commas_is_read():
    text = (
        "LastName;FirstName;ID;SIS Login ID;Section;GRU lesson (4711)\n    Points Possible;;;;;50,00\n"
        "Lovelace;Ada;101;ada;S;3,50\nTuring;Alan;102;alan;S;\n"
    )
    made = fill(class_of(*student("ada", 20, 30)), "canvas", text.encode("utf-8-sig"))

    assert made.data == text.replace("3,50", "50").encode("utf-8-sig")
    assert not any("maximum" in line for line in made.told)
    assert without(made.told, "Matched") == ["ada -> line 3, Lovelace, Ada: 50 (it says '3,50')"]


def test_nothing_handed_in_leaves_the_cell_and_wrong_work_is_0():
    results = class_of(*student("ada", None), *student("alan", 0))
    made = fill(results, "canvas", CANVAS)

    assert made.data.decode() == CANVAS.replace("12.00", "0")
    assert not made.lost
    assert without(made.told, "Nothing handed in") == ["ada -> line 4, Lovelace, Ada"]


def test_who_is_excused_stays_so():
    made = fill(class_of(*student("grace@uni.example", 9)), "canvas", CANVAS)

    assert made.data.decode() == CANVAS
    assert without(made.told, "Excused") == ["grace@uni.example -> line 6, Hopper, Grace: EX"]


def test_canvas_rows_that_are_no_students_are_nobody():
    results = class_of(*student("ada", 1), *student("alan", 1), *student("Student, Test", 1), *student("abc123", 1))
    made = fill(results, "canvas", CANVAS)

    assert made.data.decode().splitlines()[-1] == CANVAS.splitlines()[-1]
    assert without(made.told, "Unmatched: graded") == ["Student, Test", "abc123"]
    assert without(made.told, "Unmatched: in the file") == ["line 6, Hopper, Grace"]
    assert made.lost


def test_a_row_that_two_students_could_be_is_left_and_both_are_named():
    results = class_of(*student("ada", 1), *student("ADA", 2))
    made = fill(results, "canvas", CANVAS)

    assert made.data.decode() == CANVAS
    assert len(without(made.told, "Ambiguous")) == 2
    assert made.lost


def test_a_student_whom_the_roster_finds_in_two_rows_is_left():
    contrary = Person("ada-l", email="alan@uni.example", lms_id="7")
    made = fill(class_of(*student("ada-l", 5), roster=(contrary,)), "moodle", MOODLE)

    assert made.data.decode() == MOODLE
    assert without(made.told, "Ambiguous") == ["ada-l could be line 2, Ada Lovelace or line 3, Alan Turing"]


def test_a_row_that_somebody_ambiguous_could_be_is_nobodys():
    roster = (Person("a", email="alan@uni.example", lms_id="7"), Person("b", lms_id="8"))
    made = fill(class_of(*student("a", 5), *student("b", 6), roster=roster), "moodle", MOODLE)

    assert made.data.decode() == MOODLE
    assert made.lost


def test_members_of_a_group_are_found_by_the_roster_and_not_by_the_one_who_handed_in():
    path = "team_101_7001_e1.py"
    rows = (*student("a", 5, path=path, group="team"), *student("b", 5, path=path, group="team"))
    made = fill(class_of(*rows, roster=(Person("a", lms_id="101"), Person("b", lms_id="S2"))), "canvas", CANVAS)

    assert made.data.decode() == CANVAS.replace("x,,5.00", "x,5,5.00").replace("12.00", "5")


@pytest.mark.parametrize("called", [" ada", "Ada", "ADA ", "alan"])
def test_whoever_is_not_on_the_roster_is_nobodys_row_and_takes_nobodys_by_a_name(called):
    roster = (Person("ada", lms_id="101"),)
    made = fill(class_of(*student("ada", 15), *student(called, 1), roster=roster), "canvas", CANVAS)

    assert made.data.decode() == CANVAS.replace("x,,5.00", "x,15,5.00")
    assert [each.strip("' ") for each in without(made.told, "Unmatched: graded")] == [called.strip()]
    assert made.lost


def test_an_id_on_the_roster_takes_nobodys_row_whom_a_number_finds():
    roster = (Person("a1", lms_id="101"), Person("ada"))
    made = fill(class_of(*student("a1", 15), *student("ada", 1), roster=roster), "canvas", CANVAS)

    assert made.data.decode() == CANVAS.replace("x,,5.00", "x,15,5.00")
    assert without(made.told, "Unmatched: graded") == ["ada"]


def test_a_platforms_number_finds_whoever_is_not_on_the_roster_before_a_login_does():
    rows = (*student("lovelaceada_101", 2, path="lovelaceada_101_7001_e1.py"), *student("ada", 15))
    made = fill(class_of(*rows, roster=(Person("grace"), Person("ada"))), "canvas", CANVAS)

    assert made.data.decode() == CANVAS.replace("x,,5.00", "x,2,5.00")


@pytest.mark.parametrize("column", ["GRU lesson", "GRU lesson (4711)", "(4711)", "4711", None])
def test_a_column_is_found_by_its_title_or_its_id(column):
    made = fill(class_of(*student("ada", 1)), "canvas", CANVAS, column=column)

    assert made.data.decode() == CANVAS.replace("x,,5.00", "x,1,5.00")


@pytest.mark.parametrize("column", ["Current Score", "Final Grade", "ID", "Section", "Unposted Final Score"])
def test_a_column_that_canvas_keeps_for_itself_is_refused(column):
    assert "Canvas does not take marks" in refusal(class_of(*student("ada", 1)), "canvas", CANVAS, column=column)


def test_a_column_that_is_read_only_is_refused():
    text = CANVAS.replace("Possible,,,,,,50.00", "Possible,,,,,,(read only)")

    assert "read only" in refusal(class_of(*student("ada", 1)), "canvas", text)


def test_an_unknown_column_lists_the_titles_that_are_there_the_closest_first():
    said = refusal(class_of(*student("ada", 1)), "canvas", CANVAS, column="Othre")

    assert said.startswith("grades.csv has no column called 'Othre'; name one with --column TITLE: Other (4712), ")


def test_two_columns_of_one_title_are_told_apart_by_their_ids():
    text = CANVAS.replace("Other (4712)", "GRU lesson (4712)")

    assert "(4711), GRU lesson (4712)" in refusal(class_of(*student("ada", 1)), "canvas", text)
    assert fill(class_of(*student("ada", 1)), "canvas", text, column="(4712)").data.decode() == text.replace(
        "5.00,50.0", "1,50.0"
    )


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize("given", PLATFORMS)
def test_a_file_of_another_platform_is_recognised(name, given):
    if name != given:
        assert f"use --format {given}" in refusal(class_of(*student("ada", 1)), name, PLATFORMS[given])


def test_a_maximum_that_differs_is_said():
    results = class_of(*student("ada", 20, 30))

    assert any("maximum there is 10, and here 50" in line for line in fill(results, "canvas", CANVAS, "(4712)").told)
    assert not any("maximum" in line for line in fill(results, "canvas", CANVAS).told)


def test_who_is_above_moodles_maximum_is_named_since_moodle_passes_over_the_mark():
    results = class_of(*student("ada@uni.example", 20, 30))
    made = fill(results, "moodle", WORKSHEET.replace("50.00", "40.00"))

    assert "Marks above the maximum there (40); Moodle passes over them (1):" in made.told
    assert without(made.told, "Marks above") == ["ada@uni.example: 50"]


def test_a_mark_above_the_points_possible_in_canvas_is_named_and_written():
    made = fill(class_of(*student("ada", 20, 30)), "canvas", CANVAS, "(4712)")

    assert without(made.told, "Marks above the maximum there (10); Canvas takes them") == ["ada: 50"]
    assert made.data.decode() == CANVAS.replace("5.00,50.0", "50,50.0")


def test_a_mark_that_would_go_down_is_the_first_thing_said_and_is_written():
    text = CANVAS.replace("x,,5.00", "x,57.00,5.00").replace("12.00", "3")
    rows = (waits("ada", "e1", 7, 13), row("ada", "e2", 30), *student("alan", 2, 1), *student("abc", 0))
    made = fill(class_of(*rows), "canvas", text, pending="settled")

    assert made.told[1:3] == ("Marks that would go down (1):", "  Lovelace, Ada: 57 -> 37 (13 points still wait)")
    assert made.data.decode() == text.replace("57.00", "37")
    assert not any("go down" in line for line in fill(class_of(*student("alan", 10, 3)), "canvas", CANVAS).told)


def test_a_grade_that_moodle_says_cant_be_changed_stays():
    text = WORKSHEET.replace('"No submission",-,50.00,Yes', '"No submission",9,50.00,No')
    made = fill(class_of(*student("ada@uni.example", 5), *student("alan@uni.example", 6)), "moodle", text)

    assert made.data.decode() == text.replace('grading",,', 'grading",5,')
    assert without(made.told, "The grade can't be changed there") == ["alan@uni.example -> line 3, Alan Turing: 9"]
    assert not any("go down" in line for line in made.told)
    assert not made.lost


def test_a_german_worksheet_is_read_as_an_english_one():
    path = "Ada Lovelace_11_assignsubmission_file/e1.py"
    results = class_of(*student("Ada Lovelace_11", 15, path=path), *student("alan@uni.example", 6))
    made = fill(results, "moodle", GERMAN_WORKSHEET)

    assert made.data.decode() == GERMAN_WORKSHEET.replace('abgegeben",,', 'abgegeben",15,')
    assert without(made.told, "The grade can't be changed there") == ["alan@uni.example -> line 3, Alan Turing: 12,00"]


def test_a_german_gradebook_is_read_as_an_english_one():
    made = fill(class_of(*student("ada@uni.example", 15), *student("8", 6)), "moodle", GERMAN_GRADEBOOK)

    assert made.data.decode() == GERMAN_GRADEBOOK.replace("ada@uni.example,-", "ada@uni.example,15").replace(
        "alan@uni.example,-", "alan@uni.example,6"
    )
    assert "use --format moodle" in refusal(class_of(*student("ada", 1)), "canvas", GERMAN_GRADEBOOK)


@pytest.mark.parametrize(
    "format_, text, known",
    [
        ("canvas", CANVAS, "ID; SIS User ID; SIS Login ID"),
        ("moodle", WORKSHEET, "Identifier; Email address"),
        ("moodle", GERMAN_GRADEBOOK, "ID-Nummer; E-Mail-Adresse"),
        ("brightspace", BRIGHTSPACE, "Username; OrgDefinedId"),
    ],
)
def test_a_file_in_which_nobody_is_found_is_refused_with_the_columns_that_were_looked_at(format_, text, known):
    made = fill(class_of(*student("stranger", 1)), format_, text)

    assert made.lost
    assert f"People are known there by: {known}; the marks' column is " in made.refused
    assert not fill(class_of(*student("ada", 1)), "canvas", CANVAS).refused


def test_a_file_of_no_platform_is_told_what_it_lacks():
    said = refusal(class_of(*student("ada", 1)), "canvas", 'who,"Points, all"\nada,3\n')

    assert "it needs `Student` and `ID`" in said
    assert said.endswith("its columns are: who; Points, all.")
    for name in PLATFORMS:
        assert "it needs `" in refusal(class_of(*student("ada", 1)), name, "who,mark\nada,3\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("first", ["", "sep=;\r\n", "SEP=;\n"])
def test_an_encoding_and_a_line_that_tells_the_separator_are_kept(encoding, first):
    text = first + CANVAS.replace('"Section 1, day"', "Section 1").replace(",", ";").replace(
        "Lovelace; Ada", "Lovelace"
    )
    made = fill(class_of(*student("ada", 1)), "canvas", text.encode(encoding))

    assert made.data == text.replace("x;;5.00", "x;1;5.00").encode(encoding)
    assert without(made.told, "Matched") == [f"ada -> line {5 if first else 4}, Lovelace: 1 (it says '')"]


NAMES = st.sampled_from(
    ["ada", "ADA", "alan", "grace@uni.example", "101", "x", "é", "e\u0301", "##[error]x", "a\n::b", "=1"]
)


@given(st.lists(st.tuples(NAMES, st.none() | st.integers(0, 20)), unique_by=lambda each: each[0], min_size=1))
def test_nobody_is_silently_lost_and_only_marks_of_their_own_are_written(people):
    made = fill(class_of(*(each for name, points in people for each in student(name, points))), "canvas", CANVAS)
    before, after = (list(csv.reader(io.StringIO(text, newline=""))) for text in (CANVAS, made.data.decode()))
    changed = [(old[3], new[6]) for old, new in zip(before, after, strict=True) if old != new]
    marks = dict(people)

    assert all([*old[:6], *old[7:]] == [*new[:6], *new[7:]] for old, new in zip(before, after, strict=True))
    assert all(str(marks.get(login, marks.get(login.upper()))) == mark for login, mark in changed)
    sections = ("Matched", "Excused", "Nothing", "Ambiguous", "Unmatched: graded", "Unmatched: nothing")
    assert len(without(made.told, *sections)) == len(people)
    assert not any("\n" in line or "##[" in line or "::" in line for line in made.told)


def test_a_new_canvas_file_holds_only_known_ids_and_needs_the_assignments_id():
    rows = (*student("ada-l", 15), *student("x", 3), *student("none", None))
    results = class_of(*rows, roster=(ADA,))

    made = prepare(results, "canvas", None, "GRU lesson (4711)", None)

    assert made.data.decode() == "Student,ID,SIS Login ID,Section,GRU lesson (4711)\r\nAda Lovelace,101,,,15\r\n"
    assert made.lost
    for column in (None, "GRU lesson"):
        with pytest.raises(UsageError, match="export the gradebook in Canvas"):
            prepare(results, "canvas", None, column, None)


@pytest.mark.parametrize(
    "format_, text",
    [
        ("moodle", "Email address,GRU lesson\r\nada@uni.example,15\r\n"),
        ("brightspace", "OrgDefinedId,GRU lesson Points Grade,End-of-Line Indicator\r\n101,15,#\r\n"),
    ],
)
def test_a_new_file_holds_only_people_whom_the_platform_knows(format_, text):
    rows = (*student("ada-l", 15), *student("x", 3), *student("none", None))
    made = prepare(class_of(*rows, roster=(ADA,)), format_, None, None, None)

    assert made.data.decode() == text
    assert without(made.told, "Left out") == ["x"]
    assert made.lost
    with pytest.raises(UsageError, match="--template"):
        prepare(class_of(*student("x", 3)), format_, None, None, None)


def test_an_id_that_would_be_a_formula_is_left_out_of_a_new_file():
    roster = (ADA, Person("evil", email="=cmd@x"))
    made = prepare(class_of(*student("ada-l", 1), *student("evil", 1), roster=roster), "moodle", None, None, None)

    assert b"cmd" not in made.data
    assert made.lost
