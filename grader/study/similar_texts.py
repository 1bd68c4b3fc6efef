"""Which written answers of a class are alike: runs of three words that both have, less those that anybody could have copied.

What the question, the stub and the lesson say themselves is taken out first. Answers with few words of their own are left out:
there are only so many ways to name a gate.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.study.ranking import Comparable, Ranking, rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.study.similar_work import ComparedWork

WORDS = 3  # in a run
FEWEST = 8  # runs of an answer's own
LONGEST = 20_000  # characters of an answer that are looked at, as many as are assessed
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class AlikeText:
    """Two answers to one question; ``percentile`` is the percentage of the class's pairs of answers that are less alike.

    The answers stand in pieces; of each piece is said whether the other answer has it as well.
    """

    one: ComparedWork
    other: ComparedWork
    likeness: float
    percentile: float
    identical: bool
    texts: tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]


@dataclass(frozen=True, slots=True)
class AlikeTexts:
    """The ranking of one question: ``answers`` of the class were compared, ``short`` ones were not."""

    exercise: str
    question: str
    title: str
    answers: int
    earlier: int
    short: int
    ranking: Ranking
    pairs: tuple[AlikeText, ...]


def known_runs(texts: Iterable[str]) -> frozenset[int]:
    """Return the runs of words that stand in texts which everybody in the class has."""
    return frozenset(run for text in texts for run, _, _ in _runs(text))


def rank_answers(works: Sequence[ComparedWork], known: frozenset[int], top: int) -> list[AlikeTexts]:
    """Rank the pairs of answers to each question of an exercise; works of earlier runs come last in ``works``."""
    questions = {check.id: check.title for work in works for check in work.row.checks if check.answer is not None}
    return [_ranked(works, ident, title, known, top) for ident, title in questions.items()]


def _ranked(works: Sequence[ComparedWork], ident: str, title: str, known: frozenset[int], top: int) -> AlikeTexts:
    common = known | known_runs([title])
    given: list[tuple[ComparedWork, str, Comparable]] = []
    short = 0
    for work in works:
        answer = next((check.answer for check in work.row.checks if check.id == ident and check.answer), None)
        if answer is None:
            continue
        text = answer.text[:LONGEST]
        own = {run for run, _, _ in _runs(text)} - common
        if len(own) >= FEWEST:
            given.append((work, text, Comparable(np.array(sorted(own), np.uint32), work.who, bool(work.run))))
        elif not work.run:
            short += 1
    ranking = rank([each for _, _, each in given], top)
    pairs = []
    for found in ranking.pairs:
        (one, mine, my), (other, theirs, their) = given[found.one], given[found.other]
        both = frozenset(np.intersect1d(my.grams, their.grams).tolist())
        identical = _plain(mine) == _plain(theirs)
        texts = (_pieces(mine, both), _pieces(theirs, both))
        pairs.append(AlikeText(one, other, found.likeness, found.percentile, identical, texts))
    exercise = works[0].row.exercise
    own_count = sum(not work.run for work, _, _ in given)
    return AlikeTexts(exercise, ident, title, own_count, len(given) - own_count, short, ranking, tuple(pairs))


def _plain(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _runs(text: str) -> Iterable[tuple[int, int, int]]:
    """Each run of words as a number, with the characters from which and up to which it stands."""
    words = list(_WORD.finditer(text))
    plain = [word[0].casefold().encode("utf-8", "surrogatepass") for word in words]
    for at in range(len(words) - WORDS + 1):
        yield zlib.crc32(b" ".join(plain[at : at + WORDS])), words[at].start(), words[at + WORDS - 1].end()


def _pieces(text: str, both: frozenset[int]) -> tuple[tuple[str, bool], ...]:
    """A text in pieces, those that stand in a run of ``both`` and those between them."""
    pieces: list[tuple[str, bool]] = []
    done = 0
    for run, start, end in _runs(text):
        if run not in both or end <= done:
            continue
        if start > done:
            pieces.append((text[done:start], False))
            pieces.append((text[start:end], True))
        elif pieces:
            pieces[-1] = (pieces[-1][0] + text[done:end], True)
        else:
            pieces.append((text[done:end], True))
        done = end
    return (*pieces, (text[done:], False)) if done < len(text) else tuple(pieces)
