"""What checks hand to a submission that is not plain data: tiny models, and a clock that tells the time of a script.

In a worker they become real objects (`grader.sandbox.inside.objects`). The reference and the known mistakes get doubles of
them here, so that the grader's own process never needs Keras.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.sandbox.outside.conversation import NoAnswer
from grader.sandbox.outside.models import model_to_make
from grader.sandbox.outside.replies import recount
from grader.sandbox.wire.values import Facts

if TYPE_CHECKING:
    from collections.abc import Sequence

Counts = tuple[tuple[int, int], ...]
"""For each model of a call, in the order of the arguments: the rows it was trained on, and how often it was compiled."""


@dataclass(frozen=True, slots=True)
class TinyModel:
    """A built and compiled Keras model of Dense layers: ``layers`` has for each its units and the dtype of its weights.

    With ``slots`` its optimizer has made its own variables, as after training; the first ``frozen`` layers do not learn.
    """

    inputs: int
    layers: tuple[tuple[int, str], ...]
    seed: int = 0
    slots: bool = False
    frozen: int = 0

    @property
    def shapes(self) -> list[tuple[tuple[int, ...], str]]:
        """Shape and dtype of each weight: a kernel and a bias for every layer."""
        found: list[tuple[tuple[int, ...], str]] = []
        before = self.inputs
        for units, dtype in self.layers:
            found += [((before, units), dtype), ((units,), dtype)]
            before = units
        return found

    def __str__(self) -> str:
        dtypes = " and ".join(dict.fromkeys(dtype for _, dtype in self.layers))
        count = sum(int(np.prod(shape)) for shape, _ in self.shapes)
        return f"a model of {count} weights in {dtypes}"


@dataclass(frozen=True, slots=True)
class ScriptedClock:
    """A clock whose time depends only on the rows that each model has been trained on.

    ``rows`` is one epoch; ``seconds`` has for each model what its epochs take, the warm-up first; the last goes on for ever.
    """

    rows: int
    seconds: tuple[tuple[float, ...], ...]
    start: float = 1000.0

    def time(self, counts: Counts) -> float:
        """The time (seconds) when the models have seen these rows."""
        now = self.start
        for (rows, _), seconds in zip(counts, self.seconds, strict=False):
            whole, rest = divmod(max(0, rows), self.rows)
            whole = min(whole, 10_000)
            now += sum(seconds[:whole]) + max(0, whole - len(seconds)) * seconds[-1]
            now += seconds[min(whole, len(seconds) - 1)] * rest / self.rows
        return now

    def __str__(self) -> str:
        return "a clock"


@dataclass(slots=True)
class Watch:
    """One call that a clock is handed to: answers its readings and keeps them."""

    clock: ScriptedClock | None
    readings: list[Counts] = field(default_factory=list)

    def answer(self, args: list[Any]) -> float:
        """The answer to a worker's question for the time; raises NoAnswer."""
        counts = recount(args[0]) if len(args) == 1 else None
        if counts is None or self.clock is None or len(counts) != len(self.clock.seconds):
            raise NoAnswer("the clock can't be read like that")
        return self.read(counts)

    def read(self, counts: Counts) -> float:
        """The time by the script; the reading is kept."""
        assert self.clock is not None, "asked by who was handed the clock"
        self.readings.append(counts)
        return self.clock.time(counts)


def leaves(value: Any) -> list[Any]:
    """The values of nested lists, tuples and dicts, in order."""
    if isinstance(value, dict):
        value = list(value.values())
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list | tuple) else [value]


def is_live(value: Any) -> bool:
    """Whether a value holds something that is not plain data."""
    return any(isinstance(leaf, TinyModel | ScriptedClock) for leaf in leaves(value))


def clock_of(value: Any) -> ScriptedClock | None:
    """The clock among the arguments of a call."""
    return next((leaf for leaf in leaves(value) if isinstance(leaf, ScriptedClock)), None)


def sent(value: Any) -> Any:
    """The form in which arguments cross to a worker."""
    if isinstance(value, TinyModel):
        return model_to_make(value.inputs, value.layers, seed=value.seed, slots=value.slots, frozen=value.frozen)
    if isinstance(value, ScriptedClock):
        return Facts("clock", None)  # the script stays here
    if isinstance(value, list | tuple):
        return type(value)(sent(item) for item in value)
    return {key: sent(item) for key, item in value.items()} if isinstance(value, dict) else value


class Doubles:
    """The stand-ins of one call's live arguments, for functions of the grader's own."""

    def __init__(self, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        self.watch = Watch(clock_of([list(args), kwargs]))
        self._models: list[DoubleModel] = []
        self._given = 0
        self.args, self.kwargs = self._doubled([list(args), kwargs])

    @property
    def counts(self) -> Counts:
        """What the models have seen so far."""
        return tuple((model.rows, model.compiles) for model in self._models)

    def _doubled(self, value: Any) -> Any:
        if isinstance(value, TinyModel | ScriptedClock):
            number, self._given = self._given, self._given + 1
            if isinstance(value, ScriptedClock):
                return DoubleClock(number, self)
            self._models.append(DoubleModel(number, value))
            return self._models[-1]
        if isinstance(value, list | tuple):
            return type(value)(self._doubled(item) for item in value)
        return {key: self._doubled(item) for key, item in value.items()} if isinstance(value, dict) else value


class DoubleClock:
    """Tells the time of the script."""

    def __init__(self, number: int, doubles: Doubles) -> None:
        self.number = number
        self._doubles = doubles

    def __call__(self) -> float:
        """Now, in seconds."""
        return self._doubles.watch.read(self._doubles.counts)


@dataclass(frozen=True, slots=True)
class DoubleWeight:
    """A weight, by its shape and dtype."""

    shape: tuple[int, ...]
    dtype: str

    def numpy(self) -> np.ndarray[Any, Any]:
        """An array of its shape and dtype."""
        return np.zeros(self.shape, self.dtype)


class DoubleModel:
    """What the reference and the known mistakes ask of a Keras model, and nothing more."""

    def __init__(self, number: int, model: TinyModel) -> None:
        self.number = number
        self.weights = [DoubleWeight(*weight) for weight in model.shapes]
        self.trainable_weights = self.weights[2 * model.frozen :]
        self.optimizer = _DoubleOptimizer(self.trainable_weights if model.slots else [])
        self.rows = self.compiles = 0

    def fit(self, x: Any, y: Any = None, *, epochs: int = 1, initial_epoch: int = 0, **_options: Any) -> None:
        """Counts the rows of the epochs."""
        self.rows += len(x) * max(0, epochs - initial_epoch)

    def train_on_batch(self, x: Any, y: Any = None, **_options: Any) -> None:
        """Counts the rows of the batch."""
        self.rows += len(x)

    def predict(self, x: Any, **_options: Any) -> None:
        """Trains nothing, so it counts nothing."""

    def compile(self, *_args: Any, **_options: Any) -> None:
        """Counts how often the model is compiled again."""
        self.compiles += 1

    def count_params(self) -> int:
        """The number of weights and biases."""
        return sum(int(np.prod(weight.shape)) for weight in self.weights)


class _DoubleOptimizer:
    """Adam's own variables: two for each weight, the number of steps and the learning rate."""

    def __init__(self, weights: list[DoubleWeight]) -> None:
        self.variables = [DoubleWeight((), "int64"), DoubleWeight((), "float32")]
        self.variables += [weight for weight in weights for _ in range(2)]
