"""A report is written again as people have decided, as often as one likes, and nothing is lost on the way."""

from __future__ import annotations

import csv
import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from grader.course.course_toml import load_course
from grader.engine.folder import open_run
from grader.engine.judged import void_of
from grader.engine.render_again import render_again
from grader.errors import CourseError, OutputError, UsageError
from grader.reports import words
from grader.reports.write_run import write_pages, write_results
from grader.scores.decisions import append_decisions
from grader.scores.read_run import read_run
from grader.scores.records import Adjustment, VoidCheck
from grader.scores.results import to_json
from helpers.repository import SOLUTIONS
from unit.exports.made import class_of, student, waits
from unit.scores.test_settle import STUDENTS, WORDS, classes

FILE = "0" * 64
CLASS = class_of(*student("ada", 15, 20), waits("alan", "e1", 5, 9), *student("kim", None))
WORD = Adjustment("alan", "e1", "essay", 7, "Dr <b>", "2026-12-01T10:00:00Z", "Nearly <i>all</i>.", FILE)


@pytest.fixture
def run(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)  # no course is near
    write_results(CLASS, tmp_path / "run")
    write_pages(CLASS, tmp_path / "run")
    return tmp_path / "run"


def files(run: Path) -> dict[str, bytes]:
    return {str(file.relative_to(run)): file.read_bytes() for file in run.rglob("*") if file.is_file()}


def totals(run: Path) -> dict[str, tuple[str, str]]:
    with (run / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        return {each["student"]: (each["total"], each["pending"]) for each in csv.DictReader(file)}


def test_results_gradebook_and_pages_follow_what_was_decided(run):
    assert totals(run) == {"ada": ("35", "0"), "alan": ("5", "15"), "kim": ("0", "0")}
    append_decisions(run, [WORD])
    rendered = render_again(run)
    assert (rendered.news, rendered.unheld) == ((), ())
    assert totals(run)["alan"] == ("12", "0")
    kept = json.loads((run / "results.json").read_text())
    assert kept == json.loads(to_json(rendered.results))
    pages = [(run / row["page"]).read_text() for row in kept["submissions"] if row["student"] == "alan"]
    assert all("Nearly &lt;i&gt;all&lt;/i&gt;." in page and "7 of 15 points" in page for page in pages)
    assert "answer waits" not in (run / "index.html").read_text()


def test_rendering_twice_writes_the_same_and_keeps_no_history(run):
    """What is replaced comes back when the decisions are taken back, so a copy of it would only fill the disk."""
    before = files(run)
    append_decisions(run, [WORD])
    render_again(run)
    once = files(run)
    render_again(run)
    assert files(run) == once
    append_decisions(run, [replace(WORD, points=None, when="2026-12-01T11:00:00Z")])
    render_again(run)
    after = files(run)
    assert {name: after[name] for name in before} == before
    assert not (run / "history").exists()


@given(classes(), WORDS)
@settings(max_examples=6, deadline=None)
def test_rendering_any_class_again_changes_nothing(tmp_path_factory, found, decided):
    run = tmp_path_factory.mktemp("run")
    rows = [replace(row, page=f"students/{STUDENTS.index(row.student)}.html") for row in found.submissions]
    write_results(replace(found, submissions=tuple(rows)), run)
    append_decisions(run, decided)
    first = render_again(run).results
    text = (run / "results.json").read_text()
    assert to_json(render_again(run).results) == text == to_json(first)


def test_decisions_that_do_not_hold_are_named_in_a_line_for_each_reason(run):
    others = [replace(WORD, digest="1" * 64), replace(WORD, student="bob"), replace(WORD, check="right", student="kim")]
    append_decisions(run, [*others, replace(WORD, student="ada", check="wrong", points=9)])
    with (run / "decisions.jsonl").open("a") as file:
        file.write('{"student": "al')
    assert render_again(run).unheld == (
        "decisions.jsonl: line 5 (it was cut short, so it was never said to be saved) can't be read, so nothing is decided there.",
        "1 decision does not hold, because what was handed in is not what the decision was about: alan (e1/essay).",
        "1 decision does not hold, because nobody in these results has that id: bob (e1/essay).",
        "1 decision does not hold, because that work was not judged by such a check: kim (e1/right).",
        "1 decision does not hold, because the check has not that many points: ada (e1/wrong).",
    )  # fmt: skip


def test_decisions_that_are_in_no_file_any_more_are_not_dropped_in_silence(run):
    append_decisions(run, [WORD])
    render_again(run)
    (run / "decisions.jsonl").unlink()
    (line,) = render_again(run).news
    assert "in no line of decisions.jsonl" in line
    assert "alan (e1/essay)" in line
    assert totals(run)["alan"] == ("5", "15")


def test_a_folder_that_no_run_wrote_or_that_a_run_holds_is_left_alone(run, tmp_path):
    with pytest.raises(UsageError, match=r"no results\.json in it"):
        render_again(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
    before = files(run)
    with open_run(run), pytest.raises(UsageError, match="Another run is writing"):
        render_again(run)
    assert files(run) == {**before, ".lock": b""}


def test_results_that_somebody_edited_are_one_line(run):
    text = (run / "results.json").read_text()
    (run / "results.json").write_text(text.replace('"students/', '"../'))
    with pytest.raises(UsageError, match="can't be rendered"):
        render_again(run)


def test_a_folder_in_the_decisions_place_is_named(run):
    (run / "decisions.jsonl").mkdir()
    with pytest.raises(OutputError, match=r"decisions\.jsonl is a folder"):
        render_again(run)


def test_a_course_says_which_checks_do_not_count_and_since_when_stays(run, tmp_path):
    course = small_course(tmp_path / "course", '["e1/wrong"]')
    render_again(run, course)
    assert totals(run)["ada"] == ("40", "0")
    assert totals(run)["kim"] == ("0", "0"), "nothing was handed in"
    once = files(run)
    render_again(run, course)
    render_again(run)  # without a course the checks stay as they are
    assert files(run) == once
    render_again(run, small_course(tmp_path / "course", "[]"))
    assert totals(run)["ada"] == ("35", "0")


def test_what_changes_by_the_course_is_told_with_its_reach(run, tmp_path):
    append_decisions(run, [WORD])  # a person's word is no change by the course
    course = small_course(tmp_path / "course", '["e1/wrong", "e2/wrong"]')
    toml = course / "course.toml"
    assert render_again(run, course).news == (f"{toml}: void from now on: e1/wrong, e2/wrong; 1 total changes.",)
    assert render_again(run, course).news == ()
    since = words.moment(read_run(run).run.void[0].since)
    small_course(course, '["e2/wrong"]')
    told = f"{toml}: no longer void: e1/wrong (void since {since}); 1 total changes."
    assert render_again(run, course).news == (told,)


def test_who_comes_while_another_writes_waits_a_little(run, monkeypatch):
    other = ExitStack()
    other.enter_context(open_run(run))
    monkeypatch.setattr("grader.engine.folder.time.sleep", lambda _seconds: other.close())
    append_decisions(run, [WORD])
    render_again(run, patience=60)
    assert totals(run)["alan"] == ("12", "0")


def test_decisions_that_lapsed_stand_on_the_class_page(run):
    append_decisions(run, [replace(WORD, digest="1" * 64), replace(WORD, student="<bob>", points=3)])
    render_again(run)
    page = (run / "index.html").read_text()
    assert "<h3>Decisions that no longer hold</h3>" in page
    rows = page.partition("<h3>Decisions that no longer hold</h3>")[2].partition("</table>")[0].split("<tr>")[2:]
    assert ["alan" in rows[0], "&lt;bob&gt;" in rows[1]] == [True, True]
    told = (
        "<td>essay</td>",
        ">7</td>",
        "Dr &lt;b&gt;, 1 December 2026",
        "Nearly &lt;i&gt;all",
        "not what the decision was about",
    )
    assert [each for each in told if each not in rows[0]] == []
    append_decisions(run, [replace(WORD, when="2026-12-02T10:00:00Z")])
    render_again(run)
    assert "1 December 2026, 10:00 UTC</td>" not in (run / "index.html").read_text().partition("&lt;bob&gt;")[0]


@pytest.mark.parametrize(
    ("void", "said"),
    [
        ('["e1/wrongg"]', "e1 has no check wrongg; did you mean wrong?"),
        ('["right"]', "right stands in several exercises; write e1/right or e2/right."),
        ('["rihgt"]', "there is no check rihgt; did you mean right?"),
        ('["e3/right"]', "there is no exercise e3; the exercises are e1, e2."),
        ('"right"', "'void' must be a list of texts"),
    ],
)
def test_a_name_that_fits_no_check_is_one_line_about_the_course(run, tmp_path, void, said):
    before = files(run)
    with pytest.raises(CourseError) as caught:
        render_again(run, small_course(tmp_path / "course", void))
    assert said in str(caught.value)
    assert "course.toml" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert files(run) == {**before, ".lock": b""}


def test_the_checks_of_an_exercise_that_nobody_did_may_be_named():
    course = replace(load_course(SOLUTIONS), void=("no_such_check", "one"))
    known = {exercise.id: () for exercise in course.exercises} | {course.exercises[0].id: ("one", "two")}
    named = void_of(course, known, "now")
    assert named.checks == (VoidCheck(course.exercises[0].id, "one", "now"),)
    assert [line.partition(",")[0] for line in named.slips] == ["void names no_such_check"]
    with pytest.raises(CourseError, match="there is no check no_such_check"):
        void_of(course, {exercise.id: ("one" + exercise.id[:2], "one") for exercise in course.exercises}, "now")


def small_course(folder: Path, void: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    entries = "".join(f'[[exercises]]\nid = "{name}"\ntitle = "T"\npackages = []\n' for name in ("e1", "e2"))
    (folder / "course.toml").write_text(f'name = "GRU lesson"\nvoid = {void}\n{entries}')
    for name in ("e1", "e2"):
        (folder / f"{name}.py").write_text("")
    return folder
