"""Reads an open answer by its rubric: ideas and wrong ideas, each with the words that show it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from grader.rubrics.answer_words import LONGEST, plain
from grader.rubrics.denials import contradicted, denied, stance
from grader.rubrics.topics import spans

if TYPE_CHECKING:
    from grader.rubrics.answer_words import Words
    from grader.rubrics.rubric import Idea, Question, Rubric, Sign, WrongIdea

Place = tuple[int, int]
_FORMULA_MARKS = re.compile(r"[\s\\$_{}^*\u00b7\u2219\u2299\u2218\u2297\u00d7.]+")

_IN_PART = frozenset("all everything always only just completely entirely fully exactly necessarily simply".split())


@dataclass(slots=True)
class OpenReading:
    """What an open answer shows: ideas and mistakes with their places, and points before any flag.

    ``contradictory`` is what it both says and denies ("" for nothing), ``unfamiliar`` says that nothing in it is known.
    ``remarks`` are on mistakes that bring a flag, found or excused.
    """

    ideas: dict[str, Place] = field(default_factory=dict)
    mistakes: list[tuple[WrongIdea, Place]] = field(default_factory=list)
    points: float = 0.0
    contradictory: str = ""
    unfamiliar: bool = False
    remarks: list[tuple[WrongIdea, str]] = field(default_factory=list)


class FoundSign(NamedTuple):
    """Where a sign is first meant and first denied; ``both`` if one sentence says the words and another denies them."""

    meant: Place | None
    denied: Place | None
    both: bool


class _Text:
    """An answer cut up as the rubric's topics ask."""

    def __init__(self, question: Question, rubric: Rubric, words: Words) -> None:
        self.words = words
        self.sentences = words.sentences()
        group = rubric.topics.get(question.topics, {})
        self.spans = spans(words, group, question.default) if group else []
        self.stance = stance(words, question.agrees) if question.agrees else ""
        self.formulas = _FORMULA_MARKS.sub("", plain(words.answer[:LONGEST]))

    def find(self, sign: Sign) -> FoundSign:
        """Look for a sign where it is meant and where it is denied."""
        ranges = [(a, b) for topic, a, b in self.spans if topic == sign.about] if sign.about else self.sentences
        meant: dict[str, Place] = {}
        refused: dict[str, Place] = {}
        for first, last in ranges:
            if any(pattern.find(self.words, first, last) for pattern in sign.unless):
                continue
            for pattern in sign.words:
                for place in pattern.find(self.words, first, last):
                    if any(each.find(self.words, *place) for each in sign.between):
                        continue
                    if sign.even_denied or not denied(self.words, *place):
                        meant.setdefault(pattern.source, place)
                    elif contradicted(self.words, *place) and self._plainly(place):
                        refused.setdefault(pattern.source, place)
        same = (
            self._sentence(meant[source]) == self._sentence(refused[source]) for source in meant.keys() & refused.keys()
        )
        return FoundSign(_first(meant), _first(refused), bool(sign.about) and not all(same))

    def shows(self, idea: Idea | WrongIdea) -> tuple[Place | None, list[FoundSign]]:
        """Where an idea is shown first, by what the answer says to the question or by a sign; and what its signs found."""
        found = [self.find(sign) for sign in idea.signs]
        agreed = (0, 1) if idea.stance and idea.stance == self.stance else None
        return next(filter(None, [agreed, *(each.meant for each in found)]), None), found

    def _plainly(self, place: Place) -> bool:
        """Tell whether a place is denied outright, and not in part ("does not keep everything", "only two and no ...")."""
        return _IN_PART.isdisjoint(self.words.texts[slice(*self.words.clause(*place))])

    def _sentence(self, place: Place) -> int:
        return self.words.words[place[0]].sentence


def _first(places: dict[str, Place]) -> Place | None:
    return next(iter(places.values()), None)


def read_open(question: Question, rubric: Rubric, words: Words) -> OpenReading:
    """Read one answer; points are the best idea of each group, less what the mistakes cost."""
    reading = OpenReading()
    if not words.words:
        return reading
    text = _Text(question, rubric, words)
    clash: set[str] = set()  # ideas that are said and denied
    known = False  # something that the rubric looks for stands in the answer, if only to deny it
    for idea in question.ideas:
        place, found = text.shows(idea)
        known = known or any(each.denied for each in found)
        if place and (not idea.needs or idea.needs in reading.ideas):
            reading.ideas[idea.name] = words.clause(*place)
            clash.update(idea.name for each in found if each.both)
    for mistake in question.mistakes:
        _mistake(mistake, text, reading)
    clash.update(name for mistake, _ in reading.mistakes for name in mistake.against if name in reading.ideas)
    if text.stance == "both":
        reading.contradictory = "It says yes and no."
    elif clash:
        reading.contradictory = f"It says and denies the same: {', '.join(sorted(clash))}."
    best: dict[str, float] = {}
    for idea in question.ideas:
        if idea.name in reading.ideas and idea.name not in clash:
            best[idea.group] = max(best.get(idea.group, 0.0), idea.points)
    reading.points = sum(best.values()) - sum(mistake.costs for mistake, _ in reading.mistakes)
    reading.unfamiliar = (
        bool(question.ideas) and not (known or reading.ideas or reading.mistakes) and len(words.words) >= 12
    )
    return reading


def _mistake(mistake: WrongIdea, text: _Text, reading: OpenReading) -> None:
    place, _ = text.shows(mistake)
    excused = any(formula in text.formulas for formula in mistake.excused_by)
    if mistake.flag and (place or excused):
        how = "and gives the formula for it" if excused else "without a formula"
        reading.remarks.append((mistake, f"{mistake.explanation} This answer has it so, {how}."))
    if place and not excused:
        reading.mistakes.append((mistake, text.words.clause(*place)))
