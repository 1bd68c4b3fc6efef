"""What a run keeps of the functions comes back as it was, and only as long as the file is in the results."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.engine.folder import open_run
from grader.errors import UsageError
from grader.scores.kept_sources import (
    SOURCES,
    KeptSources,
    WorkSource,
    functions_from_json,
    functions_to_json,
    less_the_stub,
    read_sources,
)
from grader.scores.records import FunctionSource
from unit.study.made_works import results, row

FUNCTIONS = st.builds(
    FunctionSource,
    st.text(max_size=5), st.none() | st.integers(0, 9), st.integers(1, 99),
    st.text(st.characters(), max_size=20), st.binary(max_size=8), st.binary(max_size=4), st.booleans(),
)  # fmt: skip
ANA, BO = row("ana", "a"), row("bo", "b")


def source(of, name: str = "f") -> WorkSource:
    return WorkSource(of.exercise, of.sha256, (FunctionSource(name, None, 1, "def f(): pass", b"\1\0\0\0", b"\0\0"),))


def line(work: WorkSource) -> str:
    """The line of sources.jsonl that a file's functions have."""
    (only,) = KeptSources([work]).lines({(work.exercise, work.sha256)})
    return only.decode("ascii")


@given(st.lists(FUNCTIONS, max_size=3).map(tuple))
def test_functions_come_back_as_they_were_half_characters_included(functions) -> None:
    assert functions_from_json(functions_to_json(functions)) == functions


@given(st.lists(FUNCTIONS, max_size=3).map(tuple))
def test_each_file_is_one_line_of_plain_letters(functions) -> None:
    text = line(WorkSource("e", "0" * 64, functions))
    assert text.isascii()
    assert text.splitlines(keepends=True) == [text]


@pytest.mark.parametrize("text", ["", "{}", "[1]", "null", "[" * 9_000])
def test_anything_else_is_refused(text) -> None:
    with pytest.raises((ValueError, RecursionError)):
        functions_from_json(text)


def test_a_run_of_some_rows_keeps_the_functions_of_the_others(tmp_path) -> None:
    with open_run(tmp_path) as folder:
        folder.write(results(ANA, BO), KeptSources([source(ANA), source(BO)]), interrupted=False)
        folder.write(results(ANA, BO), KeptSources([source(BO, "g")]), interrupted=False)
    assert {each.sha256: each.functions[0].name for each in read_sources(tmp_path) or ()} == {
        ANA.sha256: "f", BO.sha256: "g",
    }  # fmt: skip


def test_what_belongs_to_no_row_any_more_goes(tmp_path) -> None:
    with open_run(tmp_path) as folder:
        folder.write(results(BO), KeptSources([source(BO)]), interrupted=False)
        folder.write(results(ANA), KeptSources([source(ANA)]), interrupted=False)
    assert read_sources(tmp_path) == (source(ANA),)


HALF = WorkSource("e", "0" * 64, (FunctionSource("f", None, 1, "", b"\1\0\0", b""),))


@pytest.mark.parametrize("text", ['{"exercise": ', '{"exercise": 3}', "\n", "é", "[" * 9_000, line(HALF)])
def test_a_damaged_file_is_one_line_for_who_reads_it_and_replaced_by_the_next_run(text, tmp_path) -> None:
    (tmp_path / SOURCES).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="is damaged; run `grader score` again"):
        read_sources(tmp_path)
    with open_run(tmp_path) as folder:
        folder.write(results(ANA), KeptSources([source(ANA)]), interrupted=False)
    assert read_sources(tmp_path) == (source(ANA),)


def test_what_the_stub_has_is_taken_out_with_its_lines() -> None:
    own = FunctionSource("f", None, 1, "", b"\1\0\0\0\2\0\0\0", b"\0\1\2\3")
    odd = FunctionSource("g", None, 1, "", b"\1\0\0", b"\0")

    gone = FunctionSource("h", None, 1, "", b"\1\0\0\0", b"\0\0")

    (left,) = less_the_stub([own, odd, gone], frozenset({1}))
    assert (left.grams, left.spans) == (b"\2\0\0\0", b"\2\3")
