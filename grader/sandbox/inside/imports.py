"""What a submission may import: the packages of its exercise, and a small module called `grader`; runs in the worker."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class RefusedImport(ModuleNotFoundError):
    """A package that the exercise is meant to be done without."""


class Refusing(importlib.abc.MetaPathFinder):
    """Stands before all other finders and says why a package is not there."""

    def __init__(self, refused: frozenset[str], exercise: str) -> None:
        self._refused = refused
        self._exercise = exercise

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Raises RefusedImport for a refused package; for `importlib.util.find_spec` there is none."""
        top = fullname.partition(".")[0]
        if top not in self._refused:
            return None
        caller = sys._getframe(1)
        for _ in range(4):  # a question is no import: find_spec("torch") is how careful code asks
            if caller.f_code.co_name == "find_spec" and caller.f_globals.get("__name__") == "importlib.util":
                return None
            if caller.f_back is None:
                break
            caller = caller.f_back
        raise RefusedImport(
            f"No module named {fullname!r}: {self._exercise} is done without {top}; NumPy is all it needs.",
            name=fullname,
        )


_listed: dict[str, list[str]] = {}  # the modules that are there, by their package
_counted = -1


def list_modules() -> None:
    """Notes, in the process that workers are forked from, what each of them will forget.

    To go through all names in a worker copies the memory that they are in.
    """
    global _counted
    _listed.clear()
    for name in sys.modules:
        _listed.setdefault(name.partition(".")[0], []).append(name)
    _counted = len(sys.modules)


def install(refused: frozenset[str], exercise: str, example: Callable[[str], Any]) -> None:
    """Puts the finder in front, forgets the grader's own modules and leaves the small module in their place."""
    if _counted != len(sys.modules):  # nothing was noted, or more has come since
        list_modules()
    for package in ("grader", *refused):
        for name in _listed.get(package, ()):
            sys.modules.pop(name, None)
    sys.modules["grader"] = _small_grader(example)
    sys.meta_path.insert(0, Refusing(refused, exercise))


def _small_grader(example: Callable[[str], Any]) -> types.ModuleType:
    """The module that a submission gets for ``import grader`` while it is graded."""
    module = types.ModuleType("grader", "Stands in for the students' package while a submission is graded.")

    def check(*_names: Any, **_options: Any) -> None:
        """Does nothing here: the submission is being graded already."""

    module.check = check  # type: ignore[attr-defined]
    module.example = example  # type: ignore[attr-defined]
    return module
