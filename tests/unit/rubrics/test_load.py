"""A rubric is read whole, or one line says what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.rubrics import assess, load_rubric, rubric
from grader.scores.records import Misconception
from unit.rubrics.conftest import TOML, write


def test_a_rubric_is_read(bread):
    assert [question.id for question in bread.questions] == ["dough", "living", "leaven"]
    assert bread.question("leaven").short.right.name == "yeast"
    assert bread.lesson.startswith("Dough needs")
    with pytest.raises(KeyError):
        bread.question("cake")


def test_the_example_for_authors_is_a_rubric_that_works(tmp_path: Path):
    """Who copies it from the docstring has something that runs."""
    lines = (rubric.__doc__ or "").splitlines()
    example = "\n".join(line.removeprefix("    ") for line in lines if line.startswith("    ") or not line)
    (tmp_path / "bread.toml").write_text(example, encoding="utf-8")
    bread = load_rubric(tmp_path / "bread.toml")

    assert assess(bread, "why", "Yeast makes it rise, best where it is warm.").suggested == 2
    assert assess(bread, "why", "The salt lets it rise.").misconception == Misconception("B1", bread.mistakes[0].name)
    assert [assess(bread, "which", each).settled for each in ("The yeast.", "salt")] == [1, 0]


@pytest.mark.parametrize(
    "old, new, reason",
    [
        ('id = "dough"', 'idd = "dough"', "'id' is missing; add a line id = "),
        ("points = 2\ntopics", "points = 2.5\ntopics", "whole number"),
        ("points = 2\ntopics", "points = 9\ntopics", "could not be suggested"),
        ('topics = "stuff"', 'topics = "stuf"', "no table"),
        ('mistakes = ["B1", "B2"]', 'mistakes = ["B1", "B22"]', "did you mean"),
        ('about = "yeast"', 'about = "yeats"', "topics here are"),
        ('words = ["@warm"]', 'words = ["@worm"]', "no list under"),
        ('words = ["@warm"]', 'word = ["@warm"]', "did you mean 'words'"),
        ('words = ["@warm"]', 'words = "warm"', "list of texts"),
        ('needs = "yes"', 'needs = "yess"', "no idea of this question"),
        ('stance = "yes"', 'stance = "maybe"', "yes or no"),
        ("right = true", "right = false", "exactly one choice"),
        ('known = "dough bread makes"', "two_sided = 1", "true or false"),
        ('mistake = "B1"\nwords', 'mistake = "B9"\nwords', "no mistake 'B9'"),
        ("[topics.stuff]", "[topics]\nstuff = 1\n[topics.other]", "must be a table"),
        ('id = "B2"', 'id = "B1"', "stands there twice"),
        ('lesson = "lesson.txt"', 'lesson = "gone.txt"', "can't be read"),
        ('lesson = "lesson.txt"', "lesson = [", "not valid TOML"),
        ('rise = ["rise*"', 'rise = ["Rise*"', "lower case"),
        ('against = ["yeast makes it rise"]', 'against = ["yeast"]', "no idea of any question"),
        ("costs = 1", 'costs = "1"', "must be a number"),
        ('known = "dough bread makes"', 'one_of = ["yeast"]', "gives the answer away"),
        ("points = 2\ntopics", 'points = 2\none_of = ["yes", "no"]\ntopics', "for a question with choices"),
        ("points = 2\ntopics", 'points = 2\nask = "Is it?"\ntopics', "list of texts"),
    ],
)
def test_a_slip_names_the_file_the_place_and_the_reason(tmp_path: Path, old: str, new: str, reason: str):
    assert old in TOML
    file = write(tmp_path, TOML.replace(old, new, 1))

    with pytest.raises(CourseError, match=reason) as caught:
        load_rubric(file)

    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_or_one_of_other_bytes_is_an_authors_slip(tmp_path: Path):
    with pytest.raises(CourseError, match="can't be read"):
        load_rubric(tmp_path / "none.toml")
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CourseError, match="not UTF-8"):
        load_rubric(tmp_path / "x.toml")


def test_a_rubric_without_questions_is_a_slip(tmp_path: Path):
    with pytest.raises(CourseError, match="no question"):
        load_rubric(write(tmp_path, ""))
