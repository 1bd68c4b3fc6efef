"""Functions that stand in for a submission's own parts when these are handed models: each answers with its own number.

What a part would do with a model takes time, and what it gives can't be bent. So a stand-in answers with a number that nobody
knows beforehand, the same for the same arguments and a different one for others.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.models.live import DoubleClock, DoubleModel
from grader.sandbox.outside.conversation import NoAnswer
from grader.sandbox.outside.replies import MAX_MODELS
from grader.sandbox.wire import values
from grader.sandbox.wire.values import Facts

if TYPE_CHECKING:
    from collections.abc import Mapping

RANGES = ((10_000, 100_000), (100_000, 1_000_000), (1_000, 10_000))
"""The ranges of the numbers for a call's first, second and third model: whatever is drawn, the first of three is neither the
largest nor the smallest, so a ratio to either of those always shows."""


class Numbers:
    """The stand-ins of one call that is handed models; ``called`` has each part with the place of the model it was asked for."""

    guessed = refused = False  # they know an answer to every question

    def __init__(self, seeds: Mapping[str, int], parameters: Mapping[str, tuple[str, ...]]) -> None:
        """For each part a seed and the names of its parameters; one that may be left out ends in ``=``."""
        self.seeds = seeds
        self._parameters = parameters
        self.called: set[str] = set()

    def answer(self, name: str, args: list[Any]) -> int:
        """The stand-in's answer to the submission's call of it; raises NoAnswer."""
        if name not in self.seeds:
            raise NoAnswer(f"{name} is not there")
        self.called.add(key(name, args))
        return self.number(name, args)

    def parameters(self, name: str) -> tuple[str, ...]:
        """The names of a part's parameters."""
        return self._parameters[name]

    def number(self, name: str, args: list[Any]) -> int:
        """A number for these very arguments: a whole one, which serves for a size and for a time."""
        keyed = _keyed(args)
        told = b"".join([str(self.seeds[name]).encode(), *values.dumps(keyed)])
        drawn = int.from_bytes(hashlib.sha256(told).digest()[:8], "big")  # the same on every system, whatever its NumPy
        low, high = RANGES[_place(args) % len(RANGES)]
        return low + drawn % (high - low)


def key(name: str, args: list[Any]) -> str:
    """A part and the model that it is asked for."""
    return f"{name} {_place(args)}"


def _place(args: list[Any]) -> int:
    """The place of the first model among the objects that the call was given; 0 if none of them can be one."""
    places = (arg.data for arg in _keyed(args) if isinstance(arg, Facts) and type(arg.data) is int)
    return next((place for place in places if 0 <= place < MAX_MODELS), 0)


def _keyed(value: Any) -> Any:
    """The arguments of a part as plain data: models and clocks by their number, the same for both sides."""
    if isinstance(value, DoubleModel | DoubleClock):
        return Facts("given", value.number)
    if isinstance(value, list | tuple):
        return [_keyed(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value
