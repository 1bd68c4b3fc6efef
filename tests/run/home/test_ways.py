"""A file and the live names of a notebook get the same verdicts, by the same stored cases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.course.course_toml import load_course
from grader.home.check_work import check_file, check_live
from grader.home.kit import Offered, of_course
from grader.home.live_names import LiveNames
from helpers.made_work import work_of

from .conftest import ROOT

STUDENTS = """ada alan-z-the-other-way barbara-wrote-a-class carl-swaps-the-gates dora-forgets-the-reset
    farid-loops fatima-late-reset-in-a-class hana-transposes jia-keeps-parts-in-a-dict ralf-loses-float32"""


@pytest.fixture(scope="module")
def offered() -> Offered:
    first = of_course(load_course(ROOT / "solutions"))[0]
    record = first.record()
    return replace(first, record=lambda: record)


@pytest.mark.parametrize("student", STUDENTS.split())
def test_live_names_get_the_verdicts_of_the_file(student, offered):
    (file,) = (ROOT / "tests" / "class" / student).glob("*gates*.py")
    namespace = {"__name__": "notebook"}
    exec(compile(file.read_text("utf-8"), str(file), "exec"), namespace)

    by_file = check_file(offered, work_of(file, offered.exercise.id, student))
    by_name = check_live(offered, "here", lambda names: LiveNames(namespace, names, 10.0, "2 GB"))

    assert [(r.id, r.outcome, r.points, r.misconception, r.hint, r.counterexample) for r in by_name.results] == [
        (r.id, r.outcome, r.points, r.misconception, r.hint, r.counterexample) for r in by_file.results
    ]
