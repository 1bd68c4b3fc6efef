"""The hidden checks of 02_swap: the same for drawn sizes, what comes out, and whether the model learns.

Its rules are those of the public checks, which stand beside this file.
"""

import csv
import functools
import importlib.util
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from grader.checks.authoring import NotRight, Training

DATA = Path(__file__).parents[1] / "data"

SPEC = importlib.util.spec_from_file_location("rules_02_swap", Path(__file__).with_name("check_02_swap.py"))
rules = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(rules)


@pytest.mark.points(2)
@pytest.mark.hint("Which numbers stand in the function that should be its arguments?")
def check_build_model_keeps_other_arguments(rng, student, expected, models, note):
    """build_model builds the same for sizes that are drawn for each run"""
    sizes = [int(n) for n in rng.choice(range(20, 50), size=2, replace=False)]
    sizes += [int(n) for n in rng.choice(range(5, 19), size=2, replace=False)]
    rules.of_other_sizes(rng, student, expected, models, note, sizes)


@pytest.mark.points(1)
@pytest.mark.hint(
    "Call the model on a batch of ids and print what comes out: its shape, its smallest and its largest number."
)
def check_build_model_output(rng, student, expected, models, note):
    """build_model gives one number from 0 to 1 for each text"""
    seen, right = rules.at_defaults(rng, student, expected, models, note)
    gru = rules.one_gru(seen)
    rules.takes_ids(models, seen, right)
    rules.honest(models, seen)
    if seen.outputs.shape != (len(seen.inputs), 1):
        sequences = rules.settings_of(gru).get("return_sequences")
        raise NotRight(
            seen.answer,
            f"outputs of shape {(len(seen.inputs), 1)}",
            f"{seen.outputs.shape}",
            mistake="S2" if sequences else None,
        )
    last = seen.layers[-1]
    # With some seeds all outputs of such a model lie in 0 to 1 by chance.
    if last.kind == "Dense" and last.settings.get("activation") == "linear":
        told = "no activation at the end, so that it leaves 0 to 1"
        raise NotRight(seen.answer, "outputs from 0 to 1", told, mistake="S8")
    if not bool(((seen.outputs >= 0) & (seen.outputs <= 1)).all()):
        raise NotRight(
            seen.answer, "outputs from 0 to 1", f"{seen.outputs.min():.3g} to {seen.outputs.max():.3g}", mistake="S8"
        )


@pytest.mark.points(3)
@pytest.mark.hint(
    "A model that learns has an Embedding, gives one number for each text, and is not stuck at one answer."
)
def check_build_model_learns(rng, student, expected, models, note):
    """build_model's model learns to tell praise from complaint"""
    seen, right = rules.at_defaults(rng, student, expected, models, note)
    gru = rules.one_gru(seen)
    rules.takes_ids(models, seen, right)
    rules.honest(models, seen)
    trained = models.trained(seen, training())
    if trained.accuracy is None:
        sequences = rules.settings_of(gru).get("return_sequences")
        raise NotRight(seen.answer, "a model that can be trained", trained.why, mistake="S2" if sequences else None)
    if trained.accuracy < 0.70:
        softmax = seen.layers[-1].settings.get("activation", "softmax") == "softmax"
        raise NotRight(
            seen.answer, "at least 70 % of new texts right after training", f"{100 * trained.accuracy:.0f} %",
            mistake="S6" if softmax else None,
        )  # fmt: skip


@functools.cache
def training():
    """The first 512 texts of pros_cons, ids padded in front, and 500 other texts to judge by."""
    texts, labels = read("pros_cons_train.tsv")
    texts, labels = texts[:512], labels[:512]
    common = Counter(word for text in texts for word in words_of(text))
    ranked = sorted(common, key=lambda word: (-common[word], word))[: rules.VOCABULARY - 2]
    number = {word: index for index, word in enumerate(ranked, start=2)}
    other, answers = read("pros_cons_test.tsv")

    def padded(rows):
        """Ids (n, 50) with zeros in front."""
        made = np.zeros((len(rows), rules.LENGTH), "int32")
        for row, text in enumerate(rows):
            found = [number.get(word, 1) for word in words_of(text)][-rules.LENGTH :]
            if found:
                made[row, -len(found) :] = found
        return made

    return Training(padded(texts), labels, padded(other), answers, epochs=8, batch=32)


def words_of(text):
    """A text's words, in lower case."""
    return re.findall("[a-z0-9']+", text.lower())


def read(name):
    """The texts and the labels (n, 1) of one of the tables."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return [row[-1] for row in rows], np.array([[float(row[0])] for row in rows], "float32")
