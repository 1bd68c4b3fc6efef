"""What pytest collected from the check files: which checks there are, with their marks; an author's slip is told here."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from grader.checks.plans import CheckPlan, Mode
from grader.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pytest

    from grader.course import Exercise

PREFIX = "check_"


def item_key(item: pytest.Item) -> str:
    """What an item of a check is known by."""
    return f"{item.path.stem}::{item.name}"


def check_id(item: pytest.Item) -> str:
    """The id of the check that an item belongs to: its function's name, without the prefix."""
    return str(getattr(item, "originalname", item.name)).removeprefix(PREFIX)


def planned_checks(exercise: Exercise, items: Sequence[pytest.Item]) -> dict[str, CheckPlan]:
    """The checks that the items belong to, by id; raises CourseError for a mark or a title that is missing."""
    hidden_files = frozenset(path.resolve() for path in exercise.hidden)
    plans: dict[str, CheckPlan] = {}
    if not items:
        raise CourseError(f"the check files of {exercise.id} hold no check: their names begin with {PREFIX}")
    for item in items:
        name = check_id(item)
        points = item.get_closest_marker("points")
        where = f"{item.path}: {PREFIX}{name}"
        if points is None or len(points.args) != 1 or type(points.args[0]) is not int or points.args[0] < 0:
            raise CourseError(f"{where}: needs @pytest.mark.points(n) with a whole number")
        title = inspect.getdoc(item.obj) or ""  # type: ignore[attr-defined]
        if not title:
            raise CourseError(f"{where}: needs a docstring; its first line is the check's title")
        hint, parts, needs = (item.get_closest_marker(mark) for mark in ("hint", "parts", "needs"))
        mode = Mode.PARTS if parts else Mode.PLAIN
        if item.get_closest_marker("composes"):
            mode = Mode.COMPOSES
        hidden = item.path.resolve() in hidden_files
        plan = CheckPlan(
            name, title.splitlines()[0], points.args[0], hidden, hint.args[0] if hint else "", mode,
            tuple(parts.args) if parts else (), needs.args[0] if needs else None,
        )  # fmt: skip
        known = plans.setdefault(name, plan)
        if known.hidden != hidden:
            raise CourseError(f"{where}: stands in a public and in a hidden file")
        known.items.append(item_key(item))
    return plans


def compare(exercise: Exercise, found: Mapping[str, CheckPlan], known: Mapping[str, CheckPlan]) -> None:
    """Raises CourseError where the checks are not those whose answers were recorded."""
    if {name: (plan.points, plan.items) for name, plan in found.items()} != {
        name: (plan.points, plan.items) for name, plan in known.items()
    }:
        raise CourseError(
            f"the checks of {exercise.id} are not those that their answers were stored for: "
            "install the students' package again."
        )
