"""What a rubric gives a person who marks: items with points, how they add up, and the lesson beside a copied answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.course.cells import split_cells
from grader.course.course_toml import load_course
from grader.course.master import read_master, stub_text
from grader.errors import CourseError
from grader.rubrics import load_rubric

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

KEYS = 9  # items that have a digit for a key
SHOWN = 3  # sentences of the lesson
_RUN = 4  # words in a row, as where a copied answer is found
_WORD = re.compile(r"\w+")
_HEADING = re.compile(r"^#{1,6}[ \t]+(\S.*?)[ \t]*$", re.MULTILINE)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|\n")  # a lesson has a paragraph or an entry of a list on a line


@dataclass(frozen=True, slots=True)
class RubricItem:
    """An idea that an answer may hold, or a wrong one, and its points (below zero for a wrong one).

    Of the items of one ``group`` only the best counts.
    """

    name: str
    points: float
    group: str

    @property
    def is_wrong(self) -> bool:
        """Whether it takes points away."""
        return self.points < 0


@dataclass(frozen=True, slots=True)
class Guide:
    """How one question is marked; without ``items`` a person gives points alone.

    ``asked`` is the question as students read it, in Markdown, or empty.
    """

    max_points: int
    items: tuple[RubricItem, ...] = ()
    lesson: str = ""
    asked: str = ""

    def points(self, names: Collection[str]) -> int | None:
        """Return the points of an answer with these items, or None if one of them is no item of the question any more.

        The best of each group counts; the sum lies between 0 and the maximum, and half a point is rounded up, as it is for a
        suggestion.
        """
        known = {item.name: item for item in self.items}
        if not set(names) <= known.keys():
            return None
        best: dict[str, float] = {}
        for name in set(names):
            item = known[name]
            best[item.group] = max(best[item.group], item.points) if item.group in best else item.points
        return int(min(max(sum(best.values()), 0.0), float(self.max_points)) + 0.5)


def guides_of(course: Path | None) -> dict[tuple[str, str], Guide]:
    """Return the guide of each question with a rubric in a course, by exercise and question; none without a course.

    Raises CourseError for an author's slip.
    """
    if course is None:
        return {}
    found: dict[tuple[str, str], Guide] = {}
    for exercise in load_course(course).exercises:
        if exercise.rubric is not None:
            rubric = load_rubric(exercise.rubric)
            asked = _asked(exercise.master)
            for question in rubric.questions:
                items = [RubricItem(idea.name, idea.points, idea.group) for idea in question.ideas]
                # only beside ideas: a question with choices has no points for parts
                wrong = [each for each in question.mistakes if each.costs > 0 and items]
                items += [RubricItem(f"{each.id}: {each.name}", -each.costs, f"\0{each.id}") for each in wrong]
                found[exercise.id, question.id] = Guide(
                    question.points, tuple(items), rubric.lesson, asked.get(question.id, "")
                )
    return found


def guide_for(guides: Mapping[tuple[str, str], Guide], exercise: str, check: str, max_points: int) -> Guide:
    """Return a question's guide; where the rubric has other points than the results, those of the results are the most."""
    guide = guides.get((exercise, check), Guide(max_points))
    return replace(guide, max_points=max_points)


def beside(answer: str, lesson: str) -> tuple[str, ...]:
    """Return the sentences of the lesson that an answer repeats most, at most three, in the lesson's order."""
    own = _runs(answer)
    sentences = [" ".join(each.split()).lstrip("-*# ") for each in _SENTENCE_ENDS.split(lesson)]
    shared = [(len(own & _runs(sentence)), at) for at, sentence in enumerate(sentences)]
    best = sorted((each for each in shared if each[0]), key=lambda each: (-each[0], each[1]))[:SHOWN]
    return tuple(sentences[at] for at in sorted(at for _, at in best))


def _asked(master: Path) -> dict[str, str]:
    """The text below each heading of a stub, by the heading; none for a master that breaks a rule, which others tell."""
    try:
        cells = split_cells(stub_text(read_master(master)), master.name)
    except CourseError:
        return {}
    found: dict[str, str] = {}
    for cell in cells:
        if cell.kind == "markdown":
            _, *pieces = _HEADING.split(cell.text)
            found |= {title: text.strip() for title, text in zip(pieces[::2], pieces[1::2], strict=True)}
    return found


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return frozenset(tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))
