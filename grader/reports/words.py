"""What the pages say for the codes of results.json."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grader.scores.flag_kinds import FlagKind
from grader.scores.records import (
    BY_COURSE,
    CheckResult,
    Decided,
    FirstWrong,
    Flag,
    KnownBy,
    Outcome,
    RunRecord,
    Status,
    SubmissionResult,
)

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

WAITING = "+N? stands for N points more that wait for a person."  # below lines of a terminal in which one does
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
    FlagKind.ELSEWHERE: "Graded in another part",
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
    if check.adjusted is None:
        return OUTCOMES[check.outcome]
    return "does not count" if check.adjusted.by == BY_COURSE else "decided by a person"


def first_wrong(found: FirstWrong | None) -> str:
    """Return where a function first goes wrong and what to mend, as a sentence or two; empty for None."""
    if found is None:
        return ""
    place = f"{found.step} {found.at}"
    told = ""
    match found.known_by:
        case KnownBy.RESULT:
            told = (
                f"All that was seen inside {found.function}, {found.step} by {found.step}, is right; "
                "what it gives back is not."
            )
        case KnownBy.AFTER if found.at is not None:
            pair = len(found.differing) == 2
            told = (
                f"In {found.function} {_listed(found.differing)} are right at {place}, and {'both' if pair else 'all'} "
                f"differ at {found.step} {found.at + 1}: so the {found.value} after {place} is wrong, or what "
                f"{'both' if pair else 'all'} make of it."
            )
        case KnownBy.RETURNED if found.at is not None:
            told = f"What {found.function} gives back first differs at {place}: the {found.value} there."
        case _ if found.at is not None:
            also = f" ({_listed(found.differing)} differ there)" if len(found.differing) > 1 else ""
            told = f"{found.function} first goes wrong at {place}, in {found.value}{also}."
    return " ".join(filter(None, (told, to_mend(found))))


def to_mend(found: FirstWrong | None) -> str:
    """Return what to mend, as a sentence; empty if that can't be said."""
    if found is None or not found.mend:
        return ""
    if found.mend == (found.function,):
        return f"Mend {found.function} itself: even with right functions in place of those that it calls, it is wrong."
    if found.function in found.mend:
        return f"Mend {_listed(found.mend)}, and it is right."
    return f"Mend {_listed(found.mend)}, and {found.function} is right too."


def _listed(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def decided(word: Decided) -> str:
    """Return who decided a check, and when."""
    return f"Decided by {word.by}, {moment(word.when)}"


def before(check: CheckResult, word: Decided) -> str:
    """Return what a check was worth before it was decided; an answer that waited was worth nothing yet."""
    return "waited before" if check.outcome is Outcome.REVIEW else f"was {word.was}"


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


def part_of(run: RunRecord) -> str:
    """Return what is to be said of a run that graded one shard of a class; empty for a whole one."""
    if run.shard is None:
        return ""
    return f"This is part {run.shard.index} of {run.shard.of}. Bring all parts together: grader merge OUT PART..."


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
