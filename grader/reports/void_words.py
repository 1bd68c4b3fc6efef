"""Says which checks do not count from now on, which count again, and how many totals change by that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.reports import harmless, words
from grader.scores.totals import student_totals

if TYPE_CHECKING:
    from grader.scores.records import Results


def void_line(before: Results, after: Results) -> str:
    """Return what differs between the checks that do not count, and how many totals differ; empty if they are the same."""
    was = {(each.exercise, each.check): each.since for each in before.run.void}
    now = {(each.exercise, each.check) for each in after.run.void}
    gone = [f"{_name(key)} (void since {words.moment(since)})" for key, since in was.items() if key not in now]
    come = [_name((each.exercise, each.check)) for each in after.run.void if (each.exercise, each.check) not in was]
    told = [f"no longer void: {', '.join(gone)}"] if gone else []
    told += [f"void from now on: {', '.join(come)}"] if come else []
    if not told:
        return ""
    number = _changed(before, after)
    effect = f"{words.count(number, 'total')} change{'s' if number == 1 else ''}" if number else "no total changes"
    return f"{'; '.join(told)}; {effect}."


def _name(key: tuple[str, str]) -> str:
    return harmless.line("/".join(key))


def _changed(before: Results, after: Results) -> int:
    """How many students have another total; both hold the same students."""
    old = {total.student: (total.points, total.pending_points) for total in student_totals(before)}
    return sum(old.get(total.student) != (total.points, total.pending_points) for total in student_totals(after))
