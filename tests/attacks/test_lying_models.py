"""Models that lie: what a submission says of itself decides nothing, since it is built anew and has to give the same."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.scored import hand_in, score

HEAD = "import numpy as np\nimport keras\nfrom keras import layers\n\n"
SEQUENTIAL = (
    "def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):\n"
    "    return keras.Sequential([keras.Input((max_len,)), layers.Embedding(vocab_size, embedding_dim), {layer},\n"
    "                             layers.Dense(1, activation='sigmoid')])\n"
)
LIES = {
    "a class that is called GRU and is an LSTM": "class GRU(layers.LSTM):\n    pass\n\n"
    + SEQUENTIAL.format(layer="GRU(units)"),
    "an LSTM that passes itself off as keras.layers.GRU": "class GRU(layers.LSTM):\n    pass\n\n"
    "GRU.__module__ = layers.GRU.__module__\nlayers.GRU = GRU\n\n" + SEQUENTIAL.format(layer="layers.GRU(units)"),
    "a list of layers that is not what the model does": "class Model(keras.Model):\n"
    "    def __init__(self, v, e, u, n):\n        super().__init__()\n"
    "        self.a, self.b, self.c = layers.Embedding(v, e), layers.GRU(u), layers.Dense(1, activation='sigmoid')\n"
    "        for part, shape in ((self.a, (None, n)), (self.b, (None, n, e)), (self.c, (None, u))):\n"
    "            part.build(shape)\n\n"
    "    def call(self, ids):\n        return keras.ops.sum(keras.ops.cast(ids, 'float32'), axis=1, keepdims=True) * 0 + 0.7\n\n\n"
    "def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):\n"
    "    return Model(vocab_size, embedding_dim, units, max_len)\n",
    "settings that are made up": "class Layer(layers.SimpleRNN):\n    def get_config(self):\n"
    "        return layers.GRU(64).get_config()\n\n\nLayer.__name__ = 'GRU'\n\n"
    + SEQUENTIAL.format(layer="Layer(units)"),
    "a function of one's own in the middle": SEQUENTIAL.format(layer="layers.Lambda(lambda x: x[:, 0])"),
    "no model at all": "class Model:\n    layers = []\n    built = True\n\n    def count_params(self):\n        return 345025\n\n\n"
    "def build_model(*sizes):\n    return Model()\n",
    "a model that ends the process": "import os\n\n\nclass Model(keras.Model):\n    def call(self, ids):\n        os._exit(0)\n\n\n"
    "def build_model(*sizes):\n    return Model()\n",
    "an answer that is no model's": "def build_model(*sizes):\n    return {'looked': {'outputs': np.ones((8, 1)), 'layers': []}}\n",
}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Grade all liars and one honest student between them."""
    folder = tmp_path_factory.mktemp("liars") / "class"
    works = {**LIES, "honest": SEQUENTIAL.format(layer="layers.GRU(units)")}
    hand_in(folder, {name: HEAD + text for name, text in works.items()}, "02_swap.py")
    return score(folder, folder.with_name("report"), exercises=["02_swap"]).of("02_swap")


@pytest.mark.parametrize("lie", LIES)
def test_a_model_that_lies_gains_nothing(lie: str, rows: dict[str, Any]) -> None:
    row = rows[lie]
    assert (row["status"], row["points"]) == ("graded", 0), [c["id"] for c in row["checks"] if c["points"]]


def test_honest_work_beside_them_gets_everything(rows: dict[str, Any]) -> None:
    assert rows["honest"]["points"] == 15
