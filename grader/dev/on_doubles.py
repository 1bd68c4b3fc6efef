"""Known mistakes as submissions in this very process: each variant stands for one, with doubles for models and clocks.

Only code of the course runs here, so no worker is needed and some hundred mistakes take seconds. If a
solution needs a worker, mistakes are whole files (`grader.dev.files_here`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.checks.compare.tables import Between
from grader.checks.mistakes.declare import Instance, compose
from grader.checks.models.live import DoubleClock, DoubleModel, Doubles, ScriptedClock, TinyModel
from grader.home.live_names import LiveNames, crossed
from grader.sandbox.inside.objects import Live
from grader.sandbox.outside.models import model_handed_in
from grader.sandbox.wire.values import Facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.checks.plan.reference import Reference

SECONDS = 10.0


def variants(reference: Reference, *, combined: bool = True) -> Iterator[tuple[Instance, LiveNames]]:
    """Every way of making a known mistake, as a submission that makes it and no other.

    Without ``combined``, those that make it in several functions at once are left out.
    """
    for mistake in reference.mistakes:
        for instance in mistake.instances:
            if len(instance.overrides) > 1 and not combined:
                continue
            yield instance, OnDoubles(compose(reference.compiled, instance.overrides), reference.names, SECONDS, "1 GB")


def label(instance: Instance) -> str:
    """A mistake, its form and its functions in one line."""
    return " ".join(filter(None, (instance.id, instance.form and f"({instance.form})", "+".join(instance.overrides))))


class OnDoubles(LiveNames):
    """Names that are called where they are; what they are handed as models and clocks are doubles that count."""

    def __init__(self, namespace: dict[str, Any], names: tuple[str, ...], seconds: float, memory: str) -> None:
        super().__init__(namespace, names, seconds, memory)
        self._live = _Doubles()

    def _limited(self, name: str, kinds: object, work: Callable[[], Any]) -> Any:
        """What some work gives; the course's own code ends by itself, and prints nothing."""
        del name
        return crossed(kinds, work())


class _Doubles(Live):
    """Makes the doubles of one call in place of Keras models."""

    def __init__(self) -> None:
        super().__init__()
        self._doubles = Doubles([], {})

    def build(self, value: Any, ask: Callable[[str, list[Any]], Any]) -> Any:
        """All arguments of a call, with a double for every model and clock in them."""
        args, kwargs = _named(value)
        self._doubles = Doubles(args, kwargs)
        self._doubles.watch = _Asked(ask)  # type: ignore[assignment]
        return [self._doubles.args, self._doubles.kwargs]

    def counted(self) -> tuple[tuple[int, int], ...]:
        """What each model has seen."""
        return self._doubles.counts

    def describe(self, value: Any, depth: int = 0) -> Any:
        """A value as it can cross: a double by its number; for a number that depends on the machine, one that it may be."""
        if isinstance(value, DoubleModel | DoubleClock):
            return Facts("given", value.number)
        if isinstance(value, Between):
            return (value.low + value.high) / 2
        return super().describe(value, depth)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A clock whose time is asked for."""

    ask: Callable[[str, list[Any]], Any]

    def read(self, counts: Any) -> float:
        """Now, in seconds."""
        return float(self.ask("clock", [[list(count) for count in counts]]))


def _named(value: Any) -> Any:
    """Arguments with what a plan hands in, in place of its facts."""
    if isinstance(value, Facts) and value.kind == "model":
        recipe = model_handed_in(value)
        return TinyModel(recipe.inputs, recipe.layers, recipe.seed, recipe.slots, recipe.frozen)
    if isinstance(value, Facts) and value.kind == "clock":
        return ScriptedClock(1, ((1.0,),))
    if isinstance(value, list | tuple):
        return type(value)(_named(item) for item in value)
    return {key: _named(item) for key, item in value.items()} if isinstance(value, dict) else value
