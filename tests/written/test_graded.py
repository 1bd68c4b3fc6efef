"""The made-up students who handed in written answers alone, graded by the command: what is settled, what waits and what is shown to whom."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape

from helpers.expected import lines_of, students
from helpers.repository import ROOT, SOLUTIONS, WRITTEN
from helpers.scored import Row, Scored, score

EXERCISE = "04_theory"
EXPECTED = students(WRITTEN)


def scored(folder: Path, out: Path, *options: str, course: Path = SOLUTIONS) -> Scored:
    """Grade a folder in the exercise."""
    return score(folder, out, *options, exercises=[EXERCISE], course=course)


def rows_of(folder: Path, out: Path, course: Path = SOLUTIONS) -> dict[str, Row]:
    return scored(folder, out, course=course).of(EXERCISE)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    return scored(WRITTEN, tmp_path_factory.mktemp("theory"))


@pytest.fixture(scope="module")
def out(graded: Scored) -> Path:
    return graded.out


@pytest.fixture(scope="module")
def rows(graded: Scored) -> dict[str, Row]:
    return graded.of(EXERCISE)


@pytest.mark.parametrize("student", EXPECTED)
def test_a_student_is_graded_as_written_down(student: str, rows: dict[str, Row]) -> None:
    expected = EXPECTED[student][EXERCISE]

    assert lines_of(rows[student], expected) == expected.lines


def test_points_that_wait_are_those_of_the_answers_that_wait(rows: dict[str, Row]) -> None:
    for row in rows.values():
        waiting = [check for check in row["checks"] if check["outcome"] == "review"]

        assert row["status"] == ("review" if waiting else "graded")
        assert row["pending_points"] == sum(check["max_points"] for check in waiting)
        assert row["points"] == sum(check["points"] for check in row["checks"])
        assert all(check["points"] == 0 for check in waiting)


def test_the_gradebook_says_how_many_points_wait(out: Path, rows: dict[str, Any]) -> None:
    with (out / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        pending = {row["student"]: int(row["pending"]) for row in csv.DictReader(file)}

    assert pending == {student: row["pending_points"] for student, row in rows.items()}


def test_a_students_page_holds_no_suggestion_no_reason_and_no_suspicion(out: Path, rows: dict[str, Any]) -> None:
    for row in rows.values():
        page = (out / row["page"]).read_text(encoding="utf-8")
        page = re.sub(r'<details class="answer">.*?</details>', "", page, flags=re.DOTALL)  # what they wrote themselves
        assert "uggest" not in page
        for check in row["checks"]:
            for each in check["evidence"] if check["outcome"] == "review" else []:
                assert each["idea"] not in page
        assert not any(flag["message"] in page for flag in row["flags"])


def test_the_class_page_holds_every_suggestion_with_what_speaks_for_it(out: Path, rows: dict[str, Any]) -> None:
    page = (out / "index.html").read_text(encoding="utf-8")
    waiting = [check for row in rows.values() for check in row["checks"] if check["outcome"] == "review"]

    assert f"{len(waiting)} written answers" in page
    for row in rows.values():
        waits = {check["id"] for check in row["checks"] if check["outcome"] == "review"}
        assert all(str(escape(flag["message"])) in page for flag in row["flags"] if flag["check"] in waits)
    assert page.count("<q>") == sum(len(check["evidence"]) for check in waiting)


@pytest.mark.parametrize("form", ["py", "ipynb"])
def test_the_solution_has_two_points_settled_and_all_others_suggested(form: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "grader", "release", "--solutions", str(tmp_path / "made")]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (tmp_path / "class" / "solver").mkdir(parents=True)
    (tmp_path / "made" / f"{EXERCISE}.{form}").rename(tmp_path / "class" / "solver" / f"{EXERCISE}.{form}")
    row = rows_of(tmp_path / "class", tmp_path / "out")["solver"]

    assert (row["status"], row["points"], row["pending_points"], row["flags"]) == ("review", 2, 13, [])
    assert all(c["suggested_points"] == c["max_points"] for c in row["checks"] if c["outcome"] == "review")


@pytest.mark.parametrize("form", ["py", "ipynb"])
def test_a_stub_has_nothing_done_and_nothing_that_waits(form: str, tmp_path: Path) -> None:
    (tmp_path / "class" / "idle").mkdir(parents=True)
    stub = (ROOT / "exercises" / f"{EXERCISE}.{form}").read_bytes()
    (tmp_path / "class" / "idle" / f"{EXERCISE}.{form}").write_bytes(stub)
    row = rows_of(tmp_path / "class", tmp_path / "out")["idle"]

    assert (row["status"], row["points"], row["pending_points"], row["flags"]) == ("graded", 0, 0, [])
    assert {check["outcome"] for check in row["checks"]} == {"todo"}


def test_no_code_of_a_written_exercise_is_run(tmp_path: Path) -> None:
    """The file would raise, loop and print if it were; none of that leaves a trace, and its answers are read."""
    folder = tmp_path / "class" / "rex"
    folder.mkdir(parents=True)
    text = 'print("it ran")\nraise SystemExit\nwhile True: pass\nANSWERS = {"memory_gate": "the update gate"}\n'
    (folder / f"{EXERCISE}.py").write_text(text, encoding="utf-8")
    row = rows_of(tmp_path / "class", tmp_path / "out")["rex"]

    assert (row["points"], row["output"], row["cells"]) == (1, "", [])


def test_a_worked_notebook_counts_before_an_untouched_script(tmp_path: Path) -> None:
    """And the reverse: both forms of the stub are known, so that neither hides the work in the other."""
    for worked, idle in (("py", "ipynb"), ("ipynb", "py")):
        folder = tmp_path / "class" / worked
        folder.mkdir(parents=True)
        (folder / f"{EXERCISE}.{idle}").write_bytes((ROOT / "exercises" / f"{EXERCISE}.{idle}").read_bytes())
        stub = (ROOT / "exercises" / f"{EXERCISE}.{worked}").read_text(encoding="utf-8")
        answered = stub.replace("TODO: the name of the gate.", "the update gate")
        assert answered != stub
        (folder / f"{EXERCISE}.{worked}").write_text(answered, encoding="utf-8")
    rows = rows_of(tmp_path / "class", tmp_path / "out")

    assert {name: (row["points"], row["path"]) for name, row in rows.items()} == {
        form: (1, f"{form}/{EXERCISE}.{form}") for form in ("py", "ipynb")
    }


def test_a_flag_that_a_rubric_names_itself_is_not_shown_to_the_student_either(tmp_path: Path) -> None:
    """Which kinds there are is an author's choice, so that no list of them may decide what a student sees."""
    course = tmp_path / "solutions"
    shutil.copytree(SOLUTIONS, course, ignore=shutil.ignore_patterns("__pycache__"))
    rubric = course / "rubrics" / f"{EXERCISE}.toml"
    text = rubric.read_text(encoding="utf-8")
    assert 'flag = "opposite convention"' in text
    rubric.write_text(text.replace('flag = "opposite convention"', 'flag = "my own word"'), encoding="utf-8")
    shutil.copytree(WRITTEN / "olga-has-another-book", tmp_path / "class" / "olga")
    row = rows_of(tmp_path / "class", tmp_path / "out", course)["olga"]

    assert [flag["kind"] for flag in row["flags"]] == ["my own word"]
    assert "My own word" not in (tmp_path / "out" / row["page"]).read_text(encoding="utf-8")
