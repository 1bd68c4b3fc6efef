"""The reference of 05_trace is right, its data are what they are said to be, and what the notebook tells of them is true."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import runpy
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import grader
from course.otherwise.trace_answers import agree, answers, cases
from grader.checks.mistakes.declare import compose, load_mistakes
from grader.course.master import graded_names, read_master, stub_text

SOLUTIONS = Path(__file__).parents[2] / "solutions"
MASTER, DATA = SOLUTIONS / "05_trace.py", SOLUTIONS / "data"
MISTAKES = load_mistakes(SOLUTIONS / "misconceptions" / "05_trace.py", ("gate_trace",))
INSTANCES = {f"{i.id} {i.form}".strip(): i for mistake in MISTAKES for i in mistake.instances}
RAISE = {"R7 cut along the wrong axis", "R18 in the blend"} | {
    label for label in INSTANCES if label.startswith(("R19", "R20", "R21", "R22"))
}
WORDS = "the movie was boring at first but later it became exciting".split()

KERAS = """
import sys
import numpy as np
import keras

given = dict(np.load(sys.argv[1]))
answers = {}
for case in sorted({name.partition("/")[0] for name in given}):
    kernel, recurrent, bias, words = (given[f"{case}/{part}"] for part in ("kernel", "recurrent", "bias", "words"))
    d, u, dtype = len(kernel), len(recurrent), str(words.dtype)

    def cell(kernel, recurrent, bias):
        cell = keras.layers.GRUCell(u, dtype=dtype)
        cell.build((1, d))
        cell.set_weights([kernel, recurrent, bias])
        return lambda x, h: np.asarray(cell(keras.ops.convert_to_tensor(x), keras.ops.convert_to_tensor(h))[0])

    layer = keras.layers.GRU(u, return_sequences=True, dtype=dtype)
    layer.build((1, *words.shape))
    layer.set_weights([kernel, recurrent, bias])
    states = np.asarray(layer(keras.ops.convert_to_tensor(words[None])))[0]
    before = np.vstack([np.zeros((1, u), dtype), states[:-1]])

    # Keras gives no gates away. With a candidate of tanh(50) = 1 the next state is z h + 1 - z, which tells z.
    shut = [kernel.copy(), recurrent.copy(), bias.copy()]
    for array in shut:
        array[:, 2 * u :] = 0
    shut[2][0, 2 * u :] = 50
    answers[f"{case}/z"] = (1 - cell(*shut)(words, before)) / (1 - before)

    # With z = 0 and the state's bias alone in the candidate, the next state is tanh(r * 1), which tells r.
    for array in shut[:2]:
        array[:, :u] = 0
    shut[2][:, :u], shut[2][0, 2 * u :], shut[2][1, 2 * u :] = -200, 0, 1
    answers[f"{case}/r"] = np.arctanh(cell(*shut)(words, before))
np.savez(sys.argv[2], **answers)
"""


@cache
def example() -> dict[str, Any]:
    """Read what students get of the trained GRU."""
    arrays = np.load(DATA / "05_trace.npz", allow_pickle=False)
    weights = [arrays[f"weights.{place}"] for place in range(3)]
    return {"weights": weights, "embedded": arrays["embedded"], "words": arrays["words"]}


@cache
def reference() -> Any:
    """Give the solution's function, with none of the cells that show something."""
    return compose(MASTER.read_text(encoding="utf-8"), {}, str(MASTER))["gate_trace"]


@cache
def given(label: str) -> Any:
    """Give the answers of the solution, or of a mistake."""
    overrides = INSTANCES[label].overrides if label else {}
    return answers(compose(MASTER.read_text(encoding="utf-8"), overrides, str(MASTER))["gate_trace"])


def test_the_table_is_the_contracts():
    assert graded_names(MASTER.read_text(encoding="utf-8")) == ("gate_trace",)


@pytest.mark.skipif(
    importlib.util.find_spec("keras") is None or importlib.util.find_spec("tensorflow") is None,
    reason="TensorFlow is not installed; it has no wheel for this Python, or the extra `score` is missing",
)
def test_the_reference_gives_the_gates_that_a_keras_layer_computes(tmp_path):
    """Run Keras in a process of its own: it prints on import, and it must never be in a process that forks."""
    asked = {"trained": (example()["weights"], example()["embedded"])}
    asked |= {f"drawn {number}": case for number, case in enumerate(cases())}
    arrays = {}
    for name, (weights, words) in asked.items():
        parts = zip(("kernel", "recurrent", "bias", "words"), (*weights, words), strict=True)
        arrays |= {f"{name}/{part}": array for part, array in parts}
    np.savez(tmp_path / "in.npz", **arrays)
    environment = os.environ | {
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "KERAS_BACKEND": "tensorflow",
    }
    command = [sys.executable, "-c", KERAS, str(tmp_path / "in.npz"), str(tmp_path / "out.npz")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]

    keras = np.load(tmp_path / "out.npz")
    for name, case in asked.items():
        z, r = reference()(*case)
        atol = 3e-6 if name == "trained" else 1e-9  # float32 and float64, and arctanh loses a digit
        np.testing.assert_allclose(z, keras[f"{name}/z"], rtol=0, atol=atol)
        np.testing.assert_allclose(r, keras[f"{name}/r"], rtol=0, atol=atol)


def test_the_trained_gru_is_small_and_plain():
    """Students get it with the package, and no reader has to unpickle anything."""
    kernel, recurrent_kernel, bias = example()["weights"]
    d, u = len(kernel), len(recurrent_kernel)

    assert (kernel.shape, recurrent_kernel.shape, bias.shape) == ((d, 3 * u), (u, 3 * u), (2, 3 * u))
    assert example()["embedded"].shape == (len(WORDS), d)
    assert d != u
    assert {array.dtype for array in (kernel, recurrent_kernel, bias, example()["embedded"])} == {np.dtype("float32")}
    assert (DATA / "05_trace.npz").stat().st_size < 200_000


def test_the_trained_gru_was_trained():
    """In a fresh layer all biases are zero, and then half of the mistakes can't be seen."""
    assert np.all(example()["weights"][2] != 0)


def test_the_words_are_those_of_the_lesson():
    assert example()["words"].dtype.kind == "U"
    assert example()["words"].tolist() == WORDS


def test_every_word_of_the_sentence_has_a_vector_of_its_own():
    """A word outside the vocabulary would share its vector with all others; "became" comes close, with two occurrences."""
    training = runpy.run_path(str(DATA / "make_trace.py"), run_name="training")
    texts, labels = training["read"]("movie_snippets_train.tsv")
    ids = training["word_ids"](texts)

    assert training["words_of"](training["SENTENCE"]) == WORDS
    assert [len(texts), int(labels.sum()), len(ids)] == [3100, 1550, 4998]
    assert training["padded"]([training["SENTENCE"]], ids)[0, -11:].tolist() == [ids[word] for word in WORDS]
    assert not training["padded"]([training["SENTENCE"]], ids)[0, :-11].any()
    assert len(np.unique(example()["embedded"], axis=0)) == len(WORDS)


def test_the_data_are_those_that_the_licence_notes_speak_of():
    notes = (DATA / "README.md").read_text(encoding="utf-8")
    sums = dict(re.findall(r"^([0-9a-f]{64})  (\S+)$", notes, re.MULTILINE))
    files = [path for path in DATA.iterdir() if path.suffix in (".tsv", ".npz")]

    assert {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in files} == sums
    for words in ("CC BY 4.0", "Bo Pang and Lillian Lee", "Bing Liu", "Copyright (c) 2016 C.J. Hutto"):
        assert words in notes


def cells(text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str = "__main__") -> dict[str, Any]:
    """Run all cells as a person would, plots to nowhere."""
    monkeypatch.setattr(grader, "example", {"05_trace": example()}.__getitem__, raising=False)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    file = tmp_path / "05_trace.py"
    file.write_text(text, encoding="utf-8")
    return runpy.run_path(str(file), run_name=name)


def test_the_cells_show_what_they_say_that_you_should_see(monkeypatch, tmp_path, capsys):
    cells(MASTER.read_text(encoding="utf-8"), monkeypatch, tmp_path, "read only")
    said = capsys.readouterr().out

    assert "not done yet" not in said
    expected = re.findall(r"expected (?:[zr] )?([^:\n]*?) *: (.*)", said)
    assert len(expected) >= 5
    for promised, got in expected:
        if promised.startswith("["):
            assert got == promised
        else:
            assert {float(number) for number in got.strip("[]").split()} == {
                float(number) for number in promised.split()
            }


def test_the_cells_of_the_stub_stop_at_nothing(monkeypatch, tmp_path, capsys):
    """Who has not begun yet sees which part is missing, in every cell that needs it."""
    cells(stub_text(read_master(MASTER)), monkeypatch, tmp_path)
    said = capsys.readouterr().out

    assert said.count("not done yet: 05_trace, TODO 1: gate_trace") >= 10


def test_the_plot_shows_both_gates_with_the_words_below(monkeypatch, tmp_path):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    monkeypatch.setattr(pyplot, "show", lambda: None)
    cells(MASTER.read_text(encoding="utf-8"), monkeypatch, tmp_path)
    figure = pyplot.gcf()
    pyplot.close(figure)

    pictures = [axes for axes in figure.axes if axes.images and axes.get_title()]
    assert [axes.get_title()[:11] for axes in pictures] == ["update gate", "reset gate "]
    for axes in pictures:
        assert [label.get_text() for label in axes.get_xticklabels()] == WORDS
        assert axes.images[0].get_array().shape == (12, 11)
        assert axes.images[0].get_clim() == (0, 1)


def test_what_the_notebook_tells_of_the_story_is_true():
    """It says that the lesson's story does not hold; that must be read off the numbers, and stay so."""
    z, r = reference()(example()["weights"], example()["embedded"])
    boring, exciting = WORDS.index("boring"), WORDS.index("exciting")
    without = np.delete(example()["embedded"], boring, axis=0)
    left = np.prod(z[boring + 1 :], axis=0)

    assert len(WORDS) - boring - 1 == 7
    assert left.mean() == pytest.approx(0.0015, abs=5e-5)
    assert left.max() < 0.01
    assert 0.35 < z.mean() < 0.45
    assert r[exciting].mean() == pytest.approx(0.61, abs=0.005)
    assert r[exciting].mean() > r[boring].mean()
    assert r[exciting].min() > 0.5
    assert np.ptp(r.mean(axis=1)) < 0.06
    assert abs(reference()(example()["weights"], without)[1][-1].mean() - r[exciting].mean()) < 0.03
    assert z[exciting].mean() > z[WORDS.index("later")].mean(), "and z drops the past there no faster than elsewhere"


def test_the_counts_of_the_notebook_are_true():
    rows = [line.split("\t") for line in (DATA / "movie_snippets_train.tsv").read_text(encoding="utf-8").splitlines()]
    for word, texts, praise in (("boring", 29, 1), ("exciting", 16, 9)):
        labels = [label for label, _, text in rows if re.search(rf"(?<![\w']){word}(?![\w'])", text.lower())]
        assert (len(labels), labels.count("1")) == (texts, praise)


def test_a_mistake_is_not_seen_in_the_trained_gru_where_its_bias_rows_are_equal():
    """The notebook says so, and it is why checks draw their weights: the gates' two rows get the same gradients."""
    bias, u = example()["weights"][2], len(example()["weights"][1])

    assert np.allclose(bias[0, : 2 * u], bias[1, : 2 * u], atol=1e-6)
    assert not np.allclose(bias[0, 2 * u :], bias[1, 2 * u :], atol=1e-3)
    for weights, _ in cases():
        assert np.abs(weights[2][0] - weights[2][1]).min() > 1e-4


def test_the_mistakes_are_those_of_the_course_list():
    """R10 is a matter of reading: it has patterns and no variant."""
    assert [mistake.id for mistake in MISTAKES] == [f"R{n}" for n in range(1, len(MISTAKES) + 1)]
    assert [mistake.id for mistake in MISTAKES if not mistake.instances] == ["R10"]
    assert "does not mean that the word is important" in MASTER.read_text(encoding="utf-8").replace("\n# ", " ")


def test_names_are_plain_and_hints_short():
    for mistake in MISTAKES:
        assert len(mistake.name) <= 80
        assert mistake.name[0].islower()
        assert 15 <= len(mistake.hint.split()) <= 60, mistake.id
        assert "return" not in mistake.hint
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES)


@pytest.mark.parametrize("label", INSTANCES)
def test_a_mistake_can_be_named_in_both_gates_of_a_sentence(label):
    """Its numbers are neither the solution's nor those of any other mistake."""
    for look in ("z", "r"):
        assert not agree(given(label), given(""), look)
        assert {INSTANCES[other].id for other in INSTANCES if agree(given(label), given(other), look)} == {
            INSTANCES[label].id
        }


def test_what_raises_says_so_in_words_of_its_own():
    for label in INSTANCES:
        assert (label in RAISE) == any(isinstance(answer, str) for answer in given(label)), label


def test_at_the_first_word_some_mistakes_are_right_and_the_others_can_be_told_apart():
    """There the state is zero: what the candidate, the blend and the carrying do wrong does not show yet."""
    for look in ("z, first word", "r, first word"):
        right = {label for label in INSTANCES if agree(given(label), given(""), look)}
        assert {INSTANCES[label].id for label in right} == {"R2", "R3", "R4", "R5", "R6", "R13", "R16", "R18"}
        assert {label for label in right if INSTANCES[label].id == "R2"} == {
            "R2 the candidate without the state's",
            "R2 the candidate without the word's",
        }
        for label in INSTANCES.keys() - right - RAISE:
            alike = {INSTANCES[other].id for other in INSTANCES if agree(given(label), given(other), look)}
            assert alike == {INSTANCES[label].id}, label


@pytest.mark.parametrize("label", [label for label in INSTANCES if label not in RAISE and "R23" not in label])
def test_a_mistake_is_far_outside_the_tolerance(label):
    """So that no honest rounding is near a mistake, and no mistake near right."""
    for got, want in zip(given(label), given(""), strict=True):
        if got[0].shape == want[0].shape:
            assert max(np.abs(got[0] - want[0]).max(), np.abs(got[1] - want[1]).max()) > 3e-3
