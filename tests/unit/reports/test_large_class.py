"""The class page of a large class has all figures and the first of each list; whole lists are on pages of their own."""

from __future__ import annotations

import errno
import os
import re
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import unquote

import pytest

from grader.errors import OutputError
from grader.reports.classroom import large_class
from grader.reports.classroom.class_view import class_view
from grader.reports.classroom.large_class import in_pages
from grader.reports.pages import class_page, list_page
from grader.reports.write_run import write_pages
from grader.scores.records import Adjustment, Flag, Outcome, Person, Status, WrittenAnswer
from grader.scores.settle import NotApplied, Unheld

from .conftest import class_of, failed, graded, result, run, without_checks
from .test_pages import HOSTILE, Page

SIZE = 300
HEADS = {"gradebook.csv", "results.json"}  # beside the pages, written before them


SMALL = {
    "MOST_WHOLE": 50, "SHOWN_ROWS": 40, "ROWS_EACH": 40, "SHOWN_LINES": 10, "LINES_EACH": 60, "ANSWERS_EACH": 35,
    "SHOWN_NAMES": 5, "NAMES_EACH": 70,
}  # fmt: skip


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    """Let a class of some hundred be a large one."""
    for name, size in SMALL.items():
        monkeypatch.setattr(large_class, name, size)


def row(number: int, text: str = ""):
    """Return a submission with a flag to look at, a note, a mistake and an answer that waits."""
    waits = replace(
        result(1, Outcome.REVIEW), suggested_points=1, answer=WrittenAnswer(f"answer {number:03} {text}", "00")
    )
    flags = (Flag("ambiguous", f"look {text}"), Flag("note", f"note {text}"))
    return graded(f"s{number:03}{text}", (failed(0), waits), flags=flags)


def large(size: int = SIZE, text: str = ""):
    """Return a class in which each list is long."""
    rows = [row(number, text) for number in range(size)]
    failures = [without_checks(f"t{number:03}{text}", Status.FAILED) for number in range(size // 5)]
    unplaced = tuple(f"entry {number:03}{text}" for number in range(size // 5))
    roster = tuple(Person(f"r{number:03}{text}", f"Name {number}{text}") for number in range(size // 2))
    faults = tuple(f"fault {number}{text}" for number in range(30))
    return class_of(*rows, *failures, run=run(unplaced=unplaced, faults=faults), roster=roster)


def lapsed(size: int = SIZE, text: str = ""):
    """Return decisions that no longer hold."""
    return [
        NotApplied(
            Adjustment(f"s{number:03}{text}", f"01{text}", "a", 1, "p", "2026-12-01T10:00:00Z", text or "so", "0"),
            Unheld.OTHER_WORK,
        )
        for number in range(size // 5)
    ]


def pages_in(folder):
    """Return the pages in a folder by their place in it, without those of single students."""
    found = {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*.html")}
    return {place: page for place, page in found.items() if not place.startswith("students/")}


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Give the folder with the pages of a large class."""
    folder = tmp_path_factory.mktemp("large")
    with pytest.MonkeyPatch.context() as patch:
        for name, size in SMALL.items():
            patch.setattr(large_class, name, size)
        write_pages(large(), folder, lapsed())
    return folder


def list_of(out, name: str) -> list[str]:
    """Return the pages with a list, one after the other as their links to the next lead."""
    place, found = PurePosixPath(f"class-pages/{name}-1.html"), []
    while True:
        found.append((out / place).read_text())
        following = [each["href"] for each in Page(found[-1]).all("a") if each.get("rel") == "next"]
        if not following:
            return found
        place = PurePosixPath(os.path.normpath(place.parent / following[0]))


def heads(page: str) -> list[str]:
    """Return the students whom the tables of a page are about."""
    return re.findall(r'<tr><th scope="row">(?:<a[^>]*>)?<bdi>([^<]*)</bdi>', page)


def test_a_class_that_fits_one_page_has_one_page_with_all(everything, tmp_path):
    view = class_view(everything)
    assert in_pages(view) == (view, ())
    write_pages(everything, tmp_path)
    assert set(pages_in(tmp_path)) == {"index.html"}
    assert not (tmp_path / "class-pages").exists()


def test_the_class_page_of_a_large_class_has_the_figures_of_all(out):
    """They are those that the page would have if it were whole."""
    whole = class_view(large())
    page = Page((out / "index.html").read_text())
    for words in (
        "360 students", "150 on the roster", f"{whole.mean} / {whole.max_points}", "300 written answers",
        "300 of 360 who handed in", "The first 40 of 360 are below", "360 not on the roster", "and 20 more",
    ):  # fmt: skip
        assert words in page.text, words
    for bar in whole.histogram.bars:
        assert f"{bar.label} points: {bar.students} student" in page.text
    for check in whole.checks:
        assert f"{check.passed} of {check.judged}" in page.text


def test_the_class_page_of_a_large_class_holds_the_first_of_each_list(out):
    page = (out / "index.html").read_text()
    matrix = page[page.index('<h2 id="matrix">') : page.index('<h2 id="checks">')]
    assert heads(matrix) == [f"s{number:03}" for number in range(40)]
    assert "Show names on this page with" in matrix
    person = page[page.index('<h2 id="person">') : page.index('<h2 id="wrong">')]
    assert heads(person) == [f"s{number:03}" for number in range(10)] * 2  # what to look at, and lapsed decisions
    assert "answer 000" not in page, "written answers are on pages of their own"
    assert len(page) < len(class_page(class_view(large(), lapsed()))) / 3


def test_no_list_of_the_class_page_grows_with_the_class():
    front, _ = in_pages(class_view(large(), lapsed()))
    assert len(front.rows) == 40
    for some in (front.tasks, front.flags, front.broken, front.lapsed, front.unplaced):
        assert len(some) == 10
    assert len(front.roster.absent) == len(front.roster.strangers) == 10
    assert front.faults[9:] == ("fault 9", "and 20 more, all of them in results.json")
    assert [len(mistake.students) for mistake in front.mistakes] == [5]
    assert front.answers == ()


@pytest.mark.parametrize(
    ("name", "of_all", "pages"),
    [
        ("students", [*(f"s{number:03}" for number in range(300)), *(f"t{number:03}" for number in range(60))], 9),
        ("tasks", [f"s{number:03}" for number in range(300)], 5),
        ("notes", [f"s{number:03}" for number in range(300)], 5),
        ("answers", [f"s{number:03}" for number in range(300)], 9),
        ("failed", [f"t{number:03}" for number in range(60)], 1),
        ("lapsed", [f"s{number:03}" for number in range(60)], 1),
    ],
)
def test_the_pages_of_a_list_hold_each_of_it_once_and_in_order(name, of_all, pages, out):
    found = list_of(out, name)
    assert [student for page in found for student in heads(page)] == of_all
    assert len(found) == pages


@pytest.mark.parametrize(
    ("name", "of_all"),
    [
        ("not-graded", [f"entry {number:03}" for number in range(60)]),
        ("absent", [f"r{number:03}" for number in range(150)]),
        ("mistake-1", [f"s{number:03}" for number in range(300)]),
    ],
)
def test_the_pages_of_names_hold_each_once_and_in_order(name, of_all, out):
    items = [
        re.findall(r"<li>(?:<a[^>]*>)?<bdi>([^<]*)</bdi>", page.split("<main", 1)[1]) for page in list_of(out, name)
    ]
    assert [name for page in items for name in page] == of_all


def test_each_link_leads_to_a_page_and_each_page_is_linked_from_the_class_page(out):
    pages = pages_in(out)
    linked = {}
    for place, page in pages.items():
        linked[place] = {
            os.path.normpath(PurePosixPath(place).parent / unquote(each["href"]))
            for each in Page(page).all("a")
            if not each["href"].startswith("#")
        }
        for target in linked[place] - HEADS:
            assert (out / target).is_file(), (place, target)
        assert place == "index.html" or "index.html" in linked[place]
    assert set(pages) - {"index.html"} <= linked["index.html"]


def test_a_page_of_a_list_says_where_it_stands_and_names_the_others(out):
    page = Page((out / "class-pages" / "students-2.html").read_text())
    assert "Page 2 of 9; 360 in all." in page.text
    assert "s000 to s039 s040 to s079 s080 to s119" in page.text
    assert [each.get("rel") for each in page.all("a") if "rel" in each] == ["prev", "next"]
    alone = Page((out / "class-pages" / "lapsed-1.html").read_text())
    assert "60 in all." in alone.text
    assert "Page 1" not in alone.text


def test_pages_of_a_list_can_be_read_with_a_keyboard_and_a_screen_reader(out):
    for html in pages_in(out).values():
        page = Page(html)
        assert len(page.all("h1")) == len(page.all("main")) == 1
        ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        assert len(ids) == len(set(ids))
        assert len(page.all("table")) == len(page.all("caption"))
        navs = [each["aria-label"] for each in page.all("nav")]
        assert len(navs) == len(set(navs)), "each has a name of its own"
        for _, attributes in page.elements:
            assert set((attributes.get("aria-labelledby") or "").split()) <= set(ids)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_or_text_becomes_markup_or_the_name_of_a_file(text):
    def made(what: str):
        front, lists = in_pages(class_view(large(60, what), lapsed(60, what)))
        return [("index.html", class_page(front)), *((each.href, list_page(each)) for each in lists)]

    for (place, html), (expected, plain) in zip(made(text), made("plain"), strict=True):
        assert place == expected
        html.encode("utf-8")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", html)
        elements = [(tag, sorted(attributes)) for tag, attributes in Page(html).elements]
        assert elements == [(tag, sorted(attributes)) for tag, attributes in Page(plain).elements]


def test_long_texts_and_many_exercises_make_more_pages_and_no_larger_ones(monkeypatch):
    monkeypatch.setattr(large_class, "MOST_BYTES", 20_000)
    long = "&" * 290
    columns = [f"e{number:02}" for number in range(12)]
    missing = [
        without_checks(f"u{number:03}", Status.MISSING, exercise=column) for number in range(60) for column in columns
    ]
    results = large(60, long)
    exercises = (*results.exercises, *(replace(results.exercises[0], id=column) for column in columns))
    results = replace(results, submissions=(*results.submissions, *missing), exercises=exercises)
    _, lists = in_pages(class_view(results, lapsed(60, long)))
    for each in lists:
        tables = len(list_page(each).encode()) - len(list_page(replace(each, items=())).encode())
        assert tables <= 20_000 or len(each.items) == 1, each.href
    assert {each.kind for each in lists} == {"rows", "tasks", "lapsed", "answers", "names"}


def test_the_pages_of_a_larger_class_before_are_removed_and_other_files_are_not(everything, tmp_path):
    write_pages(large(), tmp_path)
    (tmp_path / "class-pages" / "mine.html").write_text("<p>not the grader's")
    (tmp_path / "class-pages" / "notes.txt").write_text("notes")

    write_pages(large(60), tmp_path)
    left = {file.name for file in (tmp_path / "class-pages").glob("students-*")}
    assert left == {"students-1.html", "students-2.html"}

    write_pages(everything, tmp_path)
    assert {file.name for file in (tmp_path / "class-pages").iterdir()} == {"mine.html", "notes.txt"}


def test_a_full_disk_leaves_each_page_whole_and_no_link_without_its_page(monkeypatch, tmp_path):
    """The class page, which leads to the others, is replaced when these are there."""
    write_pages(large(60), tmp_path)
    before = (tmp_path / "index.html").read_text()
    replacing = os.replace

    def full(source: object, target: object) -> None:
        if str(target).endswith("students-3.html"):
            raise OSError(errno.ENOSPC, "No space left on device")
        replacing(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(OutputError, match=r"students-3\.html can't be written \(No space left on device\)"):
            write_pages(large(), tmp_path)
    assert (tmp_path / "index.html").read_text() == before
    for each in Page(before).all("a"):
        assert each["href"].startswith("#") or each["href"] in HEADS or (tmp_path / unquote(each["href"])).is_file()
    for page in pages_in(tmp_path).values():
        Page(page)  # raises for half a page
    assert not list(tmp_path.rglob(".part-*"))


def test_equal_results_give_equal_pages_and_none_is_written_twice(tmp_path):
    def stamps():
        return {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.html")}

    write_pages(large(), tmp_path)
    before = stamps()
    write_pages(replace(large(), submissions=tuple(reversed(large().submissions))), tmp_path)
    assert stamps() == before
