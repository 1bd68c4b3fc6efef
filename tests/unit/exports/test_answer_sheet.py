"""Answers go out as a table and come back by id, whatever a spreadsheet did to it; a row that is not sound is named."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.exports.answer_sheet import COLUMNS, LONGEST, answer_sheet, marked_sheet
from grader.exports.export_marks import Template, prepare
from grader.reports.gradebook import cell
from grader.scores.decisions import rubric_reason
from grader.scores.records import CheckResult, Outcome, Results, SubmissionResult, WrittenAnswer
from grader.scores.settle import settle
from grader.scores.totals import tally

from .made import class_of, row

WHEN = "2026-12-01T10:00:00+00:00"
TEXTS = {
    "=ada": "It keeps\nthe past.",
    "alan": "=1+1",
    "007": "It keeps\nthe past.",
    "\udcff": "",
    "Zoë": "'quoted', \"twice\"",
}


def answered(student: str, text: str) -> SubmissionResult:
    """Return a row with two questions that wait and a check that does not."""
    checks = [
        CheckResult(
            name, f"Why {name}?", 0, most, Outcome.REVIEW, hidden=True, suggested_points=1,
            answer=WrittenAnswer(text, f"{name[0]}{len(text):063x}") if text else None,
        )
        for name, most in (("why", 3), ("how", 2))
    ]  # fmt: skip
    checks.append(CheckResult("short", "Short", 1, 1, Outcome.PASSED))
    sums = tally(checks)
    whole = row(student, "e1", 0)
    return replace(whole, checks=tuple(checks), status=sums.status, points=1, pending_points=5, max_points=6)


CLASS = class_of(*(answered(student, text) for student, text in TEXTS.items()), row("kim", "e1", None))
Rows = list[dict[str, str]]


def sheet(results: Results = CLASS) -> Rows:
    return list(csv.DictReader(io.StringIO(answer_sheet(results).data.decode("utf-8-sig"), newline="")))


def back(rows: Rows, results: Results = CLASS):
    return marked_sheet(
        results,
        list(rows[0]),
        [(at, list(each.values())) for at, each in enumerate(rows, start=2)],
        "Dr B",
        WHEN,
        "In a table.",
    )


def test_every_answer_that_waits_has_a_row_and_equal_ones_stand_together():
    rows = sheet()
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 2 * len(TEXTS)
    assert [each["check"] for each in rows] == ["why"] * 5 + ["how"] * 5
    texts = [each["answer"] for each in rows[:5]]
    first = texts.index("It keeps\nthe past.")
    assert texts[first : first + 2] == ["It keeps\nthe past."] * 2
    assert {(each["max_points"], each["suggested_points"], each["points"]) for each in rows[:5]} == {("3", "1", "")}


def test_it_opens_in_a_spreadsheet_as_text_and_holds_no_formula():
    data = answer_sheet(CLASS).data
    assert data.startswith(b"\xef\xbb\xbf")
    for each in sheet():
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in each.values())
    assert {each["student"] for each in sheet()} == {"'=ada", "alan", "007", "\\udcff", "Zoë"}


def test_a_very_long_answer_fits_into_a_cell():
    rows = sheet(class_of(answered("ada", "long " * 20_000)))
    assert max(len(each["answer"]) for each in rows) < LONGEST + 50


@given(st.permutations(range(10)), st.lists(st.none() | st.integers(0, 2), min_size=10, max_size=10))
def test_points_come_back_by_id_whatever_the_order_of_the_rows(order, points):
    rows = [
        each | {"points": "" if given_ is None else str(given_)} for each, given_ in zip(sheet(), points, strict=True)
    ]
    found = back([rows[at] for at in order])
    assert (found.slips, found.unmarked) == ((), 0)
    assert len(found.decisions) == sum(each is not None for each in points)
    settled = settle(CLASS, found.decisions)
    told = {each["id"]: each["points"] for each in rows}
    assert {each["id"]: each["points"] for each in sheet(settled)} == told
    assert back(sheet(settled), settled).decisions == (), "what stands is no news"


def test_a_spreadsheet_may_write_numbers_titles_and_ids_of_students_its_own_way():
    rows = [{title.upper(): value for title, value in each.items()} for each in sheet()]
    for each, points in zip(rows, ("3,0", "2.00", " 1 ", "0", ""), strict=False):
        each["POINTS"] = points
        each["STUDENT"] = {"007": "7", "Zoë": "Zo?"}.get(each["STUDENT"], each["STUDENT"])
        each["ANSWER"] = each["ANSWER"].replace("\n", "\r\n") + " (nice)"
    found = back([{"MINE": "", **each} for each in rows])
    assert ([each.points for each in found.decisions], found.slips) == ([3, 2, 1, 0], ())


def test_a_comment_is_the_reason_and_one_without_points_decides_nothing():
    rows = sheet()
    rows[0] |= {"points": "2", "comment": "'=Say which."}
    rows[1] |= {"points": "2"}
    rows[2] |= {"comment": "To think about."}
    found = back(rows)
    assert ([each.why for each in found.decisions], found.unmarked) == (["=Say which.", "In a table."], 1)
    settled = settle(CLASS, found.decisions)
    again = sheet(settled)
    assert (again[0]["comment"], back(again, settled).decisions) == ("'=Say which.", ())
    again[0]["comment"] = "Say why."
    assert [each.why for each in back(again, settled).decisions] == ["Say why."]


def test_open_takes_back_what_was_decided_and_nothing_else():
    rows = sheet()
    rows[0]["points"] = rows[1]["points"] = "2"
    settled = settle(CLASS, back(rows[:1]).decisions)
    rows[0]["points"] = rows[1]["points"] = "OPEN"
    (one,) = back(rows, settled).decisions
    assert settle(settled, [replace(one, when="2026-12-02T00:00:00Z")]) == CLASS


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"points": "4"}, "'4' is neither a whole number from 0 to 3 nor 'open'"),
        ({"points": "-1"}, "'-1' is neither"),
        ({"points": "1.5"}, "'1.5' is neither"),
        ({"points": "two"}, "'two' is neither"),
        ({"points": "٣"}, "is neither"),
        ({"points": "1", "digest": "0" * 64}, "this is another answer now than in the file; export it again"),
        ({"points": "1", "id": "answer-0"}, "no answer has the id 'answer-0'"),
        ({"points": "1", "id": ""}, "no answer has the id ''"),
    ],
)
def test_a_row_that_is_not_sound_is_named_with_its_line(change, said):
    rows = sheet()
    rows[3] |= change
    (slip,) = back(rows).slips
    assert slip.line == 5
    assert said in slip.what


def test_a_row_may_stand_twice_only_if_it_says_the_same():
    rows = sheet()
    rows[0]["points"] = "2"
    assert len(back([*rows, rows[0]]).decisions) == 1
    (slip,) = back([*rows, rows[0] | {"points": "1"}]).slips
    assert (slip.line, "line 2 says something else" in slip.what) == (12, True)


def test_a_column_that_was_sorted_alone_is_found_out():
    """Then ids and digests no longer belong together."""
    rows = [each | {"points": "1"} for each in sheet()]
    ids = sorted(each["id"] for each in rows)
    assert back([each | {"id": ident} for each, ident in zip(rows, ids, strict=True)]).slips


@pytest.mark.parametrize(
    "moved", [["student"], ["check"], ["answer"], ["student", "exercise", "check", "question", "answer"]]
)
def test_columns_that_were_sorted_apart_from_the_ids_are_found_out(moved):
    """Ids and digests belong together then, and whom a row names is not whom it would mark."""
    rows = [each | {"points": "1"} for each in sheet()]
    others = sorted(rows, key=lambda each: each["answer"] + each["student"])
    torn = [each | {title: other[title] for title in moved} for each, other in zip(rows, others, strict=True)]
    # an empty cell tells nothing
    wrong = sum(
        any(other[title] not in ("", each[title]) for title in moved) for each, other in zip(rows, torn, strict=True)
    )

    assert wrong > 0
    assert len(back(torn).slips) == wrong


def test_a_slip_names_whose_the_id_is_and_what_the_row_says():
    people = class_of(answered("carl", "One."), answered("o'brien", "Two."), answered("1", "x"), answered("002", "y"))
    one, two = (each | {"points": "1"} for each in sheet(people)[:2] if each["check"] == "why")

    (slip,) = back([two | {"student": "o'brien" if two["student"] == "carl" else "carl"}], people).slips
    assert slip.what == (
        f"{two['student']}, e1/why: this id is {two['student']}'s, the row says "
        f"{'o' + chr(39) + 'brien' if two['student'] == 'carl' else 'carl'}; sort whole rows, or export it again"
    )
    (slip,) = back([one | {"check": "how"}], people).slips
    assert "this id is of e1/why, the row says how" in slip.what
    (slip,) = back([one | {"student": "carla"}], people).slips
    assert "the row says carla" in slip.what
    assert back([one | {"student": "", "answer": ""}], people).slips == ()


@pytest.mark.parametrize(
    ("written", "torn"), [("2", False), ("002", False), ("2.00E+00", False), ("1", True), ("001", True)]
)
def test_an_id_of_digits_may_be_written_as_a_number_and_not_as_anothers(written, torn):
    people = class_of(answered("1", "x"), answered("002", "y"))
    row_ = next(each for each in sheet(people) if each["student"] == "002")

    assert bool(back([row_ | {"points": "1", "student": written}], people).slips) is torn


def by_rubric(comment="", points=3):
    """The class, of which the first answer was settled by two rubric items."""
    (word,) = back([sheet()[0] | {"points": str(points)}]).decisions
    return settle(CLASS, [replace(word, why=rubric_reason(("keeps", "forgets")), comment=comment)])


@pytest.mark.parametrize(("comment", "why"), [("", "In a table."), ("Almost.", "Almost."), ("=1", "=1")])
def test_new_points_do_not_keep_the_rubric_items_of_the_old_ones(comment, why):
    settled = by_rubric(comment)
    first = sheet(settled)[0]
    assert first["comment"] == cell(comment)
    assert back(sheet(settled), settled).decisions == ()

    (word,) = back([first | {"points": "1"}], settled).decisions
    assert (word.points, word.reason) == (1, why)
    # The file of an earlier version has the items in its comment.
    old = first | {"points": "1", "comment": rubric_reason(("keeps", "forgets")) + f"\n{comment}"}
    (word,) = back([old], settled).decisions
    assert (word.points, word.reason) == (1, why)
    assert back([old | {"points": "3"}], settled).decisions == ()


def test_a_comment_on_points_that_stay_leaves_the_rubric_items():
    settled = by_rubric("Almost.")

    (word,) = back([sheet(settled)[0] | {"comment": "Well."}], settled).decisions

    assert word.reason == "By the rubric: keeps; forgets.\nWell."


def test_the_export_takes_no_option_that_would_mean_nothing():
    assert prepare(CLASS, "answers", None, None, None).data == answer_sheet(CLASS).data
    for template, column, pending in ((Template("x", b""), None, None), (None, "x", None), (None, None, "settled")):
        with pytest.raises(UsageError, match="--format answers takes no --"):
            prepare(CLASS, "answers", template, column, pending)
