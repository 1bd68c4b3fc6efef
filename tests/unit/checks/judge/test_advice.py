"""What is told with an error: the line of today for an old Keras name, or what it means. Keras 3.15 printed the errors."""

from __future__ import annotations

import pytest

from grader.checks.judge.advice import advice

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

UNKNOWN_HOST = "[Errno -3] Temporary failure in name resolution"
MEANING = {
    "InvalidArgumentError: Exception encountered when calling Embedding.call().\n\n{{function_node __wrapped__GatherV2_device_"
    "/job:localhost/replica:0/task:0/device:CPU:0}} indices[0,0] = 5000 is not in [0, 5000) [Op:GatherV2]": "no row 5000",
    "InvalidArgumentError: Graph execution error:\n\nDetected at node sequential_1/embedding_1/GatherV2: indices[3,17] = 5004 is "
    "not in [0, 5000)\n\t [[{{node sequential_1/embedding_1/GatherV2}}]]": "ids go from 0 to vocab_size - 1",
    "ValueError: Input 0 with name 'None' of layer 'gru_2' is incompatible with the layer: expected ndim=3, found ndim=2.": (
        "leaves one row for the whole text"
    ),
    f"Exception: URL fetch failure on https://x.org/imdb.npz: None -- {UNKNOWN_HOST}": "there is no network",
    f"urllib.error.URLError: <urlopen error {UNKNOWN_HOST}>": "grader.example",
    f"requests.exceptions.ConnectionError: Max retries exceeded (Caused by NameResolutionError: {UNKNOWN_HOST})": "__main__",
}


@pytest.mark.parametrize("error", ERRORS)
def test_an_old_name_is_told_with_the_line_of_today(error: str) -> None:
    assert advice(error).startswith(" (today: ")
    assert ERRORS[error] in advice(error)


@pytest.mark.parametrize("error", MEANING)
def test_an_error_whose_words_do_not_say_what_to_do_is_told_with_what_it_means(error: str) -> None:
    assert MEANING[error] in advice(error)
    assert "today" not in advice(error)


@pytest.mark.parametrize(
    "error",
    [
        "NameError: name 'GRU' is not defined",
        "ModuleNotFoundError: No module named 'sklearn'",
        "IndexError: index 5000 is out of bounds for axis 0 with size 5000",
        "FileNotFoundError: [Errno 2] No such file or directory: 'reviews.csv'",
        "TypeError: lr",
        "",
    ],
)
def test_any_other_error_is_told_as_it_is(error: str) -> None:
    assert advice(error) == ""
