"""What tests share is made once, and read as it is written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.expected import Expected, lines_of, read_expected
from helpers.shared import made_once


def test_who_comes_second_finds_what_the_first_made(tmp_path_factory: pytest.TempPathFactory):
    made: list[Path] = []

    folders = {made_once(tmp_path_factory, "made-by-the-first", made.append) for _ in range(3)}

    assert folders == set(made)
    assert len(made) == 1


def test_what_failed_for_the_first_fails_for_all_in_the_same_words(tmp_path_factory: pytest.TempPathFactory):
    """A run of minutes that fails would otherwise be tried by each process again."""

    def fails(folder: Path) -> None:
        raise ValueError("no room")

    with pytest.raises(ValueError, match="no room"):
        made_once(tmp_path_factory, "fails", fails)
    with pytest.raises(AssertionError, match="ValueError: no room"):
        made_once(tmp_path_factory, "fails", fails)


ROW = {
    "status": "review", "points": 1, "pending_points": 2, "cells": [{"outcome": "error"}],
    "flags": [{"kind": "copied", "check": "why", "message": ""}, {"kind": "renamed", "check": None, "message": ""}],
    "checks": [
        {"id": "f", "outcome": "passed", "points": 1, "max_points": 1, "misconception": None, "evidence": []},
        {"id": "g", "outcome": "failed", "points": 0, "max_points": 1, "misconception": {"id": "G1"}, "evidence": []},
        {
            "id": "why", "outcome": "review", "points": 0, "suggested_points": 2, "max_points": 2, "misconception": None,
            "evidence": [{"idea": "T3: cells and gates are mixed up"}, {"idea": "an idea"}],
        },
        {"id": "extra", "outcome": "passed", "points": 0, "max_points": 0, "misconception": None, "evidence": []},
    ],
}  # fmt: skip
WRITTEN = {
    "status": "review", "points": 1, "pending": 2, "flags": ["renamed"], "cells": ["error"],
    "checks": {"f": "passed 1", "g": "failed 0 | G1", "why": "review 2; copied | T3"},
}  # fmt: skip


def test_a_row_is_compared_line_by_line_with_what_is_written_down():
    expected = read_expected({"01": WRITTEN})["01"]

    assert lines_of(ROW, expected) == expected.lines


@pytest.mark.parametrize(
    ("entry", "value"),
    [("status", "graded"), ("points", 2), ("pending", 0), ("flags", []), ("cells", []), ("checks", {"f": "passed 1"})],
)
def test_whatever_is_written_down_otherwise_is_found(entry: str, value: object):
    """The eye that compares has to be sharp, or a class is graded as anything."""
    expected = read_expected({"01": {**WRITTEN, entry: value}})["01"]

    assert lines_of(ROW, expected) != expected.lines


def test_an_entry_that_nobody_reads_is_a_slip():
    with pytest.raises(TypeError, match="point"):
        read_expected({"01": {"status": "graded", "point": 1}})


def test_cells_that_are_not_the_point_need_not_be_written_down():
    assert lines_of(ROW, Expected("review", 1, 2, ("renamed",), checks=WRITTEN["checks"])) == [  # type: ignore[arg-type]
        *Expected("review", 1, 2, ("renamed",), checks=WRITTEN["checks"]).lines  # type: ignore[arg-type]
    ]
