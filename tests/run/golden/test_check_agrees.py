"""`grader check`, from the stored cases and in a plain process, gives the verdicts that `grader score` gives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from grader.course.course_toml import Exercise
from grader.engine.grade import spawning
from grader.sandbox import lockdown
from grader.sandbox.outside.launch import Zygote
from grader.sandbox.outside.packages import interpreter_paths
from helpers.scored import Scored
from run.golden.agreement import differences, one_of_each_verdict, recorded

KERAS = ("02_swap", "03_measure")
OTHERS = ("01_gates", "04_theory", "05_trace")


def test_the_whole_class_gets_the_same_verdicts_at_home(graded_class: Scored) -> None:
    different, compared = differences(graded_class, recorded(OTHERS))
    assert different == []
    assert compared >= 80


@pytest.fixture
def with_keras_imported(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run files at home in forks of one process.

    A plain process imports TensorFlow anew, which takes seconds, twice for each file; how files fare in those is shown with a
    few of them in tests/run/home.
    """
    packages = ("numpy", "pandas", "matplotlib", "tensorflow", "keras")
    with Zygote(packages, lockdown.survey(interpreter_paths())) as zygote:
        zygote.wait_until_ready()

        def start(exercise: Exercise) -> Any:
            return nullcontext(spawning(exercise, zygote.control, b""))

        monkeypatch.setattr("grader.home.check_work.plain_start", start)
        yield


@pytest.mark.usefixtures("with_keras_imported")
def test_every_kind_of_verdict_is_the_same_at_home_where_keras_is_needed(graded_class: Scored) -> None:
    """A file takes seconds, and most of the class gets the verdict that others got."""
    chosen = one_of_each_verdict(graded_class, KERAS)
    different, compared = differences(graded_class, recorded(KERAS), chosen)
    assert different == []
    assert compared >= 40
