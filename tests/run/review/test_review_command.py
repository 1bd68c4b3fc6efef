"""`grader review` as a person runs it: 60 answers, killed half-way, gone on with, and the marks are the decided ones."""

from __future__ import annotations

import csv
import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from grader.cli import main
from helpers.asgi_browser import Answered, Browser, Fields
from helpers.repository import ROOT
from unit.review.made import EXERCISE, HOW, WHY, answers, check, course_with_rubric, keep, results, row, sha

COUNT = 60


class OverHttp(Browser):
    """The same browser, over the network of this machine."""

    def ask(self, method: str, address: str, headers: Fields, pieces: list[bytes], *, waits: bool = False) -> Answered:
        connection = http.client.HTTPConnection(self.host, timeout=60)
        sent = [*headers, ("content-length", str(sum(map(len, pieces))))]
        if self.cookies:
            sent.append(("cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items())))
        connection.putrequest(method, address, skip_host=True, skip_accept_encoding=True)
        for name, value in sent:
            connection.putheader(name, value)
        connection.endheaders(b"".join(pieces))
        if waits:
            connection.close()
            return Answered(0, [], b"", address)
        got = connection.getresponse()
        body = got.read()
        connection.close()
        answered = Answered(got.status, [(name.lower(), value) for name, value in got.getheaders()], body, address)
        for name, value in answered.headers:
            if name == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answered


@contextmanager
def reviewing(run: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], OverHttp]]:
    """A running review and a browser that has opened its address; killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", "review", str(run), *options], cwd=run.parent, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        address = process.stdout.readline().rstrip("\n")
        if not address.startswith("http://127.0.0.1:"):
            process.wait()
            raise AssertionError(f"no address but {address!r}; {process.stderr.read()}")  # type: ignore[union-attr]
        parts = urlsplit(address)
        browser = OverHttp(None, parts.netloc)
        assert browser.get(f"/?{parts.query}").status == 200
        yield process, browser
    finally:
        process.kill()
        process.communicate()


def first_waiting(browser: OverHttp) -> Answered:
    return browser.get(next(link for link in browser.get("/").links.values() if link.startswith("/question/")))


def form_of(page: Answered, points: str) -> tuple[str, Fields]:
    form = page.form("/answer/")
    return form.action, form.filled(points=points, comment=f"{points} points.")


def text_on(page: Answered) -> str:
    return page.text.partition('<blockquote class="sheet">')[2].partition("</blockquote>")[0]


def decided(run: Path) -> dict[str, int]:
    lines = (run / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    return {line["digest"]: line["points"] for line in map(json.loads, lines)}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    texts = [f"Answer number {number}, in some words." for number in range(COUNT)]
    keep(tmp_path / "run", results([row(f"s{n:02}", [check(WHY, text)]) for n, text in enumerate(texts)]))
    return tmp_path / "run"


def test_60_answers_are_settled_killed_half_way_and_gone_on_with(run: Path) -> None:
    told: dict[str, int] = {}
    with reviewing(run, "--as", "Ana") as (process, browser):
        page = first_waiting(browser)
        for at in range(COUNT // 2):
            text = text_on(page)
            page = browser.post(*form_of(page, str(at % 4)))
            assert "Saved" in page.words
            told[sha(text)] = at % 4
        action, fields = form_of(page, "3")
        sent = [
            ("host", browser.host),
            ("origin", f"http://{browser.host}"),
            ("content-type", "application/x-www-form-urlencoded"),
        ]
        browser.ask(
            "POST", action, sent, [urlencode(fields).encode()], waits=True
        )  # whether this one was saved nobody was told
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert told.items() <= decided(run).items()

    with reviewing(run, "--as", "Ana") as (process, browser):
        page = first_waiting(browser)
        while page.url.startswith("/answer/"):
            text = text_on(page)
            page = browser.post(*form_of(page, "2"))
            told.setdefault(sha(text), 2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)

    assert process.returncode == 0, err
    assert out == ""  # the address stood alone on stdout
    assert "results, gradebook and pages say so now" in err
    assert f"{EXERCISE}, Question why: all settled" in err
    assert len(told) in (COUNT, COUNT - 1)  # the one that was under way when it was killed may have been saved
    found = json.loads((run / "results.json").read_text(encoding="utf-8"))
    marks = {each["checks"][0]["answer"]["sha256"]: each["points"] for each in found["submissions"]}
    assert marks == decided(run)
    assert told.items() <= marks.items()
    assert all(each["status"] == "graded" and each["pending_points"] == 0 for each in found["submissions"])
    with (run / "gradebook.csv").open(encoding="utf-8") as file:
        assert {line["pending"] for line in csv.DictReader(file)} == {"0"}
    first = next(each for each in found["submissions"] if each["student"] == "s00")
    assert f"{first['points']} points." in (run / first["page"]).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Runs the command in this process, where no course is near."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> Done:
        code = main(["review", *map(str, words)])
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return run


def test_without_its_packages_it_says_what_to_install(
    run: Path, here: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "grader.review.serve_review", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)

    said = "grader: the review page needs uvicorn, which is not installed here: `make score` in a clone of the course installs it"
    assert here(run) == Done(2, "", f"{said}, or pip install -e '.[review]'.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "is no folder that `grader score` wrote"),
        (["run", "--share", "3"], "--share 3 is no share"),
        (["run", "--share", "2/2"], "there is only 1 question to share"),
        (["run", "--merge", "none.jsonl"], "can't be read"),
        (["run", "--merge"], "expected at least one argument"),
        (["run", "--merge", "run/results.json"], "run/results.json holds no decision"),
        (["run", "--merge", "run/results.json", "--share", "1/2"], "--share is for the page"),
        (["run", "--merge", "run/results.json", "--as", "Bo"], "--as is for the page"),
        (["run", "--as", " "], "--as is empty; give the name of whoever decides"),
    ],
)
def test_a_wrong_use_is_one_line(run: Path, here: Callable[..., Done], words: list[str], said: str) -> None:
    done = here(*words)

    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1


def test_where_nothing_waits_there_is_no_page(tmp_path: Path, here: Callable[..., Done]) -> None:
    keep(tmp_path / "run", results([]))

    assert here("run") == Done(0, "No answer waits for a person, and none did.\n", "")


def line(student: str, text: str, points: int, by: str) -> str:
    """A line of decisions.jsonl."""
    told = {"student": student, "exercise": EXERCISE, "check": WHY, "points": points, "by": by}
    return json.dumps(told | {"when": "2025-12-01T10:00:00+00:00", "why": "so", "digest": sha(text)}) + "\n"


def test_merging_takes_over_what_agrees_and_lists_what_does_not(tmp_path: Path, here: Callable[..., Done]) -> None:
    run = tmp_path / "run"
    keep(run, answers({"ada": ("One.", "a"), "bob": ("Two.", "b"), "cy": ("Three.", "c")}))

    (run / "decisions.jsonl").write_text(line("ada", "One.", 1, "Ana"), encoding="utf-8")
    other = tmp_path / "bo.jsonl"
    words = line("ada", "One.", 3, "Bo") + line("bob", "Two.", 2, "Bo") + line("zoe", "Four.", 2, "Bo")
    other.write_text(words + "{broken\n" * 5, encoding="utf-8")

    done = here("run", "--merge", other)

    assert done.code == 1, done.err
    assert "1 decision taken over, 0 known, 1 in conflict; 1 student of it not in this run, and left out\n" in done.out
    assert f"ada, {EXERCISE}/{WHY}: 1 by Ana, 3 by Bo ({other})\n" in done.out  # everybody's file is called so
    assert [each.rpartition("bo.jsonl")[2] for each in done.err.splitlines()] == [
        *(
            f", line {number} holds no decision: it was cut short, so it was never said to be saved."
            for number in (4, 5, 6)
        ),
        ": 2 more lines without a decision.",
    ]
    assert "zoe" not in (run / "decisions.jsonl").read_text(encoding="utf-8")
    found = json.loads((run / "results.json").read_text(encoding="utf-8"))
    assert {each["student"]: each["points"] for each in found["submissions"]} == {"ada": 1, "bob": 2, "cy": 0}
    assert all(each["checks"][1]["id"] == HOW for each in found["submissions"])


def test_a_conflict_settled_for_what_is_here_is_gone(
    tmp_path: Path, here: Callable[..., Done], capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    keep(run, answers({"ada": ("One.", "a"), "bob": ("Two.", "b")}))
    (run / "decisions.jsonl").write_text(
        line("ada", "One.", 1, "Ana") + line("bob", "Two.", 1, "Ana"), encoding="utf-8"
    )
    other = tmp_path / "bo" / "decisions.jsonl"
    other.parent.mkdir()
    other.write_text(line("ada", "One.", 3, "Bo") + line("bob", "Two.", 3, "Bo"), encoding="utf-8")
    for _ in range(2):  # asking again settles nothing
        assert "0 known, 2 in conflict" in here("run", "--merge", other).out

    assert main(["adjust", "run", "ada", WHY, "1", "--because", "Ana is right.", "--by", "root"]) == 0
    capsys.readouterr()
    one = here("run", "--merge", other)
    assert main(["adjust", "run", "bob", WHY, "1", "--because", "I stay with it.", "--by", "Ana"]) == 0
    capsys.readouterr()
    none = here("run", "--merge", other)

    assert (one.code, "1 known, 1 in conflict" in one.out, "bob, " in one.out) == (1, True, True)
    assert none == Done(0, f"{other}: 0 decisions taken over, 2 known, 0 in conflict\n", "")


def test_a_reader_who_goes_away_stops_no_merge(tmp_path: Path) -> None:
    """As ``grader review RUN --merge FILE | head`` does."""
    run, other = tmp_path / "run", tmp_path / "bo.jsonl"
    keep(run, answers({"ada": ("One.", "a")}))
    other.write_text(line("ada", "One.", 3, "Bo"), encoding="utf-8")
    reads, writes = os.pipe()
    os.close(reads)
    command = [sys.executable, "-u", "-m", "grader", "review", str(run), "--merge", str(other)]
    subprocess.run(command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=writes, check=True)
    os.close(writes)

    found = json.loads((run / "results.json").read_text(encoding="utf-8"))
    assert [each["points"] for each in found["submissions"]] == [3]


def test_another_class_is_not_taken_over(tmp_path: Path, here: Callable[..., Done]) -> None:
    run = tmp_path / "run"
    keep(run, answers({"ada": ("One.", "a")}))
    Path("others.jsonl").write_text(line("zoe", "Four.", 2, "Bo") + line("kim", "Five.", 2, "Bo"), encoding="utf-8")

    assert here("run", "--merge", "others.jsonl") == Done(
        2, "", "grader: others.jsonl decides about 2 students, none of them in this run.\n"
    )
    assert not (run / "decisions.jsonl").exists()


def test_a_report_works_out_again_what_items_settled(
    tmp_path: Path, here: Callable[..., Done], capsys: pytest.CaptureFixture[str]
) -> None:
    course, run = tmp_path / "solutions", tmp_path / "run"
    course_with_rubric(course, keeps=1, forgets=2)
    keep(run, results([row("ada", [check(WHY, "One.")]), row("bob", [check(WHY, "Two.")])]))
    told = {
        "exercise": EXERCISE,
        "check": WHY,
        "points": 2,
        "by": "Ana",
        "when": "2026-12-01T10:00:00+00:00",
        "why": "",
    }
    lines = [
        told | {"student": "ada", "digest": sha("One."), "items": ["it forgets"], "comment": "Almost."},
        told | {"student": "bob", "digest": sha("Two.")},
    ]
    (run / "decisions.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")

    assert main(["report", str(run)]) == 0
    assert "worked out" not in capsys.readouterr().out
    course_with_rubric(course, keeps=2, forgets=1)
    assert main(["report", str(run)]) == 0

    assert "1 answer that rubric items settled has other points now" in capsys.readouterr().out
    found = json.loads((run / "results.json").read_text(encoding="utf-8"))
    assert {each["student"]: each["points"] for each in found["submissions"]} == {"ada": 1, "bob": 2}
    last = json.loads((run / "decisions.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (last["by"], last["items"], last["comment"], last["was"]) == ("Ana", ["it forgets"], "Almost.", 2)
