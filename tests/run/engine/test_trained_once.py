"""However many hand in the same model, it is trained once in a run, by whichever process comes first."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from helpers.scored import score

COURSE = """
name = "Trained once"
repository = ""
branch = "main"
contact = "nobody"

[[exercises]]
id = "01_model"
title = "A model"
packages = ["numpy", "tensorflow", "keras"]
"""
MASTER = '''# %% [markdown]
# # A model

# %%
import keras
from keras import layers


# %%
def build(units=3):
    """Build it."""
    # TODO 1 (one line): the model.
    # >>> solution
    return keras.Sequential([layers.Embedding(9, 2), layers.GRU(units), layers.Dense(1, activation="sigmoid")])
    # <<<
'''
# The check file is the course's own and trusted: it notes each training that is really asked for.
CHECK = '''
import os
from pathlib import Path

import numpy as np
import pytest

from grader.checks.authoring import NotRight, Training
from grader.sandbox.outside.models import CleanWorker

train = CleanWorker.train


def noting(self, layers, seconds, **training):
    with open(Path(__file__).with_name("trained"), "a") as file:
        file.write(f"{os.getpid()}\\n")
    return train(self, layers, seconds, **training)


CleanWorker.train = noting


@pytest.mark.points(1)
def check_build_learns(student, expected, models):
    """build's model can be trained"""
    expected.build()
    ids = np.arange(32, dtype="int32").reshape(8, 4) % 9
    labels = (ids[:, :1] % 2).astype("float32")
    seen = models.look(student.build(), ids)
    found = models.trained(seen, Training(ids, labels, ids, labels, epochs=1, batch=8))
    if found.accuracy is None:
        raise NotRight(seen.answer, "a model that can be trained", found.why)
'''


@pytest.mark.parametrize("students", [24])
def test_equal_models_of_a_class_are_trained_once(students: int, tmp_path: Path) -> None:
    solutions = tmp_path / "solutions"
    (solutions / "checks").mkdir(parents=True)
    (solutions / "course.toml").write_text(COURSE)
    (solutions / "01_model.py").write_text(MASTER)
    (solutions / "checks" / "check_01_model.py").write_text(CHECK)
    for number in range(students):
        folder = tmp_path / "class" / f"s{number:03}"
        folder.mkdir(parents=True)
        units = 5 if number == 7 else 4  # one is another model; none is the solution's
        (folder / "01_model.py").write_text(MASTER.replace("units)", f"{units})") + f"\n\n# handed in by s{number}\n")
    rows = score(tmp_path / "class", tmp_path / "out", course=solutions).results["submissions"]
    trained = (solutions / "checks" / "trained").read_text().split()

    assert len(rows) == students
    assert [row["points"] for row in rows] == [1] * students
    assert len(trained) == 3  # the solution's, the class's and the one that differs

    # what was trained is kept for the next run, even where a check that changed grades all of them again
    with (solutions / "checks" / "check_01_model.py").open("a") as changing:
        changing.write("\n# changed\n")
    for number in set(range(students)) - {0, 7}:
        shutil.rmtree(tmp_path / "class" / f"s{number:03}")
    again = score(tmp_path / "class", tmp_path / "out", course=solutions).results
    assert "kept" not in again["run"]
    assert [row["points"] for row in again["submissions"]] == [1, 1]
    assert len((solutions / "checks" / "trained").read_text().split()) == 3
