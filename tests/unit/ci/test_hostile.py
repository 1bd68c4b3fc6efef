"""No text of a submission starts a command, adds an output, becomes markup or leaves a result file unreadable."""

from __future__ import annotations

import base64
import io
import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grader.ci import classic, gitlab, plain
from grader.ci.annotations import most_costly
from grader.ci.job_summary import job_summary
from grader.ci.runner_text import add_outputs, append, command, write_log
from grader.reports.junit import Suite, junit_text
from helpers.hostile_texts import HOSTILE
from helpers.junit_rules import faults
from helpers.reporter_rules import reported
from helpers.runner_rules import commands_if_never_stopped, commands_in, outputs_in

from .conftest import hostile_run, job

ROOT = Path("/repository")
each_text = pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:30]))
GITLAB_SECTION = re.compile(r"section_(?:start|end):\d+:")


def test_there_are_more_than_forty_and_each_once() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) > 40


def test_the_rules_know_what_a_runner_would_obey() -> None:
    """The oracle itself: without it the tests below would show nothing."""
    log = "  ::error file=a%2Cb,line=1::x%0Ay\nz ##[set-output name=p]1\n::stop-commands::T\n::error::no\n::t::\n::Notice::yes"
    found = commands_in(log)
    assert [each.name for each in found] == ["error", "set-output", "notice"]
    assert (found[0].data, found[0].properties) == ("x\ny", {"file": "a,b", "line": "1"})
    assert len(commands_if_never_stopped("\u200b::error::x\n#\u200d#[error]y")) == 2
    assert outputs_in("a=1\nb<<END\nc=2\nEND\n") == {"a": "1", "b": "c=2"}


def test_unbroken_most_of_the_texts_would_start_something() -> None:
    """So the list is worth its length."""
    started = [text for text in HOSTILE if commands_if_never_stopped(text[:1_000])]
    assert len(started) > 25


@each_text
def test_a_plain_job_obeys_our_annotations_alone_and_has_our_outputs_alone(text: str, tmp_path: Path) -> None:
    environ, out, run = job(tmp_path), io.StringIO(), hostile_run(text)
    assert plain.show(run, environ, out) == 1
    log = out.getvalue()
    log.encode()
    ours = most_costly(run, ROOT)
    assert [each.name for each in commands_in(log)] == [each.level for each in ours]
    assert [each.name for each in commands_if_never_stopped(log)] == [each.level for each in ours]
    assert all(set(each.properties) <= {"file", "line", "title"} for each in commands_in(log))
    assert max(map(len, log.split("\n"))) < 20_000
    assert outputs_in(Path(environ["GITHUB_OUTPUT"]).read_text()) == {"points": "1", "max_points": "24"}


@each_text
def test_the_classic_reporter_says_our_points_and_prints_no_command(text: str, tmp_path: Path) -> None:
    environ, out = job(tmp_path), io.StringIO()
    assert classic.show(hostile_run(text), environ, out) == 0
    assert commands_in(out.getvalue()) == commands_if_never_stopped(out.getvalue()) == []
    outputs = outputs_in(Path(environ["GITHUB_OUTPUT"]).read_text())
    assert set(outputs) == {"result", "points", "max_points"}
    found = reported(outputs["result"])
    assert (found.points, found.max_points, found.failed) == (1, 24, True)
    assert commands_in(found.log) == commands_if_never_stopped(found.log) == []
    assert "\x1b" not in found.log
    assert all(test["test_code"] == "" for test in json.loads(base64.b64decode(outputs["result"]))["tests"])


@each_text
def test_a_job_of_gitlab_has_our_sections_alone(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    out = io.StringIO()
    assert gitlab.show(hostile_run(text), {"GITLAB_CI": "true"}, out) == 1
    log = out.getvalue()
    assert len(GITLAB_SECTION.findall(log)) == 6
    assert log.count("\x1b") == 12
    assert log.count("\r") == 6
    assert commands_if_never_stopped(log) == []
    assert Path("points.env").read_text() == "POINTS=1\nMAX_POINTS=24\n"


class Tags(HTMLParser):
    """Collects the tags of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(attrs)))

    def count(self, *names: str) -> dict[str, int]:
        return {name: sum(tag == name for tag, _ in self.tags) for name in names}


def rendered(markdown: str) -> Tags:
    return Tags(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown))


@cache
def honest_page() -> Tags:
    return rendered(job_summary(hostile_run("honest")))


@each_text
def test_the_summary_has_the_form_that_it_has_with_honest_text(text: str) -> None:
    page = job_summary(hostile_run(text))
    found, honest = rendered(page), honest_page()
    assert set(found.tags) <= set(honest.tags)
    parts = ("h1", "h2", "h3", "h4", "table", "tr", "td", "pre", "ul", "li")
    assert found.count(*parts) == honest.count(*parts)
    assert found.count("p")["p"] <= honest.count("p")["p"]
    outside = re.sub(r"(?s)<pre>.*?</pre>", "", page)  # in code GitHub looks for no mention and no link
    assert not re.search(r"://|www\.|@\w|(?<!&)#\d|\$", outside)
    assert len(page.encode()) < 900_000


@each_text
def test_junit_stays_xml_by_the_rules_with_every_check(text: str) -> None:
    run = hostile_run(text)
    told = junit_text([Suite(row.exercise, row.title, row.results, row.place) for row in run.rows], run.course)
    assert faults(told) == []
    assert told.count("<testcase ") == sum(len(row.results) for row in run.rows)


@each_text
def test_what_the_students_own_machine_prints_has_no_command_either(text: str) -> None:
    """Other systems than GitHub read a log as well."""
    out = io.StringIO()
    write_log(text[:5_000], {}, out)
    assert commands_if_never_stopped(out.getvalue()) == []


@given(st.text(st.sampled_from(":#[]%,= \t\n\r\u2028\u200b\u200d\x00\x1berror")))
def test_no_text_made_of_the_marks_of_commands_is_one(text: str) -> None:
    environ, out = {"GITHUB_ACTIONS": "true"}, io.StringIO()
    write_log(text, environ, out)
    out.write(command("error", text, {"title": text, "file": text}))
    assert len(commands_in(out.getvalue())) == len(commands_if_never_stopped(out.getvalue())) == 1


@pytest.mark.parametrize("value", ["1\npoints=100", "1\r\nx", "1\u2028x"])
def test_an_output_of_several_lines_is_refused(value: str, tmp_path: Path) -> None:
    environ = job(tmp_path)
    with pytest.raises(ValueError, match="one line"):
        add_outputs(environ, {"points": value})
    assert Path(environ["GITHUB_OUTPUT"]).read_text() == ""


@pytest.mark.parametrize("there", ["", "a=1\n", "a=1"])
def test_what_stands_in_a_file_already_stays_and_ours_begins_a_line(there: str, tmp_path: Path) -> None:
    file = tmp_path / "output"
    file.write_text(there)
    append(str(file), "points=1\n")
    assert outputs_in(file.read_text()) == ({"a": "1"} if there else {}) | {"points": "1"}
