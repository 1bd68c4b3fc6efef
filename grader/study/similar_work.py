"""Which works of a class have functions that are alike: the ranking of an exercise, with what a person has to see beside it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from grader.scores.records import Outcome, Status, as_written
from grader.study.ranking import Comparable, Ranking, rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.scores.kept_sources import WorkSource
    from grader.scores.records import CheckResult, FunctionSource, Results, SubmissionResult

HELPERS = ""  # stands for all functions of a file that are not graded themselves
_WRONG = (Outcome.FAILED, Outcome.ERROR, Outcome.CRASHED, Outcome.TIMEOUT)


@dataclass(frozen=True, slots=True)
class ComparedWork:
    """One file that is compared: whose it is, its row, and its functions; ``run`` names the earlier run that it comes from."""

    students: tuple[str, ...]
    who: frozenset[str]
    row: SubmissionResult
    functions: tuple[FunctionSource, ...] = ()
    run: str = ""

    def parts(self) -> dict[str, tuple[FunctionSource, ...]]:
        """Its graded functions by name, and its helpers together."""
        helpers = tuple(each for each in self.functions if each.helper)
        graded = {each.name: (each,) for each in self.functions if not each.helper}
        return graded | ({HELPERS: helpers} if helpers else {})


@dataclass(frozen=True, slots=True)
class SameFunction:
    """A function that is the same in both works but for names and layout, and how many works of the class have it so."""

    name: str
    works: int


@dataclass(frozen=True, slots=True)
class WrongAlike:
    """Of the checks that either work gets wrong, how many both get wrong in the same way, and the mistakes that have a name."""

    alike: int
    wrong: int
    mistakes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlikePair:
    """Two works that are alike; ``percentile`` is the percentage of the class's pairs that are less alike."""

    one: ComparedWork
    other: ComparedWork
    likeness: float
    percentile: float
    same: tuple[SameFunction, ...]
    functions: int  # that both have
    wrong: WrongAlike


@dataclass(frozen=True, slots=True)
class AlikeWorks:
    """The ranking of one exercise: ``works`` of the class were compared with each other, and ``earlier`` ones with them.

    ``empty`` works have nothing of their own to compare.
    """

    exercise: str
    title: str
    works: int
    earlier: int
    empty: int
    ranking: Ranking
    pairs: tuple[AlikePair, ...]


def works_of(results: Results, exercise: str, run: str = "") -> list[ComparedWork]:
    """Return the files that were handed in for an exercise; what a group handed in is one."""
    groups = {as_written(person.student): person.group for person in results.roster if person.group}
    found: dict[tuple[str | None, str | None], list[SubmissionResult]] = {}
    for row in results.submissions:
        if row.exercise == exercise and row.sha256 is not None:
            found.setdefault((row.path, row.sha256), []).append(row)
    made = []
    for rows in found.values():
        students = tuple(row.student for row in rows)
        of_group = {row.group for row in rows} | {groups.get(as_written(student)) for student in students}
        who = {f"student {student}" for student in students}
        who |= {f"group {group} {run}" for group in of_group if group}  # last year's group 1 is another one
        made.append(ComparedWork(students, frozenset(who), rows[0], run=run))
    return made


def with_functions(works: Iterable[ComparedWork], sources: Mapping[tuple[str, str], WorkSource]) -> list[ComparedWork]:
    """Return the works that were graded, with what a run kept of their functions, by exercise and digest."""
    made = []
    for work in works:
        if work.row.status in (Status.GRADED, Status.REVIEW):
            kept = sources.get((work.row.exercise, work.row.sha256 or ""))
            made.append(work if kept is None else replace(work, functions=kept.functions))
    return made


def rank_works(
    exercise: str, title: str, works: Sequence[ComparedWork], earlier: Sequence[ComparedWork], top: int
) -> AlikeWorks:
    """Rank the pairs of works of one exercise."""
    every = [(work, Comparable(_grams(work.functions), work.who, bool(work.run))) for work in (*works, *earlier)]
    kept = [(work, one) for work, one in every if len(one.grams)]
    ranking = rank([one for _, one in kept], top)
    own = [work for work, _ in kept if not work.run]
    times = Counter((name, _key(parts)) for work in own for name, parts in work.parts().items())
    pairs = tuple(
        _alike_pair(kept[found.one][0], kept[found.other][0], found.likeness, found.percentile, times)
        for found in ranking.pairs
    )
    return AlikeWorks(exercise, title, len(own), len(kept) - len(own), len(works) - len(own), ranking, pairs)


def _alike_pair(
    one: ComparedWork,
    other: ComparedWork,
    likeness: float,
    percentile: float,
    times: Mapping[tuple[str, tuple[bytes, ...]], int],
) -> AlikePair:
    mine, theirs = one.parts(), other.parts()
    both = [name for name in mine if name in theirs]
    same = tuple(
        SameFunction(name, times[name, _key(mine[name])])
        for name in both
        if _key(mine[name]) == _key(theirs[name]) and any(_key(mine[name]))
    )
    return AlikePair(one, other, likeness, percentile, same, len(both), wrong_alike(one.row, other.row))


def wrong_alike(one: SubmissionResult, other: SubmissionResult) -> WrongAlike:
    """Compare what two works get wrong: the same known mistake, or else the same answer or the same words about it."""
    mine, theirs = ({check.id: check for check in row.checks if check.outcome in _WRONG} for row in (one, other))
    alike = [check for name, check in mine.items() if name in theirs and _way(check) == _way(theirs[name])]
    mistakes = dict.fromkeys(check.misconception.name for check in alike if check.misconception is not None)
    return WrongAlike(len(alike), len(mine.keys() | theirs.keys()), tuple(mistakes))


def _way(check: CheckResult) -> tuple[str, str]:
    if check.misconception is not None:
        return "mistake", check.misconception.id
    return check.outcome, check.gap.got if check.gap is not None else check.message


def _grams(functions: Iterable[FunctionSource]) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    parts = [np.frombuffer(each.grams, "<u4") for each in functions]
    return np.unique(np.concatenate(parts)).astype(np.uint32) if parts else np.zeros(0, np.uint32)


def _key(parts: Iterable[FunctionSource]) -> tuple[bytes, ...]:
    """What is equal for functions that differ in nothing but names and layout; helpers in any order."""
    return tuple(sorted(each.grams for each in parts))
