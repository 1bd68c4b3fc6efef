"""Submissions of 05_trace written otherwise: an honest one is right, a faulty one equals its mistake and no other."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import grader
from grader.checks.mistakes.declare import Instance, compose, load_mistakes

from .otherwise.files import Submission, faulty, honest
from .otherwise.trace_answers import LOOKS, agree, answers

SOLUTIONS = Path(__file__).parents[2] / "solutions"
MASTER = SOLUTIONS / "05_trace.py"
MISTAKES = load_mistakes(SOLUTIONS / "misconceptions" / "05_trace.py", ("gate_trace",))
INSTANCES = [instance for mistake in MISTAKES for instance in mistake.instances]
FAULTY, HONEST = faulty("05_trace"), honest("05_trace")


def run(submission: Submission) -> Any:
    """Run a submission's statements in a fresh namespace, and give its function."""
    namespace: dict[str, Any] = {"__name__": "submission"}
    exec(compile(submission.source, str(submission.path), "exec", dont_inherit=True), namespace)
    return namespace["gate_trace"]


@cache
def composed(instance: Instance | None) -> Any:
    """Compose the solution, with one mistake or none."""
    overrides = instance.overrides if instance else {}
    return answers(compose(MASTER.read_text(encoding="utf-8"), overrides, str(MASTER))["gate_trace"])


@pytest.fixture(autouse=True)
def example(monkeypatch):
    """Give students what the exercise gives them."""
    arrays = np.load(SOLUTIONS / "data" / "05_trace.npz", allow_pickle=False)
    weights = [arrays[f"weights.{place}"] for place in range(3)]
    given = {"weights": weights, "embedded": arrays["embedded"], "words": arrays["words"]}
    monkeypatch.setattr(grader, "example", {"05_trace": given}.__getitem__, raising=False)


def name(submission: Submission) -> str:
    """Name a test after its file."""
    return submission.path.stem


def test_every_mistake_is_also_written_otherwise():
    """A mistake is the oracle of its own naming, so each needs a witness that was not made from its variant."""
    assert {submission.mistake for submission in FAULTY} == {m.id for m in MISTAKES if m.instances}
    assert len(HONEST) >= 15


@pytest.mark.parametrize("submission", FAULTY, ids=name)
def test_a_faulty_submission_is_named_by_its_mistake_and_by_no_other(submission):
    """On each side on which it is not right; and every fault shows in both gates of a whole sentence."""
    got = answers(run(submission))

    wrong_in = {look for look in LOOKS if not agree(got, composed(None), look)}
    assert wrong_in >= {"z", "r"}
    for look in wrong_in:
        assert {i.id for i in INSTANCES if agree(got, composed(i), look)} == {submission.mistake}, look


@pytest.mark.parametrize("submission", HONEST, ids=name)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_an_honest_submission_is_right(submission, dtype):
    """In any accepted form and any float dtype, the inputs left as they were."""
    got = answers(run(submission), dtype)
    right = compose(MASTER.read_text(encoding="utf-8"), {}, str(MASTER))["gate_trace"]

    assert all(agree(got, answers(right, dtype), look) for look in LOOKS)
