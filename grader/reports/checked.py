"""What the public checks found in one's own work, as text for a terminal and as HTML for a notebook.

The verdict comes first, then a piece for each cause, with what follows from it folded behind. What is right, and what costs
nothing, comes last.
"""

from __future__ import annotations

import textwrap
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from grader.reports.harmless import CALL, PARAGRAPH, block, in_rows, line
from grader.reports.words import OUTCOMES, SIGNS, count, first_wrong
from grader.scores.causes import Cause, causes
from grader.scores.flag_kinds import FlagKind
from grader.scores.records import Checked, CheckResult, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 80
NARROWEST, WIDEST = 40, 100  # columns in which the text is set; longer lines are hard to read
NAMED = 3  # titles of folded checks that are shown
NOTES = 8  # a notebook of another subject has dozens
# Inline, since a notebook may drop shared styles; colours that can be read on white and on black.
_BOX = "border-left:3px solid {colour};padding:2px 0 2px 10px;margin:6px 0"
_NOT_LOOKED_AT = {FlagKind.UNREADABLE, FlagKind.UNCHECKED}  # flags of what could not be checked at all
_RIGHT, _WRONG, _OPEN = "#2e8b57", "#c9542b", "#808080"
_ANSI = {_RIGHT: "32", _WRONG: "31", _OPEN: "33"}
_WAITS = "can't be judged at home yet"


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
    return read and bool(rows) and all(result.passes for result in results)


def last_line(rows: Sequence[Checked]) -> str:
    """The line that every check ends with."""
    reached, public, hidden = points(rows)
    other = "The other one is" if hidden == 1 else f"The other {hidden} are"
    return f"Public checks: {reached} of {public} points.{f' {other} decided when it is graded.' if hidden else ''}"


def as_text(rows: Sequence[Checked]) -> str:
    """All that was found, line by line, for people who read it in a terminal."""
    return "\n".join([*map(row_as_text, rows), "", last_line(rows)])


def row_as_text(row: Checked, width: int = WIDTH, *, colour: bool = False) -> str:
    """What was found in one exercise, line by line, in ``width`` columns."""
    wide = max(NARROWEST, min(width, WIDEST))
    lines = ["", *(_painted(told, "1", colour) for told in _set(_title(row), wide, 0))]
    lines += [told for said in verdict(row) for told in _set(said, wide, 2)]
    wrong, todo = told_causes(row)
    for cause in wrong:
        lines += ["", *_piece(cause, wide, colour)]
    if todo:
        lines += ["", *_set("Not done yet:", wide, 2)]
    for cause in todo:
        lines += _later(cause, todo, wide, colour)
    passed = [result for result in row.results if result.passes]
    lines += [""] * bool(passed)
    for result in passed:
        lines += _head(result, "ok", "", wide, colour)
        lines += _set(line(result.message), wide, 11) if result.message else []
    notes, more = told_notes(row)
    lines += [""] * bool(notes)
    lines += [told for note in [*notes, *more] for told in _set(note, wide, 2)]
    return "\n".join(lines)


def as_html(rows: Sequence[Checked]) -> str:
    """The same for a notebook: no script, no style sheet, nothing loaded from elsewhere."""
    parts: list[str] = []
    for row in rows:
        parts.append(f"<h4>{escape(_title(row))}</h4>")
        parts += [f"<p>{escape(said)}</p>" for said in verdict(row)]
        wrong, todo = told_causes(row)
        parts += [_card(cause) for cause in (*wrong, *todo)]
        passed = [result for result in row.results if result.passes]
        if passed:
            told = "".join(f"<li>{escape(line(result.title))}</li>" for result in passed)
            parts.append(_folded(f"✓ {count(len(passed), 'check')} right", f"<ul>{told}</ul>"))
            parts += [_aside(result) for result in passed if result.message]
        notes, more = told_notes(row)
        parts += [f"<p>{escape(note)}</p>" for note in [*notes, *more]]
    return f'<div style="max-width:60em">{"".join(parts)}<p><strong>{escape(last_line(rows))}</strong></p></div>'


def _title(row: Checked) -> str:
    reached, public, _ = points([row])
    return f"{line(row.title)} ({line(row.place)})" + (f": {reached} of {public} points" if row.results else "")


def verdict(row: Checked) -> list[str]:
    """What to know before all else: why nothing could be checked, or how much there is to do and where to begin."""
    if unread := [flag for flag in row.notes if _is_verdict(flag.kind)]:
        return [line(flag.message, PARAGRAPH) for flag in unread]
    found = causes(row.results)
    if row.results and all(result.outcome is Outcome.TODO for result in row.results):
        begin = f"Nothing is done yet. Begin with: {line(row.results[0].title)}."
        return [begin, line(found[0].shown.message)]
    if not found:
        return ["Every public check passes."] if row.results else []
    wrong, todo = told_causes(row)
    later = f"{count(len(todo), 'part')} not done yet" if todo else ""
    if not wrong:
        return [f"{later}; what is done passes."]
    mend = "One thing to mend" if len(wrong) == 1 else f"{len(wrong)} things to mend, begin with the first"
    return [f"{mend}{f'; {later}' if later else ''}:"]


def told_causes(row: Checked) -> tuple[list[Cause], list[Cause]]:
    """The causes to tell one by one: what is wrong, and what is not done yet.

    There are none if nothing could be read, or nothing was begun.
    """
    unread = any(_is_verdict(flag.kind) for flag in row.notes)
    begun = any(result.outcome is not Outcome.TODO for result in row.results)
    found = causes(row.results) if begun and not unread else ()
    todo = [cause for cause in found if cause.shown.outcome is Outcome.TODO]
    return [cause for cause in found if cause not in todo], todo


def told_notes(row: Checked) -> tuple[list[str], list[str]]:
    """The first notes on what costs nothing, one if the file is not the exercise, and how many more there are."""
    notes = [f"note: {line(flag.message, PARAGRAPH)}" for flag in row.notes if not _is_verdict(flag.kind)]
    shown = 1 if any(flag.kind == FlagKind.UNRECOGNISED for flag in row.notes) else NOTES
    more = len(notes) - shown
    return notes[:shown], [f"and {count(more, 'more note')}"] if more > 0 else []


def _is_verdict(kind: str) -> bool:
    return kind in _NOT_LOOKED_AT or kind == FlagKind.UNRECOGNISED


def said(result: CheckResult) -> list[tuple[str, str]]:
    """What to say about a check that does not pass: label and text, in the order of reading."""
    said: list[tuple[str, str]] = []
    gap = result.counterexample or result.gap
    if gap is not None:
        call = in_rows(block(gap.called, CALL))
        lines = "\n" * ("\n" in call)  # so that the whole of it can be copied
        said += [("called", lines + call), ("expected", line(gap.expected)), ("got", line(gap.got))]
    elif result.message:
        said.append(("", line(result.message)))
    if result.misconception is not None:
        said.append(("", f"This looks like: {line(result.misconception.name)}."))
    if result.hint:
        said.append(("", f"Hint: {line(result.hint, PARAGRAPH)}"))
    return said


def said_lines(result: CheckResult) -> list[str]:
    """The same, each with its label before it."""
    return [f"{label}:{'' if text[:1].isspace() else ' '}{text}" if label else text for label, text in said(result)]


def told_others(cause: Cause) -> str:
    """One sentence on what follows from the same cause; empty if nothing does."""
    waiting = [check for check in cause.others if check.unjudged]
    others = [check for check in cause.others if check not in waiting]
    said = _named(others, "does not pass", "do not pass") + _named(waiting, _WAITS, _WAITS)
    return f"For the same reason {'; and '.join(said)}." if said else ""


def _named(checks: Sequence[CheckResult], verb: str, verbs: str) -> list[str]:
    """How many checks follow from a cause, and what the first of them are; nothing if none does."""
    if not checks:
        return []
    lost = sum(check.max_points - check.points for check in checks)
    titles = "; ".join(line(check.title) for check in checks[:NAMED])
    more = len(checks) - NAMED
    counted = f"{count(len(checks), 'more check')} {verb if len(checks) == 1 else verbs} ({count(lost, 'point')})"
    return [f"{counted}: {titles}{f'; and {more} more' if more > 0 else ''}"]


def told_state(result: CheckResult) -> str:
    """What became of a check, in words."""
    return "not judged yet" if result.unjudged else OUTCOMES[result.outcome]


def _colour(result: CheckResult) -> str:
    return {Outcome.PASSED: _RIGHT, Outcome.TODO: _OPEN}.get(result.outcome, _WRONG)


def _piece(cause: Cause, width: int, colour: bool) -> list[str]:
    lines = _head(cause.shown, "", f" - {told_state(cause.shown)}", width, colour)
    for label, text in said(cause.shown):
        lines += _set(f"{f'{label}:':9} {text}" if label else text, width, 11, 4 if label else 2)
    if first := first_wrong(cause.first):
        lines += _set(line(first, PARAGRAPH), width, 11)
    return lines + (_set(told_others(cause), width, 11) if cause.others else [])


def _later(cause: Cause, todo: Sequence[Cause], width: int, colour: bool) -> list[str]:
    """A part that is not done yet, in a line; a message that other such parts share is left out."""
    more = f", and {count(len(cause.others), 'more check')}" if cause.others else ""
    shown = replace(cause.shown, max_points=cause.shown.points + cause.lost)
    alike = sum(_words(each) == _words(cause) for each in todo) > 1
    said = [] if alike else _set(line(shown.message), width, 11)
    return [*_head(shown, "", more, width, colour), *said]


def _words(cause: Cause) -> str:
    """A part's message without the part's name, with which a check's id begins."""
    name, _, rest = cause.shown.message.partition(" ")
    return rest if cause.shown.id.startswith(name) else cause.shown.message


def _head(result: CheckResult, sign: str, state: str, width: int, colour: bool) -> list[str]:
    """The line of a check: its points and its title."""
    begin = f"  {sign:3}{f'{result.points}/{result.max_points}':>4}  "
    lines = textwrap.wrap(
        f"{line(result.title)}{state}", width, initial_indent=begin, subsequent_indent=" " * len(begin),
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    first, *rest = lines or [begin]
    return [_painted(begin, _ANSI[_colour(result)], colour) + first[len(begin) :], *rest]


def _set(text: str, width: int, indent: int, more: int = 2) -> list[str]:
    """Wraps text between words, each of its lines by itself."""
    lines: list[str] = []
    for each in text.split("\n"):
        begin = " " * (indent + len(each) - len(each.lstrip()))
        lines += textwrap.wrap(
            each.strip(), width, initial_indent=begin, subsequent_indent=begin + " " * more, break_long_words=False,
            break_on_hyphens=False,
        )  # fmt: skip
    return lines


def _painted(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text


def _card(cause: Cause) -> str:
    result = cause.shown
    head = f"{SIGNS[result.outcome]} {told_state(result)}, {result.points}/{result.max_points}"
    what = said(result)
    case = "\n".join(f"{f'{label}:':9} {text}" for label, text in what if label)
    inside = f'<pre style="white-space:pre-wrap;margin:4px 0">{escape(case)}</pre>' if case else ""
    inside += "".join(f'<div style="margin:4px 0">{escape(text)}</div>' for label, text in what if not label)
    if first := first_wrong(cause.first):
        inside += f'<div style="margin:4px 0">{escape(line(first, PARAGRAPH))}</div>'
    if cause.others:
        lost = sum(check.max_points - check.points for check in cause.others)
        more = f"{count(len(cause.others), 'more check')} for the same reason ({count(lost, 'point')})"
        told = "".join(
            f"<li>{escape(line(check.title))}{f' - {told_state(check)}' * check.unjudged}</li>"
            for check in cause.others
        )
        inside += _folded(f"and {more}", f"<ul>{told}</ul>")
    title = f'<div><strong style="color:{_colour(result)}">{escape(head)}</strong>: {escape(line(result.title))}</div>'
    return f'<div style="{_BOX.format(colour=_colour(result))}">{title}{inside}</div>'


def _aside(result: CheckResult) -> str:
    """The message of a check that passed, not folded away, since there is more to do."""
    return f"<p><small>✓ {escape(line(result.title))}. {escape(line(result.message))}</small></p>"


def _folded(summary: str, inside: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{inside}</details>"
