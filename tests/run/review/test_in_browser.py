"""The review page in a real browser, by keyboard alone: 60 answers, killed half-way, and nothing that was saved is lost."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from attacks import browser
from helpers.driven_browser import DrivenBrowser
from helpers.repository import ROOT
from unit.review.made import WHY, check, course_with_rubric, keep, results, row, sha

COUNT = 60
ANSWER = "document.querySelector('.sheet').textContent"
TOLD = "document.querySelector('.told')?.textContent ?? ''"
LOST = "document.querySelector('#lost')"

pytestmark = pytest.mark.skipif(bool(browser.missing()), reason=f"could not run: {browser.missing()}")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    texts = [f"Answer number {number}, in some words." for number in range(COUNT)]
    keep(tmp_path / "run", results([row(f"s{n:02}", [check(WHY, text)]) for n, text in enumerate(texts)]))
    return tmp_path / "run"


@contextmanager
def reviewing(run: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running review and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", "review", str(run), "--as", "Ana"], cwd=run.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def settle(page: DrivenBrowser, key: str) -> str:
    """Settle what is shown with a digit and Enter, and give its text once the page says that it is saved."""
    text: str = page.run(ANSWER)
    page.press(key, "Enter")
    page.until(
        f"({TOLD}).startsWith('Saved') && (document.querySelector('.sheet')?.textContent ?? '') !== {json.dumps(text)}"
    )
    return text


def decided(run: Path) -> dict[str, int]:
    lines = (run / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    return {line["digest"]: line["points"] for line in map(json.loads, lines)}


def exported(run: Path) -> dict[str, str]:
    """Each student's points, as `grader export` writes them."""
    command = [sys.executable, "-m", "grader", "export", str(run), "--format", "csv", "--write", "marks.csv"]
    subprocess.run(command, cwd=run.parent, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True, capture_output=True)
    with (run.parent / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
        return {line["student"]: line["points"] for line in csv.DictReader(file)}


def test_60_answers_by_keyboard_killed_half_way_gone_on_with_and_exported(run: Path, tmp_path: Path) -> None:
    told: dict[str, int] = {}
    with reviewing(run) as (process, address), DrivenBrowser(tmp_path / "one") as page:
        page.open(address)
        assert "token" not in page.run("location.href")
        page.press("Enter")
        page.until("document.querySelector('.sheet')")
        for at in range(COUNT // 2):
            told[sha(settle(page, str(at % 4)))] = at % 4
        process.send_signal(signal.SIGKILL)
        process.wait()
        page.press("c", "w", "o", "w", "Escape", "3", "Enter")
        page.until(f"!{LOST}.hidden")
        assert page.run(f"{LOST}.textContent").startswith("Not saved: the server is gone.")
        assert page.run("document.querySelector('#comment').value") == "wow"
        assert page.run("document.querySelector('input[name=points]:checked').value") == "3"
    assert decided(run) == told

    with reviewing(run) as (process, address), DrivenBrowser(tmp_path / "two") as page:
        page.open(address)
        page.press("Enter")
        page.until("document.querySelector('.sheet')")
        for _ in range(COUNT // 2):
            told[sha(settle(page, "2"))] = 2
        page.until("document.body.innerText.includes('Everything here is settled')")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
    found = json.loads((run / "results.json").read_text(encoding="utf-8"))
    assert {each["checks"][0]["answer"]["sha256"]: each["points"] for each in found["submissions"]} == told
    assert len(told) == COUNT
    marks = {each["student"]: str(each["points"]) for each in found["submissions"]}
    assert exported(run) == marks


def test_keys_undo_move_and_can_be_turned_off_and_a_second_tab_loses_nothing(run: Path, tmp_path: Path) -> None:
    with (
        reviewing(run) as (_, address),
        DrivenBrowser(tmp_path / "one") as page,
        DrivenBrowser(tmp_path / "two") as other,
    ):
        page.open(address)
        page.press("w")
        page.until("document.querySelector('.sheet')")
        first = page.run(ANSWER)
        page.press("j")
        page.until(f"{ANSWER} !== {json.dumps(first)}")
        page.press("k")
        page.until(f"{ANSWER} === {json.dumps(first)}")

        other.open(address)  # reads the same answer, and is quicker
        other.press("Enter")
        other.until(f"document.querySelector('.sheet') && {ANSWER} === {json.dumps(first)}")
        settle(other, "3")
        page.press("1", "Enter")
        page.until("document.body.innerText.includes('since you opened this page')")
        assert page.run("document.querySelector('input[name=points]:checked').value") == "1"
        assert decided(run) == {sha(first): 3}
        page.press("Enter")
        page.until(f"({TOLD}).startsWith('Saved')")
        assert decided(run) == {sha(first): 1}

        page.press("u")
        page.until(f"({TOLD}).startsWith('Taken back')")
        assert decided(run) == {sha(first): 3}

        page.press("?")
        assert page.run("document.querySelector('#help').open")
        page.run("document.querySelector('#turn-keys').click()")
        page.until("document.body.dataset.keys === 'off'")
        page.press("0", "Enter", "j", "u")
        assert page.run(f"{ANSWER} === {json.dumps(first)}")
        assert decided(run) == {sha(first): 3}


def test_digits_tick_items_and_settings_keep_what_was_filled_in(run: Path, tmp_path: Path) -> None:
    course_with_rubric(tmp_path / "solutions", keeps=2, forgets=1)
    chosen = "document.querySelector('input[name=points]:checked').value"
    with reviewing(run) as (_, address), DrivenBrowser(tmp_path / "one") as page:
        page.open(address)
        page.press("Enter")
        page.until("document.querySelector('.sheet')")
        page.press("1", "2")
        assert page.run("document.querySelector('#sum').textContent") == "(3)"
        page.press("1", "c", "W", "e", "l", "l", ".", "Escape", "p")
        page.until("document.querySelector('#turn-digits').getAttribute('aria-pressed') === 'true'")
        assert page.run("document.querySelector('#comment').value") == "Well."
        assert page.run("document.querySelector('#sum').textContent") == "(1)"
        page.press("Enter")
        page.until(f"({TOLD}).startsWith('Saved: ◐ 1 of 3, in part')")
        page.press("2")
        assert page.run(chosen) == "2"
        page.press("p")
        page.until("document.querySelector('#turn-digits').getAttribute('aria-pressed') === 'false'")
        assert page.run(chosen) == "2"
        page.press("a")
        assert (page.run(chosen), page.run("document.querySelector('#sum').textContent")) == ("items", "(3)")
        page.shift("2")
        assert page.run(chosen) == "2"
        assert page.run("document.querySelectorAll('input[name=item]:checked').length") == 0
