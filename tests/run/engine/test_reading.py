"""What counts as a student's work, the whole way from a folder to the results."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grader.engine.run import Request, Watching, score

from .conftest import COURSE, EXERCISE, SOLUTION, STUB, make_class

OTHER = "05_trace"
TRACE = (COURSE / f"{OTHER}.py").read_text(encoding="utf-8")


def notebook(*cells: tuple[str, str] | str) -> bytes:
    made = [("code", cell) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps({"cells": [{"cell_type": kind, "source": text} for kind, text in made]}).encode()


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Any]:
    """Score a class in two exercises, once."""
    root = tmp_path_factory.mktemp("reading")
    folder = make_class(root / "class", {"eva": SOLUTION + "\n\n" + STUB})
    make_class(folder, {"anna": notebook("from torch import nn", "nn.Linear", SOLUTION, TRACE)}, "homework.ipynb")
    make_class(folder, {"fay": SOLUTION}, f"{OTHER}.py")
    make_class(folder, {"dia": notebook(STUB, ("raw", SOLUTION))}, f"{EXERCISE}.ipynb")
    score(Request(folder, root / "out", course=COURSE, exercises=(EXERCISE, OTHER), jobs=2), Watching())
    document = json.loads((root / "out" / "results.json").read_text(encoding="utf-8"))
    page = (root / "out" / "index.html").read_text(encoding="utf-8")
    found = {(row["student"], row["exercise"]): row for row in document["submissions"]}
    return found | {("", ""): page}


def kinds(row: Any) -> set[str]:
    return {flag["kind"] for flag in row["flags"]}


def test_a_stub_that_was_merged_into_finished_work_takes_nothing_away(rows: Any) -> None:
    assert (rows["eva", EXERCISE]["points"], rows["eva", EXERCISE]["flags"]) == (30, [])


def test_one_notebook_counts_for_each_exercise_and_its_student_broke_no_rule(rows: Any) -> None:
    assert [rows["anna", exercise]["points"] for exercise in (EXERCISE, OTHER)] == [30, 12]
    for exercise in (EXERCISE, OTHER):
        assert "shared" in kinds(rows["anna", exercise])
        assert "blocked" not in kinds(rows["anna", exercise])


def test_work_under_another_exercises_name_is_graded_and_the_other_row_says_why_it_is_empty(rows: Any) -> None:
    assert (rows["fay", EXERCISE]["points"], kinds(rows["fay", EXERCISE])) == (30, {"renamed"})
    assert (rows["fay", OTHER]["status"], kinds(rows["fay", OTHER])) == ("missing", {"unrecognised"})


def test_finished_work_in_a_raw_cell_is_for_a_person_to_see(rows: Any) -> None:
    assert rows["dia", EXERCISE]["points"] == 0
    assert "not_run" in kinds(rows["dia", EXERCISE])
    page = rows["", ""]
    needs = page[page.index('id="person"') : page.index("<h2", page.index('id="person"') + 1)]
    assert "Code that is not run" in needs
