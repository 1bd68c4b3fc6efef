"""Work on the two exercises about Keras that is written otherwise than the solutions and the known mistakes.

What is odd but right may not lose a point, and a mistake must not be recognised by its own code alone.
"""

from __future__ import annotations

from typing import Any

import pytest

from course.otherwise.files import faulty, honest, noted
from helpers.scored import hand_in, score

EXERCISES = ("02_swap", "03_measure")
KINDS = {"honest": honest, "noted": noted, "faulty": faulty}
NOTED = {
    "M13-layer_told_as_model": "“The GRU model has about 24 % fewer parameters than the LSTM model, but",
    "M21-asserts_the_winner": "“assert seconds[",
    "M21-measures_until_it_fits": "“while gru_seconds > lstm_seconds:” reads like a known mistake",
    "M21-worked_out": "in the very ratio of the parameters, 24,960 to 33,024",
    "S10-mask_zero": "with zeros in front it is slow",
    "S11-downloads_the_reviews": "there is no network while a submission is graded",
    "S9-ids_up_to_the_size": "(ids go from 0 to vocab_size - 1: of 5000 rows the first is row 0, and so there is no",
    "S9-trained_on_word_ranks": "is not in [0, 50)",
}


def files(kind: str) -> list[Any]:
    """List exercise and name of the files that are honest, or faulty."""
    found = [(exercise, each.path.stem) for exercise in EXERCISES for each in KINDS[kind](exercise)]
    return [pytest.param(*each, id="-".join(each)) for each in found]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    """Grade every file as a student's of its own."""
    folder = tmp_path_factory.mktemp("otherwise") / "class"
    for each in (each for exercise in EXERCISES for kind in KINDS.values() for each in kind(exercise)):
        hand_in(folder, {f"{each.exercise[3:]}-{each.path.stem}": each.path.read_bytes()}, f"{each.exercise}.py")
    scored = score(folder, folder.with_name("report"), exercises=EXERCISES)
    return {(exercise, student.partition("-")[2]): row for (exercise, student), row in scored.handed_in.items()}


@pytest.mark.parametrize(("exercise", "name"), files("honest"))
def test_odd_but_right_work_gets_every_point(exercise: str, name: str, rows: dict[Any, Any]) -> None:
    row = rows[exercise, name]
    assert row["points"] == row["max_points"], [c["message"] for c in row["checks"] if c["outcome"] != "passed"]


@pytest.mark.parametrize(("exercise", "name"), files("honest"))
def test_nobody_else_is_told_of_a_mistake_of_reading(exercise: str, name: str, rows: dict[Any, Any]) -> None:
    assert not [flag for flag in rows[exercise, name]["flags"] if "reads like a known mistake" in flag["message"]]


@pytest.mark.parametrize(("exercise", "name"), files("noted"))
def test_what_costs_nothing_is_told_and_costs_nothing(exercise: str, name: str, rows: dict[Any, Any]) -> None:
    row, words = rows[exercise, name], NOTED[name]
    assert row["points"] == row["max_points"], [c["message"] for c in row["checks"] if c["outcome"] != "passed"]
    told = [flag for flag in row["flags"] if words in flag["message"]]
    assert len(told) == 1


@pytest.mark.parametrize(("exercise", "name"), files("faulty"))
def test_a_mistake_is_named_however_it_is_written(exercise: str, name: str, rows: dict[Any, Any]) -> None:
    failed = [check for check in rows[exercise, name]["checks"] if check["outcome"] != "passed"]
    assert {c["misconception"]["id"] for c in failed if c["misconception"]} == {name.partition("-")[0]}, failed


@pytest.mark.parametrize(
    ("name", "points"),
    [("a_layer_of_ones_own", [5]), ("no_embedding", [5]), ("frozen_embedding", [5, 1, 3]), ("convolution", [5, 1, 3])],
)
def test_the_row_about_the_gru_is_kept_whatever_stands_around_it(
    name: str, points: list[int], rows: dict[Any, Any]
) -> None:
    """And what a further layer does not spoil is not lost either: an output for each text, and that the model learns."""
    checks = rows["02_swap", f"S4-build_model-{name}"]["checks"]
    assert checks[0]["id"] == "build_model_swaps_lstm_for_gru"
    assert [check["points"] for check in checks if check["points"]] == points


def test_nobody_is_told_that_what_was_judged_is_not_there(rows: dict[Any, Any]) -> None:
    """A model at module level is judged where there is no function, and earned that note where it was wrong."""
    assert rows["02_swap", "S12-model-at_module_level"]["points"] == 0
    assert not [flag for row in rows.values() for flag in row["flags"] if flag["message"].startswith("None of ")]
