"""Trains the small GRU whose gates 05_trace looks at, and writes 05_trace.npz beside this file.

    .venv/bin/python solutions/data/make_trace.py

The lesson's model, made small so that every unit can be seen in a plot: Embedding(5000, 16), GRU(12), Dense(1, "sigmoid"),
trained for 6 epochs in batches of 64 on the 3,100 texts of movie_snippets_train.tsv, padded in front. It takes about ten seconds.
Nobody has to run it: the arrays are kept because another version of Keras, or another processor, trains other weights from
the same seed.

The file holds ``kernel`` (16, 36), ``recurrent_kernel`` (12, 36) and ``bias`` (2, 36), as ``layer.get_weights()`` gives them,
``embedded`` (11, 16), the vectors of the sentence's words, all of them float32, and ``words`` (11,).
"""

import collections
import os
import re
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SENTENCE = "The movie was boring at first, but later it became exciting."
VOCABULARY, LENGTH = 5000, 50  # id 0 pads, id 1 stands for any word outside the 4,998 most frequent ones
DIMENSION, UNITS = 16, 12
EPOCHS, BATCH, SEED = 6, 64, 7


def words_of(text):
    """Cut a text into its words, in lower case."""
    return re.findall("[a-z0-9']+", text.lower())


def read(name):
    """Read the texts and the labels (n, 1) of one of the tables."""
    rows = [line.split("\t") for line in (HERE / name).read_text(encoding="utf-8").split("\n")[1:] if line]
    return [row[-1] for row in rows], np.array([[int(row[0])] for row in rows])


def word_ids(texts):
    """Number the words of the training texts by how often they occur, and those that occur equally often by the alphabet."""
    counted = collections.Counter(word for text in texts for word in words_of(text))
    ranked = sorted(counted, key=lambda word: (-counted[word], word))
    return {word: number for number, word in enumerate(ranked[: VOCABULARY - 2], start=2)}


def padded(texts, ids):
    """Turn texts into rows of 50 ids, with the padding in front."""
    rows = np.zeros((len(texts), LENGTH), dtype=np.int32)
    for row, text in zip(rows, texts, strict=True):
        numbers = [ids.get(word, 1) for word in words_of(text)][:LENGTH]
        row[LENGTH - len(numbers) :] = numbers
    return rows


def main():
    """Train, report the accuracy on texts that were not trained on, and write the file."""
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"  # a CPU's numbers, also where there is a GPU
    import keras  # here, so that reading this file costs nothing

    texts, labels = read("movie_snippets_train.tsv")
    unseen, truth = read("movie_snippets_test.tsv")
    ids = word_ids(texts)

    keras.utils.set_random_seed(SEED)
    embedding, gru = keras.layers.Embedding(VOCABULARY, DIMENSION), keras.layers.GRU(UNITS)
    model = keras.Sequential([keras.Input((LENGTH,)), embedding, gru, keras.layers.Dense(1, activation="sigmoid")])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    model.fit(padded(texts, ids), labels, epochs=EPOCHS, batch_size=BATCH, verbose=0)

    _, accuracy = model.evaluate(padded(unseen, ids), truth, verbose=0)
    score = model.predict(padded([SENTENCE], ids), verbose=0).item()
    print(f"accuracy on unseen texts {accuracy:.3f}; the sentence is positive with probability {score:.2f}")

    sentence = words_of(SENTENCE)
    (vectors,), weights = embedding.get_weights(), gru.get_weights()
    arrays = {f"weights.{place}": array for place, array in enumerate(weights)}
    arrays |= {"embedded": vectors[[ids[word] for word in sentence]], "words": np.array(sentence)}
    np.savez(HERE / "05_trace.npz", **arrays)


if __name__ == "__main__":
    main()
