"""results.json is read row by row where the grader wrote it, as a whole elsewhere, and never in part."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.scores import packed_rows
from grader.scores.packed_rows import PackedRows
from grader.scores.read_run import read_record, read_run
from grader.scores.records import KnownMistake, NotListed, Person
from grader.scores.results import from_json, from_lines, in_order, to_json, to_lines

from .test_results import ONE, RESULTS, ROW, RUN

FEW = settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40, deadline=None)
CLASS = replace(
    ONE,
    submissions=tuple(replace(ROW, student=name, page=f"students/{name}.html") for name in ("ada", "bob", "cy")),
    misconceptions=(KnownMistake("X1", "swapped", "the other way round"),),
    roster=(Person("ada"),),
)


def in_folder(folder, text):
    (folder / "results.json").write_text(text, encoding="utf-8")
    return folder


@given(RESULTS)
@FEW
def test_what_is_written_is_read_row_by_row(results):
    text = to_json(results)
    assert from_lines(io.BytesIO(text.encode("utf-8"))) == in_order(results) == from_json(text)


def test_each_row_is_a_line_of_json_of_its_own():
    lines = to_json(CLASS).splitlines()
    rows = [json.loads(line.rstrip(",")) for line in lines if line.startswith('{"student"')]
    assert rows == json.loads(to_json(CLASS))["submissions"]


def test_the_rows_of_a_large_class_are_packed_as_they_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(packed_rows, "KEPT_WHOLE", 2)
    found = read_run(in_folder(tmp_path, to_json(CLASS)))
    assert isinstance(found.submissions, PackedRows)
    assert found == CLASS


@pytest.mark.parametrize("options", [{"indent": 1}, {"separators": (",", ":")}, {}])
def test_the_same_in_another_form_is_read_as_well(tmp_path, options):
    text = json.dumps(json.loads(to_json(CLASS)), **options)
    assert from_lines(io.BytesIO(text.encode())) is None
    assert read_run(in_folder(tmp_path, text)) == CLASS


@given(st.data())
@FEW
def test_a_file_that_was_cut_anywhere_is_refused_and_never_read_in_part(data):
    text = to_json(CLASS).rstrip()
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    assert from_lines(io.BytesIO(cut.encode())) is None
    with pytest.raises(UsageError):
        from_json(cut)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("},\n{", "}\n{"),  # a comma is missing
        ("}\n],", "},\n],"),  # one is too many
        ('"hidden": true, ', ""),
        ('"outcome": "failed"', '"outcome": "won"'),
        ('"schema_version": 1', '"schema_version": 2'),
        ('"seed": 7, ', ""),
    ],
)
def test_what_is_wrong_in_a_row_is_told_as_in_a_file_that_is_read_as_a_whole(tmp_path, was, now):
    text = to_json(CLASS).replace(was, now, 1)
    assert text != to_json(CLASS)
    with pytest.raises(UsageError) as whole:
        from_json(text, str(tmp_path / "results.json"))
    with pytest.raises(UsageError) as told:
        read_run(in_folder(tmp_path, text))
    assert str(told.value) == str(whole.value)


@pytest.mark.parametrize("options", [{"indent": 1}, {"separators": (",", ":")}, None])
def test_the_facts_of_a_run_are_read_from_the_start_of_its_file(tmp_path, options):
    text = to_json(CLASS) if options is None else json.dumps(json.loads(to_json(CLASS)), **options)
    in_folder(tmp_path, f"{text[: text.index('students/bob')]}and the rest was never looked at")
    assert read_record(tmp_path / "results.json") == RUN


@pytest.mark.parametrize("entry", ["}", "{", '"', '\\"}', "x" * 70_000])
def test_the_facts_of_a_run_end_where_they_end_whatever_stands_in_them(tmp_path, entry):
    """A class may leave much that fits nobody, under any name."""
    run = replace(RUN, unplaced=(entry,) * 3, not_listed=(NotListed(entry, "why"),))
    in_folder(tmp_path, to_json(replace(CLASS, run=run)))
    assert read_record(tmp_path / "results.json") == run


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"run": {}}', '{"schema_version": 1, "run": {}}', to_json(CLASS)[:200], None]
)
def test_facts_that_are_not_there_are_none(tmp_path, text):
    if text is not None:
        in_folder(tmp_path, text)
    assert read_record(tmp_path / "results.json") is None


def test_the_lines_make_up_the_whole_text():
    assert b"".join(to_lines(CLASS)).decode() == to_json(CLASS)
