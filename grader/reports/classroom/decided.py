"""What people and the course have decided, for the class page: answers by question, checks that do not count; pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.reports import harmless, words
from grader.scores.records import BY_COURSE, Outcome

if TYPE_CHECKING:
    from grader.scores.records import CheckResult, Results


@dataclass(frozen=True, slots=True)
class SettledQuestion:
    """A question of which people have settled ``answers``: with how many points of ``max_points`` on average, and who."""

    exercise: str
    title: str
    answers: int
    mean: str
    max_points: int
    by: str


@dataclass(frozen=True, slots=True)
class VoidRow:
    """A check that does not count, since when, and how many ``students`` have points by that alone."""

    exercise: str
    title: str
    when: str
    students: int


def settled_questions(results: Results) -> tuple[SettledQuestion, ...]:
    """Return a row for each question of which answers are settled, in the order of the results."""
    found: dict[tuple[str, str], list[CheckResult]] = defaultdict(list)
    for row in results.submissions:
        for check in row.checks:
            if check.outcome is Outcome.REVIEW and check.adjusted is not None and check.adjusted.by != BY_COURSE:
                found[row.exercise, check.id].append(check)
    return tuple(
        SettledQuestion(
            exercise=exercise,
            title=harmless.line(checks[0].title),
            answers=len(checks),
            mean=words.decimal(sum(check.points for check in checks) / len(checks)),
            max_points=checks[0].max_points,
            by=_who(checks),
        )
        for (exercise, _), checks in found.items()
    )


def void_rows(results: Results) -> tuple[VoidRow, ...]:
    """Return a row for each check that does not count."""
    given: dict[tuple[str, str], list[CheckResult]] = defaultdict(list)
    for row in results.submissions:
        for check in row.checks:
            given[row.exercise, check.id].append(check)
    return tuple(
        VoidRow(
            exercise=void.exercise,
            title=harmless.line(next((check.title for check in given[void.exercise, void.check]), void.check)),
            when=words.moment(void.since),
            students=sum(
                check.adjusted is not None and check.adjusted.by == BY_COURSE
                for check in given[void.exercise, void.check]
            ),
        )
        for void in results.run.void
    )


def _who(checks: list[CheckResult]) -> str:
    """Who decided, with how many answers if there are several people."""
    people = Counter(check.adjusted.by for check in checks if check.adjusted is not None)
    names = [
        harmless.name(name) if len(people) == 1 else f"{harmless.name(name)} ({number})"
        for name, number in people.most_common()
    ]
    return ", ".join(names)
