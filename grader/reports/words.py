"""What the pages say for the codes of results.json."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grader.scores.flag_kinds import FlagKind
from grader.scores.records import CheckResult, Decided, Flag, Outcome, Status, SubmissionResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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

FLAGS: dict[str, str] = {
    FlagKind.RENAMED: "Another file name",
    FlagKind.BOTH: "Two formats",
    FlagKind.UNUSED: "Files not used",
    FlagKind.UNRECOGNISED: "Files that fit no exercise",
    FlagKind.AMBIGUOUS: "More than one candidate",
    FlagKind.UNREADABLE: "Could not be read",
    FlagKind.SYNTAX: "Lines that are not Python",
    FlagKind.STOPPED: "Stopped while reading",
    FlagKind.BLOCKED: "Not allowed here",
    FlagKind.NOTE: "Note",
    FlagKind.UNGRADED: "Not graded yet",
    FlagKind.SHARED: "One file for several exercises",
    FlagKind.GROUP: "In a group",
    FlagKind.NOT_SHARED: "One of the group handed in alone",
    FlagKind.LATE: "Handed in late",
    FlagKind.NOT_RUN: "Code that is not run",
    FlagKind.NEWER_PYTHON: "Needs a newer Python",
    FlagKind.UNVERIFIED: "Not verified by Classroom 50",
    FlagKind.UNCERTAIN: "Can't be read with certainty",
    FlagKind.TOO_LONG: "Too long to be read by a program",
    FlagKind.ODD_LETTERS: "Letters that only look Latin",
    FlagKind.COPIED: "Copied from the lesson",
    FlagKind.STUFFED: "A list of key words",
    FlagKind.UNFAMILIAR: "No word that the rubric knows",
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
ONLY_TELLING = frozenset(
    {FlagKind.RENAMED, FlagKind.SHARED, FlagKind.LATE, FlagKind.SYNTAX, FlagKind.STOPPED, FlagKind.NOTE}
)

# Kinds that name somebody else of the class, so they are on no student's page.
FOR_THE_TEACHER = frozenset({FlagKind.NOT_SHARED})

# Flags on a written answer, for the person who marks it; they are shown beside the answer and are not tasks themselves.
FOR_THE_MARKER = frozenset(
    {
        FlagKind.UNCERTAIN,
        FlagKind.TOO_LONG,
        FlagKind.ADDRESSES_THE_GRADER,
        FlagKind.ODD_LETTERS,
        FlagKind.OTHER_LANGUAGE,
        FlagKind.COPIED,
        FlagKind.STUFFED,
        FlagKind.NAMES_BOTH,
        FlagKind.CONTRADICTS_ITSELF,
        FlagKind.UNFAMILIAR,
        FlagKind.OPPOSITE_CONVENTION,
    }
)


def and_so(words: Sequence[str]) -> str:
    """Return a list as one says it: "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def flag(kind: str) -> str:
    """Return the heading of a flag; a kind that is not known here is its own heading."""
    return FLAGS.get(kind, kind.replace("_", " ").capitalize())


def sign(check: CheckResult) -> str:
    """Return the shape that stands for what became of a check, by a person's decision if there is one."""
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
    """Return how many of these wait for a person, with the points that are open; empty if none does."""
    waiting = [check for check in checks if check.waits]
    if not waiting:
        return ""
    suggested = [check.suggested_points for check in waiting if check.suggested_points is not None]
    what = "answer" if len(suggested) == len(waiting) else "check"  # only an answer gets a suggestion
    told = f"{count(len(waiting), what)} to mark, {count(sum(check.max_points for check in waiting), 'point')} open"
    return f"{told} (suggested: {sum(suggested)})" if suggested else told


def not_the_exercise(row: SubmissionResult) -> Flag | None:
    """Return the flag that says that a graded file is not the exercise, or None if it is."""
    flags = row.flags if row.status is Status.GRADED else ()
    return next((flag for flag in flags if flag.kind == FlagKind.UNRECOGNISED), None)


def count(number: int, one: str, many: str = "") -> str:
    """Return ``number`` with its noun: "1 check", "2 checks"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def moment(started: str) -> str:
    """Return an ISO 8601 time as "25 November 2026, 02:18 UTC", or unchanged if it is no such time."""
    try:
        at = datetime.fromisoformat(started)
    except ValueError:
        return started
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H:%M} UTC"


def decimal(number: float | None) -> str:
    """Return a number with one decimal, or a dash for none."""
    return "\N{EN DASH}" if number is None else f"{number:.1f}"
