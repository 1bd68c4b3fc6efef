"""Tiny Keras models that count the rows they are trained on, for judging how a submission trains and measures.

Rows are counted by a layer without weights, which every honest way of training passes through: ``fit``, batches, a data set,
a loop of one's own. Everything runs eagerly, so that the layer is called for each batch. Keras is imported when a model is asked
for, which happens only if the exercise allows it.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.sandbox.inside import array_batches

if TYPE_CHECKING:
    from grader.sandbox.wire.messages import ModelToMake


@dataclass(slots=True)
class Counter:
    """What one model has seen since it was handed over."""

    rows: int = 0
    compiles: int = 0


_COUNTERS: list[Counter] = []  # a clone of a model finds its counter here by number


def build(recipe: ModelToMake, counter: Counter) -> Any:
    """A built and compiled model."""
    keras, tensorflow = importlib.import_module("keras"), importlib.import_module("tensorflow")
    tensorflow.config.run_functions_eagerly(True)
    array_batches.install()
    _COUNTERS.append(counter)
    layers = [keras.Input((recipe.inputs,)), _counting_layer()(len(_COUNTERS) - 1)]
    for number, (units, dtype) in enumerate(recipe.layers):
        first = keras.initializers.GlorotUniform(recipe.seed + number)  # its own seed: the global one is the student's
        dense = keras.layers.Dense(units, dtype=dtype, kernel_initializer=first)
        dense.trainable = number >= recipe.frozen
        layers.append(dense)
    model = keras.Sequential(layers)
    model.compile(optimizer="adam", loss="mse", run_eagerly=True)
    if recipe.slots:
        model.optimizer.build(model.trainable_variables)
    compile_again = model.compile

    def counted(*args: Any, **kwargs: Any) -> Any:
        counter.compiles += 1
        return compile_again(*args, **kwargs)

    model.compile = counted
    return model


@cache
def _counting_layer() -> Any:
    keras = importlib.import_module("keras")

    class CountRows(keras.layers.Layer):  # type: ignore[misc, name-defined]
        """Passes its inputs on and counts the rows that pass in training."""

        def __init__(self, number: int, **options: Any) -> None:
            super().__init__(**options)
            self.number = number

        def call(self, inputs: Any, training: bool = False) -> Any:
            if isinstance(training, bool | int | np.bool_) and training:
                _COUNTERS[self.number].rows += int(inputs.shape[0] or 0)
            return inputs

        def compute_output_shape(self, input_shape: Any) -> Any:
            return input_shape

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "number": self.number}

    return CountRows
