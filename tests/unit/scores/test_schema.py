"""The published schema of results.json says what is written, and what is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from grader.scores.results import to_json
from grader.scores.results_schema import FILE, schema_text

from .test_results import ONE, RESULTS

SAMPLE = next(folder for folder in Path(__file__).parents if (folder / "pyproject.toml").exists()) / "reports/sample"
SCHEMA = Draft202012Validator(json.loads(FILE.read_text(encoding="utf-8")))


def test_the_committed_schema_is_that_of_the_records():
    assert FILE.read_text(encoding="utf-8") == schema_text(), "run: python -m grader.scores.results_schema"


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA.schema)


def test_the_samples_results_are_valid():
    SCHEMA.validate(json.loads((SAMPLE / "results.json").read_text(encoding="utf-8")))


@given(RESULTS)
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40, deadline=None)
def test_whatever_is_written_is_valid(results):
    SCHEMA.validate(json.loads(to_json(results)))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("schema_version",), 2),
        (("run", "seconds"), "1.0"),
        (("run", "versions"), {"grader": 1}),
        (("submissions", 0, "points"), 1.5),
        (("submissions", 0, "status"), "won"),
        (("submissions", 0, "checks", 0, "hidden"), 1),
        (("submissions", 0, "checks", 0, "adjusted"), {"points": 1}),
        (("submissions", 0, "checks", 0, "answer"), "text"),
        (("submissions", 0, "checks", 0, "misconception"), "X1"),
    ],
)
def test_a_broken_file_is_not_valid(place, value):
    document = json.loads(to_json(ONE))
    holder = document
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    assert not SCHEMA.is_valid(document)


@pytest.mark.parametrize(
    "place", [("run",), ("run", "seed"), ("submissions", 0, "flags"), ("submissions", 0, "checks", 0, "hidden")]
)
def test_a_file_that_lacks_something_is_not_valid(place):
    document = json.loads(to_json(ONE))
    holder = document
    for step in place[:-1]:
        holder = holder[step]
    del holder[place[-1]]
    assert not SCHEMA.is_valid(document)


def test_fields_that_come_later_are_valid():
    document = json.loads(to_json(ONE))
    document["later"] = document["submissions"][0]["later"] = 1
    SCHEMA.validate(document)
