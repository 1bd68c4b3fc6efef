"""Says which decisions do not hold: one line for each reason, so that none is lost in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.reports import harmless
from grader.reports.words import count
from grader.scores.decisions import DECISIONS
from grader.scores.records import BY_COURSE, as_written
from grader.scores.settle import Unheld, fallen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.scores.decisions import Decisions
    from grader.scores.records import Results

_NAMED = 8  # in a line
WHY_UNHELD = {
    Unheld.OTHER_WORK: "what was handed in is not what the decision was about",
    Unheld.NO_ROW: "nobody in these results has that id",
    Unheld.NO_CHECK: "that work was not judged by such a check",
    Unheld.OUT_OF_RANGE: "the check has not that many points",
}


def unheld_lines(results: Results, decided: Decisions) -> tuple[str, ...]:
    """Return a line for each reason for which decisions do not hold in these results, and one for lines that can't be read."""
    lines = []
    if decided.unreadable:
        told = [f"line {each.number} ({harmless.line(each.why)})" for each in decided.unreadable]
        lines.append(f"{DECISIONS}: {_some(told)} can't be read, so nothing is decided there.")
    lost = fallen(results, decided.adjustments)
    for reason, why in WHY_UNHELD.items():
        about = [
            _about(each.adjustment.student, each.adjustment.exercise, each.adjustment.check)
            for each in lost
            if each.reason is reason
        ]
        if about:
            verb = "does not hold" if len(about) == 1 else "do not hold"
            lines.append(f"{count(len(about), 'decision')} {verb}, because {why}: {_some(about)}.")
    return tuple(lines)


def lost_line(before: Results, decided: Decisions) -> str:
    """Return a line about decisions that stand in the results and in no line of decisions.jsonl; empty if there are none."""
    known = {each.place for each in decided.adjustments}
    lost = [
        _about(row.student, row.exercise, check.id)
        for row in before.submissions
        for check in row.checks
        if check.adjusted is not None
        and check.adjusted.by != BY_COURSE
        and (as_written(row.student), row.exercise, check.id) not in known
    ]
    if not lost:
        return ""
    verb = "stands" if len(lost) == 1 else "stand"
    return (
        f"{count(len(lost), 'decision')} that {verb} in the results {verb} in no line of {DECISIONS}, so the grader's own "
        f"finding counts again: {_some(lost)}."
    )


def _about(student: str, exercise: str, check: str) -> str:
    return f"{harmless.name(student)} ({harmless.line(exercise)}/{harmless.line(check)})"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"
