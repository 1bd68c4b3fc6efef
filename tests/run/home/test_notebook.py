"""`grader.check()` in a real kernel, with the students' package, where no notebook lies on disk."""

from __future__ import annotations

import os

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from grader.course.master import read_master, solution_text

from .conftest import ROOT

SOLUTION = solution_text(read_master(ROOT / "solutions" / "01_gates.py"))
WRONG = "def next_state(z, h, h_tilde):\n    return (1 - z) * h + z * h_tilde"


@pytest.fixture
def run(site, tmp_path, monkeypatch):
    """Run cells in a fresh kernel on a machine without fork, and give the outputs of the last one."""
    monkeypatch.setenv("PYTHONPATH", str(site))

    def running(*cells: str) -> list[nbformat.NotebookNode]:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        client = NotebookClient(
            notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
        )
        client.execute(env=dict(os.environ))
        return notebook.cells[-1].outputs

    return running


def test_the_live_names_are_checked_and_shown_as_html_and_as_text(run):
    (output,) = run(SOLUTION, WRONG, "import grader\ngrader.check()")

    assert output.output_type == "execute_result"
    for shown in (output.data["text/html"], output.data["text/plain"]):
        assert "the update gate works the other way round" in shown
        assert "Public checks: 16 of 18 points. The other 12 are decided when it is graded." in shown


def test_a_loop_without_end_is_stopped_and_the_kernel_lives_on(run):
    loop = "def sigmoid(a):\n    while True:\n        pass"
    shorten = "from grader.home import report\nkit = report.nearest_kit\n"
    shorten += "from dataclasses import replace\nfrom grader.course.course_toml import Limits\n"
    shorten += (
        "report.nearest_kit = lambda: tuple(replace(o, exercise=replace(o.exercise, limits=Limits(call_seconds=0.2))) "
    )
    shorten += "for o in kit())\nimport grader"
    (output,) = run(SOLUTION, loop, shorten, "str([r.outcome for r in grader.check('01_gates').rows[0].results][:2])")

    assert output.data["text/plain"].count("timeout") == 2


def test_without_anything_defined_one_sentence_says_what_to_do(run):
    """It was a traceback of 25 lines."""
    (output,) = run("import grader\ngrader.check()")

    assert output.output_type == "execute_result"
    assert "Run the cells that define them first" in output.data["text/html"]
    assert "\n" not in output.data["text/plain"]


def test_data_that_are_not_there_are_told_in_one_line(run):
    with pytest.raises(CellExecutionError) as caught:
        run("import grader\ngrader.example('01_gates')")

    told = caught.value.traceback.rstrip().rpartition("------------------\n")[2]
    assert told.strip() == "UsageError: no data come with '01_gates', only with 02_swap, 05_trace."


def test_each_check_cell_of_a_stub_says_in_a_line_that_it_is_not_done(site, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(site))
    notebook = nbformat.read(ROOT / "exercises" / "01_gates.ipynb", as_version=4)
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute(env=dict(os.environ))
    checked = [cell.outputs[0].data["text/plain"] for cell in notebook.cells if cell.source.startswith("grader.check")]

    assert len(checked) == 8
    assert [text for text in checked[:-1] if "\n" in text or "not done yet" not in text] == []
    assert "Nothing is done yet. Begin with: sigmoid" in checked[-1]
