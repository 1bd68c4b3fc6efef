"""Tiny models take their batches from the arrays themselves: every way of training reads the same rows as by the ordinary way."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import pytest

# Keras runs in a process of its own: one that has used it must never fork.
COMPARE = """
import warnings
import numpy as np
import keras, pandas, tensorflow as tf
from grader.sandbox.inside import array_batches, counting_model
from grader.sandbox.wire.messages import ModelToMake

warnings.simplefilter("ignore")
install = array_batches.install
X = np.arange(40.0).reshape(20, 2).astype("float32") / 40
Y = X[:, :1] * 2
W = np.linspace(0.1, 1, 20).astype("float32")


class Rows(keras.utils.PyDataset):
    def __len__(self):
        return 2

    def __getitem__(self, place):
        return X[10 * place : 10 * place + 10], Y[10 * place : 10 * place + 10]


def generator():
    while True:
        yield X[:10], Y[:10]


def table(model, **how):
    model.fit(pandas.DataFrame(X), pandas.DataFrame(Y), **how)


def by_hand(model, callbacks, **how):
    for place in (0, 8, 16):
        model.train_on_batch(X[place : place + 8], Y[place : place + 8])


def under_a_strategy(model, **how):
    with tf.distribute.OneDeviceStrategy("/cpu:0").scope():
        other = keras.models.clone_model(model)
        other.compile(optimizer="adam", loss="mse")
        other.fit(X, Y, **how)


WAYS = {
    "fit": lambda model, **how: model.fit(X, Y, **how),
    "several epochs": lambda model, **how: model.fit(X, Y, epochs=3, **how),
    "from a later epoch": lambda model, **how: model.fit(X, Y, epochs=3, initial_epoch=1, **how),
    "a batch size that leaves a rest": lambda model, **how: model.fit(X, Y, batch_size=7, epochs=2, **how),
    "all rows at once": lambda model, **how: model.fit(X, Y, batch_size=64, **how),
    "one row at a time": lambda model, **how: model.fit(X[:4], Y[:4], batch_size=1, **how),
    "some steps of an epoch": lambda model, **how: model.fit(X, Y, batch_size=5, steps_per_epoch=3, epochs=3, **how),
    "more steps than there are": lambda model, **how: model.fit(X, Y, batch_size=10, steps_per_epoch=3, epochs=2, **how),
    "part of it for validation": lambda model, **how: model.fit(X, Y, validation_split=0.25, epochs=2, **how),
    "data for validation": lambda model, **how: model.fit(X, Y, validation_data=(X[:6], Y[:6]), epochs=2, **how),
    "weights of rows": lambda model, **how: model.fit(X, Y, sample_weight=W, **how),
    "64 bits": lambda model, **how: model.fit(X.astype("float64"), Y.astype("float64"), **how),
    "whole numbers": lambda model, **how: model.fit((X * 40).astype("int64"), Y, **how),
    "tensors": lambda model, **how: model.fit(tf.constant(X), tf.constant(Y), **how),
    "a table": table,
    "a data set": lambda model, **how: model.fit(tf.data.Dataset.from_tensor_slices((X, Y)).batch(8), epochs=2, **how),
    "data by number": lambda model, **how: model.fit(Rows(), epochs=2, **how),
    "a generator": lambda model, **how: model.fit(generator(), steps_per_epoch=2, epochs=2, **how),
    "batches by hand": by_hand,
    "another strategy": under_a_strategy,
    "no training": lambda model, callbacks, **how: (model.predict(X, verbose=0), model.evaluate(X, Y, verbose=0)),
}


class Noting(keras.callbacks.Callback):
    def __init__(self, counter):
        super().__init__()
        self.counter, self.noted = counter, []

    def on_epoch_begin(self, epoch, logs=None):
        self.noted.append(("epoch", epoch, self.counter.rows))

    def on_train_batch_end(self, batch, logs=None):
        self.noted.append(("batch", batch, self.counter.rows))


def trained(way):
    counter = counting_model.Counter()
    model = counting_model.build(ModelToMake(2, ((3, "float32"), (1, "float32")), 5, False, 0), counter)
    noting = Noting(counter)
    how = {"verbose": 0, "callbacks": [noting]} | ({} if way in ("a data set", "a generator") else {"shuffle": False})
    result = WAYS[way](model, **how)
    weights = [each.numpy() for each in model.weights]
    return counter.rows, noting.noted, weights, getattr(result, "history", None) or result


def sums(told):
    return [round(float(np.sum(each)), 4) for each in keras.tree.flatten(told) if each is not None]


array_batches.install = lambda: False
ordinary = {way: trained(way) for way in WAYS}
array_batches.install = install

adapter = array_batches.importlib.import_module(array_batches.ADAPTER).ArrayDataAdapter
trainer = array_batches.importlib.import_module(array_batches.TRAINER)
pipeline = adapter.get_tf_dataset


# A Keras that is not the one that is known keeps its own way.
class Other(trainer.TFEpochIterator):
    def __init__(self, *args, prefetch=2, **kwargs):
        super().__init__(*args, **kwargs)


known, trainer.TFEpochIterator = trainer.TFEpochIterator, Other
assert not install() and adapter.get_tf_dataset is pipeline
del trainer.TFEpochIterator
assert not install() and adapter.get_tf_dataset is pipeline
trainer.TFEpochIterator = known

# The one that is installed is known, and is changed once.
assert install() and install(), f"this Keras ({keras.__version__}) goes about a fit in another way: see array_batches.fits"
asked = []
taken, array_batches.Batches.__iter__ = array_batches.Batches.__iter__, lambda self: asked.append(1) or taken(self)
without = {}
for way in WAYS:
    asked.clear()
    rows, noted, weights, told = trained(way)
    if not asked:
        without[way] = True
    assert (rows, noted) == ordinary[way][:2], (way, rows, noted, ordinary[way][:2])
    for one, other in zip(weights, ordinary[way][2], strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-6, err_msg=way)
    assert sums(told) == sums(ordinary[way][3]), way
assert set(without) == {"a table", "a data set", "data by number", "a generator", "batches by hand", "another strategy"}, without

# An epoch is every row once, in an order that is drawn anew, and nobody's random numbers move.
batches = adapter(X, Y, batch_size=7, shuffle=True).get_tf_dataset()
np.random.seed(3)
before = np.random.get_state()[1].tolist()
epochs = [np.concatenate([x.numpy() for x, _ in batches]) for _ in range(2)]
assert all(sorted(map(tuple, epoch)) == sorted(map(tuple, X)) for epoch in epochs)
assert not (epochs[0] == X).all()
assert np.random.get_state()[1].tolist() == before

# Where functions do not run eagerly, as in a kernel after it was checked, Keras goes its own way.
tf.config.run_functions_eagerly(False)
assert isinstance(adapter(X, Y).get_tf_dataset(), tf.data.Dataset)
"""


@pytest.mark.skipif(
    importlib.util.find_spec("keras") is None or importlib.util.find_spec("tensorflow") is None,
    reason="TensorFlow is not installed; it has no wheel for this Python, or the extra `score` is missing",
)
def test_every_way_of_training_sees_the_rows_that_it_saw_before() -> None:
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run([sys.executable, "-c", COMPARE], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
