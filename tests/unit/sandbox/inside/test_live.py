"""Objects that are no plain data, inside a worker."""

from __future__ import annotations

from typing import Any

import pytest

from grader.sandbox.inside.objects import Live
from grader.sandbox.wire.values import Facts, NotPlain, dumps, loads


def refuse(name: str, args: list[Any]) -> Any:
    """Answer nothing."""
    raise AssertionError(name)


def test_what_holds_nothing_to_make_stays_the_very_same_object() -> None:
    """So that a change made in place is seen."""
    args = [[1, {"a": (2,)}], {}]
    assert Live().build(args, refuse) is args


def test_a_clock_asks_for_the_time() -> None:
    asked: list[tuple[str, list[Any]]] = []

    def ask(name: str, args: list[Any]) -> float:
        asked.append((name, args))
        return 12.5

    (clock,), _ = Live().build([[Facts("clock", None)], {}], ask)
    assert clock() == 12.5
    assert asked == [("clock", [[]])]


def test_what_was_made_here_goes_out_by_its_number() -> None:
    live = Live()
    (clock,), _ = live.build([[Facts("clock", None)], {}], refuse)
    assert live.describe({"c": [clock, 1]}) == {"c": [Facts("given", 0), 1]}


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="rocket"):
        Live().build([Facts("rocket", None)], refuse)


def test_a_table_goes_out_as_its_cells() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1, 2], "b": [0.5, None]}, index=["x", "y"])
    told = loads(*dumps(Live().describe(frame)))
    assert told.kind == "table"
    assert told.data["columns"] == ["a", "b"]
    assert told.data["index"] == ["x", "y"]
    assert told.data["cells"][0] == [1, 2]


def test_a_class_that_only_bears_the_name_is_no_table() -> None:
    class DataFrame:
        __module__ = "pandas.core.frame"

    value = DataFrame()
    assert Live().describe(value) is value


@pytest.mark.parametrize("header", [b'{"f":["a"]}', b'{"f":[1,2]}', b'{"f":"a"}', b'{"f":["a",{"q":1}]}'])
def test_facts_of_another_form_are_no_message(header: bytes) -> None:
    with pytest.raises(NotPlain):
        loads(header, b"")
