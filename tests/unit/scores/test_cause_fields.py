"""What gathers checks by their causes is kept with the results, so that pages rendered again fold alike."""

from __future__ import annotations

import json

from grader.scores.causes import causes
from grader.scores.records import CheckResult, Outcome, Status, SubmissionResult
from grader.scores.results import submission_from_json, submission_to_json

STOPPED = CheckResult("f_a", "f", 0, 1, Outcome.ERROR, cause="absent g")
WAITS = CheckResult("h_a", "h", 0, 1, Outcome.FAILED, needs="f_a", unjudged=True)
PLAIN = CheckResult("k_a", "k", 0, 1, Outcome.FAILED)


def row(*checks: CheckResult) -> SubmissionResult:
    return SubmissionResult(
        "ada", "01_x", "ada/01_x.py", "students/ada.html", None, Status.GRADED, 0, 0, 3, 1.0, checks=checks
    )


def test_a_results_causes_come_back_as_they_were() -> None:
    graded = row(STOPPED, WAITS, PLAIN)
    again = submission_from_json(submission_to_json(graded))

    assert again == graded
    assert causes(again.checks) == causes(graded.checks)
    assert [len(cause.checks) for cause in causes(again.checks)] == [2, 1]


def test_what_a_check_does_not_have_is_left_out() -> None:
    (plain,) = json.loads(submission_to_json(row(PLAIN)))["checks"]

    assert {"cause", "needs", "unjudged"}.isdisjoint(plain)
