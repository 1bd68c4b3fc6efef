"""The runner that runs templates understands what it says it does, and refuses all else."""

from __future__ import annotations

import pytest

from helpers.push_filters import starts_pipeline
from helpers.workflow_runner import _filled, _is_true, pairs_of


def test_outputs_are_lines_and_texts_of_several_lines_up_to_their_end():
    assert pairs_of("a=1=2\nb<<END\nx\n\na=3\nEND\nc=\n") == {"a": "1=2", "b": "x\n\na=3", "c": ""}


def test_a_text_without_its_end_is_an_error_as_on_the_runner():
    with pytest.raises(ValueError, match="b has no end 'END'"):
        pairs_of("b<<END\nx\n")


def test_an_output_that_was_not_written_is_empty_and_a_value_that_is_not_known_is_an_error():
    assert _filled("<${{ steps.a.outputs.b }}${{runner.temp}}>", {"runner.temp": "/t"}) == "</t>"
    with pytest.raises(ValueError, match=r"secrets\.x"):
        _filled("${{ secrets.x }}", {})


@pytest.mark.parametrize(
    ("condition", "is_true"),
    [("steps.a.outputs.b != ''", True), ("steps.a.outputs.b == 'c'", True), ("steps.a.outputs.c != ''", False)],
)
def test_conditions_compare_a_value_with_a_text(condition, is_true):
    assert _is_true(condition, {"steps.a.outputs.b": "c"}) == is_true


def test_any_other_condition_is_an_error():
    with pytest.raises(ValueError, match="no condition that is known"):
        _is_true("always()", {})
    with pytest.raises(AssertionError, match="no condition that is known"):
        starts_pipeline([{"if": "$A != null"}], {}, [])
