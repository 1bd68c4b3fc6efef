"""A small rubric of another course, so that nothing here stands on the exercise's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.rubrics import load_rubric
from grader.rubrics.rubric import Rubric

TOML = """
lesson = "lesson.txt"
spelling = "yeast bread oven"

[words]
rise = ["rise*", "rose", "grow*", "puff* up"]
warm = ["warm*", "heat*", "tepid"]

[topics.stuff]
yeast = ["yeast"]
salt = ["salt"]

[[mistakes]]
id = "B1"
name = "salt is said to make dough rise"
explanation = "Salt slows yeast down."
hint = "Taste your dough: what does the salt do there?"
costs = 1
about = "salt"
words = ["@rise", "mak* ... @rise"]
unless = ["slow*"]
against = ["yeast makes it rise"]

[[mistakes]]
id = "B2"
name = "sugar first"
explanation = "Some bakers put the sugar first"
hint = "Which recipe?"
flag = "other recipe"
excused_by = ["s=2y"]
words = ["sugar first"]

[[questions]]
id = "dough"
title = "Why does dough rise?"
points = 2
topics = "stuff"
hint = "What lives in it?"
mistakes = ["B1", "B2"]
copied_at_most = 0.5

[[questions.ideas]]
idea = "yeast makes it rise"
points = 1
about = "yeast"
words = ["mak*|let* ... @rise", "@rise"]

[[questions.ideas]]
idea = "it likes warmth"
points = 1
words = ["@warm"]

[[questions]]
id = "living"
title = "Is yeast alive?"
points = 2
agrees = ["it is", "alive"]

[[questions.ideas]]
idea = "yes"
points = 1
stance = "yes"

[[questions.ideas]]
idea = "it eats"
points = 1
needs = "yes"
words = ["eat*"]

[[questions]]
id = "leaven"
title = "Which of the two raises bread?"
points = 1
hint = "Its name is enough."
affirms = ["@rise", "raises"]
opposes = ["slow*", "taste*"]
known = "dough bread makes"

[[questions.choices]]
name = "yeast"
right = true
words = ["yeast"]

[[questions.choices]]
name = "salt"
mistake = "B1"
words = ["salt"]
"""

LESSON = """Dough needs time and a warm place, and then the living yeast in it makes small bubbles.

| Stuff | Yeast | Salt |
|---|---|---|
| Work | raises dough | slows yeast |
| Amount | one small cube | ten level grams |
"""


def write(folder: Path, text: str = TOML) -> Path:
    """Write a rubric and its lesson into a folder."""
    (folder / "lesson.txt").write_text(LESSON, encoding="utf-8")
    file = folder / "bread.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def bread(tmp_path_factory: pytest.TempPathFactory) -> Rubric:
    return load_rubric(write(tmp_path_factory.mktemp("rubric")))
