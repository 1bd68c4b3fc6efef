"""Groups of equal wrong work in a class that no known mistake explains: pure, from the results of a run."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.scores.records import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.scores.records import Gap, Results, SubmissionResult
    from grader.scores.wrong_work import WrongWork

    Numbers = np.ndarray[Any, np.dtype[np.float64]]

FEWEST = 2  # students whose work makes a group


@dataclass(frozen=True, slots=True)
class WrongMember:
    """A student in a group: the row of their work, and the function that is wrong in it."""

    row: SubmissionResult
    wrong: WrongWork


@dataclass(frozen=True, slots=True)
class WrongGroup:
    """Students whose function gives equal answers in all cases, none of them right, in a way that no known mistake explains.

    ``id`` changes whenever the members do. ``raised`` and ``place`` are those of a group that only an exception tells from right
    work. ``sources`` are the texts of the function, each once, the shortest first; ``case`` is the smallest case that any
    of the members got wrong. ``by_parts`` are those members whose fault is in a function that this one calls: the whole then
    gives the same. ``least`` and ``most`` are the members' points in the exercise.
    """

    id: str
    exercise: str
    function: str
    checks: tuple[str, ...]
    raised: str
    place: str
    students: tuple[str, ...]
    by_parts: tuple[str, ...]
    sources: tuple[str, ...]
    case: Gap | None
    least: int
    most: int
    max_points: int

    @property
    def source(self) -> str:
        """The shortest text of the function; empty if none was kept."""
        return self.sources[0] if self.sources else ""


def wrong_groups(results: Results) -> tuple[WrongGroup, ...]:
    """The groups of a run's results, the largest first, then in the order of the exercises; the order of rows plays no part.

    Whoever handed in together counts as one: a group needs `FEWEST` works, so that nobody's own slip is taken for a pattern.
    """
    place = {exercise.id: at for at, exercise in enumerate(results.exercises)}
    members = [WrongMember(row, wrong) for row in results.submissions for wrong in row.wrong]
    groups = [_group(alike) for asked in _by_question(members) for alike in equal_work(asked) if _counts(alike)]
    return tuple(
        sorted(groups, key=lambda group: (-len(group.students), place.get(group.exercise, len(place)), group.id))
    )


def _counts(members: Sequence[WrongMember]) -> bool:
    """Whether there are enough works, and one at least has the fault in this very function: else its part has a group."""
    works = {(each.row.group is not None, each.row.group or each.row.student) for each in members}
    return len(works) >= FEWEST and any(each.wrong.own for each in members)


def keeps_nothing(results: Results) -> bool:
    """Whether rows have failed checks that no mistake explains and nothing was kept of any: an older grader made them."""
    open_ends = False
    for row in results.submissions:
        if row.status is Status.GRADED:
            if row.wrong:
                return False
            open_ends |= any(
                check.outcome is Outcome.FAILED and check.misconception is None and check.gap is not None
                for check in row.checks
            )
    return open_ends


def equal_work(members: Sequence[WrongMember]) -> list[list[WrongMember]]:
    """Members that were asked the same, parted into those whose answers are equal: directly, or by way of others.

    Equal within a tolerance is no equivalence, so its transitive closure is taken: then the order plays no part. Two different
    mistakes differ by far more than a class has members times a tolerance, so no chain of work leads from one to the other.
    """
    same: dict[tuple[str, ...], list[WrongMember]] = defaultdict(list)
    for member in members:
        same[tuple(case.numbers for case in member.wrong.cases)].append(member)
    lots = list(same.values())
    rows = np.array([_numbers(lot[0].wrong) for lot in lots])
    tolerances = np.array([_tolerances(lot[0].wrong) for lot in lots])
    left, found = list(range(len(lots))), []
    while left:
        reached, todo = [], [left.pop(0)]
        while todo:
            one = todo.pop()
            reached.append(one)
            close = _are_close(rows[one], rows[left], np.maximum(tolerances[one], tolerances[left]))
            todo += [each for each, is_close in zip(left, close, strict=True) if is_close]
            left = [each for each, is_close in zip(left, close, strict=True) if not is_close]
        found.append([member for each in reached for member in lots[each]])
    return found


def _by_question(members: Iterable[WrongMember]) -> Iterator[list[WrongMember]]:
    """Members whose answers can be compared: to the same questions, and alike in all that is no number."""
    found: dict[tuple[object, ...], list[WrongMember]] = defaultdict(list)
    for member in members:
        wrong = member.wrong
        forms = tuple((case.form, len(case.numbers.split())) for case in wrong.cases)
        key = (member.row.exercise, wrong.function, wrong.checks, wrong.asked, forms, wrong.raised, wrong.place)
        found[key].append(member)
    yield from found.values()


def _numbers(wrong: WrongWork) -> list[float]:
    return [float(each) for case in wrong.cases for each in case.numbers.split()]


def _tolerances(wrong: WrongWork) -> list[float]:
    return [case.tolerance for case in wrong.cases for _ in case.numbers.split()]


def _are_close(one: Numbers, others: Numbers, tolerances: Numbers) -> list[bool]:
    """For each of some rows, whether all its numbers equal those of one row within the tolerances."""
    with np.errstate(all="ignore"):  # inf - inf
        scale = np.maximum(1.0, np.maximum(np.abs(one), np.abs(others)))
        close = np.abs(others - one) <= tolerances * scale
    same = (others == one) | (np.isnan(others) & np.isnan(one))
    finite = np.isfinite(others) & np.isfinite(one)
    return [bool(row.all()) for row in same | (close & finite)]


def _group(members: Sequence[WrongMember]) -> WrongGroup:
    first = members[0]
    row, wrong = first.row, first.wrong
    students = tuple(sorted({member.row.student for member in members}))
    points = [member.row.points for member in members]
    told = "\0".join((row.exercise, wrong.function, *wrong.checks, *students))
    sources = {member.wrong.source for member in members} - {""}
    return WrongGroup(
        id=f"{wrong.function}-{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}",
        exercise=row.exercise,
        function=wrong.function,
        checks=wrong.checks,
        raised=wrong.raised,
        place=wrong.place,
        students=students,
        by_parts=tuple(sorted({member.row.student for member in members if not member.wrong.own})),
        sources=tuple(sorted(sources, key=lambda text: (len(text), text))),
        case=_smallest(members),
        least=min(points),
        most=max(points),
        max_points=row.max_points,
    )


def _smallest(members: Sequence[WrongMember]) -> Gap | None:
    """The smallest case that is kept of the failed checks: one of a ladder's if there is any, the shortest to write."""
    checks = [check for each in members for check in each.row.checks if check.id in each.wrong.checks]
    ladder = [check.counterexample for check in checks if check.counterexample is not None]
    gaps = ladder or [check.gap for check in checks if check.gap is not None]
    return min(gaps, key=lambda gap: (len(gap.called), gap.called, gap.got), default=None)
