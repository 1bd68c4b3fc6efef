"""The packages that students' work needs, as requirements: what every exercise needs, and what only deep learning does.

They are pinned to the versions that are installed where the release is made, since the teacher's grading has these.
"""

from __future__ import annotations

import sys
from importlib import metadata
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from grader.package_table import PACKAGES, is_about_deep_learning
from grader.release.wheel import installed_grader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.course.course_toml import Course

_DISTRIBUTIONS = {each.name: each.distribution for each in PACKAGES}


def light_packages(course: Course) -> tuple[str, ...]:
    """The distributions that the students' package and the exercises without deep learning need, by name."""
    light = [each.packages for each in course.exercises if not is_about_deep_learning(each.packages)]
    return tuple(sorted({*_own_needs(), *_distributions(name for names in light for name in names)}))


def heavy_packages(course: Course) -> tuple[str, ...]:
    """The distributions that only the exercises about deep learning need, by name; none if there is no such exercise."""
    heavy = [each.packages for each in course.exercises if is_about_deep_learning(each.packages)]
    wanted = {*_distributions(name for names in heavy for name in names)}
    return tuple(sorted(wanted.difference(light_packages(course))))


def score_packages(course: Course) -> tuple[str, ...]:
    """The distributions that grading needs, by name: those of the extra ``score`` and all that exercises are done with."""
    return tuple(sorted({*_own_needs("score"), *light_packages(course), *heavy_packages(course)}))


def requirements(distributions: Iterable[str]) -> str:
    """Requirements for pip, a line each; what is not installed here has no version."""
    return "".join(f"{_pinned(name)}\n" for name in distributions)


def _pinned(distribution: str) -> str:
    try:
        version = metadata.version(distribution).partition("+")[0]  # a build of one's own is on no index
    except metadata.PackageNotFoundError:
        return distribution
    return f"{distribution}=={version}"


def _distributions(names: Iterable[str]) -> Iterator[str]:
    return (_DISTRIBUTIONS.get(name, name) for name in names if name not in sys.stdlib_module_names)


def _own_needs(extra: str = "") -> Iterator[str]:
    """What the package itself needs, with an extra if one is named; raises UsageError if that is not known."""
    for line in installed_grader().requires or ():
        needed = Requirement(line)
        if needed.marker is None or any(needed.marker.evaluate({"extra": each}) for each in {"", extra}):
            yield needed.name
