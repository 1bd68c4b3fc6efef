"""Lets Keras take the batches of a tiny model from the arrays themselves, where it would build a tf.data pipeline for each fit.

The pipeline takes two thirds of the time that training a tiny model takes. Keras' other backends train from the very batches
that its adapter for arrays gives here, so the batches, their order at random and their number are Keras' own. Only what is
known is taken over: dense arrays, functions that run eagerly, no distribution. Anything else, and any Keras that differs from
what `fits` describes, goes the ordinary way.
"""

from __future__ import annotations

import importlib
import inspect
from types import CodeType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

ADAPTER = "keras.src.trainers.data_adapters.array_data_adapter"
TRAINER = "keras.src.backend.tensorflow.trainer"


class Batches:
    """What stands where the data set of a fit would: each time that it is gone through, one epoch's batches as tensors."""

    def __init__(self, adapter: Any) -> None:
        self._adapter = adapter

    def __iter__(self) -> Iterator[Any]:
        """The batches of an epoch, shuffled if that was asked for; NumPy's global random numbers are left as they were."""
        keras, tensorflow = importlib.import_module("keras"), importlib.import_module("tensorflow")
        batches = iter(self._adapter.get_numpy_iterator())
        while True:
            state = np.random.get_state()  # Keras draws the order from it
            batch = next(batches, None)
            np.random.set_state(state)
            if batch is None:
                return
            yield keras.tree.map_structure(
                lambda each: None if each is None else tensorflow.convert_to_tensor(each), batch
            )


def install() -> bool:
    """Has Keras ask for `Batches`, once for a process; False if this Keras is another one than is known."""
    try:
        adapter = importlib.import_module(ADAPTER).ArrayDataAdapter
        if getattr(adapter.get_tf_dataset, "from_arrays", False):
            return True
        if not fits(importlib.import_module(TRAINER), adapter):
            return False
    except (ImportError, AttributeError, TypeError, ValueError):
        return False
    ordinary = adapter.get_tf_dataset

    def get_tf_dataset(self: Any) -> Any:
        return Batches(self) if _is_plain(self) else ordinary(self)

    get_tf_dataset.from_arrays = True  # type: ignore[attr-defined]
    adapter.get_tf_dataset = get_tf_dataset
    return True


def fits(trainer: Any, adapter: Any) -> bool:
    """Whether Keras goes about a fit as it is known to: all that it asks of a data set is one iterator for each epoch.

    It keeps what the adapter gave, asks it for an iterator, and steps through one that is not TensorFlow's by ``zip``.
    """
    iterator = trainer.TFEpochIterator
    inner = trainer.TensorFlowTrainer._make_function.__code__.co_consts
    steps = next((code for code in inner if isinstance(code, CodeType) and code.co_name == "function"), None)
    return (
        list(inspect.signature(iterator.__init__).parameters) == ["self", "distribute_strategy", "args", "kwargs"]
        and {"get_tf_dataset", "_distributed_dataset"} <= set(iterator.__init__.__code__.co_names)
        and iterator._get_iterator.__code__.co_names == ("_distributed_dataset",)
        and steps is not None
        and {"zip", "steps_per_execution"} <= {*steps.co_names, *steps.co_freevars}
        and list(inspect.signature(adapter.get_tf_dataset).parameters) == ["self"]
        and list(inspect.signature(adapter.get_numpy_iterator).parameters) == ["self"]
    )


def _is_plain(adapter: Any) -> bool:
    """Whether an adapter's data are dense arrays, and a fit runs eagerly and in one place."""
    keras, tensorflow = importlib.import_module("keras"), importlib.import_module("tensorflow")
    inputs = getattr(adapter, "_inputs", None)
    return bool(
        inputs is not None
        and tensorflow.config.functions_run_eagerly()
        and not tensorflow.distribute.has_strategy()
        and all(each is None or isinstance(each, np.ndarray | tensorflow.Tensor) for each in keras.tree.flatten(inputs))
    )
