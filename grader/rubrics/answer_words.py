"""An answer's words: as they were meant, and where each stands in the text as it was written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from grader.rubrics.vocabulary import BEFORE_IS, COMMON, CONTRACTED, NEGATED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

LONGEST = 20_000  # characters that are assessed
_INSIDE = "\u00ad\u0300-\u036f\u200b-\u200f\u2060\ufeff'\u2018\u2019\u02bc"
_TOKEN = re.compile(
    rf"\d+(?:[.,]\d+)*|[\w{_INSIDE}]+~?|->|=>|\n[ \t]*(?=\n)|\n(?=[ \t]*(?:[-*\u2022+]|\d+[.)])[ \t])|[^\w\s]"
)
_ENDS_SENTENCE = frozenset(".!?\u3002\uff01\uff1f\u2026")
_ENDS_CLAUSE = frozenset(",;:()[]|\u2014\u2013") | {"->", "=>", "\u2192", "\u21d2"}
_ABBREVIATION = re.compile(r"\b(?:(?:e\.g|i\.e|eg|ie|vs|etc|resp|approx|incl|cf|fig)\.|[a-z]\.(?=\w))", re.IGNORECASE)
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'"})
_ENDINGS = ("s", "d", "r", "es", "ed", "er", "ing", "ly", "able")


@dataclass(frozen=True, slots=True)
class Word:
    """One word in lower case; ``start`` and ``end`` are its place in the answer, as written."""

    text: str
    start: int
    end: int
    sentence: int
    clause: int


@dataclass(frozen=True)
class Words:
    """The words of an answer in order, and the answer itself; ``asks`` numbers the sentences that end in ``?``."""

    answer: str
    words: tuple[Word, ...]
    asks: frozenset[int] = frozenset()

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The words alone."""
        return tuple(word.text for word in self.words)

    def sentences(self) -> list[tuple[int, int]]:
        """List the sentences as ranges of word numbers."""
        starts = [i for i, word in enumerate(self.words) if not i or word.sentence != self.words[i - 1].sentence]
        return list(pairwise([*starts, len(self.words)]))

    def clause(self, first: int, last: int) -> tuple[int, int]:
        """Give the range of the whole clauses that words ``first`` to ``last`` (the last not included) stand in."""
        while first and self.words[first - 1].clause == self.words[first].clause:
            first -= 1
        while last < len(self.words) and self.words[last].clause == self.words[last - 1].clause:
            last += 1
        return first, last

    def quote(self, first: int, last: int) -> str:
        """Give the answer's own text from word ``first`` up to, not including, word ``last``."""
        return self.answer[self.words[first].start : self.words[last - 1].end]

    def without(self, *, sentences: Collection[int] = (), clauses: Collection[int] = ()) -> Words:
        """Leave some sentences and clauses out."""
        kept = tuple(w for w in self.words if w.sentence not in sentences and w.clause not in clauses)
        return Words(self.answer, kept, self.asks)


def read_words(answer: str, spelling: Collection[str] = (), known: Collection[str] = ()) -> Words:
    """Take an answer apart; words one slip away from one of ``spelling`` are read as it, unless they are ``known``."""
    words: list[Word] = []
    asks: set[int] = set()
    sentence = clause = 0
    stops = {at for match in _ABBREVIATION.finditer(answer[:LONGEST]) for at in range(*match.span())}
    for token in _TOKEN.finditer(answer[:LONGEST]):
        text = token[0]
        if _is_word(text):
            for part in _meant(text):
                meant = _spelt(part, spelling, known)
                words.append(Word(meant, token.start(), token.end(), sentence, clause))
        elif text.startswith("\n") or (text in _ENDS_SENTENCE and token.start() not in stops):
            if text in "?\uff1f":
                asks.add(sentence)
            sentence += 1
            clause += 1
        elif text in _ENDS_CLAUSE or (text == "-" and answer[token.start() - 1 : token.end() + 1] == " - "):
            clause += 1
        elif text == "%":
            words.append(Word("%", token.start(), token.end(), sentence, clause))
    return Words(answer, tuple(words), frozenset(asks))


def plain(text: str) -> str:
    """Give a text as it is compared: compatible forms made one, lower case, invisible characters gone."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_QUOTES)
    return "".join(c for c in folded if unicodedata.category(c) != "Cf")


def mixes_scripts(text: str) -> bool:
    """Tell whether a word holds Latin letters beside Greek or Cyrillic ones, as look-alikes do."""
    latin = any("a" <= c <= "z" for c in text)
    return latin and any("\u0370" <= c <= "\u052f" for c in text)


def _is_word(token: str) -> bool:
    return any(c.isalnum() for c in token)


def _meant(token: str) -> Iterator[str]:
    """Split contractions, and take off what is only decoration."""
    word = plain(token).strip("_'")
    if (bare := word.replace("'", "")) in NEGATED:
        yield from (NEGATED[bare], "not")
        return
    if word in ("thats", "whats", "theres"):
        yield from (word[:-1], "is")
        return
    stem, apostrophe, ending = word.rpartition("'")
    meaning = CONTRACTED.get(ending) if apostrophe else None
    if meaning and stem and (ending != "s" or stem in BEFORE_IS):
        yield from (stem, meaning)
    elif meaning and stem:
        yield stem
    elif word:
        yield word


def _spelt(word: str, spelling: Collection[str], known: Collection[str]) -> str:
    if len(word) < 4 or len(word) > 24 or word in spelling or word in known or word in COMMON:
        return word
    hits = [right for right in spelling if _one_slip(word, right)]
    return hits[0] if len(hits) == 1 else word


def _one_slip(word: str, right: str) -> bool:
    """Tell whether one letter too many, too few, another or two swapped make the difference, the first letter apart."""
    if word[0] != right[0] or abs(len(word) - len(right)) > 1 or _inflects(word, right):
        return False
    start = 0
    while start < min(len(word), len(right)) and word[start] == right[start]:
        start += 1
    a, b = word[start:], right[start:]
    if a[:2] == b[1::-1] and a[2:] == b[2:]:
        return True
    return len(word) > 4 and (a[1:] == b[1:] or a[1:] == b or a == b[1:])


def _inflects(word: str, right: str) -> bool:
    return any(word == right + ending or right == word + ending for ending in _ENDINGS)
