"""results.json keeps every record, in the contract's layout."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.scores import records
from grader.scores.flag_kinds import FlagKind
from grader.scores.records import (
    CellResult,
    CheckResult,
    Decided,
    Evidence,
    ExerciseRecord,
    Flag,
    Gap,
    Isolation,
    KnownMistake,
    Misconception,
    Outcome,
    Results,
    RunRecord,
    Status,
    SubmissionResult,
    WrittenAnswer,
)
from grader.scores.results import from_json, in_order, submission_from_json, submission_to_json, to_json

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
COUNT = st.integers(0, 100)


def few(item: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(item, max_size=3).map(tuple)


GAPS = st.none() | st.builds(Gap, TEXT, TEXT, TEXT)
CHECKS = st.builds(
    CheckResult, TEXT, TEXT, COUNT, COUNT, st.sampled_from(Outcome), st.booleans(), TEXT, TEXT,
    st.none() | st.builds(Misconception, TEXT, TEXT), NUMBER, GAPS, GAPS, st.none() | COUNT,
    few(st.builds(Evidence, TEXT, TEXT, st.none() | COUNT)), st.none() | st.builds(WrittenAnswer, TEXT, TEXT),
    st.none() | st.builds(Decided, COUNT, COUNT, TEXT, TEXT, TEXT),
)  # fmt: skip
SUBMISSIONS = st.builds(
    SubmissionResult, TEXT, TEXT, st.none() | TEXT, TEXT, st.none() | TEXT, st.sampled_from(Status), COUNT, COUNT,
    COUNT, NUMBER, few(st.builds(Flag, TEXT, TEXT, st.none() | TEXT)),
    few(st.builds(CellResult, st.none() | COUNT, COUNT, st.sampled_from(Outcome), TEXT)), TEXT, few(CHECKS),
    st.none() | TEXT, st.none() | TEXT,
)  # fmt: skip
RUNS = st.builds(
    RunRecord, TEXT, NUMBER, st.integers(), st.dictionaries(TEXT, TEXT, max_size=3),
    st.builds(Isolation, TEXT, few(TEXT)), TEXT, COUNT, TEXT, TEXT, few(TEXT), few(TEXT),
)  # fmt: skip
MISTAKES = st.lists(st.builds(KnownMistake, TEXT, TEXT, TEXT), max_size=3, unique_by=lambda known: known.id).map(tuple)
RESULTS = st.builds(
    Results,
    RUNS,
    few(st.builds(ExerciseRecord, TEXT, TEXT, COUNT)),
    few(SUBMISSIONS),
    st.just(1),
    MISTAKES,
)
CHECK = CheckResult(
    "blend_values", "The blend is right", 0, 3, Outcome.FAILED, True, "differs", "look", Misconception("X1", "swapped"),
    0.5, Gap("f(1)", "2", "3"), None, None, (Evidence("idea", "quote"),),
)  # fmt: skip
ROW = SubmissionResult(
    "ada", "e", "ada/e.py", "students/ada.html", "00", Status.GRADED, 0, 0, 3, 0.5, (Flag("note", "m", None),),
    (CellResult(None, 4, Outcome.ERROR, "m"),), "out", (CHECK,),
)  # fmt: skip
RUN = RunRecord("2026-01-01T00:00:00Z", 1.0, 7, {"grader": "1"}, Isolation("none", ("limits",)), "local", 1)
ONE = Results(RUN, (ExerciseRecord("e", "E", 3),), (ROW,))


@given(RESULTS)
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60, deadline=None)
def test_what_is_written_is_read_back(results):
    assert from_json(to_json(results)) == in_order(results)


def test_every_field_has_the_contracts_name():
    document = json.loads(to_json(ONE))
    assert {"schema_version", "run", "exercises", "submissions"} <= set(document)
    assert {"started", "seconds", "seed", "versions", "isolation", "engine", "jobs"} <= set(document["run"])
    assert set(document["run"]["isolation"]) == {"backend", "protections"}
    assert set(document["exercises"][0]) == {"id", "title", "max_points"}
    (row,) = document["submissions"]
    assert list(row) == [
        "student", "exercise", "path", "page", "sha256", "status", "points", "pending_points", "max_points", "seconds",
        "flags", "cells", "output", "checks", "graded_at",
    ]  # fmt: skip
    assert set(row["flags"][0]) == {"kind", "message", "check"}
    assert set(row["cells"][0]) == {"index", "line", "outcome", "message"}
    (check,) = row["checks"]
    assert list(check) == [
        "id", "title", "points", "max_points", "outcome", "hidden", "message", "hint", "misconception", "seconds",
        "gap", "counterexample", "suggested_points", "evidence",
    ]  # fmt: skip
    assert check["misconception"] == {"id": "X1", "name": "swapped"}
    assert check["gap"] == {"called": "f(1)", "expected": "2", "got": "3"}
    assert check["counterexample"] is None
    assert check["evidence"] == [{"idea": "idea", "quote": "quote"}]


def test_when_something_was_handed_in_is_there_only_where_it_is_known():
    known = replace(ONE, submissions=(replace(ONE.submissions[0], submitted_at="2026-10-03T11:23:45+00:00"),))

    assert "submitted_at" not in json.loads(to_json(ONE))["submissions"][0]
    assert json.loads(to_json(known))["submissions"][0]["submitted_at"] == "2026-10-03T11:23:45+00:00"
    assert from_json(to_json(known)) == known


def test_the_order_in_which_workers_finish_does_not_show():
    def results(*students: str) -> Results:
        rows = [
            SubmissionResult(s, "e", None, f"students/{s}.html", None, Status.MISSING, 0, 0, 3, 0.0) for s in students
        ]
        return Results(RUN, ONE.exercises, tuple(rows))

    assert to_json(results("a", "b", "c")) == to_json(results("c", "a", "b"))


def test_a_field_of_a_later_version_is_passed_over():
    document = json.loads(to_json(ONE))
    document["later"] = document["run"]["later"] = document["submissions"][0]["later"] = [1]
    assert from_json(json.dumps(document)) == ONE


def test_a_file_without_the_fields_that_were_added_is_read():
    """The contract's own fields are enough."""
    document = json.loads(to_json(ONE))
    del document["misconceptions"]
    for name in ("course", "contact", "unplaced", "faults"):
        del document["run"][name]
    assert from_json(json.dumps(document)) == ONE


def test_a_number_that_json_does_not_have_is_never_written():
    with pytest.raises(ValueError, match="JSON"):
        to_json(Results(RunRecord("", float("nan"), 1, {}, Isolation("", ()), "", 1), (), ()))


def test_a_lone_surrogate_becomes_an_escape_that_every_json_reader_takes():
    text = to_json(Results(RunRecord("\udcff", 0.0, 1, {}, Isolation("", ()), "", 1), (), ()))
    text.encode("utf-8")
    assert json.loads(text)["run"]["started"] == "\\udcff"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"schema_version": 1}',
        '{"schema_version": "1"}',
        '{"schema_version": true}',
        '{"schema_version": 2}',
        to_json(ONE).replace('"seconds": 1.0', '"seconds": NaN'),
        to_json(ONE).replace('"seconds": 1.0', '"seconds": 1e999'),
        to_json(ONE).replace('"outcome": "failed"', '"outcome": "won"'),
        to_json(ONE).replace('"max_points": 3', '"max_points": 3.5'),
        to_json(ONE)[:-40],
        "[" * 100_000,
        '{"schema_version": ' + "9" * 10_000 + "}",
    ],
)
def test_a_broken_file_is_told_in_one_line(text):
    with pytest.raises(UsageError) as caught:
        from_json(text)
    assert "results.json" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_the_message_says_where_the_file_is_wrong():
    with pytest.raises(UsageError, match=r"submissions\[0\]\.checks\[0\]\.hidden: expected bool, got int"):
        from_json(to_json(ONE).replace('"hidden": true', '"hidden": 1'))


@pytest.mark.parametrize("name", ["hidden", "hint", "evidence"])
def test_a_check_without_a_field_that_every_check_has_is_refused(name):
    """A record has defaults; a check that lost its "hidden" would be shown with its data."""
    document = json.loads(to_json(ONE))
    del document["submissions"][0]["checks"][0][name]
    with pytest.raises(UsageError, match=rf"submissions\[0\]\.checks\[0\]: object missing required field {name}"):
        from_json(json.dumps(document))


def test_the_message_names_the_file_as_it_was_called():
    with pytest.raises(UsageError, match=r"^old/results\.json "):
        from_json("{", "old/results.json")


def test_what_a_person_decided_and_the_answer_itself_stand_in_the_file_only_where_there_are_any():
    plain = json.loads(to_json(ONE))["submissions"][0]["checks"][0]
    assert not {"answer", "adjusted"} & set(plain)
    assert set(plain["evidence"][0]) == {"idea", "quote"}

    answer = WrittenAnswer("Two gates.", "00")
    decided = Decided(2, 0, "Dr Ada", "2026-12-01T10:00:00+00:00", "one gate")
    check = replace(CHECK, points=2, answer=answer, adjusted=decided, evidence=(Evidence("idea", "gates", 4),))
    told = json.loads(to_json(replace(ONE, submissions=(replace(ROW, checks=(check,)),))))["submissions"][0]["checks"]
    assert told[0]["answer"] == {"text": "Two gates.", "sha256": "00"}
    assert list(told[0]["adjusted"]) == ["points", "was", "by", "when", "why"]
    assert told[0]["evidence"] == [{"idea": "idea", "quote": "gates", "start": 4}]


@given(SUBMISSIONS, st.text(max_size=6))
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60, deadline=None)
def test_a_result_passes_between_processes_as_it_is_lone_surrogates_included(row, student):
    row = replace(row, student=f"{student}\udcff")
    assert submission_from_json(submission_to_json(row)) == row


@pytest.mark.parametrize("text", ["", "{", "{}", "null", "[]", submission_to_json(ROW)[:-1], '{"seconds": NaN}'])
def test_a_result_that_was_cut_short_is_none(text):
    with pytest.raises(ValueError):  # noqa: PT011 - each fault has a text of its own
        submission_from_json(text)


def test_every_kind_of_flag_that_is_raised_has_its_name_in_the_list():
    """A kind that is misspelt somewhere would be shown under its own name, to the wrong reader."""
    folder = Path(records.__file__).parents[1]
    kinds = [
        call.args[0]
        for file in folder.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Flag" and call.args
    ]
    raised = {kind.value for kind in kinds if isinstance(kind, ast.Constant)}
    raised |= {FlagKind[ast.unparse(kind)[9:]] for kind in kinds if ast.unparse(kind).startswith("FlagKind.")}

    assert len(raised) > 10
    assert raised <= set(FlagKind)


def test_a_kind_of_flag_that_is_not_known_is_read_and_kept():
    text = to_json(ONE).replace('"kind": "note"', '"kind": "of a later version"')
    assert to_json(from_json(text)) == text
