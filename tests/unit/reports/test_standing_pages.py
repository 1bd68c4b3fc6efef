"""Only pages that change are made again, and none that is old is left."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.reports import standing_pages, write_run
from grader.reports.standing_pages import STANDING
from grader.reports.write_run import write_pages, write_results
from grader.scores.packed_rows import GrowingRows

from .conftest import class_of, failed, graded, result, run

CLASS = class_of(graded("ada", (result(0),)), graded("bob", (failed(0),)))
OTHER = class_of(graded("ada", (result(0),)), graded("bob", (result(0),)))


@pytest.fixture
def made(monkeypatch):
    """The students whose pages are made, in their order."""
    students = []
    page = write_run.student_page

    def noted(view):
        students.append(view.student)
        return page(view)

    monkeypatch.setattr(write_run, "student_page", noted)
    return students


def everything_in(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_pages_that_stand_there_are_not_made_again(tmp_path, made):
    write_pages(CLASS, tmp_path)
    before = {file: file.stat().st_ino for file in tmp_path.rglob("*.html")}
    made.clear()
    write_pages(CLASS, tmp_path)
    assert made == []
    assert {file: file.stat().st_ino for file in tmp_path.rglob("*.html")} == before, "no file was replaced"


def test_of_one_mark_that_changed_one_page_follows(tmp_path, made):
    write_pages(CLASS, tmp_path)
    made.clear()
    write_pages(OTHER, tmp_path)
    assert made == ["bob"]


@pytest.mark.parametrize("field", ["course", "started", "contact", "versions"])
def test_what_a_page_takes_from_the_run_changes_all_pages(tmp_path, made, field):
    other = {"versions": {"numpy": "99"}, "started": "2026-12-24T00:00:00+00:00"}.get(field, "another")
    write_pages(CLASS, tmp_path)
    made.clear()
    write_pages(dataclasses.replace(CLASS, run=run(**{field: other})), tmp_path)
    assert made == ["ada", "bob"]


def spoil(page):
    page.write_text(page.read_text(encoding="utf-8") + " ", encoding="utf-8")


def link_away(page):
    page.rename(page.with_suffix(".old"))
    page.symlink_to(page.with_suffix(".old"))


@pytest.mark.parametrize("spoiled", [spoil, link_away, lambda page: page.unlink()])
def test_a_page_that_somebody_changed_or_took_away_is_made_again(tmp_path, made, spoiled):
    write_pages(CLASS, tmp_path)
    page = tmp_path / CLASS.submissions[0].page
    before = page.read_bytes()
    spoiled(page)
    made.clear()
    write_pages(CLASS, tmp_path)
    assert made == ["ada"]
    assert page.read_bytes() == before
    assert not page.is_symlink()


def test_another_version_of_the_grader_makes_all_pages_again(tmp_path, made, monkeypatch):
    write_pages(CLASS, tmp_path)
    made.clear()
    monkeypatch.setattr(standing_pages, "made_by", lambda: "another version")
    write_pages(CLASS, tmp_path)
    assert made == ["ada", "bob"]


def test_every_template_and_module_of_the_reports_is_part_of_the_version(monkeypatch, tmp_path):
    """A digest that looked at too little would leave old pages after an update."""
    seen = []
    read = type(tmp_path).read_bytes
    monkeypatch.setattr(type(tmp_path), "read_bytes", lambda file: seen.append(file.name) or read(file))
    standing_pages.made_by.__wrapped__()
    assert {"student.html", "base.html", "page.css", "views.py", "words.py", "causes.py", "totals.py"} <= set(seen)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"made_by": "", "pages": {"students/ada.html": 1}}'])
def test_a_damaged_record_costs_nothing_but_the_time(tmp_path, made, text):
    write_pages(CLASS, tmp_path)
    whole = everything_in(tmp_path)
    (tmp_path / STANDING).write_text(text)
    made.clear()
    write_pages(CLASS, tmp_path)
    assert made == ["ada", "bob"]
    assert everything_in(tmp_path) == whole


def test_a_run_killed_between_pages_leaves_none_that_is_taken_for_another(tmp_path, made, monkeypatch):
    write_pages(CLASS, tmp_path)

    def killed(self):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(standing_pages.StandingPages, "keep", killed)
        with pytest.raises(KeyboardInterrupt):
            write_pages(OTHER, tmp_path)
    made.clear()
    write_pages(CLASS, tmp_path)
    assert made == ["bob"]
    write_pages(CLASS, tmp_path / "fresh")
    page = CLASS.submissions[1].page
    assert (tmp_path / page).read_bytes() == (tmp_path / "fresh" / page).read_bytes()


CHANGES = st.lists(
    st.dictionaries(st.sampled_from("abc"), st.tuples(st.integers(0, 2), st.sampled_from(["x", "y"])), min_size=1),
    min_size=1,
    max_size=4,
)


@given(CHANGES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_folder_is_the_same_as_if_it_were_written_for_the_first_time(tmp_path_factory, classes):
    one, other = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")
    for each in classes:
        rows = [graded(name, (result(0),), points=points, output=text) for name, (points, text) in each.items()]
        write_pages(class_of(*rows), one)
    write_pages(class_of(*rows), other)
    assert everything_in(one) == everything_in(other)


def test_a_large_class_whose_rows_are_packed_gets_the_same_files(everything, tmp_path):
    growing = GrowingRows(0)
    for row in everything.submissions:
        growing.add(row)
    for results, name in (
        (everything, "plain"),
        (dataclasses.replace(everything, submissions=growing.rows()), "packed"),
    ):
        write_results(results, tmp_path / name)
        write_pages(results, tmp_path / name)
    assert everything_in(tmp_path / "plain") == everything_in(tmp_path / "packed")
