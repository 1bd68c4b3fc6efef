"""Notebooks run from top to bottom in a kernel of their own, as a student's Jupyter or Colab runs them."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import nbclient
import nbformat
import pytest

from grader.course.course_toml import Exercise, load_course
from grader.course.make_notebook import notebook_text
from grader.course.master import read_master, solution_text

ROOT = Path(__file__).parents[2]
COURSE = load_course(ROOT / "solutions")
HEAVY = pytest.mark.skipif(
    importlib.util.find_spec("tensorflow") is None,
    reason="TensorFlow is not installed; it has no wheel for this Python, or the extra `score` is missing",
)


def is_heavy(exercise: Exercise) -> bool:
    return "tensorflow" in exercise.packages


ALL = [pytest.param(each, id=each.id, marks=[HEAVY] if is_heavy(each) else []) for each in COURSE.exercises]
STUBS = [pytest.param(each, id=each.id, marks=[HEAVY]) for each in COURSE.exercises if is_heavy(each)]


@pytest.fixture(autouse=True)
def quiet_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels get this process's environment; a GPU's driver has nothing to do with a notebook being in order."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")


def executed(text: str, folder: Path) -> nbformat.NotebookNode:
    """Run a notebook in a fresh kernel, in a folder; a cell that raises does not stop it."""
    notebook = nbformat.reads(text, as_version=4)
    place = {"metadata": {"path": str(folder)}}
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", allow_errors=True, resources=place).execute()
    return notebook


def outputs(notebook: nbformat.NotebookNode, kind: str) -> Iterator[nbformat.NotebookNode]:
    return (output for cell in notebook.cells for output in cell.get("outputs", ()) if output["output_type"] == kind)


def said(notebook: nbformat.NotebookNode) -> str:
    return "".join(output["text"] for output in outputs(notebook, "stream"))


@pytest.mark.parametrize("exercise", ALL)
def test_a_solution_runs_without_an_error_or_a_warning(exercise: Exercise):
    """What the master's author forgot shows here: a cell out of order, a call that a new Keras warns of, data that is missing."""
    text = notebook_text(solution_text(read_master(exercise.master)), exercise.id)
    notebook = executed(text, ROOT)

    assert [output["evalue"] for output in outputs(notebook, "error")] == []
    assert "not done yet" not in said(notebook)
    assert "not here" not in said(notebook)
    assert "Warning:" not in said(notebook)


@pytest.mark.parametrize("exercise", STUBS)
def test_an_untouched_stub_stops_at_nothing_but_what_is_not_done(exercise: Exercise, tmp_path: Path):
    """In a folder of its own, where the course's data are not: a student may have nothing but the notebook."""
    notebook = executed((ROOT / "exercises" / f"{exercise.id}.ipynb").read_text(encoding="utf-8"), tmp_path)

    assert [
        output["evalue"]
        for output in outputs(notebook, "error")
        if not (output["ename"] == "NotImplementedError" and output["evalue"].startswith(f"{exercise.id}, TODO "))
    ] == []
    assert f"not done yet: {exercise.id}, TODO 1" in said(notebook)
    assert "Warning:" not in said(notebook)
