"""Graded again with files and a check that changed: decisions hold exactly where the work is the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from grader.engine.render_again import render_again
from grader.engine.run import Request, Watching, score
from grader.scores.changes import ChangeKind, changes
from grader.scores.decisions import append_decisions, digest_for, moment_now
from grader.scores.read_run import read_run
from grader.scores.records import Adjustment, VoidCheck
from helpers.repository import CLASS, ROOT, SOLUTIONS

TRACE, THEORY = "05_trace", "04_theory"
WORKS = {"ada": CLASS / "ada", "alan": ROOT / "exercises", "dora": CLASS / "dora-forgets-the-reset"}
FASTER = "It has one gate less, so there are fewer matrix products at each step."
DECIDED = {
    ("ada", TRACE, "gate_trace_z_first_word"): 0,
    ("ada", THEORY, "why_faster"): 2,
    ("alan", TRACE, "gate_trace_z_sentence"): 1,
    ("alan", THEORY, "why_faster"): 3,
    ("alan", THEORY, "long_term"): 1,
    ("dora", TRACE, "gate_trace_z_values"): 1,
    ("dora", THEORY, "long_term"): 2,
}
GONE = {("alan", THEORY, "why_faster"), ("dora", TRACE, "gate_trace_z_values")}


class Hearing(Watching):
    """Keeps what a run tells the instructor."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def notice(self, line: str) -> None:
        self.told.append(line)


def answers(faster: str = FASTER) -> str:
    told = {
        "why_faster": faster,
        "memory_gate": "update gate",
        "long_term": "Yes: its update gate carries the state on.",
    }
    return f"ANSWERS = {json.dumps(told)}\n"


def course_of(folder: Path) -> Path:
    """Copy the course with these two exercises alone."""
    shutil.copytree(SOLUTIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    entries = "".join(f'[[exercises]]\nid = "{name}"\ntitle = "{name}"\npackages = []\n' for name in (TRACE, THEORY))
    (folder / "course.toml").write_text(f'name = "Two exercises"\n{entries}', encoding="utf-8")
    return folder


def graded(folder: Path, out: Path, course: Path) -> list[str]:
    hearing = Hearing()
    score(Request(folder, out, course=course, jobs=2, seed=7), hearing)
    return [line for line in hearing.told if "decision" in line]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Grade three students, decide, change two files and a check, and grade again."""
    place = tmp_path_factory.mktemp("regrade")
    for student, work in WORKS.items():
        (place / "class" / student).mkdir(parents=True)
        shutil.copy(work / f"{TRACE}.py", place / "class" / student)
        (place / "class" / student / f"{THEORY}.py").write_text(answers(), encoding="utf-8")
    course, out = course_of(place / "course"), place / "out"
    assert graded(place / "class", out, course) == []

    rows = {(row.student, row.exercise): row for row in read_run(out).submissions}
    for (student, exercise, ident), points in DECIDED.items():
        row = rows[student, exercise]
        check = next(check for check in row.checks if check.id == ident)
        word = Adjustment(student, exercise, ident, points, "Dr B", moment_now(), "so", digest_for(row, check))
        append_decisions(out, [word])
    render_again(out, course)
    shutil.copytree(out, place / "before")

    (place / "class" / "alan" / f"{THEORY}.py").write_text(answers("It is smaller."), encoding="utf-8")
    with (place / "class" / "dora" / f"{TRACE}.py").open("a", encoding="utf-8") as file:
        file.write("\n# handed in again\n")
    checks = course / "checks" / f"check_{TRACE}.py"
    text = checks.read_text(encoding="utf-8")
    assert "@pytest.mark.points(2)" in text
    checks.write_text(text.replace("@pytest.mark.points(2)", "@pytest.mark.points(3)", 1), encoding="utf-8")
    toml = course / "course.toml"
    toml.write_text(f'void = ["gate_trace_r_values"]\n{toml.read_text(encoding="utf-8")}', encoding="utf-8")
    (place / "told").write_text("\n".join(graded(place / "class", out, course)), encoding="utf-8")
    return place


def checks_in(out: Path) -> dict[tuple[str, str, str], Any]:
    return {(row.student, row.exercise, check.id): check for row in read_run(out).submissions for check in row.checks}


def test_before_the_regrade_every_decision_is_in_the_results(place):
    found = checks_in(place / "before")
    assert {which: found[which].points for which in DECIDED} == DECIDED


def test_decisions_hold_exactly_where_the_answers_or_files_are_the_same(place):
    found = checks_in(place / "out")
    by_people = {which for which, check in found.items() if check.adjusted and check.adjusted.by == "Dr B"}
    assert by_people == DECIDED.keys() - GONE
    assert {which: found[which].points for which in DECIDED.keys() - GONE} == {
        which: points for which, points in DECIDED.items() if which not in GONE
    }
    assert found["alan", THEORY, "why_faster"].waits
    assert found["dora", TRACE, "gate_trace_z_values"].points == 0
    assert found["ada", TRACE, "gate_trace_z_first_word"].max_points == 3, "the check is another one now"


def test_what_does_not_hold_any_more_is_named_with_the_reason(place):
    assert (place / "told").read_text(encoding="utf-8") == (
        "2 decisions do not hold, because what was handed in is not what the decision was about: "
        f"alan ({THEORY}/why_faster), dora ({TRACE}/gate_trace_z_values)."
    )


def test_what_does_not_hold_any_more_stands_on_the_class_page(place):
    page = (place / "out" / "index.html").read_text(encoding="utf-8")
    table = page.partition("<h3>Decisions that no longer hold</h3>")[2].partition("</table>")[0]
    assert [each in table for each in (">alan<", "why_faster", ">dora<", "gate_trace_z_values", ">ada<")] == [
        True, True, True, True, False,
    ]  # fmt: skip


def test_a_slip_under_void_is_told_by_a_run_of_a_part_of_the_course(tmp_path):
    course = course_of(tmp_path / "course")
    toml = course / "course.toml"
    toml.write_text(f'void = ["memory_gat", "{TRACE}/gate_trace_r_values"]\n{toml.read_text(encoding="utf-8")}')
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / f"{THEORY}.py").write_text(answers(), encoding="utf-8")
    hearing = Hearing()
    score(Request(tmp_path / "class", tmp_path / "out", course=course, exercises=(THEORY,), jobs=1, seed=7), hearing)
    told = "void names memory_gat, which no check graded here has; did you mean memory_gate?"
    assert [line for line in hearing.told if "void" in line] == [f"{toml}: {told}"]


def test_the_marks_that_changed_are_told_with_their_reasons(place):
    (kept,) = (place / "out" / "history").iterdir()
    found = {
        (each.student, each.exercise): {reason.kind for reason in each.reasons}
        for each in changes(read_run(kept), read_run(place / "out"))
    }
    assert found == {
        ("ada", TRACE): {ChangeKind.OTHER_CHECKS},
        ("alan", TRACE): {ChangeKind.OTHER_CHECKS, ChangeKind.VOID},
        ("alan", THEORY): {ChangeKind.OTHER_FILE, ChangeKind.UNDECIDED},
        ("dora", TRACE): {ChangeKind.OTHER_FILE, ChangeKind.UNDECIDED, ChangeKind.VOID},
    }


def test_a_check_that_does_not_count_is_given_to_all_since_this_run(place):
    found, run = checks_in(place / "out"), read_run(place / "out").run
    assert run.void == (VoidCheck(TRACE, "gate_trace_r_values", run.started),)
    given = found["alan", TRACE, "gate_trace_r_values"]
    assert (given.points, given.adjusted.by, given.adjusted.was) == (given.max_points, "the course", 0)
    assert found["ada", TRACE, "gate_trace_r_values"].adjusted is None, "it has its points already"
