"""Objects that are not plain data, inside a worker: made from facts that come in, turned into facts when they go out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from grader.sandbox.inside import counting_model
from grader.sandbox.wire.codec import decode
from grader.sandbox.wire.messages import ModelToMake
from grader.sandbox.wire.values import MAX_DEPTH, Facts

if TYPE_CHECKING:
    from grader.sandbox.wire.messages import Counted

Ask = Callable[[str, list[Any]], Any]
KEPT = 12  # models of a submission that can still be looked at
MAX_CELLS = 10_000  # of one table


class Live:
    """The live objects of one call of a submission, and the models that its calls gave."""

    def __init__(self) -> None:
        self._given: list[Any] = []
        self._counters: list[counting_model.Counter] = []
        self._models: list[Any] = []

    def build(self, value: Any, ask: Ask) -> Any:
        """All arguments of a call with an object for every `Facts` in them; what holds none stays the very same object."""
        self._given, self._counters = [], []
        return self._built(value, ask)

    def _built(self, value: Any, ask: Ask) -> Any:
        if type(value) is Facts:
            made = self._make(value, ask)
            self._given.append(made)
            return made
        if type(value) is dict:
            items = {key: self._built(item, ask) for key, item in value.items()}
            return items if any(items[key] is not value[key] for key in items) else value
        if type(value) in (list, tuple):
            parts = [self._built(item, ask) for item in value]
            changed = any(new is not old for new, old in zip(parts, value, strict=True))
            return type(value)(parts) if changed else value
        return value

    def _make(self, facts: Facts, ask: Ask) -> Any:
        if facts.kind == "model":
            counter = counting_model.Counter()
            self._counters.append(counter)
            return counting_model.build(decode(ModelToMake, facts.data), counter)
        if facts.kind == "clock":
            return lambda: ask("clock", [[list(pair) for pair in self.counted()]])
        raise ValueError(f"there is no way to make a {facts.kind}")

    def counted(self) -> Counted:
        """For each model that was made for this call: the rows it was trained on, and how often it was compiled since."""
        return tuple((counter.rows, counter.compiles) for counter in self._counters)

    def describe(self, value: Any, depth: int = 0) -> Any:
        """A value as it can cross: what was made here by its number, a table and a model as facts, all else as it is."""
        for number, given in enumerate(self._given):
            if value is given:
                return Facts("given", number)
        kind = type(value)
        if depth < MAX_DEPTH and kind is dict:
            return {key: self.describe(item, depth + 1) for key, item in value.items()}
        if depth < MAX_DEPTH and kind in (list, tuple):
            return kind(self.describe(item, depth + 1) for item in value)
        if _is_a(kind, "pandas", "DataFrame"):
            return table(value)
        if _is_a(kind, "keras", "Model"):
            self._models = [*self._models, value]
            if len(self._models) > KEPT:
                self._models[len(self._models) - KEPT - 1] = None
            return Facts("model", len(self._models) - 1)
        return value

    def model(self, number: int) -> Any:
        """A model that a call gave, by its number; raises LookupError."""
        model = self._models[number]
        if model is None:
            raise LookupError("this model is no longer kept")
        return model


def table(frame: Any) -> Facts:
    """A pandas DataFrame as plain data: the names of its columns and rows, and its cells column by column."""
    rows, columns = frame.shape
    if rows * columns > MAX_CELLS:
        return Facts("table", {"columns": [], "index": [], "cells": []})
    cells = [frame.iloc[:, position].tolist() for position in range(columns)]
    return Facts("table", {"columns": list(frame.columns), "index": list(frame.index), "cells": cells})


def _is_a(kind: type, package: str, name: str) -> bool:
    """Whether a class belongs to a package; only a process that has imported the package can meet one."""
    found = getattr(sys.modules.get(package), name, None)
    return isinstance(found, type) and any(base is found for base in type.__dict__["__mro__"].__get__(kind))
