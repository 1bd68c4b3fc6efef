"""What the students' package says of written answers: what to ask oneself, and nothing that a rubric looks for."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

from .conftest import ROOT

LESSON = (ROOT / "solutions" / "rubrics" / "lesson.txt").read_text(encoding="utf-8")


def strings_in(value: Any) -> Iterator[str]:
    """Every text in a table, whatever it is nested in."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for each in value.values() for text in strings_in(each))
    elif isinstance(value, list):
        yield from (text for each in value for text in strings_in(each))


def test_the_students_package_holds_none_of_the_rubrics_words_ideas_mistakes_or_hints(site):
    """Only what to ask oneself, the names of a short answer, the stubs' own text and the lesson leave."""
    facts = json.loads((site / "grader" / "packaged" / "course.json").read_text(encoding="utf-8"))
    (written,) = (each["questions"] for each in facts["exercises"] if each["questions"])
    rubric = tomllib.loads((ROOT / "solutions" / "rubrics" / "04_theory.toml").read_text(encoding="utf-8"))
    ids = {question["id"] for question in rubric["questions"]}
    for question in rubric["questions"]:
        del question["ask"]
        question.pop("one_of", None)
    said_to_all = LESSON + "".join(written["prompts"].values())
    secret = {text for text in strings_in(rubric) if len(text) > 16 and text not in said_to_all} - ids

    assert set(written) == {"prompts", "ask", "one_of", "lesson"}
    assert len(secret) > 200
    assert [(text, held) for held in strings_in(facts) for text in secret if text in held] == []
