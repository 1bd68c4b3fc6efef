"""Whether words are said or denied, and whether an answer says yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.rubrics.vocabulary import FALSE, NEGATORS, NO_DENIAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.rubrics.answer_words import Words
    from grader.rubrics.patterns import Pattern

_YES = frozenset("yes yeah yep yup sure certainly absolutely definitely indeed affirmative".split())
_TURNS = frozenset("but however while whereas instead because so".split())
_REACH = 5  # words that a "not" reaches


def denied(words: Words, first: int, last: int) -> bool:
    """Tell whether "not", "never", "instead of" or the like stands before words ``first`` to ``last`` or among them."""
    return any(_denies(words, index) for index in _before(words, first)) or any(
        _denies(words, index) for index in range(first + 1, last - 1)
    )


def contradicted(words: Words, first: int, last: int) -> bool:
    """Tell whether words ``first`` to ``last`` are denied outright, not only set aside ("instead of three")."""
    return any(
        words.texts[i] in NEGATORS and _denies(words, i) for i in (*_before(words, first), *range(first + 1, last - 1))
    )


def stance(words: Words, agrees: Sequence[Pattern]) -> str:
    """Tell whether an answer says "yes", "no" or "both"; "" if nothing is plain."""
    for first, last in words.sentences():
        found = _sentence(words, first, last, agrees)
        if found:
            return found
    return ""


def _before(words: Words, first: int) -> list[int]:
    """List the words before a place that may deny it, in the same clause and this side of any "but"."""
    found: list[int] = []
    joined = False
    for index in range(first - 1, max(first - 1 - _REACH, -1), -1):
        same = words.words[index].clause == words.words[first].clause
        if not same or words.texts[index] in _TURNS - {"because", "instead"}:
            break
        joined = joined or words.texts[index] == "and"
        if not (joined and words.texts[index] in ("no", "without")):  # "no cell and one gate less"
            found.append(index)
    return found


def _denies(words: Words, index: int) -> bool:
    word = words.texts[index]
    after = words.texts[index + 1] if index + 1 < len(words.texts) else ""
    if word in NEGATORS:
        return after not in NO_DENIAL
    return word in ("instead", "rather") and after in ("of", "than")


def _sentence(words: Words, first: int, last: int, agrees: Sequence[Pattern]) -> str:
    opening = words.texts[first]
    yes = any(word in _YES for word in words.texts[first:last])
    if opening in _YES:
        plain_no = any(words.texts[i] == "no" and _alone(words, i, last) for i in range(first + 1, last))
        return "both" if plain_no else "yes"
    if opening in ("no", "nope") and not (first + 1 < last and words.texts[first + 1] in NO_DENIAL):
        return "no"
    said = [start for pattern in agrees for start, _ in pattern.find(words, first, last)]
    end = _head(words, first, last)
    against = sum(_denies(words, i) or _is_false(words, i) for i in range(first, end))
    if against % 2:
        return "both" if yes else "no"
    return "yes" if yes or said or against else ""


def _is_false(words: Words, index: int) -> bool:
    """Tell whether a word says that something is not so ("wrong", "I doubt"); "no doubt" is none."""
    idiom = index and words.texts[index] in NO_DENIAL and words.texts[index - 1] in ("no", "without", "not")
    return words.texts[index] in FALSE and not idiom


def _alone(words: Words, index: int, last: int) -> bool:
    return index + 1 >= last or words.words[index + 1].clause != words.words[index].clause


def _head(words: Words, first: int, last: int) -> int:
    """Give where a sentence's main statement ends: before a "but", "because" or the like."""
    return next((i for i in range(first + 1, last) if words.texts[i] in _TURNS), last)
