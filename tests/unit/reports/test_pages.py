"""Pages stand alone, run nothing but their own script, and can be read by everyone."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from jinja2 import UndefinedError

from grader.reports.classroom.class_view import class_view
from grader.reports.pages import _environment, class_page, student_page
from grader.scores.records import (
    CellResult,
    CheckResult,
    Decided,
    Evidence,
    Flag,
    Gap,
    KnownMistake,
    Misconception,
    Outcome,
    Status,
    WrittenAnswer,
)

from .conftest import GAP, class_of, graded, run, student_views, without_checks

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "</pre></details></main><h1>100 / 100</h1>",
    "<!-- <script>",
    "\u202egnp.exe\u2066",
    "nul\x00bell\x07escape\x1b[2J",
    "\udcff\ud800",
    "&lt;b&gt; &#60;script>",
]
VOID = {"meta", "br", "input", "img", "link", "hr", "rect", "line"}


class Page(HTMLParser):
    """A parsed page: its elements, and whether they close in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.scripts: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)
        elif not self.open or self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def pages_of(results) -> list[str]:
    return [class_page(class_view(results)), *map(student_page, student_views(results).values())]


def class_with(text: str):
    """Return a class in which every text that can come from outside is ``text``."""
    check = CheckResult(
        "a_check", text, 0, 3, Outcome.FAILED, False, text, text, Misconception(text, text), 0.1, Gap(text, text, text),
        Gap(text, text, text),
    )  # fmt: skip
    folded = CheckResult("d", text, 0, 2, Outcome.FAILED, True, text, f"{text}2", Misconception(text, text))
    flags = (Flag("note", text), Flag(text, text, "a_check"), Flag("unreadable", text), Flag("note", f"{text}2"))
    flags += (Flag("unreadable", f"{text}2"),)
    todo = CheckResult("b", text, 0, 1, Outcome.TODO, False, text, text)
    done = CheckResult("c", text, 1, 1, Outcome.PASSED, message=text)
    cells = (CellResult(0, 1, Outcome.ERROR, text), CellResult(0, 2, Outcome.ERROR, text))
    path = f"{text}/{text}.py"
    answer, word = WrittenAnswer(text, "00"), Decided(1, 0, text, "2026-12-01T10:00:00Z", text)
    decided = [
        CheckResult(name, text, points, 2, Outcome.REVIEW, True, answer=answer, adjusted=replace(word, points=points))
        for name, points in (("e", 1), ("f", 2))
    ]
    waits = CheckResult(
        "g", text, 0, 2, Outcome.REVIEW, True, text, text, suggested_points=1, evidence=(Evidence(text, text),),
        answer=answer,
    )  # fmt: skip
    row = graded(text, (check, todo, done, folded, *decided, waits), path=path, flags=flags, output=text, cells=cells)
    other = without_checks(f"{text}2", Status.FAILED)
    facts = run(course=text, contact=text, unplaced=(text,), faults=(text,))
    return class_of(row, other, run=facts, misconceptions=(KnownMistake(text, text, text),))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_submission_becomes_markup(text):
    harmless = [
        [(tag, sorted(attributes)) for tag, attributes in Page(html).elements] for html in pages_of(class_with("plain"))
    ]
    for html, expected in zip(pages_of(class_with(text)), harmless, strict=True):
        html.encode("utf-8")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", html)
        page = Page(html)
        assert [(tag, sorted(attributes)) for tag, attributes in page.elements] == expected
        assert "49" not in re.sub(r"[0-9a-f]{12,}", "", page.text)
        for _, attributes in page.elements:
            assert not [name for name in attributes if name.startswith("on")]
            for name in ("href", "src"):
                address = attributes.get(name) or ""
                assert re.match(r"(#[\w-]+|students/[\w.%-]+\.html|gradebook\.csv|results\.json)?$", address)


def test_ten_megabytes_of_output_make_a_small_page_that_tells_the_size():
    (html,) = map(student_page, student_views(class_of(graded("a", (), output="<&\x00" * 3_500_000))).values())
    assert len(html.encode()) < 150_000
    assert "10,492,000 of 10,500,000 characters in all are left out here" in html


def test_the_policy_lets_nothing_in_but_the_pages_own_script(everything):
    for html in pages_of(everything):
        page = Page(html)
        (policy,) = [
            meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"
        ]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
        hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in page.scripts]
        assert rules["script-src"] == " ".join(f"'sha256-{digest}'" for digest in hashes) or (
            rules["script-src"] == "'none'" and not page.all("script")
        )


def test_a_page_asks_for_nothing_from_anywhere(everything):
    for html in pages_of(everything):
        assert not re.search(r"https?://|@import|url\(", html)
        assert not {"link", "img", "iframe", "object", "form", "base"} & {tag for tag, _ in Page(html).elements}


def test_a_student_never_sees_the_seed_or_another_student(everything):
    views = student_views(everything)
    others = {
        row.page: {one.student for one in everything.submissions} - {row.student} for row in everything.submissions
    }
    for path, view in views.items():
        html = student_page(view)
        assert str(everything.run.seed) not in html
        text = Page(html).text
        assert not [name for name in others[path] if name in text and len(name) > 6]


def test_a_hidden_checks_data_are_on_no_page():
    """Names of the hidden cases' numbers are what a student would need to write them down as constants."""
    secret = Gap("SECRET-CALL", "SECRET-EXPECTED", "SECRET-GOT")
    check = CheckResult(
        "a", "A title", 0, 3, Outcome.FAILED, True, "SECRET-MESSAGE", "A hint", None, 0.1, secret, secret
    )
    todo = CheckResult("b", "Another", 0, 3, Outcome.TODO, True, "SECRET-MESSAGE", "A hint")
    for html in pages_of(class_of(graded("a", (check, todo)))):
        assert "SECRET" not in html
        assert "A title" in html


def test_every_page_can_be_read_with_a_keyboard_and_a_screen_reader(everything):
    for html in pages_of(everything):
        page = Page(html)
        assert page.all("html") == [{"lang": "en"}]
        assert len(page.all("h1")) == len(page.all("main")) == 1
        ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        assert len(ids) == len(set(ids))
        for attributes in page.all("a"):
            if attributes["href"].startswith("#"):
                assert attributes["href"][1:] in ids
        for _, attributes in page.elements:
            for name in ("aria-labelledby", "aria-describedby"):
                assert set((attributes.get(name) or "").split()) <= set(ids)
        assert len(page.all("table")) == len(page.all("caption"))
        assert all(attributes.get("scope") in {"row", "col"} for attributes in page.all("th"))
        assert page.elements[[tag for tag, _ in page.elements].index("body") + 1][1]["class"] == "skip"
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_class_page_says_all_without_its_script(everything):
    text = Page(class_page(class_view(everything))).text
    for words in (
        "The grader itself failed", "Needs a person", "What the class got wrong", "The gate works the other way round",
        "Many books write", "Check by check", "Distribution", "slowest", "notes.txt", "landlock",
    ):  # fmt: skip
        assert words in text


def test_a_banner_stands_only_where_the_grader_failed():
    assert "The grader itself failed" not in class_page(class_view(class_of(graded("a", ()))))
    assert "The grader itself failed" in class_page(class_view(class_of(run=run(faults=("no zygote",)))))


def test_a_students_page_says_what_the_contract_and_the_course_promise(everything):
    views = {view.student: view for view in student_views(everything).values()}
    text = Page(student_page(views["alan-turing"])).text
    for words in (
        "What to do next", "A small case to redo by hand", "We expected", "You returned", "This looks like:", "Hint.",
        "of 3 hidden checks did not pass", "What did not run", "cell 7", "<b>done</b>", "SHA-256", "landlock",
        "grader check 'Copy of 01_made_up.ipynb'", "your teacher",
    ):  # fmt: skip
        assert words in text
    assert "not your fault" in Page(student_page(views["emmy-noether"])).text
    assert "1 point waits for your teacher" in Page(student_page(views["fatima-al-fihri"])).text


def test_a_file_that_counts_for_two_exercises_is_to_be_checked_once_at_home():
    """The same command stood there twice."""
    rows = [graded("a", (), path="a/all.ipynb", exercise=name) for name in ("01_made_up", "02_made_up")]
    (view,) = student_views(class_of(*rows)).values()
    assert student_page(view).count("grader check all.ipynb") == 1


def test_a_differing_number_is_marked_by_more_than_a_colour():
    check = CheckResult("a", "t", 0, 1, Outcome.FAILED, gap=GAP)
    html = student_page(next(iter(student_views(class_of(graded("a", (check,)))).values())))
    assert "<mark>0.12</mark>" in html
    assert 'mark::before { content: "≠"' in html


def test_a_name_that_a_template_misspells_is_an_error_and_not_an_empty_place():
    with pytest.raises(UndefinedError):
        _environment().from_string("{{ page.studnet }}").render(page=object())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast_in_both_schemes(scheme):
    """WCAG asks for 4.5 to 1."""
    css = _environment().get_template("page.css").render()
    roots = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", roots[0 if scheme == "light" else 1]))
    pairs = [("ink", ground) for ground in ("paper", "raised", "sunken", "open-pale", "t1", "t2", "t3", "t4", "t5")]
    pairs += [(ink, ground) for ink in ("soft", "accent", "open", "good") for ground in ("paper", "raised")]
    pairs += [("soft", "sunken"), ("open", "open-pale")]
    poor = [(ink, ground) for ink, ground in pairs if contrast(colours[ink], colours[ground]) < 4.5]
    assert not poor


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_pages_stay_small_for_a_large_class():
    rows = [graded(f"student-{number}", (CheckResult("a", "t", 1, 1, Outcome.PASSED),)) for number in range(200)]
    assert len(class_page(class_view(class_of(*rows))).encode()) < 1_000_000
