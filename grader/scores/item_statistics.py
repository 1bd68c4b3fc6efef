"""How each check did over a class: what test theory calls an item's difficulty and its discrimination.

pandas is imported when the numbers are asked for, at the end of a run: no process that grades or forks ever holds it.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.scores.records import CheckResult, Outcome

if TYPE_CHECKING:
    from grader.scores.records import Results

ENOUGH_STUDENTS = 10  # below this a correlation says nothing about a check


@dataclass(frozen=True, slots=True)
class CheckStatistics:
    """How one check did over the class.

    ``share`` is the mean share of its points that those who were ``judged`` reached (0 to 1), what test theory calls the
    item's difficulty; without decisions of a person it is the share of those who ``passed``, and ``partial`` is the number of
    those who have some of the points. ``discrimination`` is the correlation between that share and the student's other points
    in the exercise (-1 to 1; the corrected item-total correlation, point-biserial if there are only passes and fails), None
    if there are too few students or no spread. ``tried`` are those of the judged who did something for it, and ``waiting``
    those who wait for a person.
    """

    exercise: str
    id: str
    title: str
    hidden: bool
    max_points: int
    passed: int
    judged: int
    share: float
    discrimination: float | None
    tried: int = 0
    waiting: int = 0
    partial: int = 0


def check_statistics(results: Results) -> tuple[CheckStatistics, ...]:
    """Every check that was judged at least once, smallest share first; what waits for a person is not judged yet."""
    import pandas as pd  # type: ignore[import-untyped]  # it brings no types

    checks: dict[tuple[str, str], CheckResult] = {}
    found = _found(results, checks)
    if all(found["waits"]):
        return ()
    table = pd.DataFrame({name: np.frombuffer(column, column.typecode) for name, column in found.items()})
    table["waits"] = table["waits"].astype(bool)
    names = list(checks)
    waiting = table.groupby("check")["waits"].sum()
    judged = table[~table["waits"]].groupby("check")
    sums = judged[["passed", "partial", "tried"]].sum()
    share, number = judged["share"].mean(), judged.size()
    together = judged[["share", "others"]].corr(min_periods=ENOUGH_STUDENTS)["others"].xs("share", level=1)
    rows = [
        CheckStatistics(
            exercise=names[key][0],
            id=names[key][1],
            title=checks[names[key]].title,
            hidden=checks[names[key]].hidden,
            max_points=checks[names[key]].max_points,
            passed=int(sums["passed"][key]),
            judged=int(number[key]),
            share=float(share[key]),
            discrimination=None if pd.isna(together[key]) else float(together[key]),
            tried=int(sums["tried"][key]),
            waiting=int(waiting[key]),
            partial=int(sums["partial"][key]),
        )
        for key in number.index
    ]
    place = {exercise.id: at for at, exercise in enumerate(results.exercises)}
    return tuple(sorted(rows, key=lambda one: (one.share, place.get(one.exercise, len(place)), one.exercise, one.id)))


def _found(results: Results, checks: dict[tuple[str, str], CheckResult]) -> dict[str, array[Any]]:
    """A column for each fact about each check of each submission, and in ``checks`` the first of each check.

    ``check`` is the place among these, and ``others`` are the student's points from the exercise's other checks.
    """
    found: dict[str, array[Any]] = {
        **{name: array("q") for name in ("check", "passed", "partial", "tried")},
        **{name: array("d") for name in ("share", "others")},
        "waits": array("b"),
    }
    places: dict[tuple[str, str], int] = {}
    for row in results.submissions:
        for check in row.checks:
            key = (row.exercise, check.id)
            place = places.setdefault(key, len(places))
            checks.setdefault(key, check)
            found["check"].append(place)
            found["waits"].append(check.waits)
            found["passed"].append(check.passes)
            found["partial"].append(check.is_partial)
            found["tried"].append(check.outcome is not Outcome.TODO or check.adjusted is not None)
            found["share"].append(_share(check))
            found["others"].append(float(row.points - check.points))
    return found


def _share(check: CheckResult) -> float:
    """The share of a check's points that it gave; a check worth no points gives all or nothing too."""
    return check.points / check.max_points if check.is_partial else float(check.passes)
