"""Which engine grades: what belongs together on the command line."""

from __future__ import annotations

import argparse

import pytest

from grader.commands import score
from grader.commands.arguments import WordParser
from grader.errors import UsageError


def given(*words: str) -> argparse.Namespace:
    parser = WordParser()
    score.add_parser(parser.add_subparsers(parser_class=WordParser))
    return parser.parse_args(["score", "class", *words])


def test_this_machine_grades_unless_another_engine_is_asked_for() -> None:
    assert (given().engine, given().scheduler) == ("local", None)
    assert given("--engine", "dask", "--scheduler", "tcp://head:8786").scheduler == "tcp://head:8786"


def test_an_engine_that_there_is_not_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match="there is no dusk; "):
        given("--engine", "dusk")


@pytest.mark.parametrize("engine", [(), ("--engine", "local")])
def test_a_scheduler_without_its_engine_is_wrong_usage(engine: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="give --engine dask with it"):
        score.run(given("--scheduler", "tcp://head:8786", *engine))
