"""What to do about errors whose own words don't say it: names that Keras 3 no longer has, ids without a row, downloads.

Tried on Keras 3.15 with TensorFlow 2.21; what still works (`Tokenizer` under `tensorflow.keras`, `pad_sequences`) is not here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.sandbox.outside.stops import Thrown

PARAMETERS = " (keep the parameters that the exercise gives it: the checks hand in all of them)"
ALONE = " (when graded, only this file and the exercise's packages are there)"
_LAYERS = "from tensorflow.keras.layers import GRU, Dense, Embedding"
_TODAY: tuple[tuple[str, str], ...] = (
    (r"CuDNN(GRU|LSTM)", r"\1 uses the GPU by itself: from tensorflow.keras.layers import \1"),
    (r"keras\.layers\.(embeddings|recurrent|core|experimental)\b", _LAYERS),
    (r"tensorflow\.python\.keras", "import from tensorflow.keras, without python in between"),
    (r"keras\.preprocessing\.text\b", "from tensorflow.keras.preprocessing.text import Tokenizer"),
    (r"keras\.utils\.np_utils|\bnp_utils\b", "from tensorflow.keras.utils import to_categorical"),
    (r"keras\.optimizers\.adam\b", "from tensorflow.keras.optimizers import Adam"),
    (r"keras\.(engine|wrappers)\b", "from tensorflow.keras import Model, Sequential"),
    (r"tensorflow\.compat\.v1\.keras|tensorflow\.contrib|\btf_keras\b", "from tensorflow import keras"),
    (r"has no attribute 'Session'|set_session", "TensorFlow 2 has no sessions: take the line out"),
    (r"has no attribute 'set_random_seed'", "keras.utils.set_random_seed(7)"),
    (r"has no attribute 'predict_classes'", "(model.predict(x) > 0.5).astype(int)"),
    (r"has no attribute 'fit_generator'", "model.fit takes generators"),
    (r"not recognized: .*'lr'", "Adam(learning_rate=0.001)"),
    (
        r"Unrecognized keyword arguments .*'(time_major|batch_input_shape|batch_shape|input_length)'",
        r"leave \1 out; keras.Input((max_len,)) tells the shape",
    ),
    (r"google\.colab", "there is no Colab here: the line does nothing for the grading, and costs nothing"),
)
_MEANING: tuple[tuple[str, str], ...] = (
    (
        r"indices\[[\d,]*\] = -?\d+ is not in \[0, (\d{1,12})\)",
        r"ids go from 0 to vocab_size - 1: of \1 rows the first is row 0, and so there is no row \1",
    ),
    (
        r"layer '?\"?(?:gru|lstm|simple_rnn)\w{0,20}'?\"? is incompatible with the layer: expected ndim=3, found ndim=2",
        "a recurrent layer reads a row of numbers for each word: an Embedding makes rows of ids, and a recurrent layer in front "
        "of it that gives back its last state alone leaves one row for the whole text",
    ),
    (
        r"URL fetch failure|<urlopen error|Name or service not known|Temporary failure in name resolution"
        r"|Max retries exceeded|Failed to establish a new connection",
        "there is no network while a submission is graded: the exercise's data come from grader.example, and what downloads "
        'goes under `if __name__ == "__main__":`, which is not run here',
    ),
)
_PATTERNS = (
    *((re.compile(pattern), f"today: {line}") for pattern, line in _TODAY),
    *((re.compile(pattern), words) for pattern, words in _MEANING),
)


def advice(text: str) -> str:
    """What to do about an error, to be appended to its text: today's line, or what it means; empty for most errors."""
    for pattern, words in _PATTERNS:
        found = pattern.search(text)
        if found:
            return f" ({found.expand(words)})"
    return ""


def is_elsewhere(thrown: Thrown) -> bool:
    """Whether the code looked for something that may lie beside the file at home: the student's own module, or data."""
    return thrown.type in ("ModuleNotFoundError", "FileNotFoundError") or "attempted relative import" in thrown.text
