"""What a run leaves is complete, the same for the same results, and takes nothing away that is not its own."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.reports.gradebook import cell, gradebook
from grader.reports.write_run import write_pages, write_results
from grader.scores.records import ExerciseRecord, Status, as_written
from grader.scores.results import from_json, in_order

from .conftest import class_of, graded, made_up, result, without_checks


def write_reports(results, out):
    """Write all that a run leaves, in the order in which it does."""
    write_results(results, out)
    write_pages(results, out)


def files(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_run_leaves_all_that_the_contract_names(everything, tmp_path):
    write_reports(everything, tmp_path)
    pages = {row.page for row in everything.submissions}
    assert set(files(tmp_path)) == {"index.html", "gradebook.csv", "results.json", ".pages"} | pages
    assert from_json((tmp_path / "results.json").read_text(encoding="utf-8")) == in_order(everything)


def test_equal_results_give_equal_bytes_in_whatever_order_they_came(everything, tmp_path):
    rows = list(everything.submissions)
    random.Random(1).shuffle(rows)
    write_reports(everything, tmp_path / "one")
    write_reports(dataclasses.replace(made_up(), submissions=tuple(rows)), tmp_path / "other")
    assert files(tmp_path / "one") == files(tmp_path / "other")


def test_pages_of_students_who_left_are_removed_and_other_files_are_not(tmp_path):
    write_reports(class_of(graded("a", (result(0),)), graded("b", (result(0),))), tmp_path)
    (tmp_path / "students" / "mine.html").write_text("<p>not the grader's")
    (tmp_path / "students" / "notes.txt").write_text("notes")
    stayed = graded("b", (result(0),))
    write_reports(class_of(stayed), tmp_path)
    names = {file.name for file in (tmp_path / "students").iterdir()}
    assert names == {stayed.page.split("/")[1], "mine.html", "notes.txt"}


@pytest.mark.parametrize(
    "page",
    ["../x.html", "students/../x.html", "/x.html", "students/.html", "students/a\\b.html", "students/a", "x.html"],
)
def test_a_page_goes_nowhere_but_among_the_students(page, tmp_path):
    """results.json can be edited by hand before it is rendered again."""
    with pytest.raises(ValueError, match="outside"):
        write_reports(class_of(graded("a", (), page=page)), tmp_path / "out")
    assert not files(tmp_path)


def test_two_students_never_share_a_page(tmp_path):
    rows = graded("a", (), page="students/a.html"), graded("A", (), page="students/A.html")
    with pytest.raises(ValueError, match="share"):
        write_reports(class_of(*rows), tmp_path)


def test_the_gradebook_has_a_row_for_each_student(everything):
    rows = list(csv.DictReader(gradebook(everything).splitlines()))
    assert list(rows[0]) == ["student", "01_made_up", "total", "pending", "max"]
    assert len(rows) == 26
    broken = next(row for row in rows if row["student"] == "emmy-noether")
    assert (broken["total"], broken["pending"], broken["max"]) == ("0", "20", "20")


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_students_name_is_never_a_formula(name):
    text = gradebook(class_of(without_checks(name, Status.MISSING)))
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["student"] == f"'{name}"


NAMES = st.text(max_size=8) | st.sampled_from(
    ["", "nan", "None", "1", "1.5", "true", "\ufeff", "a;b", '"', "\n", "\r\n"]
)


@given(st.dictionaries(NAMES, st.integers(0, 20), max_size=6))
@settings(deadline=None)
def test_the_gradebook_is_what_pythons_own_csv_writer_makes_of_it(students):
    """Texts in quotes and numbers bare, lines ended as RFC 4180 asks, whatever a student is called."""
    rows = [graded(name, (), points=points) for name, points in students.items()]
    table = io.StringIO(newline="")
    writer = csv.writer(table, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(["student", "01_made_up", "total", "pending", "max"])
    writer.writerows([cell(name), students[name], students[name], 0, 20] for name in sorted(students, key=as_written))

    assert gradebook(class_of(*rows)) == table.getvalue()


def test_a_student_without_a_row_for_an_exercise_has_an_empty_field():
    results = class_of(graded("a", (), points=3), graded("b", (), points=4, exercise="02"))
    more = dataclasses.replace(results, exercises=(*results.exercises, ExerciseRecord("02", "More", 5)))
    assert gradebook(more).splitlines()[1:] == ['"a",3,"",3,0,25', '"b","",4,4,0,25']


def test_an_honest_name_stays_as_it_is():
    assert cell("hana-nováková") == "hana-nováková"
    assert cell("\udcff") == "\\udcff"


def test_names_with_commas_quotes_and_line_ends_stay_one_field():
    results = class_of(graded('a,"b"\nc', ()), graded("d", ()))
    rows = list(csv.reader(gradebook(results).splitlines(keepends=True)))
    assert [row[0] for row in rows] == ["student", 'a,"b"\nc', "d"]
    assert {len(row) for row in rows} == {5}


def test_results_json_is_the_instructors_and_keeps_what_pages_hide(everything, tmp_path):
    write_reports(everything, tmp_path)
    document = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    hidden = [check for row in document["submissions"] for check in row["checks"] if check["hidden"] and check["gap"]]
    assert hidden
    assert document["run"]["seed"] == everything.run.seed
