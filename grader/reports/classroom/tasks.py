"""The lines of the class page that need a person or say what one decided, and its notes; pure.

There is one for each student and kind, with the rest folded behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.reports import harmless, words
from grader.scores.flag_kinds import FlagKind
from grader.scores.records import BY_COURSE, Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.scores.records import Flag, SubmissionResult


@dataclass(frozen=True, slots=True)
class Link:
    """A student's id and page, and the name on the roster unless that is the same."""

    name: str
    href: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something that a person has to look at, or a note; ``more`` is the rest of the same kind, folded."""

    student: Link
    exercise: str
    what: str
    message: str
    more: tuple[str, ...] = ()


def task_of(row: SubmissionResult, links: dict[str, Link], what: str, message: str, more: Iterable[str] = ()) -> ToDo:
    """Return one line about a submission, with what is folded behind it."""
    return ToDo(
        links[row.student],
        row.exercise,
        harmless.line(what),
        harmless.line(message),
        tuple(harmless.line(each) for each in more),
    )


def once(tasks: Iterable[ToDo]) -> tuple[ToDo, ...]:
    """Return one line for equal ones about several exercises of a student, with the exercises in their order."""
    told: dict[ToDo, list[str]] = {}
    for task in tasks:
        told.setdefault(replace(task, exercise=""), []).append(task.exercise)
    return tuple(replace(task, exercise=", ".join(exercises)) for task, exercises in told.items())


def gathered(row: SubmissionResult, links: dict[str, Link], flags: Iterable[Flag]) -> list[ToDo]:
    """Return a line for each kind of flag, the first of a kind in full and the others folded behind it."""
    kinds: dict[str, list[str]] = {}
    for flag in flags:
        kinds.setdefault(flag.kind, []).append(flag.message)
    return [task_of(row, links, words.flag(kind), first, rest) for kind, (first, *rest) in kinds.items()]


def tasks_of(row: SubmissionResult, links: dict[str, Link]) -> list[ToDo]:
    """Return what a person has to look at in one submission; answers that wait are told by question."""
    if row.is_elsewhere:
        return []
    if other := words.not_the_exercise(row):
        rest = [f"{words.flag(flag.kind)}: {flag.message}" for flag in row.flags if flag is not other]
        return [task_of(row, links, "Not this exercise", other.message, rest)]
    # a flag about one answer is shown beside it, in the table of answers
    beside = {flag for flag in row.flags if flag.check and flag.kind in words.FOR_THE_MARKER}
    tasks = gathered(
        row, links, [flag for flag in row.flags if flag.kind not in words.ONLY_TELLING and flag not in beside]
    )
    if row.status is Status.UNREADABLE and not tasks:
        tasks.append(task_of(row, links, words.flag(FlagKind.UNREADABLE), ""))
    return tasks


def decisions_in(row: SubmissionResult, links: dict[str, Link]) -> list[ToDo]:
    """Return a line for each mark of a submission that a person has changed; answers are told by question."""
    return [
        task_of(
            row,
            links,
            check.title,
            f"{check.points} of {words.count(check.max_points, 'point')} (was {word.was}). {words.decided(word)}"
            f"{f': {word.why}' if word.why else ''}",
        )
        for check in row.checks
        if (word := check.adjusted) is not None and check.outcome is not Outcome.REVIEW and word.by != BY_COURSE
    ]
