"""Old Keras names: what an error of today says, and the line that is told with it. The errors were printed by Keras 3.15."""

from __future__ import annotations

import pytest

from grader.sandbox.renamed import advice

ERRORS = {
    "ImportError: cannot import name 'CuDNNLSTM' from 'keras.layers'": "from tensorflow.keras.layers import LSTM",
    "ImportError: cannot import name 'CuDNNGRU' from 'tensorflow.keras.layers'": "from tensorflow.keras.layers import GRU",
    "ModuleNotFoundError: No module named 'tensorflow.compat.v1.keras'": "from tensorflow import keras",
    "ImportError: cannot import name 'LSTM' from 'tensorflow.python.keras.layers'": "import from tensorflow.keras",
    "ModuleNotFoundError: No module named 'keras.preprocessing.text'": "text import Tokenizer",
    "ModuleNotFoundError: No module named 'keras.layers.embeddings'": "from tensorflow.keras.layers import",
    "ModuleNotFoundError: No module named 'keras.layers.recurrent'": "from tensorflow.keras.layers import",
    "ModuleNotFoundError: No module named 'keras.engine'": "from tensorflow.keras import Model",
    "ModuleNotFoundError: No module named 'tensorflow.contrib'": "from tensorflow import keras",
    "ModuleNotFoundError: No module named 'keras.utils.np_utils'": "import to_categorical",
    "ModuleNotFoundError: No module named 'keras.optimizers.adam'": "import Adam",
    "AttributeError: module 'tensorflow' has no attribute 'Session'": "no sessions",
    "AttributeError: module 'tensorflow' has no attribute 'set_random_seed'": "keras.utils.set_random_seed(7)",
    "AttributeError: module 'keras.backend' has no attribute 'set_session'": "no sessions",
    "ModuleNotFoundError: No module named 'tf_keras'": "from tensorflow import keras",
    "ModuleNotFoundError: No module named 'google.colab'": "costs nothing",
    "ValueError: Argument(s) not recognized: {'lr': 0.1}": "Adam(learning_rate=0.001)",
    "AttributeError: 'Sequential' object has no attribute 'predict_classes'": "(model.predict(x) > 0.5).astype(int)",
    "AttributeError: 'Sequential' object has no attribute 'fit_generator'": "model.fit takes generators",
    "ValueError: Unrecognized keyword arguments passed to GRU: {'time_major': True}": "leave time_major out",
    "ValueError: Unrecognized keyword arguments passed to GRU: {'input_length': 4}": "leave input_length out",
}


@pytest.mark.parametrize("error", ERRORS)
def test_an_old_name_is_told_with_the_line_of_today(error: str) -> None:
    assert ERRORS[error] in advice(error)


@pytest.mark.parametrize(
    "error",
    ["NameError: name 'GRU' is not defined", "ModuleNotFoundError: No module named 'sklearn'", "TypeError: lr", ""],
)
def test_any_other_error_is_told_as_it_is(error: str) -> None:
    assert advice(error) == ""
