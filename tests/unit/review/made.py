"""A class whose written answers wait, in memory and in a folder, and a browser at its desk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.review.desk import Desk
from grader.review.gatekeeper import Gatekeeper
from grader.review.marking_guide import Guide, RubricItem
from grader.review.shares import Share
from grader.review.web_app import review_app
from grader.scores.read_run import read_run
from grader.scores.records import (
    CheckResult,
    Evidence,
    ExerciseRecord,
    Flag,
    Isolation,
    Outcome,
    Results,
    RunRecord,
    SubmissionResult,
    WrittenAnswer,
)
from grader.scores.results import to_json
from grader.scores.totals import tally
from helpers.asgi_browser import Answered, Browser

PORT = 4711
HOST = f"127.0.0.1:{PORT}"
EXERCISE = "words"
WHY, HOW = "why", "how"
MOST = {WHY: 3, HOW: 2}
KEEPS, FORGETS, WRONG = "it keeps the past", "it forgets", "W1: it does both"
GUIDE = Guide(3, (RubricItem(KEEPS, 2, KEEPS), RubricItem(FORGETS, 1, FORGETS), RubricItem(WRONG, -1, "w")), "")


def sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def check(
    question: str,
    text: str,
    *,
    suggested: int = 1,
    evidence: Sequence[Evidence] = (),
    outcome: Outcome = Outcome.REVIEW,
) -> CheckResult:
    return CheckResult(
        question, f"Question {question}", 0, MOST[question], outcome, hidden=True, suggested_points=suggested,
        evidence=tuple(evidence), answer=WrittenAnswer(text, sha(text)),
    )  # fmt: skip


def row(student: str, checks: Sequence[CheckResult], flags: Sequence[Flag] = ()) -> SubmissionResult:
    sums = tally(checks)
    return SubmissionResult(
        student, EXERCISE, f"{student}/{EXERCISE}.py", f"students/{student}.html", sha(student), sums.status, sums.points,
        sums.pending_points, sums.max_points, 0.1, tuple(flags), checks=tuple(checks),
    )  # fmt: skip


def results(rows: Sequence[SubmissionResult], seed: int = 5) -> Results:
    run = RunRecord("2026-12-01T09:00:00+00:00", 1.0, seed, {}, Isolation("none", ()), "local", 1, course="A course")
    return Results(run, (ExerciseRecord(EXERCISE, "Words", 5),), tuple(rows))


def answers(texts: Mapping[str, tuple[str, str]]) -> Results:
    """A class by student: what each answered to the two questions."""
    return results([row(name, [check(WHY, why), check(HOW, how)]) for name, (why, how) in texts.items()])


@dataclass
class AtDesk:
    """A desk in a folder, its keeper, and browsers that have come in."""

    folder: Path
    desk: Desk
    keeper: Gatekeeper

    def browser(self, *, enters: bool = True) -> Browser:
        made = Browser(self.keeper, HOST)
        if enters:
            assert made.get(f"/?token={self.keeper.token}").status == 200
        return made

    def first(self, browser: Browser, at: int = 0) -> Answered:
        """The first answer of a question that waits."""
        links = [link for link in browser.get("/").links.values() if link.startswith("/question/")]
        return browser.get(links[at])

    @property
    def lines(self) -> list[str]:
        file = self.folder / "decisions.jsonl"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def keep(folder: Path, found: Results) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "results.json").write_text(to_json(found), encoding="utf-8")


def desk_at(
    folder: Path,
    found: Results | None = None,
    person: str = "Ana",
    guide: Guide | None = GUIDE,
    share: Share | None = None,
) -> AtDesk:
    """A desk over these results, which are written to ``folder``; without any, over those that are there."""
    if found is not None:
        keep(folder, found)
    guides = {} if guide is None else {(EXERCISE, WHY): guide}
    desk = Desk(folder, lambda: read_run(folder), person, guides, share)
    return AtDesk(folder, desk, Gatekeeper(review_app(desk), PORT))


def settled(
    browser: Browser, page: Answered, points: str = "", items: Sequence[int] = (), comment: str = ""
) -> Answered:
    """Fill in the form of an answer and send it: what digits and Enter do."""
    form = page.form("/answer/")
    values = {"points": points or "items"} | ({"comment": comment} if comment else {})
    fields = [field for field in form.filled(**values) if field[0] != "item"]
    return browser.post(form.action, [*fields, *(("item", str(number)) for number in items)])


RUBRIC = """
[[questions]]
id = "why"
title = "Why"
points = 3

[[questions.ideas]]
idea = "it keeps the past"
points = {keeps}
words = ["keep*"]

[[questions.ideas]]
idea = "it forgets"
points = {forgets}
words = ["forget*"]
"""


def course_with_rubric(folder: Path, *, keeps: int, forgets: int) -> None:
    """Write a course whose one exercise has the question ``why``, with two ideas and their points."""
    (folder / "rubrics").mkdir(parents=True, exist_ok=True)
    exercise = f'[[exercises]]\nid = "{EXERCISE}"\ntitle = "Words"\npackages = []\n'
    (folder / "course.toml").write_text(f'name = "A course"\n{exercise}', encoding="utf-8")
    (folder / f"{EXERCISE}.py").write_text("", encoding="utf-8")
    rubric = RUBRIC.format(keeps=keeps, forgets=forgets)
    (folder / "rubrics" / f"{EXERCISE}.toml").write_text(rubric, encoding="utf-8")
