"""`grader.check("NAME")`: one function of a notebook, one exercise, or a line that says what to do."""

from __future__ import annotations

import json
import runpy
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from grader.checks.mistakes.declare import compile_reference
from grader.course.course_toml import load_course
from grader.home import kit
from grader.home.check_work import check_live
from grader.home.live_names import LiveNames
from grader.home.report import Report, check_namespace

ROOT = Path(__file__).parents[3]
SOLVED = compile_reference((ROOT / "solutions" / "01_gates.py").read_text(encoding="utf-8"), "notebook")
POINTS = {
    "sigmoid": 2, "update_gate": 4, "reset_gate": 3, "candidate_state": 5, "next_state": 4, "gru_step": 6, "gru_forward": 6,
}  # fmt: skip


@pytest.fixture(autouse=True)
def notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the course's folder, where what an expression gives is shown."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)


def checked(name: Any, **changed: Any) -> Report:
    """The report on a name where 01_gates is solved, but for what is changed; None takes a name away."""
    namespace: dict[str, Any] = {"__name__": "notebook"}
    exec(SOLVED, namespace)
    namespace |= changed
    return check_namespace({name: value for name, value in namespace.items() if value is not None}, name)


def not_done(*_: Any) -> None:
    raise NotImplementedError("01_gates, TODO 2: update_gate")


@pytest.mark.parametrize("name", POINTS)
def test_a_function_that_is_right_is_one_line_with_its_own_points(name):
    report = checked(name)
    (row,) = report.rows
    public = sum(result.max_points for result in row.results)

    assert report.passed
    assert public + row.hidden_points == POINTS[name]
    hidden = POINTS[name] - public
    other = {
        0: "",
        1: " The other one is decided when it is graded.",
    }  # it read "The other 1 are" and "The other 0 are"
    assert repr(report) == (
        f"{name}: right, as far as the public checks see. Public checks: {public} of {public} points."
        + other.get(hidden, f" The other {hidden} are decided when it is graded.")
    )


def test_a_function_that_is_wrong_is_shown_with_its_case_and_nothing_is_said_of_the_others():
    report = checked("next_state", next_state=lambda z, h, h_tilde: (1 - z) * h + z * h_tilde, sigmoid=not_done)

    assert {result.id for row in report.rows for result in row.results} == {
        "next_state_keeps_the_past",
        "next_state_blend",
    }
    assert "the update gate works the other way round" in repr(report)
    assert "sigmoid" not in repr(report)


@pytest.mark.parametrize("value", [None, not_done])
def test_a_function_that_is_not_there_yet_is_one_line(value):
    told = repr(checked("update_gate", update_gate=value))

    assert told.startswith("update_gate is not ")
    assert told.endswith("Public checks: 0 of 2 points. The other 2 are decided when it is graded.")
    assert "\n" not in told


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("update gate", "Did you mean update_gate?"),
        ("01_gate", "Did you mean 01_gates?"),
        ("memory_gates", "Did you mean memory_gate?"),
        ("transformer", "The exercises are 01_gates, 02_swap, 03_measure, 04_theory, 05_trace."),
        (not_done, 'grader.check("NAME")'),
    ],
)
def test_a_name_that_nothing_has_is_told_in_a_line_with_the_one_that_was_meant(name, words):
    report = checked(name)

    assert not report.passed
    assert repr(report).startswith("Not checked: ")
    assert words in repr(report)
    assert "\n" not in repr(report)


def test_a_script_prints_its_report_also_where_a_prompt_runs_it(tmp_path, capsys):
    """Editors run a script in a kernel that shows what a cell gives, and of a script nothing."""
    script = tmp_path / "mine.py"
    script.write_text("import grader\ngrader.check('transformer')\n", encoding="utf-8")
    runpy.run_path(str(script), run_name="__main__")

    assert capsys.readouterr().out.startswith("Not checked: there is no function and no exercise called 'transformer'.")


def test_a_file_that_is_imported_checks_nothing(tmp_path, capsys):
    """The masters are read by tests and by the benchmark, eight checks each time."""
    script = tmp_path / "mine.py"
    script.write_text("import grader\nfound = grader.check('transformer')\n", encoding="utf-8")

    assert runpy.run_path(str(script), run_name="mine")["found"] is None
    assert capsys.readouterr().out == ""


def test_a_notebook_shows_the_report_and_prints_nothing(capsys):
    checked("transformer")

    assert capsys.readouterr().out == ""


def test_an_exercise_is_named_as_before():
    assert checked("01_gates").points == 18


def test_a_helper_of_another_exercise_does_not_bring_that_exercise_in():
    """Who wrote a sigmoid for 05_trace read eleven lines about 01_gates."""
    report = check_namespace({"__name__": "notebook", "sigmoid": abs, "gate_trace": not_done})

    assert [row.exercise for row in report.rows] == ["05_trace"]


def test_written_answers_are_read_from_the_saved_file_which_must_be_there(elsewhere, tmp_path):
    assert "is read from its saved file, and there is none in" in repr(checked("memory_gate"))
    (tmp_path / "04_theory.py").write_text('ANSWERS = {"memory_gate": "LSTM", "simpler_model": "GRU"}')
    told = repr(checked("memory_gate"))
    assert "memory_gate: 1 word, “LSTM”" in told
    assert "simpler_model" not in told


@pytest.fixture
def in_colab(monkeypatch):
    """Stand in for what Google Colab's kernel holds: its call gives the notebook that the browser shows."""

    def showing(answer: Any) -> None:
        message = types.ModuleType("google.colab._message")
        message.blocking_request = lambda kind, request, timeout_sec: {"get_ipynb": answer}[kind]  # type: ignore[attr-defined]
        colab = types.ModuleType("google.colab")
        colab._message = message  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "google", types.ModuleType("google"))
        monkeypatch.setitem(sys.modules, "google.colab", colab)
        monkeypatch.setitem(sys.modules, "google.colab._message", message)

    return showing


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """In a folder without any exercise, with the course's exercises at hand."""
    offered = kit.nearest_kit()
    monkeypatch.setattr("grader.home.report.nearest_kit", lambda: offered)
    monkeypatch.chdir(tmp_path)


def test_in_colab_written_answers_are_read_from_what_the_browser_shows(in_colab, elsewhere):
    text = (ROOT / "exercises" / "04_theory.ipynb").read_text(encoding="utf-8")
    in_colab({"ipynb": json.loads(text.replace("TODO: the name of the gate.", "LSTM"))})
    told = repr(checked("memory_gate"))

    assert told.startswith("memory_gate (the open notebook)")
    assert "memory_gate: 1 word, “LSTM”" in told
    assert "notebook.ipynb" not in told


@pytest.mark.parametrize("answer", [None, {}, {"ipynb": {"cells": []}}, {"ipynb": object()}])
def test_where_colab_shows_another_notebook_or_nothing_one_line_says_what_to_do(answer, in_colab, elsewhere):
    in_colab(answer)

    assert "is read from its saved file, and there is none in" in repr(checked("memory_gate"))


def test_the_solution_is_asked_once_while_its_files_stay_as_they_are(monkeypatch):
    """In a checkout each check cell of a notebook ran the whole solution again."""
    asked = []
    monkeypatch.setattr(kit, "ask_solution", lambda exercise: asked.append(exercise.id) or "{}")
    kit._kept_record.cache_clear()
    first = kit.nearest_kit()[0]

    assert [first.record(), kit.nearest_kit()[0].record()] == ["{}", "{}"]
    assert asked == ["01_gates"]
    kit._kept_record.cache_clear()


TWO = """# %%
def half(a):
    # TODO 1
    # >>> solution
    return a / 2
    # <<<


# %%
def quarter(a):
    # TODO 2
    # >>> solution
    return a / 4
    # <<<
"""
TWO_CHECKS = '''import pytest
from grader.checks.authoring import same


@pytest.mark.points(1)
@pytest.mark.needs("half_values")
def check_quarter_values(student, expected):
    """quarter quarters"""
    same(student.quarter(8.0), expected.quarter(8.0))


@pytest.mark.points(1)
def check_half_values(student, expected):
    """half halves"""
    same(student.half(8.0), expected.half(8.0))
'''


def test_a_check_that_counts_with_that_of_another_function_counts_so_by_itself_too(tmp_path):
    folder = tmp_path / "solutions"
    (folder / "checks").mkdir(parents=True)
    (folder / "course.toml").write_text('name = "C"\n[[exercises]]\nid = "01_two"\ntitle = "T"\npackages = ["numpy"]\n')
    (folder / "01_two.py").write_text(TWO)
    (folder / "checks" / "check_01_two.py").write_text(TWO_CHECKS)
    (offered,) = kit.of_course(load_course(folder))
    namespace = {"__name__": "notebook", "half": lambda a: a, "quarter": lambda a: a / 4}

    def points(only: str | None) -> dict[str, int]:
        row = check_live(offered, "here", lambda graded: LiveNames(namespace, graded, 10.0, "2 GB"), only)
        return {result.id: result.points for result in row.results}

    assert points(None) == {"quarter_values": 0, "half_values": 0}
    assert points("quarter") == {"quarter_values": 0}
    namespace["half"] = lambda a: a / 2
    assert points("quarter") == {"quarter_values": 1}
