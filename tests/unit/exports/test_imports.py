"""Marks arrive with the right people when the platform imports the file, and nobody else's grade changes there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.exports.export_marks import Template, prepare
from grader.scores.records import Person

from . import importers
from .made import CANVAS, MOODLE, WORKSHEET, class_of, student

USERS = {"101": ("S1", "ada"), "102": ("S2", "alan"), "103": ("S3", "grace@uni.example"), "104": ("S4", "nobody")}
POINTS = st.none() | st.integers(0, 20)
MARKS = st.fixed_dictionaries({"ada": POINTS, "alan": POINTS, "nobody": POINTS})


def sent(results, format_, text=None, column=None):
    return prepare(results, format_, text and Template("f.csv", text.encode()), column, None).data


def with_marks(marks, roster=()):
    return class_of(*(each for name, points in marks.items() for each in student(name, points)), roster=roster)


@given(MARKS, st.sampled_from([",", ";"]), st.sampled_from(["\r\n", "\n"]))
def test_canvas_gives_each_student_their_mark_and_leaves_the_others(marks, separator, end):
    text = CANVAS.replace("\r\n", end)
    if separator == ";":
        text = text.replace('"Section 1, day"', "Section 1").replace('"Lovelace, Ada"', '"Lovelace; Ada"')
        text = (
            text.replace('"Turing, Alan"', "T")
            .replace('"Hopper, Grace"', "H")
            .replace('"Student, Test"', "Test Student")
        )
        text = text.replace(",", ";").replace("5.00", "5,00")
    before = importers.canvas(text.encode(), "GRU lesson (4711)", USERS)
    after = importers.canvas(sent(with_marks(marks), "canvas", text), "GRU lesson (4711)", USERS)
    others = importers.canvas(sent(with_marks(marks), "canvas", text), "Other (4712)", USERS)

    wanted = {at: str(marks[who]) for at, who in (("101", "ada"), ("102", "alan")) if marks[who] is not None}
    assert after == before | wanted
    assert others == {"101": "5.00"}


def test_canvas_takes_a_new_file_by_number_and_by_login():
    roster = (Person("a", lms_id="101"), Person("b", lms_id="alan"), Person("c"))
    data = sent(with_marks({"a": 1, "b": 2, "c": 3}, roster), "canvas", column="GRU lesson (4711)")

    assert importers.canvas(data, "GRU lesson (4711)", USERS) == {"101": "1", "102": "2"}


@given(MARKS, st.sampled_from(["-", "", "3,50", "3.50"]))
def test_moodles_worksheet_gives_each_participant_their_mark(marks, old):
    text = WORKSHEET.replace('"No submission",-', f'"No submission","{old}"')
    roster = (Person("ada", lms_id="11"), Person("alan", email="alan@uni.example"), Person("nobody", lms_id="99"))
    before = importers.moodle_worksheet(text.encode(), {11, 12}, 50)
    after = importers.moodle_worksheet(sent(with_marks(marks, roster), "moodle", text), {11, 12}, 50)

    wanted = {at: marks[who] for at, who in ((11, "ada"), (12, "alan")) if marks[who] is not None}
    assert after == before | wanted


@given(MARKS)
@pytest.mark.parametrize("text", [MOODLE, None])
def test_moodles_gradebook_takes_the_whole_file(text, marks):
    emails = {"ada": "ada@uni.example", "alan": "alan@uni.example"}
    roster = tuple(Person(who, email=emails.get(who, "")) for who in marks)
    wanted = {emails[who]: marks[who] for who in emails if marks[who] is not None}
    if text is None and not wanted:
        return
    column = "Assignment: GRU lesson (Real)" if text else "GRU lesson"

    assert (
        importers.moodle_gradebook(sent(with_marks(marks, roster), "moodle", text), set(emails.values()), column)
        == wanted
    )


def test_a_marks_sum_that_waits_arrives_as_it_was_said():
    from .made import waits

    roster = (Person("a", lms_id="101"),)
    results = replace(class_of(waits("a", "e1", 5, 6)), roster=roster)
    for pending, points in (("settled", "5"), ("suggested", "11")):
        data = prepare(results, "canvas", Template("f.csv", CANVAS.encode()), None, pending).data
        assert importers.canvas(data, "GRU lesson (4711)", USERS)["101"] == points
