"""Submissions written otherwise: an honest one equals the solution, a faulty one equals its mistake and no other."""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checks.mistakes.declare import Instance, compose, load_mistakes

from .otherwise.files import Submission, faulty, honest
from .otherwise.gates_answers import FUNCTIONS, Answer, agree, answers, can_fail, cases

SOLUTIONS = Path(__file__).parents[2] / "solutions"
MASTER = SOLUTIONS / "01_gates.py"
MISTAKES = load_mistakes(SOLUTIONS / "misconceptions" / "01_gates.py", FUNCTIONS)
INSTANCES = [instance for mistake in MISTAKES for instance in mistake.instances]
FAULTY, HONEST = faulty("01_gates"), honest("01_gates")


def run(submission: Submission) -> dict[str, Any]:
    """Run a submission's statements in a fresh namespace."""
    namespace: dict[str, Any] = {"__name__": "submission"}
    exec(compile(submission.source, str(submission.path), "exec", dont_inherit=True), namespace)
    return namespace


@cache
def composed(instance: Instance | None) -> dict[str, Any]:
    """Compose the solution, with one mistake or none."""
    return compose(MASTER.read_text(encoding="utf-8"), instance.overrides if instance else {}, str(MASTER))


@cache
def right(function: str, dtype: type) -> tuple[Answer, ...]:
    """Give the solution's answers."""
    return answers(composed(None), function, dtype)


@cache
def wrong(instance: Instance, function: str, dtype: type) -> tuple[Answer, ...]:
    """Give a mistake's answers."""
    return answers(composed(instance), function, dtype)


def names(submission: Submission) -> str:
    """Name a test after its file."""
    return submission.path.stem


def test_every_mistake_is_also_written_otherwise():
    """A mistake is the oracle of its own naming, so each needs a witness that was not made from its variant."""
    assert {submission.mistake for submission in FAULTY} == {mistake.id for mistake in MISTAKES}
    assert len(HONEST) >= 15


@pytest.mark.parametrize("submission", FAULTY, ids=names)
def test_a_faulty_submission_is_named_by_its_mistake_and_by_no_other(submission):
    """Comparing float64 names all but G29, which shows in float32 alone."""
    dtype = np.float32 if submission.mistake == "G29" else np.float64
    function, tolerance = submission.named_by, 1e-5 if dtype is np.float32 else 1e-6
    got = answers(run(submission), function, dtype)

    possible = [i for i in INSTANCES if can_fail(function, i.overrides)]
    named = {i.id for i in possible if agree(got, wrong(i, function, dtype), tolerance)}

    assert not agree(got, right(function, dtype), tolerance)
    assert named == {submission.mistake}


@pytest.mark.parametrize("submission", FAULTY, ids=names)
def test_a_faulty_submission_is_right_in_what_does_not_build_on_its_fault(submission):
    """Only then does a test with it show that the fault alone is found."""
    namespace = run(submission)
    builders = {"sigmoid": set(FUNCTIONS), "gru_forward": {"gru_forward"}}
    may_differ = builders.get(submission.named_by, {submission.named_by, "gru_step", "gru_forward"})
    for function in [name for name in FUNCTIONS if name not in may_differ]:
        assert agree(answers(namespace, function), right(function, np.float64)), function


@pytest.mark.parametrize("submission", HONEST, ids=names)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_honest_submission_equals_the_solution(submission, function):
    """Numbers, shapes and dtypes, no overflow, and the inputs as they were."""
    got = answers(run(submission), function)

    assert agree(got, right(function, np.float64))
    assert not any(answer.changed for answer in got)


@pytest.mark.parametrize("submission", HONEST, ids=names)
@pytest.mark.parametrize("function", FUNCTIONS[1:])
def test_an_honest_submission_gives_float32_for_float32(submission, function):
    """The contract asks it of gru_forward alone; the parts keep it up here."""
    got = answers(run(submission), function, np.float32)

    assert agree(got, right(function, np.float32), 1e-5)


@pytest.mark.parametrize("submission", HONEST, ids=names)
def test_an_honest_sigmoid_takes_numbers_and_arrays_of_every_rank(submission):
    """A check may pass a Python number, a NumPy number, a 0-d array or any array."""
    sigmoid = run(submission)["sigmoid"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for a in (0.5, -1000.0, np.float64(2), np.array(-2.0), np.array([1000.0, -3.0]), np.zeros((2, 3, 4)), 1):
            got = sigmoid(a)
            assert isinstance(got, (float, np.floating, np.ndarray))
            assert np.shape(got) == np.shape(a)
            assert np.allclose(got, composed(None)["sigmoid"](a), rtol=0, atol=1e-12)


@pytest.mark.parametrize("submission", HONEST, ids=names)
def test_an_honest_submission_returns_plain_arrays(submission):
    """Lists and subclasses of ndarray earn nothing, so no honest file may return them."""
    namespace = run(submission)
    for function in FUNCTIONS[1:]:
        for arguments in cases(function):
            assert type(namespace[function](*arguments)) is np.ndarray
