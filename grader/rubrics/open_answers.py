"""Reads an open answer by its rubric: ideas and wrong ideas, each with the words that show it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from grader.rubrics.answer_words import LONGEST, plain
from grader.rubrics.polarity import contradicted, denied, stance
from grader.rubrics.topics import spans

if TYPE_CHECKING:
    from grader.rubrics.answer_words import Words
    from grader.rubrics.rubric import Idea, Question, Rubric, Sign, WrongIdea

Place = tuple[int, int]
_FORMULA_MARKS = re.compile(r"[\s\\$_{}^*\u00b7\u2219\u2299\u2218\u2297\u00d7.]+")


@dataclass(slots=True)
class OpenReading:
    """What an open answer shows: ideas and mistakes with their places, points before any flag, flags.

    ``denied`` is true where words that would show an idea are denied.
    """

    ideas: list[tuple[str, Place]] = field(default_factory=list)
    mistakes: list[tuple[WrongIdea, Place]] = field(default_factory=list)
    points: float = 0.0
    denied: bool = False
    flags: list[tuple[str, str]] = field(default_factory=list)


class FoundIdea(NamedTuple):
    """Where a sign is meant; whether it is denied somewhere, and whether the same words are said and denied."""

    place: Place | None
    denied: bool
    both: bool


class _Text:
    """An answer cut up as the rubric's topics ask."""

    def __init__(self, question: Question, rubric: Rubric, words: Words) -> None:
        self.words = words
        self.sentences = words.runs("sentence")
        group = rubric.topics.get(question.topics, {})
        self.spans = spans(words, group, question.default) if group else []
        self.stance = stance(words, question.agrees) if question.agrees else ""
        self.formulas = _FORMULA_MARKS.sub("", plain(words.answer[:LONGEST]))

    def find(self, sign: Sign) -> FoundIdea:
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
                    elif contradicted(self.words, *place):
                        refused.setdefault(pattern.source, place)
        both = bool(sign.about) and self._clash(meant, refused)
        return FoundIdea(next(iter(meant.values()), None), bool(refused), both)

    def _clash(self, meant: dict[str, Place], refused: dict[str, Place]) -> bool:
        """Tell whether the same pattern is said in one sentence and denied in another."""
        both = meant.keys() & refused.keys()
        return any(self._sentence(meant[source]) != self._sentence(refused[source]) for source in both)

    def _sentence(self, place: Place) -> int:
        return self.words.words[place[0]].sentence


def read_open(question: Question, rubric: Rubric, words: Words) -> OpenReading:
    """Read one answer; points are the best idea of each group, less what the mistakes cost."""
    reading = OpenReading()
    if not words.words:
        return reading
    text = _Text(question, rubric, words)
    denials = _ideas(question, text, reading)
    for mistake in question.mistakes:
        _mistake(mistake, text, reading)
    names = {name for name, _ in reading.ideas}
    clash = names & (denials | {name for mistake, _ in reading.mistakes for name in mistake.against})
    if text.stance == "both":
        reading.flags.append(("contradicts itself", "It says yes and no."))
    elif clash:
        reading.flags.append(("contradicts itself", f"It says and denies the same: {', '.join(sorted(clash))}."))
    best: dict[str, float] = {}
    for idea in question.ideas:
        if idea.name in names - clash:
            best[idea.group] = max(best.get(idea.group, 0.0), idea.points)
    reading.points = sum(best.values()) - sum(mistake.costs for mistake, _ in reading.mistakes)
    if not (reading.ideas or reading.mistakes or reading.denied) and len(words.words) >= 12:
        reading.flags.append(("unfamiliar", "None of the known words stand in it: a suggestion of 0 means only that."))
    return reading


def _ideas(question: Question, text: _Text, reading: OpenReading) -> set[str]:
    """Note the ideas that an answer shows; return those that it denies in the same words."""
    found: dict[str, Place] = {}
    denials: set[str] = set()
    for idea in question.ideas:
        place = _stance_place(idea, text)
        for sign in idea.signs:
            shown = text.find(sign)
            place = place or shown.place
            reading.denied = reading.denied or shown.denied
            if shown.both:
                denials.add(idea.name)
        if place:
            found[idea.name] = place
    kept = {idea.name for idea in question.ideas if idea.name in found and (not idea.needs or idea.needs in found)}
    reading.ideas = [(name, text.words.clause(*place)) for name, place in found.items() if name in kept]
    return denials


def _stance_place(idea: Idea | WrongIdea, text: _Text) -> Place | None:
    return (0, 1) if idea.stance and idea.stance == text.stance else None


def _mistake(mistake: WrongIdea, text: _Text, reading: OpenReading) -> None:
    place = _stance_place(mistake, text)
    for sign in mistake.signs:
        place = place or text.find(sign).place
    excused = any(formula in text.formulas for formula in mistake.excused_by)
    if mistake.flag and (place or excused):
        how = "and gives the formula for it" if excused else "without a formula"
        reading.flags.append((mistake.flag, f"{mistake.explanation} This answer has it so, {how}."))
    if place and not excused:
        reading.mistakes.append((mistake, text.words.clause(*place)))
