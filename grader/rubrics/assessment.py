"""Assesses one answer: what it shows with the words that show it, what a person should look at, what is certain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from grader.rubrics import flags as look
from grader.rubrics.answer_words import LONGEST, Words, read_words
from grader.rubrics.open_answers import OpenReading, read_open
from grader.rubrics.rubric import Question, Rubric
from grader.rubrics.short_answers import choose
from grader.scores.records import Flag, Misconception, Outcome
from grader.source.written.written_text import is_empty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.rubrics.rubric import Short

_SHOWN = 200  # characters of a quote


class AnswerFlag(StrEnum):
    """What makes a person look twice at an answer; a rubric's mistake may bring a flag besides (``WrongIdea.flag``)."""

    TOO_LONG = "too long"
    TO_THE_GRADER = "addresses the grader"
    ODD_LETTERS = "odd letters"
    OTHER_LANGUAGE = "other language"
    COPIED = "copied"
    STUFFED = "stuffed"
    UNCERTAIN = "uncertain"
    NAMES_BOTH = "names both"
    CONTRADICTS = "contradicts itself"
    UNFAMILIAR = "unfamiliar"


_NOT_HONEST = frozenset({AnswerFlag.COPIED, AnswerFlag.STUFFED, AnswerFlag.TO_THE_GRADER})


class Passage(NamedTuple):
    """Where an answer shows an idea or a mistake: characters ``start`` to ``end``, so that ``text[start:end]`` is the quote."""

    idea: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """What became of one answer: ``settled`` points, or None if a person decides and ``suggested`` is a proposal."""

    outcome: Outcome
    settled: int | None
    suggested: int
    evidence: tuple[Passage, ...] = ()
    flags: tuple[Flag, ...] = ()
    message: str = ""
    hint: str = ""
    misconception: Misconception | None = None


def assess(
    rubric: Rubric | None,
    question_id: str,
    answer: str,
    lesson: str | None = None,
    *,
    certain: bool = True,
    why: str = "",
    completion: bool = False,
) -> Assessment:
    """Assess an answer, less the stub's prompt; ``lesson`` is the rubric's own unless given. KeyError: no such question.

    ``certain`` is false where the answer's text could not be read for certain, and ``why`` is the reason. With ``completion``
    every honest answer gets all points. Without a rubric, as on a student's machine, it finds only the flags that any answer may
    have. Never raises for an answer, whatever its text.

    An open question waits for a person, with points to suggest and the words that speak for them:

        made = assess(rubric, "long_term", "Yes, since the update gate carries the state on.")
        made.settled, made.suggested  # None, 2
        [answer[each.start : each.end] for each in made.evidence]
    """
    question = rubric.question(question_id) if rubric else Question(question_id, "", 0)
    rubric = rubric or Rubric((question,))
    if certain and is_empty(answer):
        return Assessment(Outcome.TODO, 0, 0, message="Not answered yet.", hint=question.hint)
    words = read_words(answer, rubric.spelling, rubric.known)
    spoken = look.speaks_to_the_grader(words)
    own = words.without(clauses={words.words[i].clause for span in spoken for i in range(*span)})
    found = _flags(question, words, own, spoken, rubric.lesson if lesson is None else lesson)
    if not certain:
        reason = why or "it is not plain text there"
        found.append(Flag(AnswerFlag.UNCERTAIN, f"Read this answer in the file: {reason}.", question.id))
    short = question.short
    made = _short(question, short, rubric, own, found) if short else _open(question, rubric, own, found)
    made = replace(made, flags=tuple(found))
    return _for_completion(question, made, certain) if completion else made


def _flags(question: Question, words: Words, own: Words, spoken: Sequence[tuple[int, int]], lesson: str) -> list[Flag]:
    """List what makes a person look twice; ``spoken`` are the words that speak to whoever grades, ``own`` those that don't."""
    found: list[Flag] = []

    def add(kind: AnswerFlag, message: str) -> None:
        found.append(Flag(kind, message, question.id))

    if len(words.answer) > LONGEST:
        add(AnswerFlag.TOO_LONG, f"Only the first {LONGEST:,} of {len(words.answer):,} characters were assessed.")
    if spoken:
        start, end = _bounds(words, *words.clause(*spoken[0]))
        add(AnswerFlag.TO_THE_GRADER, f"It speaks to whoever grades it: “{words.answer[start:end]}”.")
    if look.has_odd_letters(words.answer[:LONGEST]):
        add(
            AnswerFlag.ODD_LETTERS,
            "It holds letters that only look like Latin ones; the words may not be what they seem.",
        )
    foreign = look.is_other_language(words)
    if foreign:
        add(AnswerFlag.OTHER_LANGUAGE, "Hardly any of it is English, so the suggestion means nothing here.")
    if question.short:
        return found
    share = look.copied_share(words, lesson)
    if share >= look.COPIED_SHARE:
        add(AnswerFlag.COPIED, f"{share:.0%} of its runs of four words stand in the lesson.")
    elif look.reads_out_a_table(words, lesson):
        add(AnswerFlag.COPIED, "It reads out the lesson's table.")
    if not foreign and look.is_stuffed(own):
        add(AnswerFlag.STUFFED, "It looks like a list of key words rather than sentences.")
    return found


def _short(question: Question, short: Short, rubric: Rubric, words: Words, found: list[Flag]) -> Assessment:
    verdict = choose(words, short)
    if verdict.both:
        found.append(Flag(AnswerFlag.NAMES_BOTH, "It names more than one and leaves the choice open.", question.id))
    if verdict.contradicts:
        found.append(Flag(AnswerFlag.CONTRADICTS, "It says one thing and the opposite.", question.id))
    place = verdict.place and words.clause(*verdict.place)
    evidence = (_passage(words, f"names {verdict.leans}", place),) if place else ()
    suggested = question.points if verdict.leans == short.right.name else 0
    if not verdict.chosen or found:
        why = f": {verdict.doubts[0]}" if verdict.doubts and not verdict.both else ""
        message = f"A person reads this answer{why}."
        return Assessment(Outcome.REVIEW, None, suggested, evidence, (), message, question.hint)
    if verdict.chosen == short.right.name:
        return Assessment(Outcome.PASSED, question.points, question.points, evidence)
    chosen = next(choice for choice in short.choices if choice.name == verdict.chosen)
    mistake = next((each for each in rubric.mistakes if each.id == chosen.mistake), None)
    named = Misconception(mistake.id, mistake.name) if mistake else None
    message = f"This answer names {chosen.name}, and that is not the one asked for."
    if not verdict.leans:
        message = f"This answer says that it is not {short.right.name}."
    hint = (mistake.hint if mistake else "") or question.hint
    return Assessment(Outcome.FAILED, 0, 0, evidence, (), message, hint, named)


def _open(question: Question, rubric: Rubric, words: Words, found: list[Flag]) -> Assessment:
    reading = read_open(question, rubric, words)
    kinds = {flag.kind for flag in found}
    if reading.contradictory:
        found.append(Flag(AnswerFlag.CONTRADICTS, reading.contradictory, question.id))
    found += [Flag(mistake.flag, message, question.id) for mistake, message in reading.remarks]
    if reading.unfamiliar and AnswerFlag.OTHER_LANGUAGE not in kinds:
        message = "None of the known words stand in it: a suggestion of 0 means only that."
        found.append(Flag(AnswerFlag.UNFAMILIAR, message, question.id))
    points, why = _capped(question, reading.points, kinds)
    shown = [*reading.ideas.items(), *((f"{each.id}: {each.name}", place) for each, place in reading.mistakes)]
    evidence = tuple(_passage(words, name, place) for name, place in shown)
    first = reading.mistakes[0][0] if reading.mistakes else None
    return Assessment(
        Outcome.REVIEW,
        None,
        points,
        evidence,
        (),
        _message(question, reading, points, why),
        first.hint if first else question.hint,
        Misconception(first.id, first.name) if first else None,
    )


def _capped(question: Question, points: float, kinds: set[str]) -> tuple[int, str]:
    """Round a suggestion to whole points, and say so if a flag has lowered it."""
    bound, why = float(question.points), ""
    if AnswerFlag.STUFFED in kinds:
        bound, why = 0.0, "it looks like a list of key words"
    elif AnswerFlag.COPIED in kinds and question.copied_at_most < 1:
        bound, why = question.copied_at_most * question.points, "it repeats the lesson"
    whole = _rounded(min(max(points, 0.0), question.points))
    lowered = _rounded(bound)
    return (lowered, f"{whole} but for the flag, since {why}") if lowered < whole else (whole, "")


def _rounded(points: float) -> int:
    return int(points + 0.5)


def _message(question: Question, reading: OpenReading, points: int, why: str) -> str:
    shown = "; ".join(reading.ideas)
    parts = [f"A person reads this answer. Suggested: {points} of {question.points}" + (f" ({why})." if why else ".")]
    parts.append(f"Ideas found: {shown}." if shown else "None of the words that the rubric knows were found.")
    if reading.mistakes:
        parts.append("To look at: " + "; ".join(mistake.name for mistake, _ in reading.mistakes) + ".")
    return " ".join(parts)


def _for_completion(question: Question, made: Assessment, certain: bool) -> Assessment:
    """Give all points for an honest answer; what may be none waits for a person."""
    kinds = {flag.kind for flag in made.flags}
    shown = replace(made, suggested=question.points, misconception=None)
    if certain and not kinds.intersection(_NOT_HONEST):
        return replace(shown, outcome=Outcome.PASSED, settled=question.points, message="", hint="")
    message = "A person reads this answer: every honest answer has all points here."
    return replace(shown, outcome=Outcome.REVIEW, settled=None, message=message, hint=question.hint)


def _passage(words: Words, idea: str, place: tuple[int, int]) -> Passage:
    return Passage(idea, *_bounds(words, *place))


def _bounds(words: Words, first: int, last: int) -> tuple[int, int]:
    """Give where words ``first`` to ``last`` begin and end in the answer; a long quote ends with an earlier word."""
    start = words.words[first].start
    while last - first > 1 and words.words[last - 1].end - start > _SHOWN:
        last -= 1
    return start, min(words.words[last - 1].end, start + _SHOWN)
