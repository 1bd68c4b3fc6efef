"""Classroom 50's rules for a result, transcribed, and the environment in which its runner starts an autograder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

LARGEST = 10 << 20  # bytes of result.json that its readers take (MAX_RESULT_BYTES in collect_scores.py)
SCHEMA = json.loads(Path(__file__).with_name("classroom50_result.schema.json").read_text(encoding="utf-8"))
Result = dict[str, Any]

ENVIRONMENT = {
    "CLASSROOM": "cs-autumn",
    "ASSIGNMENT": "gru",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "kim",
    "USERNAME": "kim",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://github.com/org/cs-autumn-gru-kim/commit/a1b2c3d",
    "RELEASE_URL": "https://github.com/org/cs-autumn-gru-kim/releases/tag/submit%2F2026-06-01T14-32-05Z-a1b2c3d",
    "REVIEW_URL": "https://github.com/org/cs-autumn-gru-kim/compare/0000000...a1b2c3d",
    "PAGES_BASE_URL": "https://org.github.io/classroom50",
    "GITHUB_ACTOR": "kim",
    "GITHUB_ACTOR_ID": "4711",
    "GITHUB_REPOSITORY": "org/cs-autumn-gru-kim",
    "GITHUB_ACTIONS": "true",
}


def taken(text: str) -> Result:
    """Read a result as the runner and the collector do; AssertionError if either would turn it down.

    The sums and bounds between fields are those of ``validate_result`` in runner.py, which no schema can say.
    """
    assert len(text.encode()) <= LARGEST
    result: Result = json.loads(text)
    Draft202012Validator(SCHEMA).validate(result)
    for each in (result, *result["tests"]):
        assert all(type(each[key]) is int for key in ("score", "max-score"))  # True is no number
        assert each["score"] <= each["max-score"]
    for key in ("score", "max-score"):
        assert result[key] == sum(test[key] for test in result["tests"])
    return result


def outputs(text: str) -> dict[str, str]:
    """Read a step's outputs as GitHub's runner does: ``name=value`` a line, and the last of a name counts."""
    lines = [line for line in text.split("\n") if line]
    assert all("=" in line and "<<" not in line.partition("=")[0] for line in lines)
    return dict(line.split("=", 1) for line in lines)


def history(
    *tags: str, owner: str = "kim", classroom: str = "cs-autumn", assignment: str = "gru", **fields: object
) -> str:
    """Write a results.json as ``gh teacher download`` does: the submissions of one repository, newest first."""
    return json.dumps(
        [{"submission_tag": tag, "result": _result(tag, owner, classroom, assignment), **fields} for tag in tags]
    )


def _result(tag: str, owner: str, classroom: str, assignment: str) -> Mapping[str, Any]:
    day, _, clock = tag.removeprefix("submit/").partition("T")
    return {
        "schema": "classroom50/result/v1", "classroom": classroom, "assignment": assignment, "owner": owner,
        "assignment_type": "individual", "submission": tag, "commit": "c", "release": "r", "review": "c",
        "datetime": f"{day}T{clock[:8].replace('-', ':')}Z", "score": 3, "max-score": 5, "tests": [],
    }  # fmt: skip
