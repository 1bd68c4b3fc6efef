"""The one table of packages: what the grader knows about those that submissions import.

It is beside `grader.errors` since both sides of the house read it: the sandbox, which knows no course, and what reads a course.
A worker does not import it; its order says what to refuse and what to import beforehand. A course may allow packages that
are not in the table: they are linked into a worker's folder and imported when a submission asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection


class Package(NamedTuple):
    """What is known about one package, by the name that Python imports.

    ``distribution`` is what pip calls it. A ``deep_learning`` package is refused, with a message that says so, in an exercise
    that is done without them. A package set ``apart`` is linked into a worker's folder only if a course asks for it by name, not
    if another package requires it. ``preload`` is the module that is imported beforehand for files that name the package; a
    ``slow`` one takes so long that no worker starts without it. A run's record has the version of each package ``shown``.
    """

    name: str
    distribution: str
    preload: str = ""
    deep_learning: bool = False
    apart: bool = False
    slow: bool = False
    shown: bool = False


TENSORFLOW = "tensorflow"
PACKAGES = (
    Package("numpy", "numpy", shown=True),
    Package("pandas", "pandas", preload="pandas", shown=True),
    Package("matplotlib", "matplotlib", preload="matplotlib.pyplot", shown=True),
    Package(TENSORFLOW, "tensorflow", preload="tensorflow", deep_learning=True, apart=True, slow=True, shown=True),
    Package("keras", "keras", preload="keras", deep_learning=True, apart=True, slow=True, shown=True),
    Package("tf_keras", "tf-keras", deep_learning=True),  # tensorflow_hub requires it, so it is not set apart
    Package("torch", "torch", deep_learning=True, apart=True),
    Package("jax", "jax", deep_learning=True, apart=True),
    Package("jaxlib", "jaxlib", deep_learning=True, apart=True),
    Package("flax", "flax", deep_learning=True),
    Package("scipy", "scipy", deep_learning=True, apart=True),  # it has the logistic function, ready to be called
)
DEEP_LEARNING = frozenset(each.name for each in PACKAGES if each.deep_learning)
SET_APART = frozenset(each.distribution for each in PACKAGES if each.apart)
SHOWN = tuple(each.distribution for each in PACKAGES if each.shown)
PRELOADED = tuple(each.name for each in PACKAGES if each.preload and not each.slow)


def is_about_deep_learning(allowed: Collection[str]) -> bool:
    """Whether an exercise is done with deep-learning packages, which are large to install."""
    return not DEEP_LEARNING.isdisjoint(allowed)


def refused_packages(allowed: Collection[str]) -> tuple[str, ...]:
    """The deep-learning packages that an exercise forbids: all or none, since one that uses Keras forbids nothing."""
    return () if is_about_deep_learning(allowed) else tuple(sorted(DEEP_LEARNING))


def preloaded_modules(allowed: Collection[str], *, slow: bool) -> tuple[str, ...]:
    """The modules of the allowed packages that are imported beforehand: the slow ones, or those that only some files want."""
    return tuple(each.preload for each in PACKAGES if each.preload and each.slow == slow and each.name in allowed)


def is_slow(allowed: Collection[str]) -> bool:
    """Whether workers wait for packages that take seconds to import."""
    return bool(preloaded_modules(allowed, slow=True))


def uses_tensorflow(allowed: Collection[str]) -> bool:
    """Whether submissions may import TensorFlow, which needs more time and memory than the rest."""
    return TENSORFLOW in allowed
