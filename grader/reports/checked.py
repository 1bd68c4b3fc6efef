"""What the public checks found in one's own work, as text for a terminal and as HTML for a notebook."""

from __future__ import annotations

import textwrap
from html import escape
from typing import TYPE_CHECKING

from grader.reports.text import PARAGRAPH, line
from grader.reports.words import OUTCOMES, SIGNS
from grader.scores.records import Checked, CheckResult, Gap, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 100
# Inline, since a notebook may drop shared styles; colours that can be read on white and on black.
_BOX = "border-left:3px solid {colour};padding:2px 0 2px 10px;margin:6px 0"
_NOT_LOOKED_AT = {"unreadable", "unchecked"}  # flags of what could not be checked at all
_RIGHT, _WRONG, _OPEN = "#2e8b57", "#c9542b", "#808080"


def points(rows: Sequence[Checked]) -> tuple[int, int, int]:
    """The points reached, those of all public checks, and those that hidden checks decide."""
    results = [result for row in rows for result in row.results]
    return (
        sum(result.points for result in results),
        sum(result.max_points for result in results),
        sum(row.hidden_points for row in rows),
    )


def all_right(rows: Sequence[Checked]) -> bool:
    """Whether every public check passes; written answers have none, and only have to be readable."""
    results = [result for row in rows for result in row.results]
    read = not any(flag.kind in _NOT_LOOKED_AT for row in rows for flag in row.notes)
    return read and bool(rows) and all(result.outcome is Outcome.PASSED for result in results)


def last_line(rows: Sequence[Checked]) -> str:
    """What every check ends with."""
    reached, public, hidden = points(rows)
    return f"Public checks: {reached} of {public} points. The other {hidden} are decided when it is graded."


def as_text(rows: Sequence[Checked]) -> str:
    """All that was found, line by line, for people who read it in a terminal."""
    return "\n".join([*map(row_as_text, rows), "", last_line(rows)])


def row_as_text(row: Checked) -> str:
    """What was found in one exercise, line by line."""
    lines = ["", f"{row.title} ({line(row.place)})"]
    lines += [_wrapped(f"note: {line(flag.message, PARAGRAPH)}", 2) for flag in row.notes]
    if not any(flag.kind == "unreadable" for flag in row.notes):
        lines += [told for result in row.results for told in _told(result)]
    return "\n".join(lines)


def as_html(rows: Sequence[Checked]) -> str:
    """The same for a notebook: no script, no style sheet, nothing from elsewhere."""
    parts: list[str] = []
    for row in rows:
        parts.append(f"<h4>{escape(line(row.title))} <small>({escape(line(row.place))})</small></h4>")
        parts += [f"<p>note: {escape(line(flag.message, PARAGRAPH))}</p>" for flag in row.notes]
        if not any(flag.kind == "unreadable" for flag in row.notes):
            parts += [_card(result) for result in row.results]
    return f'<div style="max-width:60em">{"".join(parts)}<p><strong>{escape(last_line(rows))}</strong></p></div>'


def _told(result: CheckResult) -> list[str]:
    passed = result.outcome is Outcome.PASSED
    points = f"{result.points}/{result.max_points}"
    state = "" if passed else f" - {OUTCOMES[result.outcome]}"
    told = [f"  {'ok  ' if passed else '    '}{points:>4}  {line(result.title)}{state}"]
    return told + [_wrapped(f"{f'{label}:':9} {text}" if label in _CASE else text, 12) for label, text in _said(result)]


_CASE = ("called", "expected", "got")


def _said(result: CheckResult) -> list[tuple[str, str]]:
    """What is said of a check that does not pass: label and text, in the order of reading."""
    if result.outcome is Outcome.TODO:
        return [("", line(result.message))] if " There is " in result.message else []
    if result.outcome is Outcome.PASSED:
        return [("", line(result.message))] if result.message else []
    said: list[tuple[str, str]] = []
    gap: Gap | None = result.counterexample or result.gap
    if gap is not None:
        said += [(label, line(getattr(gap, label))) for label in _CASE]
    elif result.message:
        said.append(("", line(result.message)))
    if result.misconception is not None:
        said.append(("", f"This looks like: {result.misconception.name}."))
    if result.hint:
        said.append(("", f"Hint: {result.hint}"))
    return said


def _card(result: CheckResult) -> str:
    colour = {Outcome.PASSED: _RIGHT, Outcome.TODO: _OPEN}.get(result.outcome, _WRONG)
    head = f"{SIGNS[result.outcome]} {OUTCOMES[result.outcome]}, {result.points}/{result.max_points}"
    said = _said(result)
    case = "\n".join(f"{f'{label}:':9} {text}" for label, text in said if label)
    inside = f'<pre style="white-space:pre-wrap;margin:4px 0">{escape(case)}</pre>' if case else ""
    inside += "".join(f'<div style="margin:4px 0">{escape(text)}</div>' for label, text in said if not label)
    title = f'<div><strong style="color:{colour}">{escape(head)}</strong>: {escape(line(result.title))}</div>'
    return f'<div style="{_BOX.format(colour=colour)}">{title}{inside}</div>'


def _wrapped(text: str, indent: int) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 4), break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
