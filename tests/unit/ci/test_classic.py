"""What GitHub Classroom's reporter makes of our result is our result."""

from __future__ import annotations

import base64
import io
import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.ci import classic
from grader.ci.classic import MOST_BYTES, result_json
from grader.ci.public_run import PublicRun
from grader.scores.records import Outcome
from helpers.reporter_rules import reported
from helpers.runner_rules import outputs_in

from .conftest import ENDS, check, job, row, run_of, wrong

results = st.lists(st.tuples(st.sampled_from(ENDS), st.integers(0, 9)), max_size=30)


def encoded(run: PublicRun) -> str:
    return base64.b64encode(result_json(run)).decode()


@given(results)
def test_the_mark_is_the_sum_of_the_points_and_the_job_fails_unless_all_pass(found: list[tuple[Outcome, int]]) -> None:
    run = run_of(row("01_made", *(check(f"part{at}_values", points, end) for at, (end, points) in enumerate(found))))
    told = reported(encoded(run))
    assert (told.points, told.max_points) == (run.points, run.max_points)
    assert told.failed == any(end is not Outcome.PASSED for end, _ in found)
    assert not math.isnan(told.table)


def test_every_check_is_one_test_with_all_or_none_of_its_points() -> None:
    run = run_of(row("01_made", check("squash_values", 3), wrong("blend_values", 2)), lines={"blend_values": 42})
    first, second = json.loads(result_json(run))["tests"]
    assert (first["name"], first["status"], first["score"]) == ("01_made: squash values is right", "pass", 3)
    assert (second["status"], second["score"], second["filename"], second["line_no"]) == ("fail", 0, "01_made.py", 42)
    assert second["message"] == "called: blend(z=1.0) expected: 2.0 got: -1.0 Hint: Set the gate to 1."


@pytest.mark.parametrize("end", [Outcome.ERROR, Outcome.TIMEOUT, Outcome.CRASHED, Outcome.BLOCKED])
def test_a_check_that_stopped_is_an_error_and_the_result_is_complete(end: Outcome) -> None:
    result = json.loads(result_json(run_of(row("01_made", check("blend_values", 2, end), check("x_values")))))
    assert [test["status"] for test in result["tests"]] == ["error", "pass"]
    assert result["status"] == "fail"


@pytest.mark.parametrize(("number", "letter"), [(1, "x"), (60, '"'), (100, "😀"), (400, "::")])
def test_it_is_never_too_large_and_no_check_is_left_out(number: int, letter: str) -> None:
    many = (wrong(f"part{at}_values", title=letter * 400, hint=letter * 5_000, message="") for at in range(number))
    found = result_json(run_of(row("01_made", *many)))
    assert len(found) < MOST_BYTES
    assert len(json.loads(found)["tests"]) == number
    reported(base64.b64encode(found).decode())


def test_a_short_result_keeps_its_messages_whole() -> None:
    found = result_json(run_of(row("01_made", wrong("blend_values", hint="Look here. " * 60))))
    assert json.loads(found)["tests"][0]["message"].count("Look here.") == 60


def test_the_step_leaves_result_points_and_page_and_does_not_fail(tmp_path: Path) -> None:
    environ, out = job(tmp_path), io.StringIO()
    assert classic.show(run_of(row("01_made", wrong("blend_values"), check("x_values"))), environ, out) == 0
    outputs = outputs_in(Path(environ["GITHUB_OUTPUT"]).read_text())
    assert (outputs["points"], outputs["max_points"]) == ("2", "4")
    assert reported(outputs["result"]).notices[0] == "Points 2/4"
    assert Path(environ["GITHUB_STEP_SUMMARY"]).read_text().startswith("## GRUs for NLP")


def test_a_course_without_public_points_makes_no_nonsense() -> None:
    told = reported(encoded(run_of(row("04_words"))))
    assert (told.notices, told.table, told.failed) == ((), 0, False)
