"""What the pages say for the codes of results.json."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grader.scores.records import CheckResult, Decided, Flag, Outcome, Status, SubmissionResult

if TYPE_CHECKING:
    from collections.abc import Iterable

OUTCOMES = {
    Outcome.PASSED: "right",
    Outcome.FAILED: "not yet right",
    Outcome.ERROR: "your code stopped",
    Outcome.TIMEOUT: "took too long",
    Outcome.CRASHED: "the process ended",
    Outcome.BLOCKED: "used something that is not allowed here",
    Outcome.TODO: "not done yet",
    Outcome.REVIEW: "waits for a person",
}

# A shape beside the word, so that colour is never the only sign.
SIGNS = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "≠",
    Outcome.ERROR: "!",
    Outcome.TIMEOUT: "◷",
    Outcome.CRASHED: "✕",
    Outcome.BLOCKED: "⊘",
    Outcome.TODO: "○",
    Outcome.REVIEW: "…",
}

PARTLY = "◐"  # the shape of points in part, which are neither right nor wrong

FLAGS = {
    "renamed": "Another file name",
    "both": "Two formats",
    "unused": "Files not used",
    "unrecognised": "Files that fit no exercise",
    "ambiguous": "More than one candidate",
    "unreadable": "Could not be read",
    "syntax": "Lines that are not Python",
    "stopped": "Stopped while reading",
    "blocked": "Not allowed here",
    "note": "Note",
    "ungraded": "Not graded yet",
    "shared": "One file for several exercises",
    "not_run": "Code that is not run",
    "newer_python": "Needs a newer Python",
    "uncertain": "Can't be read with certainty",
    "too long": "Too long to be read by a program",
    "odd letters": "Letters that only look Latin",
    "copied": "Copied from the lesson",
    "stuffed": "A list of key words",
    "unfamiliar": "No word that the rubric knows",
}

# Not strftime's, which depend on the machine's language.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

# Kinds that only tell; every other kind, known or not, asks for a person's eye.
ONLY_TELLING = frozenset({"renamed", "shared", "syntax", "stopped", "note"})

# What is told of a written answer to the person who marks it; it stands beside the answer and is no task of its own.
FOR_THE_MARKER = frozenset(
    {
        "uncertain",
        "too long",
        "addresses the grader",
        "odd letters",
        "other language",
        "copied",
        "stuffed",
        "names both",
        "contradicts itself",
        "unfamiliar",
        "opposite convention",
    }
)


def flag(kind: str) -> str:
    """Return the heading of a flag; a kind that is not known here is its own heading."""
    return FLAGS.get(kind, kind.replace("_", " ").capitalize())


def sign(check: CheckResult) -> str:
    """Return the shape that stands for what became of a check, by a person's word where there is one."""
    if check.adjusted is None:
        return SIGNS[check.outcome]
    if check.is_partial:
        return PARTLY
    return SIGNS[Outcome.PASSED if check.passes else Outcome.FAILED]


def state(check: CheckResult) -> str:
    """Return in words what became of a check."""
    return OUTCOMES[check.outcome] if check.adjusted is None else "decided by a person"


def decided(word: Decided) -> str:
    """Return who decided a check, and when."""
    return f"Decided by {word.by}, {moment(word.when)}"


def to_mark(checks: Iterable[CheckResult]) -> str:
    """Return what of these waits for a person, with the points that are open; empty where nothing does."""
    waiting = [check for check in checks if check.waits]
    if not waiting:
        return ""
    suggested = [check.suggested_points for check in waiting if check.suggested_points is not None]
    what = "answer" if len(suggested) == len(waiting) else "check"  # a suggestion is made for an answer alone
    told = f"{count(len(waiting), what)} to mark, {count(sum(check.max_points for check in waiting), 'point')} open"
    return f"{told} (suggested: {sum(suggested)})" if suggested else told


def not_the_exercise(row: SubmissionResult) -> Flag | None:
    """Return the flag of a file that was graded and is not the exercise, if it is none."""
    flags = row.flags if row.status is Status.GRADED else ()
    return next((flag for flag in flags if flag.kind == "unrecognised"), None)


def count(number: int, one: str, many: str = "") -> str:
    """Return ``number`` with its noun: "1 check", "2 checks"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def moment(started: str) -> str:
    """Return an ISO 8601 time as "25 November 2026, 02:18 UTC", or as it is if it is none."""
    try:
        at = datetime.fromisoformat(started)
    except ValueError:
        return started
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H:%M} UTC"


def decimal(number: float | None) -> str:
    """Return a number with one decimal, or a dash for none."""
    return "\N{EN DASH}" if number is None else f"{number:.1f}"
