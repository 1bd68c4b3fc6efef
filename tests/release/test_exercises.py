"""What is under ``exercises/`` is made from the masters, runs as it stands and gives nothing away."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from grader.course import load_course
from grader.release.cells import split_cells
from grader.release.master import read_master
from grader.release.write import release

ROOT = Path(__file__).parents[2]
COURSE = load_course(ROOT / "solutions")
EXERCISES = [pytest.param(exercise, id=exercise.id) for exercise in COURSE.exercises]


def sources(exercise_id: str) -> dict[str, list[str]]:
    """Read the code cells of an exercise's script and notebook."""
    script = (ROOT / "exercises" / f"{exercise_id}.py").read_text(encoding="utf-8")
    notebook = nbformat.read(ROOT / "exercises" / f"{exercise_id}.ipynb", as_version=4)
    return {
        "script": [cell.text for cell in split_cells(script, "script") if cell.kind == "code"],
        "notebook": [cell.source for cell in notebook.cells if cell.cell_type == "code"],
    }


def test_the_committed_exercises_are_what_a_release_writes():
    assert release(COURSE, ROOT / "exercises", check=True) == []


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_notebook_is_valid(exercise):
    nbformat.validate(nbformat.read(ROOT / "exercises" / f"{exercise.id}.ipynb", as_version=4))


@pytest.mark.parametrize("exercise", [pytest.param(each, id=each.id) for each in COURSE.exercises if not each.rubric])
def test_script_and_notebook_hold_the_same_code(exercise):
    code = sources(exercise.id)

    assert code["script"] == code["notebook"]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_stub_asks_for_every_graded_name_and_has_none_of_the_solution(exercise):
    master = read_master(exercise.master)
    stub = (ROOT / "exercises" / f"{exercise.id}.py").read_text(encoding="utf-8")
    lines = master.text.split("\n")
    solutions = ["\n".join(lines[b.first : b.last - 1]) for b in master.blocks if b.kind == "solution"]

    left = [line for block in master.blocks if block.kind == "solution" for line in block.stub if line]
    assert all(line in stub for line in left)
    for name in master.graded_names:
        assert any(name in line for line in left) or f"def {name}(" in stub, f"{name} is asked for nowhere"
    assert not any(solution in stub for solution in solutions)
    assert ">>>" not in stub


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_stub_runs_from_top_to_bottom(exercise):
    """Nothing but a part that is not done may stop a student who runs all cells of an untouched notebook.

    In a process of its own: one that has used Keras must not be forked, and other tests fork.
    """
    code = "\n".join(sources(exercise.id)["notebook"])
    ran = subprocess.run(
        [sys.executable, "-c", RUN, exercise.id], input=code, text=True, capture_output=True, cwd=ROOT, check=False
    )

    assert ran.returncode == 0, ran.stderr[-2000:]


RUN = """
import ast, sys
names = {"__name__": "__main__"}
for statement in ast.parse(sys.stdin.read()).body:
    try:
        exec(compile(ast.Module([statement], []), sys.argv[1], "exec"), names)
    except NotImplementedError as missing:
        assert str(missing).startswith(f"{sys.argv[1]}, TODO "), missing
"""


@pytest.mark.parametrize("exercise", [pytest.param(each, id=each.id) for each in COURSE.exercises if each.rubric])
def test_a_notebook_of_written_answers_has_a_heading_for_each(exercise):
    notebook = nbformat.read(ROOT / "exercises" / f"{exercise.id}.ipynb", as_version=4)
    titles = [line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.split("\n")]

    assert all(f"## {name}" in titles for name in read_master(exercise.master).graded_names)
    assert [cell for cell in notebook.cells if cell.cell_type == "code"] == []
