"""Which check files need nothing of pytest but arguments: their check functions are called without pytest's hooks.

Setting an item up and taking it down costs three times what the check itself does, and where all its fixtures are the grader's
own there is nothing to set up. It must make no difference, so a file in which anything else is asked of pytest is left to it as a
whole: a fixture of the author's own (it may be shared by the file's checks, and acts when it ends), functions such as
``setup_module`` (pytest makes fixtures of them), a marker that acts (skip, xfail, usefixtures), a class, a coroutine.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Arguments = dict[str, "Callable[[], Any]"]
"""What makes each argument of an item's function, anew at each call."""
SAID_ONLY = frozenset(
    {"points", "hint", "parts", "composes", "needs", "parametrize"}
)  # markers that do nothing by themselves


def plain_items(items: Sequence[pytest.Item], plugin: object) -> Mapping[pytest.Item, Arguments]:
    """The items of files that pytest has nothing to do for, with what makes their arguments by the fixtures of ``plugin``."""
    made = {item: _arguments(item, plugin) for item in items}
    left_to_pytest = {item.path for item, arguments in made.items() if arguments is None}
    return {item: each for item, each in made.items() if each is not None and item.path not in left_to_pytest}


def _arguments(item: pytest.Item, plugin: object) -> Arguments | None:
    """What makes the arguments of an item; None if running it takes more than a call with these."""
    if type(item) is not pytest.Function or item.cls is not None or hasattr(item.module, "pytest_plugins"):
        return None
    if not _is_plain_function(item.obj) or not SAID_ONLY.issuperset(mark.name for mark in item.iter_markers()):
        return None
    given = item.callspec.params if hasattr(item, "callspec") else {}
    known = item._fixtureinfo
    made: Arguments = {}
    for name in known.names_closure:
        definitions = known.name2fixturedefs.get(name)
        if not definitions:
            return None  # ``request``, with which anything can be asked of pytest
        function = definitions[-1].func
        if name in given and getattr(function, "__module__", "") == "_pytest.python":  # it only gives the parameter
            made[name] = _giving(given[name])
        elif name not in given and getattr(function, "__self__", None) is plugin:
            made[name] = function
        else:
            return None
    if not set(known.argnames) <= made.keys():
        return None
    return {name: made[name] for name in known.argnames}


def _is_plain_function(function: object) -> bool:
    waits = inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
    return inspect.isfunction(function) and not waits and not inspect.isgeneratorfunction(function)


def _giving(value: object) -> Callable[[], object]:
    return lambda: value
