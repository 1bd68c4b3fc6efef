"""Names that older tutorials use and Keras 3 no longer has, each with the line to write instead.

Tried on Keras 3.15 with TensorFlow 2.21; what still works (`Tokenizer` under `tensorflow.keras`, `pad_sequences`) is not here.
"""

from __future__ import annotations

import re

_LAYERS = "from tensorflow.keras.layers import GRU, Dense, Embedding"
_ADVICE: tuple[tuple[str, str], ...] = (
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
_PATTERNS = tuple((re.compile(pattern), advice) for pattern, advice in _ADVICE)


def advice(text: str) -> str:
    """What to write in place of an old name that an error speaks of, as a sentence that goes on; empty for all else."""
    for pattern, line in _PATTERNS:
        found = pattern.search(text)
        if found:
            return f" (today: {found.expand(line)})"
    return ""
