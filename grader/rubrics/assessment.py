"""Assesses one answer: what it shows with the words that show it, what a person should look at, what is certain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.rubrics import flags as look
from grader.rubrics.answer_words import LONGEST, Words, read_words
from grader.rubrics.open_answers import OpenReading, read_open
from grader.rubrics.short_answers import choose
from grader.scores.records import Evidence, Flag, Misconception, Outcome

if TYPE_CHECKING:
    from grader.rubrics.rubric import Question, Rubric

_NOT_HONEST = ("copied", "stuffed", "addresses the grader")
_SHOWN = 200  # characters of a quote


@dataclass(frozen=True, slots=True)
class Assessment:
    """What became of one answer: ``settled`` points, or None where a person decides and ``suggested`` is a proposal."""

    outcome: Outcome
    settled: int | None
    suggested: int
    evidence: tuple[Evidence, ...] = ()
    flags: tuple[Flag, ...] = ()
    message: str = ""
    hint: str = ""
    misconception: Misconception | None = None


def is_empty(answer: str) -> bool:
    """Tell whether nothing is answered: no letter or digit, or it begins with TODO."""
    begun = answer[:200].lstrip().lstrip("#>*_-`'\"([ \t\n")
    return not any(map(str.isalnum, answer)) or begun.startswith("TODO")


def assess(
    rubric: Rubric,
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
    every honest answer has all points. Never raises for an answer, whatever its text.
    """
    question = rubric.question(question_id)
    if certain and is_empty(answer):
        return Assessment(Outcome.TODO, 0, 0, message="Not answered yet.", hint=question.hint)
    words = read_words(answer, rubric.spelling, rubric.known)
    found = _flags(rubric, question, words, rubric.lesson if lesson is None else lesson)
    if not certain:
        found.append(Flag("uncertain", f"Read this answer in the file: {why or _NOT_PLAIN}.", question.id))
    cleaned = _less_what_is_said_to_the_grader(words)
    judge = _short if question.short else _open
    made = judge(question, rubric, cleaned, found)
    made = replace(made, flags=tuple(found))
    if completion:
        return _for_completion(question, made, certain)
    return made


_NOT_PLAIN = "it is not plain text there"


def _flags(rubric: Rubric, question: Question, words: Words, lesson: str) -> list[Flag]:
    found: list[Flag] = []

    def add(kind: str, message: str) -> None:
        found.append(Flag(kind, message, question.id))

    if len(words.answer) > LONGEST:
        add("too long", f"Only the first {LONGEST:,} of {len(words.answer):,} characters were assessed.")
    spoken = look.speaks_to_the_grader(words)
    if spoken:
        first, last = words.clause(*spoken[0])
        add("addresses the grader", f"It speaks to whoever grades it: “{_short_quote(words, first, last)}”.")
    if look.has_odd_letters(words.answer[:LONGEST]):
        add("odd letters", "It holds letters that only look like Latin ones; the words may not be what they seem.")
    foreign = look.is_other_language(words)
    if foreign:
        add("other language", "Hardly any of it is English, so the suggestion means nothing here.")
    if question.short:
        return found
    share = look.copied_share(words, lesson)
    if share >= look.COPIED_SHARE:
        add("copied", f"{share:.0%} of its runs of four words stand in the lesson.")
    if not foreign and look.is_stuffed(words):
        add("stuffed", "It looks like a list of key words rather than sentences.")
    return found


def _less_what_is_said_to_the_grader(words: Words) -> Words:
    spoken = {words.words[i].clause for first, last in look.speaks_to_the_grader(words) for i in range(first, last)}
    return words.without(clauses=spoken) if spoken else words


def _short(question: Question, rubric: Rubric, words: Words, found: list[Flag]) -> Assessment:
    short = question.short
    if short is None:  # pragma: no cover - the caller has looked
        raise ValueError("this question has no choices")
    verdict = choose(words, short)
    if verdict.both:
        found.append(Flag("names both", "It names more than one and leaves the choice open.", question.id))
    if verdict.contradicts:
        found.append(Flag("contradicts itself", "It says one thing and the opposite.", question.id))
    evidence: tuple[Evidence, ...] = ()
    if verdict.place:
        first, last = words.clause(*verdict.place)
        evidence = (Evidence(f"names {verdict.leans}", _short_quote(words, first, last)),)
    right = verdict.leans == short.right.name
    suggested = question.points if right else 0
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
    foreign = any(flag.kind == "other language" for flag in found)
    told = [flag for flag in reading.flags if not (foreign and flag[0] == "unfamiliar")]
    found += [Flag(kind, message, question.id) for kind, message in told]
    kinds = {flag.kind for flag in found}
    points, why = _capped(question, reading.points, kinds)
    evidence = tuple(Evidence(name, _short_quote(words, *place)) for name, place in reading.ideas.items())
    evidence += tuple(
        Evidence(f"{mistake.id}: {mistake.name}", _short_quote(words, *place)) for mistake, place in reading.mistakes
    )
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
    """Round a suggestion to whole points, and say so where a flag has lowered it."""
    bound, why = float(question.points), ""
    if "stuffed" in kinds:
        bound, why = 0.0, "it looks like a list of key words"
    elif "copied" in kinds and question.copied_at_most < 1:
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


def _short_quote(words: Words, first: int, last: int) -> str:
    """Quote words ``first`` to ``last``, cut at a word's end where it grows long."""
    while last - first > 1 and words.words[last - 1].end - words.words[first].start > _SHOWN:
        last -= 1
    return words.quote(first, last)[:_SHOWN]
