"""What `grader.check()` gives: shown as HTML by a notebook, as text by everything else."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from grader.errors import CourseError, UsageError
from grader.home.check_work import check_answers, check_live, find
from grader.home.colab import open_notebook
from grader.home.kit import nearest_kit
from grader.home.live_names import LiveNames
from grader.meant import closest
from grader.reports.checked import all_right, as_html, as_text, last_line, points
from grader.sandbox.outside.work import Budget
from grader.scores.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.home.kit import Offered
    from grader.home.told_answers import Questions
    from grader.sandbox.outside.replies import Asking
    from grader.scores.records import Checked

LIVE = "the live names"
OPEN = "the open notebook"


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What the public checks found, for each exercise that was looked at, or for ``one`` of its parts.

    ``refused`` says why nothing was checked.
    """

    rows: tuple[Checked, ...]
    one: str = ""
    refused: str = ""

    @property
    def points(self) -> int:
        """The points that the public checks give."""
        return points(self.rows)[0]

    @property
    def passed(self) -> bool:
        """Whether every public check passes."""
        return all_right(self.rows)

    def __repr__(self) -> str:
        return self._in_a_line() or as_text(self.rows).lstrip("\n")

    def _repr_html_(self) -> str:
        told = self._in_a_line()
        return f"<p>{escape(told)}</p>" if told else as_html(self.rows)

    def _in_a_line(self) -> str:
        """The whole report, if it fits in one line; "" if there is more to say."""
        if self.refused or not self.one:
            return self.refused
        results = [result for row in self.rows for result in row.results]
        if not results or any(row.notes for row in self.rows):
            return ""
        if self.passed and not any(result.message for result in results):
            return f"{self.one}: right, as far as the public checks see. {last_line(self.rows)}"
        if any(result.outcome is not Outcome.TODO for result in results):
            return ""
        why = next((result.message for result in results if result.message), f"{self.one} is not done yet.")
        return f"{why} {last_line(self.rows)}"


def check_namespace(namespace: dict[str, Any], name: str | None = None, caller: str = "") -> Report:
    """Checks the functions of a namespace: one graded name, one exercise, or all exercises that it holds something of.

    An exercise without functions is read from its file in this folder, if there is one. The report is printed if nothing
    else would show it, as in a script (``caller`` is the file of the code that asks), even one that a notebook's kernel runs.
    If there is nothing to check, the report says why in one line.
    """
    try:
        report = _report(nearest_kit(), namespace, name)
    except (UsageError, CourseError) as error:
        report = Report((), refused=f"Not checked: {error}")
    at_a_prompt = hasattr(sys, "ps1") and caller != namespace.get("__file__")
    if not at_a_prompt:  # a notebook and a prompt show what an expression gives
        print(_printable(repr(report)))
    return report


def _printable(text: str) -> str:
    """The text, with escapes for what the console can't show: on Windows it may know only 256 characters."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _report(kit: Sequence[Offered], namespace: dict[str, Any], name: str | None) -> Report:
    known = {offered.exercise.id: offered for offered in kit}
    if name is None:
        held = _held(kit, namespace)
        if not held:
            raise UsageError(
                "none of the exercises' functions is defined here yet. Run the cells that define them first, or name an "
                f'exercise, as in grader.check("{next(iter(known))}").'
            )
        return Report(tuple(_check(offered, namespace) for offered in held))
    if not isinstance(name, str):
        raise UsageError('write the name in quotation marks, as in grader.check("NAME").')
    if name in known:
        return Report((_check(known[name], namespace),))
    parts = {part: offered for offered in reversed(kit) for part in offered.signature.names}
    if name not in parts:
        close = closest(name.replace(" ", "_"), [*parts, *known])
        way_out = f"Did you mean {close}?" if close else f"The exercises are {', '.join(known)}."
        raise UsageError(f"there is no function and no exercise called {name!r}. {way_out}")
    offered = parts[name]
    row = _check(offered, namespace, name)
    hidden = offered.hidden_points[name] if row.results or offered.questions else row.hidden_points
    return Report((replace(row, title=name, hidden_points=hidden),), one=name)


def _held(kit: Sequence[Offered], namespace: dict[str, Any]) -> list[Offered]:
    """The exercises with at least half of their names defined, or else those with any.

    A student who writes a helper that another exercise asks for is not asked for the rest of that exercise.
    """
    shares = [
        (offered, sum(name in namespace for name in names) / len(names))
        for offered in kit
        if (names := offered.signature.names)
    ]
    return [each for each, share in shares if share >= 0.5] or [each for each, share in shares if share]


def _check(offered: Offered, namespace: dict[str, Any], only: str | None = None) -> Checked:
    exercise = offered.exercise
    if offered.questions is not None:
        return _check_saved(offered, offered.questions, only)

    def names(graded: tuple[str, ...]) -> Asking:
        budget = Budget.of(exercise.limits)
        return LiveNames(namespace, graded, budget.call, budget.memory)

    return check_live(offered, LIVE, names, only)


def _check_saved(offered: Offered, questions: Questions, only: str | None) -> Checked:
    """Checks the text of an exercise that no name of a kernel holds; raises UsageError if it is not here."""
    ident = offered.exercise.id
    shown = open_notebook()
    if shown is not None:
        with TemporaryDirectory() as folder, suppress(UsageError):
            file = Path(folder, "notebook.ipynb")
            file.write_bytes(shown)
            row = check_answers(offered, questions, find([file], [offered])[0], only)
            return replace(row, place=OPEN, notes=tuple(flag for flag in row.notes if flag.kind != "renamed"))
    try:
        works = find([Path.cwd()], [offered])
    except UsageError:
        raise UsageError(
            f"{ident} is read from its saved file, and there is none in {Path.cwd()}. Save it there, or name the file in a "
            f"terminal: grader check {ident}.ipynb"
        ) from None
    return check_answers(offered, questions, works[0], only)
