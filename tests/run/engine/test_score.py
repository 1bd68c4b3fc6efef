"""A run from the folder of submissions to the files under --out: what stands in them, and what is kept or refused."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from grader.course.course_toml import load_course
from grader.engine import run as engine
from grader.engine.folder import open_run
from grader.engine.run import Request, Scored, Watching, score
from grader.errors import OutputError, UsageError
from grader.scores.records import Status, SubmissionResult
from grader.submissions.works import Work

from .conftest import COURSE, EXERCISE, SLEEPS, SOLUTION, STUB, children, command_line, make_class

CONTRACT = {  # contract 4, word by word
    "": "schema_version run exercises submissions",
    "run": "started seconds seed versions isolation engine jobs",
    "isolation": "backend protections",
    "exercises": "id title max_points",
    "submissions": "student exercise path page sha256 status points pending_points max_points seconds flags cells output checks",
    "flags": "kind message check",
    "cells": "index line outcome message",
    "checks": "id title points max_points outcome hidden message hint misconception seconds gap counterexample "
    "suggested_points evidence",
    "gap": "called expected got",
    "misconception": "id name",
}
FLAGS = (
    "renamed both unused unrecognised ambiguous unreadable syntax stopped blocked note shared not_run newer_python"
).split()
WRONG = SOLUTION.replace("z * h + (1 - z) * h_tilde", "(1 - z) * h + z * h_tilde")


def run(
    folder: Path,
    out: Path,
    watching: Watching | None = None,
    exercises: tuple[str, ...] = (EXERCISE,),
    jobs: int = 2,
    **options: Any,
) -> Scored:
    """Score a class in the exercise that it did; in all of the course with ``exercises=()``."""
    return score(Request(folder, out, course=COURSE, exercises=exercises, jobs=jobs, **options), watching or Watching())


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Score a class with something of everything in the whole course, once; give its rows in the exercise that it did."""
    root = tmp_path_factory.mktemp("score")
    folder = make_class(
        root / "class",
        {
            "ada": SOLUTION,
            "alan": WRONG,
            "zack": STUB,
            "mike": None,
            "=cmd|x": SOLUTION.replace("def sigmoid(a):", "print('<b>hello')\n1 / 0\ndef sigmoid(a):"),
            "sina": SOLUTION + "\ndef gru_step(:\n    pass\n",
        },
    )
    make_class(folder, {"brook": b'{"cells": ['}, f"{EXERCISE}.ipynb")
    (folder / "hugh").mkdir()
    with (folder / "hugh" / f"{EXERCISE}.py").open("wb") as file:
        file.truncate(1 << 30)  # sparse: a gigabyte that takes no room
    out = root / "report"
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    run(folder, out, exercises=(), seed=5)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before, "grading writes nothing there"
    document = json.loads((out / "results.json").read_text(encoding="utf-8"))
    rows = {row["student"]: row for row in document["submissions"] if row["exercise"] == EXERCISE}
    return folder, out, document, rows


def fields(value: Any, of: str) -> None:
    """Compare an object's fields with the contract's."""
    assert set(CONTRACT[of].split()) <= set(value), of


def test_results_json_has_every_field_of_the_contract(scored: Any) -> None:
    document = scored[2]
    fields(document, "")
    fields(document["run"], "run")
    fields(document["run"]["isolation"], "isolation")
    assert document["schema_version"] == 1
    assert document["run"]["seed"] == 5
    assert document["run"]["jobs"] == 2
    assert datetime.fromisoformat(document["run"]["started"]).utcoffset() == timedelta(0)
    assert isinstance(document["run"]["seconds"], float)
    assert {"grader", "python", "numpy"} <= set(document["run"]["versions"])
    assert document["run"]["isolation"]["protections"]
    for each in document["exercises"]:
        fields(each, "exercises")
    for row in document["submissions"]:
        fields(row, "submissions")
        assert isinstance(row["seconds"], float)
        for flag in row["flags"]:
            fields(flag, "flags")
            assert flag["kind"] in FLAGS
        for cell in row["cells"]:
            fields(cell, "cells")
        for check in row["checks"]:
            fields(check, "checks")
            assert isinstance(check["points"], int)
            for name in ("gap", "counterexample"):
                if check[name] is not None:
                    fields(check[name], "gap")
            if check["misconception"] is not None:
                fields(check["misconception"], "misconception")


def test_each_student_has_the_status_and_points_of_the_work(scored: Any) -> None:
    rows = scored[3]
    assert {student: (row["status"], row["points"], row["pending_points"]) for student, row in rows.items()} == {
        "ada": ("graded", 30, 0),
        "alan": ("graded", 22, 0),
        "zack": ("graded", 0, 0),
        "mike": ("missing", 0, 0),
        "=cmd|x": ("graded", 30, 0),
        "sina": ("graded", 30, 0),  # of two definitions the last that parses
        "brook": ("unreadable", 0, 0),
        "hugh": ("unreadable", 0, 0),
    }
    assert {check["outcome"] for check in rows["zack"]["checks"]} == {"todo"}
    assert rows["mike"]["checks"] == rows["brook"]["checks"] == rows["hugh"]["checks"] == []
    for row in rows.values():
        if row["checks"]:
            assert row["points"] == sum(check["points"] for check in row["checks"])
            assert row["max_points"] == sum(check["max_points"] for check in row["checks"]) == 30


def test_every_student_has_a_row_for_every_exercise_of_the_course_in_its_order(scored: Any) -> None:
    """Work that was not handed in is a row too: it counts in totals and means."""
    document, rows = scored[2:]
    of_course = [exercise.id for exercise in load_course(COURSE).exercises]
    assert [each["id"] for each in document["exercises"]] == of_course
    whole = {each["id"]: each["max_points"] for each in document["exercises"]}
    assert all(whole.values())
    for student in rows:
        own = [row for row in document["submissions"] if row["student"] == student]
        assert [row["exercise"] for row in own] == of_course
        assert {row["exercise"]: row["max_points"] for row in own} == whole
        assert {row["page"] for row in own} == {rows[student]["page"]}
        others = [row for row in own if row["exercise"] != EXERCISE]
        assert {(row["status"], row["points"], row["path"]) for row in others} <= {("missing", 0, None)}


def test_a_file_is_known_by_its_place_and_its_digest(scored: Any) -> None:
    folder, out, document, rows = scored
    assert rows["ada"]["path"] == f"ada/{EXERCISE}.py"
    assert rows["ada"]["sha256"] == hashlib.sha256((folder / rows["ada"]["path"]).read_bytes()).hexdigest()
    assert rows["mike"]["path"] is None
    for row in document["submissions"]:
        assert (out / row["page"]).is_file()
    assert (out / "index.html").is_file()


def test_what_did_not_run_and_what_was_printed_is_told(scored: Any) -> None:
    rows = scored[3]
    (cell,) = rows["=cmd|x"]["cells"]
    assert (cell["index"], cell["outcome"]) == (None, "error")
    assert "ZeroDivisionError" in cell["message"]
    assert "<b>hello" in rows["=cmd|x"]["output"]
    assert [flag["kind"] for flag in rows["sina"]["flags"]] == ["syntax"]
    assert [flag["kind"] for flag in rows["brook"]["flags"]] == ["unreadable"]
    assert rows["hugh"]["flags"][0]["message"]


def test_the_gradebook_has_a_row_per_student_and_no_formula(scored: Any) -> None:
    _, out, document, _ = scored
    with (out / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["student", *(each["id"] for each in document["exercises"]), "total", "pending", "max"]
    assert {row["student"]: row["total"] for row in rows}["'=cmd|x"] == "30"
    assert {row["max"] for row in rows} == {str(sum(each["max_points"] for each in document["exercises"]))}
    assert len(rows) == 8


def test_a_hidden_checks_data_is_on_no_page(scored: Any) -> None:
    _, out, _, rows = scored
    page = (out / rows["alan"]["page"]).read_text(encoding="utf-8")
    hidden = [check for check in rows["alan"]["checks"] if check["hidden"] and check["gap"]]
    assert hidden
    for check in hidden:
        assert check["gap"]["got"] not in page
        assert check["title"] in page


def test_the_seed_is_kept_a_new_one_is_taken_when_asked_and_replaced_results_are_history(
    lone: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    seeds = [run(lone, out, **options).results.run.seed for options in ({}, {}, {"seed": 7}, {}, {"fresh": True})]
    assert seeds[0] == seeds[1]
    assert seeds[2:4] == [7, 7]
    assert seeds[4] not in (7, seeds[0])
    assert seeds[0] >= 2**20, "drawn from a space too large to try"
    kept = sorted((out / "history").iterdir())
    assert 1 <= len(kept) <= 4
    for folder in kept:
        assert {"results.json", "gradebook.csv"} <= set(os.listdir(folder))


def test_all_students_get_the_same_cases_and_other_seeds_give_others(tmp_path: Path) -> None:
    """Told by what was expected of wrong work: the small case is the same for all seeds, the drawn ones are not."""
    folder = make_class(tmp_path / "class", {"one": WRONG, "two": WRONG})
    told = []
    for seed in (1, 2):
        one, two = run(folder, tmp_path / "out", seed=seed).results.submissions
        gaps = [[(check.id, check.gap) for check in row.checks if check.gap] for row in (one, two)]
        assert gaps[0] == gaps[1] != []
        told.append(gaps[0])
    assert [check for check, _ in told[0]] == [check for check, _ in told[1]], "a seed decides no points"
    assert told[0] != told[1]


def test_pages_of_students_who_are_gone_are_removed(lone: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    make_class(lone, {"bob": STUB})
    run(lone, out)
    assert len(list((out / "students").glob("*.html"))) == 2
    (lone / "bob" / f"{EXERCISE}.py").unlink()
    (lone / "bob").rmdir()
    run(lone, out)
    assert len(list((out / "students").glob("*.html"))) == 1


def test_a_package_that_is_not_installed_is_told_before_the_run_and_then_what_is_being_done(
    lone: Path, tmp_path: Path
) -> None:
    """The student's line failed, and nobody knew why."""
    course, told = tmp_path / "solutions", []
    shutil.copytree(COURSE, course, ignore=shutil.ignore_patterns("__pycache__"))
    text = (course / "course.toml").read_text(encoding="utf-8")
    allowed = 'packages = ["numpy", "pandas", "matplotlib"]'
    assert allowed in text
    (course / "course.toml").write_text(
        text.replace(allowed, 'packages = ["numpy", "no_such_package"]', 1), encoding="utf-8"
    )

    class Noting(Watching):
        def notice(self, line: str) -> None:
            told.append(line)

        def doing(self, what: str) -> None:
            told.append(what)

        def begin(self, *_: object) -> None:
            told.append("begin")

        def done(self, *_: object) -> None:
            told.append("done")

    run_of = Request(lone, tmp_path / "out", course=course, exercises=(EXERCISE,))
    score(run_of, Noting())
    (line,) = [each for each in told[: told.index("begin")] if "no_such_package" in each]
    assert line.startswith(
        f"{course / 'course.toml'} allows packages that are not installed here: no_such_package ({EXERCISE})"
    )
    steps = ["Finding the work", "Starting", "begin", "done", "Writing the reports"]
    assert list(dict.fromkeys(each for each in told if each in steps)) == steps


class NoPool:
    """Stands where processes would be started."""

    def __init__(self, *_: object, **__: object) -> None:
        raise AssertionError("nothing may be run")


@pytest.mark.parametrize(
    "wrong", ["no folder", "empty", "only a file that fits nothing", "unknown exercise", "held", "inside", "no course"]
)
def test_wrong_usage_is_one_line_and_nothing_is_run(
    wrong: str, lone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "Pool", NoPool)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "stray").mkdir()
    (tmp_path / "stray" / "notes.txt").write_text("x")
    folder = {
        "no folder": tmp_path / "nowhere",
        "empty": tmp_path / "empty",
        "only a file that fits nothing": tmp_path / "stray",
    }
    request = Request(
        folder.get(wrong, lone),
        lone / "out" if wrong == "inside" else tmp_path / "out",
        course=None if wrong == "no course" else COURSE,
        exercises=(EXERCISE[:-1],) if wrong == "unknown exercise" else (),
    )
    with open_run(tmp_path / "out") if wrong == "held" else nullcontext(), pytest.raises(UsageError) as raised:
        score(request, Watching())
    assert "\n" not in str(raised.value)
    assert wrong != "unknown exercise" or EXERCISE in str(raised.value)


class Killing(Watching):
    """Kills a process of the run as soon as a certain student is being graded, once."""

    def __init__(self, student: str, what: str) -> None:
        self.student, self.what, self.killed = student, what, False
        self.others = set(children(os.getpid()))  # what other tests of this process have running
        self.lines: list[str] = []

    def running(self, works: Sequence[Work]) -> None:
        """Kill a fork, the host, or the zygote."""
        if self.killed or self.student not in {student for work in works for student in work.students}:
            return
        for pid in set(children(os.getpid())) - self.others:
            is_host = "grader.engine.host" in command_line(pid)
            if self.what == "fork":
                forks = children(pid) if is_host else []
                for fork in forks:
                    os.kill(fork, signal.SIGKILL)
                self.killed = self.killed or bool(forks)
            elif is_host == (self.what == "host") and ("zygote" in command_line(pid) or is_host):
                os.kill(pid, signal.SIGKILL)
                self.killed = True


@pytest.mark.parametrize("what", ["fork", "host", "zygote"])
def test_a_process_of_ours_that_dies_is_never_a_students_zero(what: str, tmp_path: Path) -> None:
    """No evidence is no pass, and no zero: the points stay open, the student is named, and the run exits with 1."""
    folder = make_class(tmp_path / "class", {"zoe": SLEEPS + SOLUTION})
    killing = Killing("zoe", what)
    scored = run(folder, tmp_path / "out", killing)
    assert killing.killed
    (row,) = scored.results.submissions
    assert (row.status, row.points, row.pending_points, row.checks) == (Status.FAILED, 0, 30, ())
    assert any("zoe" in fault for fault in scored.results.run.faults)
    assert json.loads((tmp_path / "out" / "results.json").read_text())["submissions"][0]["status"] == "failed"


def test_the_others_are_graded_when_one_fork_dies(tmp_path: Path) -> None:
    folder = make_class(tmp_path / "class", {"zoe": SLEEPS + SOLUTION, "ada": SOLUTION, "bob": SOLUTION})
    killing = Killing("zoe", "fork")
    results = run(folder, tmp_path / "out", killing, jobs=1).results
    assert {row.student: row.status.value for row in results.submissions} == {
        "zoe": "failed",
        "ada": "graded",
        "bob": "graded",
    }


def test_an_interrupted_run_keeps_what_was_graded(tmp_path: Path) -> None:
    class Stopping(Watching):
        def done(self, result: SubmissionResult) -> None:
            raise KeyboardInterrupt

    folder, out = make_class(tmp_path / "class", {"ada": SOLUTION, "bob": SOLUTION, "cy": SOLUTION}), tmp_path / "out"
    earlier = {"results.json": "{}", "gradebook.csv": "student", "index.html": "class", "students/ada.html": "page"}
    (out / "students").mkdir(parents=True)
    for name, text in earlier.items():
        (out / name).write_text(text)
    scored = run(folder, out, Stopping(), jobs=1)
    assert scored.interrupted
    states = [row.status.value for row in scored.results.submissions]
    assert states.count("graded") == 1
    assert states.count("failed") == 2
    assert sum(row.pending_points for row in scored.results.submissions) == 60
    left = [row for row in scored.results.submissions if row.status is Status.FAILED]
    assert [row.flags[-1].message for row in left] == ["Not graded: you interrupted the run."] * 2
    assert scored.results.run.faults == ()
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "Not graded: you interrupted the run." in page
    assert "The grader itself failed" not in page
    assert scored.replaced is not None
    kept = [file for file in scored.replaced.rglob("*") if file.is_file()]
    assert {str(file.relative_to(scored.replaced)): file.read_text() for file in kept} == earlier, "whole"


@pytest.mark.parametrize("what", ["results.json", "index.html"])
def test_a_full_disk_is_one_line_and_nothing_that_was_graded_is_lost(
    what: str, lone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was a traceback at the end of a run, and all marks were gone."""
    out, temporary, move = tmp_path / "out", tmp_path / "temporary", os.replace

    def full(one: Path, other: Path) -> None:
        if Path(other) == out / what:
            raise OSError(errno.ENOSPC, "No space left on device")
        move(one, other)

    temporary.mkdir()
    monkeypatch.setattr(os, "replace", full)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with pytest.raises(OutputError) as raised:
        run(lone, out)
    assert str(raised.value).startswith(f"{out / what} can't be written (No space left on device).")
    assert "\n" not in str(raised.value)
    (kept,) = [out / "results.json"] if what == "index.html" else temporary.glob("gradebook-*/results.json")
    assert str(kept.parent) in str(raised.value)
    assert [row["points"] for row in json.loads(kept.read_text(encoding="utf-8"))["submissions"]] == [30]
    assert (kept.parent / "gradebook.csv").is_file()


def test_a_run_of_one_exercise_leaves_the_rows_of_the_others(lone: Path, tmp_path: Path) -> None:
    """`--exercise 05_trace` into the folder of another run replaced its report and its gradebook."""
    out = tmp_path / "out"
    make_class(lone, {"bob": "ANSWERS = {}\n"}, "04_theory.py")
    before = {row.student: row for row in run(lone, out).results.submissions}
    both = run(lone, out, exercises=("04_theory",)).results
    assert [exercise.id for exercise in both.exercises] == [EXERCISE, "04_theory"]
    assert len(both.submissions) == 4
    assert {row.student: row for row in both.submissions if row.exercise == EXERCISE} == before
    with (out / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        marks = {row["student"]: (row[EXERCISE], row["total"]) for row in csv.DictReader(file)}
    assert marks == {"ada": ("30", "30"), "bob": ("0", "0")}


def test_strict_isolation_refuses_where_a_layer_is_missing(
    lone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from grader.sandbox import lockdown

    full = lockdown.survey()
    less = replace(full, layers=full.layers[:3], missing=tuple((name, "taken away") for name in lockdown.ESSENTIAL))
    monkeypatch.setattr(engine.lockdown, "survey", lambda *_: less)
    monkeypatch.setattr(engine, "Pool", NoPool)
    with pytest.raises(UsageError, match="--isolation strict"):
        run(lone, tmp_path / "out", strict=True)
