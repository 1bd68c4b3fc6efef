"""Packs the texts that a student trains on in 02_swap: writes 02_swap.npz beside this file.

    .venv/bin/python solutions/data/make_swap.py

``texts`` (512,) and ``labels`` (512, 1) are the first rows of pros_cons_train.tsv, ``test_texts`` (500,) and ``test_labels``
(500, 1) all of pros_cons_test.tsv. The labels are float32, 1 for praise and 0 for blame.
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
ROWS = 512


def read(name):
    """Read the texts and the labels (n, 1) of one of the tables."""
    rows = [line.split("\t") for line in (HERE / name).read_text(encoding="utf-8").split("\n")[1:] if line]
    return np.array([row[-1] for row in rows]), np.array([[row[0]] for row in rows]).astype(np.float32)


def main():
    """Write the file."""
    texts, labels = (column[:ROWS] for column in read("pros_cons_train.tsv"))
    test_texts, test_labels = read("pros_cons_test.tsv")
    np.savez_compressed(
        HERE / "02_swap.npz", texts=texts, labels=labels, test_texts=test_texts, test_labels=test_labels
    )


if __name__ == "__main__":
    main()
