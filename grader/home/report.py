"""What `grader.check()` gives: shown as HTML by a notebook, as text by everything else."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import UsageError
from grader.home.check import check_file, check_live, find
from grader.home.kit import nearest_kit
from grader.home.live import LiveNames
from grader.reports.checked import all_right, as_html, as_text, points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.home.kit import Offered
    from grader.sandbox.replies import Asking
    from grader.scores.records import Checked

LIVE = "the live names"


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What the public checks found, for each exercise that was looked at."""

    rows: tuple[Checked, ...]

    @property
    def points(self) -> int:
        """The points that the public checks give."""
        return points(self.rows)[0]

    @property
    def passed(self) -> bool:
        """Whether every public check passes."""
        return all_right(self.rows)

    def __repr__(self) -> str:
        return as_text(self.rows).lstrip("\n")

    def _repr_html_(self) -> str:
        return as_html(self.rows)


def check_namespace(namespace: dict[str, Any], exercise: str | None = None) -> Report:
    """Checks the functions of a namespace, for one exercise or for all that it holds something of.

    An exercise without functions is read from its file in this folder, if there is one. The report is printed where nothing
    else would show it, as in a script. Raises UsageError where there is nothing to check.
    """
    kit = nearest_kit()
    report = Report(tuple(_check(offered, namespace) for offered in _chosen(kit, namespace, exercise)))
    if not hasattr(sys, "ps1"):  # neither a notebook nor a prompt, which show what an expression gives
        print(report)
    return report


def _chosen(kit: Sequence[Offered], namespace: dict[str, Any], exercise: str | None) -> list[Offered]:
    known = {offered.exercise.id: offered for offered in kit}
    if exercise is not None:
        if exercise not in known:
            close = get_close_matches(str(exercise), known, 1)
            meant = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}."
            raise UsageError(f"there is no exercise {exercise!r}; {meant}")
        return [known[exercise]]
    held = [offered for offered in kit if any(name in namespace for name in offered.signature.names)]
    if not held:
        raise UsageError(
            "none of the exercises' names is defined here: run the cells first, or name the exercise, "
            f'as in grader.check("{next(iter(known))}").'
        )
    return held


def _check(offered: Offered, namespace: dict[str, Any]) -> Checked:
    exercise = offered.exercise
    if not exercise.checks:
        works = [work for work in find([Path.cwd()], [offered]) if work.exercise == exercise.id]
        return check_file(offered, works[0])

    def names(graded: tuple[str, ...]) -> Asking:
        limits = exercise.limits
        return LiveNames(namespace, graded, limits.call_seconds, f"{limits.memory_gb:g} GB")

    return check_live(offered, LIVE, names)
