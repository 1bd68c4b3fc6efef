"""What is under ``exercises/`` is made from the masters, runs as it stands and gives nothing away."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from grader.course.cells import split_cells
from grader.course.course_toml import load_course
from grader.course.master import read_master, solution_text
from grader.release.write_exercises import release

ROOT = Path(__file__).parents[2]
COURSE = load_course(ROOT / "solutions")
EXERCISES = [pytest.param(exercise, id=exercise.id) for exercise in COURSE.exercises]
LIGHT = [each for each in EXERCISES if "tensorflow" not in each.values[0].packages]


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
    blocks = [block for block in master.blocks if block.kind == "solution"]
    solutions = ["\n".join(lines[b.first : b.last - 1]) for b in blocks]

    assert {name for block in blocks for name in block.names} == set(master.graded_names)
    assert all("\n".join(block.stub) in stub for block in blocks)
    assert not any(solution in stub for solution in solutions)
    assert ">>>" not in stub


@pytest.mark.parametrize("exercise", [pytest.param(each, id=each.id) for each in COURSE.exercises if not each.rubric])
def test_each_part_has_a_cell_below_it_that_checks_it_and_one_cell_checks_all(exercise):
    names = read_master(exercise.master).graded_names
    defined, checked = {}, {}
    for at, cell in enumerate(sources(exercise.id)["notebook"]):
        defined |= {name: at for name in names if re.search(rf"^(def {name}\(|{name} = )", cell, re.MULTILINE)}
        checked |= {name: at for name in (*names, exercise.id) if cell == f'grader.check("{name}")'}
    following = [*(defined[name] for name in names[1:]), checked[exercise.id]]

    assert all(defined[name] < checked[name] < after for name, after in zip(names, following, strict=True))


@pytest.mark.parametrize("exercise", EXERCISES)
def test_nothing_names_the_package_as_a_stranger_has_it_on_the_public_index(exercise):
    """`pip install grader` gives another package, and nothing is published under the grader's own name."""
    for ending in (".py", ".ipynb"):
        text = (ROOT / "exercises" / f"{exercise.id}{ending}").read_text(encoding="utf-8")

        assert re.findall(r"package grader|install (?:gru-)?grader", text) == []


@pytest.mark.parametrize("instead", ["raise ImportError", "def grade(): pass"])
@pytest.mark.parametrize("exercise", LIGHT)
def test_without_matplotlib_and_the_students_package_a_script_still_runs_to_its_end(exercise, instead, tmp_path):
    """Below a plot all was lost. A stranger's package counts as none; the data of 05_trace come with ours, so there it stays."""
    (tmp_path / "matplotlib.py").write_text("raise ImportError")
    if exercise.example is None:
        (tmp_path / "grader.py").write_text(instead)
    (tmp_path / "solved.py").write_text(solution_text(read_master(exercise.master)), encoding="utf-8")
    command = [sys.executable, tmp_path / "solved.py"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)

    assert run.returncode == 0, run.stderr
    assert run.stdout.count("no plot: matplotlib is not installed here") == (not exercise.rubric)
    assert ("package is not installed here" in run.stdout) == (exercise.example is None)


@pytest.mark.parametrize("exercise", LIGHT)
def test_a_stub_runs_from_top_to_bottom(exercise):
    """Nothing but a part that is not done may stop a student who runs all cells of an untouched notebook.

    Stubs that import TensorFlow have a kernel of their own in test_kernel.py: no process that forks may hold it.
    """
    code = "\n".join(sources(exercise.id)["notebook"])
    names = {"__name__": "__main__"}
    for statement in ast.parse(code).body:
        try:
            exec(compile(ast.Module([statement], []), exercise.id, "exec"), names)
        except NotImplementedError as missing:
            assert str(missing).startswith(f"{exercise.id}, TODO ")  # noqa: PT017 - most statements raise nothing


@pytest.mark.parametrize("exercise", [pytest.param(each, id=each.id) for each in COURSE.exercises if each.rubric])
def test_a_notebook_of_written_answers_has_a_heading_for_each(exercise):
    notebook = nbformat.read(ROOT / "exercises" / f"{exercise.id}.ipynb", as_version=4)
    titles = [line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.split("\n")]

    assert all(f"## {name}" in titles for name in read_master(exercise.master).graded_names)
    (code,) = (cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert code.endswith(f'grader.check("{exercise.id}")')
