"""What pytest collected from the check files: which checks there are, with their marks; an author's slip shows here."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from grader.checks.plan.plans import CheckPlan, Mode
from grader.errors import CourseError
from grader.meant import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import ModuleType

    import pytest

    from grader.checks.plan.followed import Follow
    from grader.checks.plan.reference import Reference
    from grader.course.course_toml import Exercise

PREFIX = "check_"
MAX_REASON = 300


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
        for mark in (hint, parts, needs):
            if mark is not None and not (mark.args and all(isinstance(text, str) for text in mark.args)):
                raise CourseError(f'{where}: write @pytest.mark.{mark.name}("...") with a text in quotes')
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


def known_function(reference: Reference, name: object, where: str, what: str) -> str:
    """A function of the exercise that an author names; raises CourseError for a name that it does not have."""
    functions = [each for each in reference.names if each not in reference.values]
    if isinstance(name, str) and name in functions:
        return name
    meant = did_you_mean(str(name), functions, f"it has {', '.join(functions)}")
    raise CourseError(f"{where}: {what} names {name}, which is no function of the exercise; {meant}")


def check_parts(exercise: Exercise, reference: Reference, checks: Iterable[CheckPlan]) -> None:
    """Raises CourseError for a part that the exercise does not have, or that stands below the function it is a part of."""
    for check in checks:
        where = f"{exercise.id}: {PREFIX}{check.id}"
        for part in check.parts:
            known_function(reference, part, where, "parts(...)")
            if check.function is not None and part not in reference.above(check.function):
                raise CourseError(f"{where}: parts(...) names {part}, which does not stand above {check.function}")


def ladder_of(module: ModuleType, reference: Reference) -> dict[str, list[tuple[Any, ...]]]:
    """The small cases that a check file gives for each function; raises CourseError for anything else."""
    found = getattr(module, "LADDER", {})
    where = f"{getattr(module, '__file__', None) or module.__name__}"
    if not isinstance(found, dict):
        raise CourseError(f"{where}: LADDER must be a dict from a function's name to its small cases")
    for name, rungs in found.items():
        known_function(reference, name, where, "LADDER")
        if not isinstance(rungs, list | tuple) or not all(isinstance(rung, list | tuple) for rung in rungs):
            raise CourseError(
                f"{where}: LADDER[{name!r}] must be a list of cases, each a tuple of the function's arguments"
            )
    return {name: [tuple(rung) for rung in rungs] for name, rungs in found.items()}


def follows_of(module: ModuleType, reference: Reference) -> dict[str, Follow]:
    """The functions that a check file wants followed; raises CourseError for one that the exercise does not have."""
    found: dict[str, Follow] = getattr(module, "FOLLOWED", {})
    where = str(module.__file__)
    for name, wanted in found.items():
        for part in (name, *wanted.parts.values()):
            known_function(reference, part, where, "FOLLOWED")
    return dict(found)


def otherwise_of(module: ModuleType, reference: Reference) -> dict[str, str]:
    """The values that serve if a function is missing; raises CourseError if a check file names no function."""
    found = getattr(module, "OTHERWISE", {})
    return {known_function(reference, name, str(module.__file__), "OTHERWISE"): value for name, value in found.items()}


def why_not_loaded(report: pytest.CollectReport) -> str:
    """Why a check file does not load, in one line: pytest puts the reason after some frames."""
    lines = [line.strip() for line in str(report.longrepr).splitlines() if line.strip()]
    reasons = [line.removeprefix("E").strip() for line in lines if line.startswith("E ")]
    return (reasons or lines or ["no reason is told"])[-1][:MAX_REASON]


def compare(exercise: Exercise, found: Mapping[str, CheckPlan], known: Mapping[str, CheckPlan]) -> None:
    """Raises CourseError if the checks are not those whose answers were recorded."""
    if {name: (plan.points, plan.items) for name, plan in found.items()} != {
        name: (plan.points, plan.items) for name, plan in known.items()
    }:
        raise CourseError(
            f"the checks of {exercise.id} are not those that their answers were stored for: "
            "install the students' package again."
        )
