"""The text of an exception is in the student's terms, and the same in each run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.inside import faults
from grader.sandbox.inside.wording import in_plain_words

SAID = {
    "Exception encountered when calling CountRows.call().\n\n\x1b[1mno\x1b[0m\n\nArguments received by CountRows.call():\n  x": (
        "Exception encountered when calling the model's first layer. no"
    ),
    "Exception encountered when calling Embedding.call().\n\n\x1b[1m{{function_node __wrapped__GatherV2_device_/job:localhost/"
    "replica:0/task:0/device:CPU:0}} indices[0,1] = 99 is not in [0, 10) [Op:GatherV2]\x1b[0m\n\nArguments received by "
    "Embedding.call():\n  inputs=tf.Tensor(shape=(1, 2), dtype=float32)": (
        "Exception encountered when calling Embedding.call(). indices[0,1] = 99 is not in [0, 10)"
    ),
    "Graph execution error:\n\nDetected at node sequential_1_1/embedding_1_1/GatherV2 defined at (most recent call last):\n"
    '  File "/tmp/k.py", line 12, in <module>\n\n  File "/tmp/k.py", line 5, in t\n\nindices[0,1] = 99 is not in [0, 10)\n'
    "\t [[{{node sequential_1_1/embedding_1_1/GatherV2}}]] [Op:__inference_one_step_1231]": (
        "indices[0,1] = 99 is not in [0, 10)"
    ),
    "Matrix size-incompatible: In[0]: [400,64], In[1]: [3,3] [Op:MatMul] name: ": (
        "Matrix size-incompatible: In[0]: [400,64], In[1]: [3,3]"
    ),
    "Input 0 with name 'None' of layer 'gru_12' is incompatible with the layer: expected ndim=3": (
        "Input 0 with name 'None' of layer 'gru' is incompatible with the layer: expected ndim=3"
    ),
    "cannot import name 'x' from 'keras.models' (/home/me/lib/python3.11/site-packages/keras/models/__init__.py)": (
        "cannot import name 'x' from 'keras.models'"
    ),
    "cannot import name 'CuDNNGRU' from 'keras.layers' (/tmp/grader-6807-378ovqpb/packages/keras/layers/__init__.py)": (
        "cannot import name 'CuDNNGRU' from 'keras.layers'"
    ),
    "no file /var/tmp/of-mine/grader-6807-378ovqpb/packages/keras/layers/x.txt": "no file keras/layers/x.txt",
    "cannot import name 'x' from 'helpers' (unknown location)": "cannot import name 'x' from 'helpers'",
    "invalid syntax (<string>, line 1)": "invalid syntax (line 1)",
    "pass it by keyword: <Sequential name=sequential_5, built=True> (of type <class 'keras.src.models.sequential.Sequential'>)": (
        "pass it by keyword: <Sequential name=sequential, built=True> (of type Sequential)"
    ),
    "TensorFlowTrainer.fit() got an unexpected keyword argument 'verbos'": (
        "model.fit() got an unexpected keyword argument 'verbos'"
    ),
    "module 'submission' has no attribute 'gates'": "this file has no attribute 'gates'",
    "[Errno 2] No such file or directory: '/opt/lib/python3.12/site-packages/nltk/data'": (
        "[Errno 2] No such file or directory: 'nltk/data'"
    ),
    "one\n  two\n\nthree": "one two three",
}


@pytest.mark.parametrize("text", SAID)
def test_what_only_the_grader_or_the_machine_means_is_left_out(text: str) -> None:
    assert in_plain_words(text) == SAID[text]


@pytest.mark.parametrize(
    "text",
    [
        "01_gates, TODO 3: reset_gate",
        "name 'gru_1' is not defined",
        "shapes (3,4) and (5,6) not aligned: 4 (dim 1) != 5 (dim 0)",
        "operands could not be broadcast together with shapes (3,4) (3,6)",
        "'dense_2'",
        "'tmp_weights'",
        "the state has 3 rows, at 0.5",
        "",
    ],
)
def test_what_the_student_can_use_stays_as_it_is(text: str) -> None:
    assert in_plain_words(text) == text


MAKERS: dict[str, Callable[[], Any]] = {
    "a function": lambda: lambda x: x,
    "an object": lambda: type("Gate", (), {})(),
    "a method": lambda: type("Gate", (), {"open": lambda self: None})().open,
    "a generator": lambda: (x for x in ()),
    "a file": lambda: Path(os.getcwd()) / "data.csv",
    "a temporary file": lambda: tempfile.mktemp(dir=os.getcwd()),
}


@pytest.mark.parametrize("what", MAKERS)
def test_two_runs_of_one_file_say_the_same_words(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses and the worker's folder differ from run to run."""
    told, kept = set(), []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        kept.append(MAKERS[what]())
        told.add(faults.describe(TypeError(f"{kept[-1]!r} can't be used: {kept[-1]}"), frozenset()).text)
    assert len(told) == 1
    assert not any(str(tmp_path) in text or "0x" in text for text in told)


def test_a_package_that_lies_below_the_workers_own_folder_is_left_out_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page showed `(grader-6807-378ovqpb/packages/keras/layers/__init__.py)`: the beginning alone had been left out."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    lies = tmp_path / "grader-6807-378ovqpb" / "packages" / "keras" / "layers" / "__init__.py"
    assert in_plain_words(f"cannot import name 'x' from 'keras.layers' ({lies})") == (
        "cannot import name 'x' from 'keras.layers'"
    )


def test_a_wall_of_numbers_is_cut_and_its_beginning_stays() -> None:
    told = in_plain_words(f"bad ids: {list(range(5000))} in the batch")
    assert told.startswith("bad ids: [0, 1, 2, ")
    assert told.endswith(" in the batch")
    assert len(told) < 120


@given(st.text(st.sampled_from("0x1f_ae/[]{}()<>'. \n:,=lib-packgstnomdwuyr\\\x1b"), max_size=400))
def test_the_words_are_one_line_and_never_longer_than_what_was_said(text: str) -> None:
    told = in_plain_words(text)
    assert "\n" not in told
    assert len(told) <= 4 * len(text) + 20


@pytest.mark.parametrize(
    "text", ["1 " * 25_000, "/" * 50_000, "[[{{node " * 5_000, "tmp" * 16_000, "<a." * 16_000, " (/" * 16_000]
)
def test_a_long_text_is_a_long_scan_and_no_more(text: str) -> None:
    """What would take time by going back and forth would take hours here."""
    assert isinstance(in_plain_words(text), str)
