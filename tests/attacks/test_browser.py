"""Pages that hold hostile text, opened in a real browser: nothing of a submission runs there."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest

from attacks import browser
from attacks.families.reports import EVERYTHING, IMAGE, SCRIPT
from attacks.grading import ALL_FAMILIES

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
BREACHED = "data-breached"

pytestmark = pytest.mark.skipif(bool(browser.missing()), reason=f"could not run: {browser.missing()}")


@pytest.fixture(scope="module")
def pages(graded_in: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The class page and the page of the student who tries everything."""
    graded = graded_in(ALL_FAMILIES)
    assert graded.rows is not None
    assert graded.pages is not None
    folder = tmp_path_factory.mktemp("pages")
    for name in ("index.html", graded.rows[EVERYTHING.student]["page"]):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(graded.pages[name], encoding="utf-8")
    return folder / "index.html", folder / graded.rows[EVERYTHING.student]["page"]


def unescaped(page: Path, *, policy: bool) -> Path:
    """The page as it would be if its texts were not escaped, with or without its policy."""
    text = html.unescape(page.read_text(encoding="utf-8")).replace("</body>", f"{SCRIPT}{IMAGE}</body>")
    made = page.with_name(f"unescaped-{policy}.html")
    made.write_text(text if policy else POLICY.sub("", text), encoding="utf-8")
    return made


def test_no_script_of_a_submission_runs_on_any_page(pages: tuple[Path, Path]) -> None:
    for page in pages:
        assert BREACHED not in browser.opened(page).partition("<body")[0]


def test_it_would_run_on_a_page_that_is_neither_escaped_nor_under_a_policy(pages: tuple[Path, Path]) -> None:
    """The attack works: what holds it is the page, not the browser."""
    assert BREACHED in browser.opened(unescaped(pages[1], policy=False)).partition("<body")[0]


def test_the_policy_alone_holds_it_where_escaping_fails(pages: tuple[Path, Path]) -> None:
    assert BREACHED not in browser.opened(unescaped(pages[1], policy=True)).partition("<body")[0]


def test_the_class_pages_own_script_runs_under_its_policy(pages: tuple[Path, Path]) -> None:
    index = pages[0]
    bare = re.sub(r"<script>.*?</script>", "", index.read_text(encoding="utf-8"), flags=re.DOTALL)
    silent = index.with_name("silent.html")
    silent.write_text(bare, encoding="utf-8")
    assert browser.opened(index).count("<button") > browser.opened(silent).count("<button")
