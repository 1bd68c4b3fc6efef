"""The page that GitHub shows of a job: a table of exercises and checks, then a card for each thing to mend."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from grader.ci.markdown import block, code, words
from grader.ci.runner_text import append
from grader.reports.checked import (
    all_right,
    points,
    said,
    told_causes,
    told_notes,
    told_others,
    told_state,
    verdict,
)
from grader.reports.harmless import PARAGRAPH
from grader.reports.words import SIGNS, count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.ci.public_run import PublicRun
    from grader.scores.causes import Cause
    from grader.scores.records import Checked

MOST_BYTES = 900_000  # of a page; the runner takes 1,024 kB, and nothing at all of a larger one
_REST = 200  # bytes for the line that counts what is left out


def write_summary(run: PublicRun, environ: Mapping[str, str]) -> None:
    """Adds the page to the step's summary, if a runner wants it; raises OutputError."""
    file = environ.get("GITHUB_STEP_SUMMARY", "")
    there = os.path.getsize(file) if os.path.isfile(file) else 0  # from what ran before in the same step
    append(file, job_summary(run, MOST_BYTES - there))


def job_summary(run: PublicRun, most: int = MOST_BYTES) -> str:
    """The page in Markdown, in at most ``most`` bytes: what does not fit is left out table by table and card by card."""
    kept: list[str] = []
    left, out = most - _REST, 0
    for piece in _pieces(run):
        size = len(piece.encode()) + 1
        if size <= left:
            kept.append(piece)
            left -= size
        else:
            out += 1
    if out:
        kept.append(f"{count(out, 'more part')} of this page would make it too long: see the log.\n")
    return "\n".join(kept)


def _pieces(run: PublicRun) -> Iterable[str]:
    """What the page is made of, each complete in itself and ending with a line end."""
    yield _head(run)
    yield from (_table(row) for row in run.rows if row.results)
    for row in run.rows:
        wrong, todo = told_causes(row)
        notes, more = told_notes(row)
        if not all_right([row]) or notes:
            yield _told(row)
        yield from (_card(row, cause) for cause in wrong)
        yield from (_later(cause) for cause in todo)
        yield from (f"- {words(note, PARAGRAPH)}\n" for note in (*notes, *more))


def _head(run: PublicRun) -> str:
    other = f"the other {run.hidden_points} points are decided when the work is graded, and " * (run.hidden_points > 0)
    lines = [
        f"## {words(run.course)}: {run.points} of {run.max_points} points in the public checks", "",
        f"These are the public checks, and their points are advice: {other}the mark is your teacher's own run.", "",
        "| Exercise | File | Public points |", "| --- | --- | ---: |",
    ]  # fmt: skip
    lines += [f"| {words(row.title)} | {code(row.place)} | {_score(row)} |" for row in run.rows]
    return "\n".join([*lines, ""])


def _score(row: Checked) -> str:
    reached, public, _ = points([row])
    return f"{reached} of {public}" if row.results else "marked by a person"


def _table(row: Checked) -> str:
    lines = [f"### {words(row.title)}", "", "| | Check | Points |", "| --- | --- | ---: |"]
    lines += [
        f"| {SIGNS[result.outcome]} {words(told_state(result))} | {words(result.title)} | {result.points}/{result.max_points} |"
        for result in row.results
    ]
    return "\n".join([*lines, ""])


def _card(row: Checked, cause: Cause) -> str:
    check = cause.shown
    told = said(check)
    case = "\n".join(f"{f'{label}:':9} {text}" for label, text in told if label)
    lines = [f"#### {SIGNS[check.outcome]} {words(check.title)} ({check.points}/{check.max_points})", ""]
    lines += [f"{words(row.exercise)}, {words(told_state(check))}.", ""]
    lines += [block(case), ""] * bool(case)
    for label, text in told:
        lines += [] if label else [words(text, PARAGRAPH), ""]
    lines += [words(told_others(cause), PARAGRAPH), ""] * bool(cause.others)
    return "\n".join(lines)


def _told(row: Checked) -> str:
    """What to know of an exercise before its cards."""
    lines = [f"### To do in: {words(row.title)}" if not all_right([row]) else f"### About: {words(row.title)}", ""]
    return "\n".join([*lines, *(f"{words(told, PARAGRAPH)}\n" for told in verdict(row))])


def _later(cause: Cause) -> str:
    """A part that is not done yet, in a line."""
    check = cause.shown
    more = f", and {count(len(cause.others), 'more check')}" if cause.others else ""
    return f"- {SIGNS[check.outcome]} {words(check.title)}{more} (0/{cause.lost}): {words(check.message or 'not done yet')}\n"
