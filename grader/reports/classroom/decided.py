"""What people and the course have decided, for the class page: answers by question, checks that do not count; pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.reports import harmless, words
from grader.scores.records import BY_COURSE, Outcome

if TYPE_CHECKING:
    from grader.scores.records import Results


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
    found: dict[tuple[str, str], _Settled] = {}
    for row in results.submissions:
        for check in row.checks:
            word = check.adjusted
            if check.outcome is Outcome.REVIEW and word is not None and word.by != BY_COURSE:
                question = found.setdefault((row.exercise, check.id), _Settled(check.title, check.max_points))
                question.points += check.points
                question.people[word.by] += 1
    return tuple(
        SettledQuestion(
            exercise=exercise,
            title=harmless.line(each.title),
            answers=each.people.total(),
            mean=words.decimal(each.points / each.people.total()),
            max_points=each.max_points,
            by=_who(each.people),
        )
        for (exercise, _), each in found.items()
    )


def void_rows(results: Results) -> tuple[VoidRow, ...]:
    """Return a row for each check that does not count."""
    titles: dict[tuple[str, str], str] = {}
    given: Counter[tuple[str, str]] = Counter()
    void = {(each.exercise, each.check) for each in results.run.void}
    for row in results.submissions if void else ():
        for check in row.checks:
            if (key := (row.exercise, check.id)) in void:
                titles.setdefault(key, check.title)
                given[key] += check.adjusted is not None and check.adjusted.by == BY_COURSE
    return tuple(
        VoidRow(
            exercise=each.exercise,
            title=harmless.line(titles.get((each.exercise, each.check), each.check)),
            when=words.moment(each.since),
            students=given[each.exercise, each.check],
        )
        for each in results.run.void
    )


@dataclass(slots=True)
class _Settled:
    """What is known of a question's settled answers, taken one at a time: who settled how many, and the points."""

    title: str
    max_points: int
    points: int = 0
    people: Counter[str] = field(default_factory=Counter)


def _who(people: Counter[str]) -> str:
    """Who decided, with how many answers if there are several people."""
    names = [
        harmless.name(name) if len(people) == 1 else f"{harmless.name(name)} ({number})"
        for name, number in people.most_common()
    ]
    return ", ".join(names)
