"""The students' package where TensorFlow is installed: the exercises about Keras, by file and by the names of a kernel."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from grader.checks.mistakes.declare import defining_part
from grader.course.master import read_master, solution_text

from .conftest import ROOT

EXERCISES = ("02_swap", "03_measure")
# The points that the public checks give, and the mistakes that are named; what a file is read for is looked at elsewhere.
STUDENTS = {
    "02_swap": {
        "ada": (9, []),
        "barbara-wrote-a-class": (9, []),
        "carl-swaps-the-gates": (0, ["S1"]),
        "dmitri-stacks-the-weights": (9, []),
        "dora-forgets-the-reset": (4, ["S2"]),
        "zoe-all-zeros": (5, ["S6"]),
    },
    "03_measure": {
        "ada": (18, []),
        "emmy-einsum": (18, []),
        "bella-pasted-a-step": (15, ["M19"]),
        "kira-overflows-in-where": (16, ["M9"]),
        "ned-hands-the-state-on": (16, ["M15"]),
        "olive-last-state-only": (16, ["M17"]),
    },
}
VERDICTS = """
import json, pathlib
from grader.home.check_work import check_live
from grader.home.kit import nearest_kit
from grader.home.live_names import LiveNames

def verdicts(ident, text):
    names = {"__name__": "notebook"}
    exec(compile(text, "<cell>", "exec"), names)
    (offered,) = (each for each in nearest_kit() if each.exercise.id == ident)
    checked = check_live(offered, "here", lambda graded: LiveNames(names, graded, 30.0, "4 GB"))
    told = any("reads it from the file's text" in flag.message for flag in checked.notes)
    assert told == ("MEASURED" in names), checked.notes
    named = {result.misconception.id for result in checked.results if result.misconception}
    return sum(result.points for result in checked.results), sorted(named)

wanted = json.loads(pathlib.Path("texts.json").read_text("utf-8"))
got = {ident: {student: verdicts(ident, text) for student, text in texts.items()} for ident, texts in wanted.items()}
pathlib.Path("verdicts.json").write_text(json.dumps(got), "utf-8")
import tensorflow
print("eagerly" if tensorflow.config.functions_run_eagerly() else "as before")
"""


@pytest.fixture
def solved(tmp_path: Path) -> Path:
    for ident in EXERCISES:
        (tmp_path / f"{ident}.py").write_text(solution_text(read_master(ROOT / "solutions" / f"{ident}.py")), "utf-8")
    return tmp_path


def test_right_work_passes_every_public_check(with_keras, solved):
    run = with_keras("-m", "grader", "check")

    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.endswith("Public checks: 27 of 27 points. The other 16 are decided when it is graded.\n")


def test_stubs_are_not_done_yet(with_keras, tmp_path):
    for ident in EXERCISES:
        shutil.copy(ROOT / "exercises" / f"{ident}.py", tmp_path)
    run = with_keras("-m", "grader", "check")

    assert run.returncode == 1, run.stderr
    assert run.stdout.count("Nothing is done yet. Begin with:") == 2
    assert "Public checks: 0 of 27 points. The other 16 are decided when it is graded." in run.stdout


def test_the_names_of_a_kernel_get_what_their_files_would(site_with_keras, tmp_path, monkeypatch):
    """In the kernel models are built beside the student's own, and TensorFlow is left as it was."""
    texts = {
        ident: {name: defining_part(text_of(name, ident)) for name in students} for ident, students in STUDENTS.items()
    }
    (tmp_path / "texts.json").write_text(json.dumps(texts), "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(site_with_keras))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(VERDICTS)])
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=resources).execute(env=dict(os.environ))

    got = json.loads((tmp_path / "verdicts.json").read_text("utf-8"))
    assert got == json.loads(json.dumps(STUDENTS))
    assert notebook.cells[-1].outputs[-1].text == "as before\n"


def text_of(student: str, ident: str) -> str:
    """What a student of the class handed in."""
    return (ROOT / "tests" / "class" / student / f"{ident}.py").read_text("utf-8")
