"""The solutions of 02_swap and 03_measure say what Keras does, and the numbers that their texts promise are right."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checks.compare.answers import Call, perform
from grader.checks.mistakes.declare import compose
from grader.checks.models.live import ScriptedClock, TinyModel
from grader.course.master import graded_names, read_master, solution_text, stub_text

SOLUTIONS = Path(__file__).parents[2] / "solutions"
DATA = SOLUTIONS / "data"
SWAP, MEASURE = SOLUTIONS / "02_swap.py", SOLUTIONS / "03_measure.py"
NAMES = (
    "gru_parameter_count",
    "lstm_parameter_count",
    "model_size_bytes",
    "time_training",
    "compare_models",
    "MEASURED",
)
KERAS = """
import contextlib, io, json, sys
import numpy as np
from keras import Input, Sequential, layers

def run(text):
    names = {"__name__": "reference"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(text, "master", "exec"), names)
    return names

texts = json.load(sys.stdin)
swap, stub, measure = (run(texts[name]) for name in ("swap", "stub", "measure"))
found = {"counts": []}
for d, u in ((64, 64), (10, 7), (3, 2), (5, 9), (1, 1), (128, 32)):
    for layer, count in (
        (layers.GRU(u), measure["gru_parameter_count"](d, u)),
        (layers.GRU(u, reset_after=False), measure["gru_parameter_count"](d, u, False)),
        (layers.LSTM(u), measure["lstm_parameter_count"](d, u)),
    ):
        layer.build((None, None, d))
        found["counts"].append([layer.count_params(), count])
mixed = Sequential([Input((3,)), layers.Dense(4, dtype="float16"), layers.Dense(2, dtype="float64"), layers.Dense(1)])
found["bytes"] = [sum(w.numpy().nbytes for w in mixed.weights), measure["model_size_bytes"](mixed)]
for name, model in measure["lesson_models"].items():
    found[name] = {"parameters": model.count_params(), "bytes": measure["model_size_bytes"](model)}
for name, module in (("solution", swap), ("untouched", stub)):
    for sizes in ((), (30, 6, 5, 7)):
        model = module["build_model"](*sizes)
        kinds = [type(layer).__name__ for layer in model.layers]
        found[f"{name} {len(sizes)}"] = [kinds, model.count_params(), list(model.output_shape), model.layers[1].units]
json.dump(found, open(sys.argv[1], "w"))
"""


def measure() -> dict[str, Any]:
    return compose(MEASURE.read_text(encoding="utf-8"), {}, str(MEASURE))


def test_the_names_are_the_contracts():
    assert graded_names(SWAP.read_text(encoding="utf-8")) == ("build_model",)
    assert graded_names(MEASURE.read_text(encoding="utf-8")) == NAMES


@pytest.mark.skipif(
    importlib.util.find_spec("keras") is None or importlib.util.find_spec("tensorflow") is None,
    reason="TensorFlow is not installed; it has no wheel for this Python, or the extra `score` is missing",
)
def test_counts_sizes_and_models_are_those_of_keras(tmp_path: Path):
    """Run Keras in a process of its own: it prints on import, and it must never be in a process that forks."""
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    texts = {
        "swap": solution_text(read_master(SWAP)),
        "stub": stub_text(read_master(SWAP)),
        "measure": solution_text(read_master(MEASURE)),
    }
    command = [sys.executable, "-c", KERAS, str(tmp_path / "found.json")]
    done = subprocess.run(
        command, input=json.dumps(texts), env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]

    found = json.loads((tmp_path / "found.json").read_text())
    assert [keras for keras, _ in found["counts"]] == [ours for _, ours in found["counts"]]
    assert found["bytes"][0] == found["bytes"][1]
    for name in ("lstm", "gru"):
        written = measure()["MEASURED"][name]
        assert found[name] == {"parameters": written["parameters"], "bytes": written["bytes"]}
    assert found["solution 0"] == [["Embedding", "GRU", "Dense"], 345_025, [None, 1], 64]
    assert found["untouched 0"] == [["Embedding", "LSTM", "Dense"], 353_089, [None, 1], 64]
    assert found["solution 4"][::3] == [["Embedding", "GRU", "Dense"], 5]
    assert found["untouched 4"][::3] == [["Embedding", "LSTM", "Dense"], 5]


def test_the_numbers_to_try_by_hand_are_right():
    """A stub that promises a wrong number would teach a wrong formula."""
    functions = measure()
    dense = [perform(functions["model_size_bytes"], Call("", (TinyModel(3, ((2, t),)),), {})).value for t in
             ("float32", "float16")]  # fmt: skip

    assert [functions["gru_parameter_count"](3, 2), functions["gru_parameter_count"](3, 2, False)] == [42, 36]
    assert functions["lstm_parameter_count"](3, 2) == 48
    assert dense == [32, 16]


def test_a_time_is_the_median_of_the_epochs_after_the_warm_up():
    rows, seconds = 6, (50.0, 2.0, 1.0, 9.0)
    call = Call("", (TinyModel(2, ((1, "float32"),)), np.ones((rows, 2)), np.ones((rows, 1))),
                {"epochs": 3, "clock": ScriptedClock(rows, (seconds,))})  # fmt: skip
    answer = perform(measure()["time_training"], call)

    assert answer.value == 2.0
    assert answer.counts == ((4 * rows, 0),)
    assert [counts[0][0] // rows for counts in answer.readings] == [1, 2, 2, 3, 3, 4]


def test_a_ratio_is_to_the_first_row():
    rows = 6
    models = {"large": TinyModel(2, ((3, "float32"),)), "small": TinyModel(2, ((3, "float16"),))}
    call = Call("", (models, np.ones((rows, 2)), np.ones((rows, 1))),
                {"epochs": 1, "clock": ScriptedClock(rows, ((9.0, 4.0), (9.0, 1.0)))})  # fmt: skip
    table = perform(measure()["compare_models"], call).value.data

    assert table["index"] == ["large", "small"]
    assert dict(zip(table["columns"], table["cells"], strict=True)) == {
        "parameters": [9, 9],
        "bytes": [36, 18],
        "seconds_per_epoch": [4.0, 1.0],
        "relative_size": [1.0, 0.5],
        "relative_time": [1.0, 0.25],
    }


def test_the_texts_to_train_on_are_rows_of_the_table():
    tool = runpy.run_path(str(DATA / "make_swap.py"), run_name="tool")
    with np.load(DATA / "02_swap.npz", allow_pickle=False) as arrays:
        packed = dict(arrays)

    for name, (texts, labels) in (
        ("", tool["read"]("pros_cons_train.tsv")),
        ("test_", tool["read"]("pros_cons_test.tsv")),
    ):
        count = len(packed[f"{name}texts"])
        assert packed[f"{name}texts"].tolist() == texts[:count].tolist()
        assert packed[f"{name}labels"].tolist() == labels[:count].tolist()
    assert [len(packed["texts"]), len(packed["test_texts"])] == [512, 500]
    assert 0.4 < packed["labels"].mean() < 0.6


def test_the_data_are_those_whose_provenance_is_written_down():
    """The licences ask for attribution; a file that nobody can name has none."""
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    listed = {name: digest for digest, name in re.findall(r"^([0-9a-f]{64})  (\S+)$", readme, re.MULTILINE)}

    assert listed == {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in DATA.iterdir()
        if file.suffix in {".tsv", ".npz"}
    }
