"""Rows that are kept packed are the same rows, whatever is asked of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.scores.changes import changes
from grader.scores.flag_kinds import FlagKind
from grader.scores.item_statistics import check_statistics
from grader.scores.packed_rows import GrowingRows, PackedRows, lines_of
from grader.scores.records import Flag, Status, VoidCheck
from grader.scores.results import to_json
from grader.scores.row_heads import RowHead, changed, heads_of, picked
from grader.scores.settle import as_found
from grader.scores.totals import mistake_counts, student_totals
from grader.scores.void_checks import give_void

from .test_results import ONE, ROW, SUBMISSIONS

STUDENT = st.text(max_size=6)  # half a character may be among them, as in a folder's name that is not UTF-8
ROWS = st.lists(st.builds(lambda row, student: replace(row, student=student), SUBMISSIONS, STUDENT), max_size=5)
FEW = settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40, deadline=None)


def packed(rows, whole=0):
    """The rows as a large class has them: packed above ``whole``."""
    growing = GrowingRows(whole)
    for row in rows:
        growing.add(row)
    return growing.rows()


@given(ROWS, st.integers(0, 6))
@FEW
def test_they_come_out_as_they_went_in_wherever_packing_begins(rows, whole):
    found = packed(rows, whole)
    assert list(found) == rows
    assert [found[at] for at in range(-len(rows), len(rows))] == rows + rows
    assert list(reversed(found)) == rows[::-1]
    assert list(found[1:3]) == rows[1:3]
    assert found == tuple(rows)
    assert isinstance(found, PackedRows) == (len(rows) > whole)


@given(ROWS)
@FEW
def test_their_heads_and_lines_say_the_same_as_the_rows(rows):
    found = packed(rows)
    for head, row in zip(heads_of(found), rows, strict=True):
        for name in RowHead.__slots__:
            assert getattr(head, name) == getattr(row, name)
    assert list(lines_of(found)) == list(lines_of(rows))


@given(ROWS, st.data())
@FEW
def test_what_is_picked_or_changed_is_the_same_as_of_plain_rows(rows, data):
    order = data.draw(st.permutations(range(len(rows))))
    assert list(picked(packed(rows), order)) == [rows[at] for at in order]

    def more(row):
        return replace(row, points=row.points + 1) if row.points % 2 else row

    made = changed(packed(rows), more)
    assert list(made) == [more(row) for row in rows]
    assert [head.points for head in heads_of(made)] == [more(row).points for row in rows]


def test_rows_of_other_classes_are_not_equal():
    other = (replace(ROW, points=1),)
    assert packed([ROW]) == (ROW,)
    assert packed([ROW]) != other
    assert packed([ROW]) != packed(other)
    assert packed([ROW]) != (ROW, ROW)
    assert packed([ROW]) != "a text"


def test_a_result_can_be_asked_for_while_more_come():
    growing = GrowingRows(1)
    growing.add(ROW)
    assert growing[0] == ROW
    growing.add(replace(ROW, student="bob"))
    assert [growing[0].student, growing[1].student, len(growing)] == ["ada", "bob", 2]


def test_why_a_row_has_not_been_graded_is_known_without_unpacking_it():
    open_yet = replace(ROW, status=Status.FAILED, flags=(Flag(FlagKind.UNGRADED, "the run ended"),))
    (head,) = heads_of(packed([open_yet]))
    assert head.is_ungraded


def test_a_number_that_json_does_not_have_is_refused_before_anything_is_packed():
    with pytest.raises(ValueError, match="JSON"):
        packed([replace(ROW, seconds=float("inf"))])


def test_a_row_of_a_file_is_written_again_without_what_this_version_does_not_know():
    (line,) = lines_of([ROW])
    growing = GrowingRows(0)
    growing.add_line(line.replace(b'"student": "ada"', b'"later":1,"student":"ada"'))
    assert to_json(replace(ONE, submissions=growing.rows())) == to_json(ONE)


@given(ROWS, ROWS)
@FEW
def test_sums_and_comparisons_of_a_large_class_are_those_of_its_rows(rows, later):
    one, other = (replace(ONE, submissions=tuple(each)) for each in (rows, later))
    packed_one, packed_other = (replace(ONE, submissions=packed(each)) for each in (rows, later))
    assert student_totals(packed_one) == student_totals(one)
    assert changes(packed_one, packed_other) == changes(one, other)
    assert check_statistics(packed_one) == check_statistics(one)
    assert mistake_counts(packed_one) == mistake_counts(one)
    assert to_json(as_found(packed_one)) == to_json(as_found(one))
    void = [VoidCheck(row.exercise, check.id, "2026-12-01") for row in rows for check in row.checks]
    assert to_json(give_void(packed_one, void)) == to_json(give_void(one, void))
