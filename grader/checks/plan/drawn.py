"""Functions drawn at random, to stand in for a submission's own parts while it is judged how it puts them together.

A drawn part is the reference's, bent by a smooth increasing function f with f(0) = 0 and f(1) = 1 that nobody knows beforehand:
it takes the same arguments, gives the same shape and dtype, keeps gates between 0 and 1, and is no part that could be handed in.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from grader.checks.compare.answers import Answer, Array, Call, copied, perform
from grader.checks.mistakes.declare import compose
from grader.checks.plan.numbers import Numbers, key
from grader.sandbox.outside.conversation import NoAnswer

PartFunction = Callable[..., Any]
MAX_SIZE = 1024  # numbers in one argument of a stand-in
MAX_RESULT = 1 << 20  # numbers in anything that a stand-in makes of its arguments, by broadcasting or as a product
MAX_ARGUMENTS = 32  # the arrays of a dict counted one by one


class Answering(Protocol):
    """Whatever answers in the place of a submission's parts."""

    def answer(self, name: str, args: list[Any]) -> Any:
        """The answer to the submission's call of a part; raises NoAnswer."""


class StandIns(Answering, Protocol):
    """The functions that stand in for a submission's parts during one call."""

    called: set[str]
    guessed: bool  # asked what it does not know, it gave something that is not right
    refused: bool

    def parameters(self, name: str) -> tuple[str, ...]:
        """The names of a part's parameters; one that may be left out ends in ``=``."""

    def want(self, call: Call) -> Answer:
        """What the call should give, by the stand-ins that were called and the solution for the other parts."""


class Drawn:
    """The stand-ins of one call, and what the function that uses them should then give."""

    guessed = refused = False  # they know an answer to every question that has one

    def __init__(
        self, reference: Mapping[str, Any], compiled: Any, parts: tuple[str, ...], rng: np.random.Generator
    ) -> None:
        self._reference = reference
        self._compiled = compiled
        self._bends = {part: _bend(rng) for part in parts}
        self._wants: dict[frozenset[str], tuple[Call, Answer]] = {}  # by the parts that were called
        self.called: set[str] = set()

    def anew(self) -> Drawn:
        """The same stand-ins for another submission: they have not been called yet."""
        made = copy.copy(self)
        made.called = set()
        return made

    def answer(self, name: str, args: list[Any]) -> Any:
        """The stand-in's answer to the submission's call of it; raises NoAnswer."""
        if name not in self._bends:
            raise NoAnswer(f"{name} is not there")
        self.called.add(name)
        try:
            return self.part(name)(*as_arrays(args))
        except Exception as error:
            raise NoAnswer(f"{name} was called with what does not fit: {error}") from None

    def want(self, call: Call) -> Answer:
        """What the call should give, by the stand-ins that were called and the reference for the other parts."""
        asked, want = self._wants.get(frozenset(self.called), (None, None))
        if want is None or asked is not call:
            overrides = {part: self.part(part) for part in sorted(self.called)}
            want = perform(compose(self._compiled, overrides)[call.function], call)
            self._wants[frozenset(self.called)] = call, want
        return want

    def parameters(self, name: str) -> tuple[str, ...]:
        """The names of a part's parameters."""
        return tuple(inspect.signature(self._reference[name]).parameters)

    def part(self, name: str) -> PartFunction:
        """The stand-in of one part."""
        right, bend = self._reference[name], self._bends[name]

        def part(*args: Any) -> Any:
            with np.errstate(all="ignore"):
                value = right(*copied(args))
                bent = bend(np.asarray(value, dtype=np.float64)).astype(np.asarray(value).dtype)
            return bent if bent.ndim else bent[()]

        return part


class DrawnNumbers(Numbers):
    """The stand-ins of one call that is handed models, and what the function that uses them should then give."""

    def __init__(
        self, reference: Mapping[str, Any], compiled: Any, parts: tuple[str, ...], rng: np.random.Generator
    ) -> None:
        self._signatures = {part: inspect.signature(reference[part]) for part in parts}
        parameters = {
            part: tuple(f"{p.name}=" if p.default is not p.empty else p.name for p in signature.parameters.values())
            for part, signature in self._signatures.items()
        }
        super().__init__({part: int(rng.integers(1 << 32)) for part in parts}, parameters)
        self._reference, self._compiled = reference, compiled
        self.asked: dict[str, None] = {}
        """What the solution asked for, in order, by the keys that ``called`` has."""

    def want(self, call: Call) -> Answer:
        """What the call should give: by the stand-ins for each part and model for which one was called, else by the reference."""
        overrides = {part: self._part(part) for part in self._signatures}
        return perform(compose(self._compiled, overrides)[call.function], call)

    def _part(self, name: str) -> PartFunction:
        signature, right = self._signatures[name], self._reference[name]

        def part(*args: Any, **kwargs: Any) -> Any:
            given = signature.bind(*args, **kwargs).arguments
            told = [given.get(parameter) for parameter in signature.parameters]
            self.asked[key(name, told)] = None
            return self.number(name, told) if key(name, told) in self.called else right(*args, **kwargs)

        return part


def as_arrays(args: list[Any]) -> list[Any]:
    """The arguments of a stand-in as the reference takes them: a list of numbers is as good as an array.

    Raises ValueError or TypeError for arguments that no check's are like, so that nobody has them computed with.
    """
    found = [np.asarray(value) if isinstance(value, list | tuple) else value for value in args]
    leaves = [leaf for value in found for leaf in (value.values() if isinstance(value, dict) else (value,))]
    if len(leaves) > MAX_ARGUMENTS or any(np.size(leaf) > MAX_SIZE for leaf in leaves if isinstance(leaf, np.ndarray)):
        raise ValueError("arguments larger than any that a check hands in")
    if not all(isinstance(leaf, np.ndarray | np.generic | int | float) for leaf in leaves):
        raise TypeError("a value that is no array of numbers")
    arrays = [leaf for leaf in leaves if isinstance(leaf, np.ndarray)]
    if any(array.dtype.kind not in "fiub" for array in arrays):
        raise TypeError("an array that holds something else than numbers")
    axes, longest = max((a.ndim for a in arrays), default=0), max((n for a in arrays for n in a.shape), default=0)
    if longest**axes > MAX_RESULT:
        raise ValueError("arguments that together make more than any check asks for")
    return found


def _bend(rng: np.random.Generator) -> Callable[[Array], Array]:
    """f(y) = y + a sin(2 pi y) / (2 pi) + b sin(4 pi y) / (4 pi), with |a| + |b| < 1 so that it never turns back."""
    a, b = rng.uniform(0.25, 0.45, size=2) * rng.choice([-1.0, 1.0], size=2)

    def bend(y: Array) -> Array:
        return np.asarray(y + a * np.sin(2 * np.pi * y) / (2 * np.pi) + b * np.sin(4 * np.pi * y) / (4 * np.pi))

    return bend
