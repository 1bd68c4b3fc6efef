"""The students' package on a student's machine: right work, stubs, data, a script of one's own."""

from __future__ import annotations

import json
import shutil

import pytest

from grader.course.master import read_master, solution_text

from .conftest import ROOT

EXERCISES = ("01_gates", "05_trace")


@pytest.fixture
def solved(tmp_path):
    for ident in EXERCISES:
        (tmp_path / f"{ident}.py").write_text(solution_text(read_master(ROOT / "solutions" / f"{ident}.py")), "utf-8")
    return tmp_path


def test_right_work_passes_every_public_check(at_home, solved):
    run = at_home("-m", "grader", "check")

    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.endswith("Public checks: 25 of 25 points. The other 17 are decided when it is graded.\n")


def test_a_stub_beside_finished_work_is_not_checked_and_of_two_finished_files_both_are_named(at_home, solved):
    """A template holds both forms of each exercise: 0 of 25 points, for the notebook that nobody had opened."""
    for ident in EXERCISES:
        shutil.copy(ROOT / "exercises" / f"{ident}.ipynb", solved)
    cell = {"cell_type": "code", "source": f"{(solved / '05_trace.py').read_text('utf-8')}\ndone = True"}
    (solved / "05_trace.ipynb").write_text(json.dumps({"cells": [cell]}), "utf-8")
    run = at_home("-m", "grader", "check")
    told = " ".join(run.stdout.split())

    assert run.returncode == 0, run.stdout + run.stderr
    assert "(01_gates.py)" in told
    assert "(05_trace.ipynb)" in told
    assert "05_trace.py (with the same work in it) were both handed in; 05_trace.ipynb was graded" in told
    assert run.stdout.endswith("Public checks: 25 of 25 points. The other 17 are decided when it is graded.\n")


@pytest.mark.parametrize("ending", [".py", ".ipynb"])
def test_stubs_are_not_done_yet(ending, at_home, tmp_path):
    for ident in EXERCISES:
        shutil.copy(ROOT / "exercises" / f"{ident}{ending}", tmp_path)
    run = at_home("-m", "grader", "check")

    assert run.returncode == 1, run.stderr
    assert run.stdout.count("Nothing is done yet. Begin with:") == 2
    assert "Public checks: 0 of 25 points. The other 17 are decided when it is graded." in run.stdout


@pytest.mark.parametrize("ending", [".py", ".ipynb"])
def test_written_answers_are_listed_and_wait_for_the_grading(ending, at_home, tmp_path):
    shutil.copy(ROOT / "exercises" / f"04_theory{ending}", tmp_path)
    run = at_home("-m", "grader", "check")

    assert run.returncode == 0, run.stderr
    assert run.stdout.count(": empty") == 6
    assert run.stdout.endswith("Public checks: 0 of 0 points. The other 15 are decided when it is graded.\n")


@pytest.mark.parametrize("written", ['"update', "update gate", "update"])
def test_an_answer_whose_quotation_marks_do_not_fit_is_told_at_its_line(written, at_home, tmp_path):
    """The answer was called empty, and its line was told as the answer to another question."""
    stub = (ROOT / "exercises" / "04_theory.py").read_text("utf-8")
    text = stub.replace('"TODO: the name of the gate."', written)
    (tmp_path / "04_theory.py").write_text(text, "utf-8")
    told = " ".join(at_home("-m", "grader", "check").stdout.split())

    line = text[: text.index(f"= {written}")].count("\n") + 1
    assert (f"note: line {line} is not Python: " in told) is (written != "update")
    assert told.count("is not Python") == (written != "update")


def test_an_exercise_about_keras_asks_for_it_where_it_is_missing(at_home, tmp_path):
    shutil.copy(ROOT / "exercises" / "02_swap.py", tmp_path)
    run = at_home("-m", "grader", "check")

    assert run.returncode == 1, run.stderr
    assert "it needs tensorflow, which is not installed here: pip install tensorflow" in " ".join(run.stdout.split())
    assert run.stdout.endswith("Public checks: 0 of 0 points. The other 15 are decided when it is graded.\n")


def test_a_mistake_is_named_without_any_solution_at_hand(at_home, solved):
    file = solved / "01_gates.py"
    file.write_text(file.read_text("utf-8").replace("z * h + (1 - z) * h_tilde", "(1 - z) * h + z * h_tilde"), "utf-8")
    run = at_home("-m", "grader", "check", "01_gates.py")

    assert run.returncode == 1, run.stderr
    assert "the update gate works the other way round" in run.stdout
    assert "Public checks: 16 of 18 points. The other 12 are decided when it is graded." in run.stdout


def test_a_refused_package_is_refused_at_home_too(at_home, solved):
    file = solved / "01_gates.py"
    file.write_text("import tensorflow as tf\n" + file.read_text("utf-8"), "utf-8")
    run = at_home("-m", "grader", "check", "01_gates.py")

    assert run.returncode == 0, run.stdout + run.stderr
    assert "is done without tensorflow; NumPy is all it needs" in " ".join(run.stdout.split())


def test_the_data_of_an_exercise_come_with_the_package(at_home):
    run = at_home("-c", "import grader; print(*grader.example('05_trace')['words'])")

    assert run.stdout.split()[:3] == ["the", "movie", "was"], run.stderr


def test_a_script_prints_what_its_own_functions_reach(at_home, solved):
    with (solved / "01_gates.py").open("a", encoding="utf-8") as file:
        file.write("\nimport grader\ngrader.check()\n")
    run = at_home(solved / "01_gates.py")

    assert run.stdout.endswith("Public checks: 18 of 18 points. The other 12 are decided when it is graded.\n"), (
        run.stderr
    )


@pytest.mark.parametrize("encoding", ["cp437", "ascii", "utf-8"])
def test_a_script_prints_on_a_console_that_has_few_signs(encoding, at_home, tmp_path, monkeypatch):
    """The quotation marks round an answer ended the script on a Windows console."""
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    (tmp_path / "04_theory.py").write_text('ANSWERS = {"memory_gate": "the gate → there"}', encoding="utf-8")
    run = at_home("-c", "import grader; grader.check('memory_gate')")

    assert run.returncode == 0, run.stderr
    assert "the gate" in run.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "as in `grader check 01_gates.ipynb`."),
        (["01_gates"], "did you mean 01_gates.txt?"),
        (["update_gate"], "there is no such file\n"),
    ],
)
def test_where_there_is_nothing_to_check_one_line_says_what_to_do(arguments, words, at_home, tmp_path):
    (tmp_path / "01_gates.txt").write_text("notes")
    run = at_home("-m", "grader", "check", *arguments)

    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert words in run.stderr


def test_grading_says_that_it_is_not_for_every_system(at_home):
    run = at_home("-m", "grader", "score", ".")

    assert run.returncode == 2
    assert "WSL" in run.stderr
