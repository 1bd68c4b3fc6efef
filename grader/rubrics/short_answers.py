"""Settles a question that a name answers, if its words leave no doubt; whatever is unknown is left to a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from grader.rubrics.topics import Mention, mentions
from grader.rubrics.vocabulary import COMMON, COMPARES, JOINTS, NEGATORS, REASONS, TAKEN_BACK, UNDECIDED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from grader.rubrics.answer_words import Words
    from grader.rubrics.patterns import Pattern
    from grader.rubrics.rubric import Short

MOST_WORDS = 80  # a longer answer to a short question is read by a person
_LISTS = frozenset({"between", "among"})
_WEAKENS = NEGATORS | {"less"}


@dataclass(slots=True)
class Verdict:
    """Which choice an answer makes, if that is certain; else why not.

    ``leans`` is the only choice that it affirms (certain or not), ``both`` that it names several without a choice,
    ``contradicts`` that it affirms and denies the same one. ``place`` are the words that name the choice.
    """

    chosen: str = ""
    leans: str = ""
    both: bool = False
    contradicts: bool = False
    place: tuple[int, int] | None = None
    doubts: list[str] = field(default_factory=list)


class _Said(NamedTuple):
    """What words ``first`` to ``last`` say about a choice; ``turned`` round in "not simpler", "less complex"."""

    first: int
    last: int
    turned: bool


@dataclass(slots=True)
class _Votes:
    """What the parts of an answer say so far: choices that are affirmed, with the place, and those that are denied."""

    affirmed: dict[str, tuple[int, int]] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    granted: set[str] = field(default_factory=set)  # the answer says something about them, not what is asked for
    doubts: list[str] = field(default_factory=list)
    both: bool = False


def choose(words: Words, short: Short) -> Verdict:
    """Find the one choice that an answer makes."""
    asked = {number for number in words.asks if sum(word.sentence == number for word in words.words) >= 4}
    if any(word.sentence not in asked for word in words.words):
        words = words.without(sentences=asked)  # the question, written down again
    votes = _Votes()
    named = mentions(words, {choice.name: choice.words for choice in short.choices})
    if len(words.words) > MOST_WORDS:
        topics = {each.topic for each in named if not each.aside}
        return Verdict(leans=topics.pop() if len(topics) == 1 else "", doubts=["it is longer than a short answer"])
    named = _less_a_list(words, named)
    for first, last in _parts(words, named):
        _vote(words, short, (first, last), [each for each in named if first <= each.first < last], votes)
    return _decide(short, votes)


def _less_a_list(words: Words, named: list[Mention]) -> list[Mention]:
    """Set aside two choices that are only listed ("between LSTM and GRU, ...")."""
    found = list(named)
    for at, (one, two) in enumerate(pairwise(named)):
        lead = words.texts[max(0, one.first - 2) : one.first]
        if _LISTS.intersection(lead) and {"and", "or", "the", "a", "an"}.issuperset(words.texts[one.last : two.first]):
            found[at : at + 2] = one._replace(aside=True), two._replace(aside=True)
    return found


def _parts(words: Words, named: Sequence[Mention]) -> list[tuple[int, int]]:
    """Cut an answer where a clause ends, or a word begins another that may say something about another choice."""
    before_a_name = {each.first - reach for each in named for reach in (1, 2, 3)}
    cuts = [
        i
        for i, word in enumerate(words.words)
        if not i
        or word.clause != words.words[i - 1].clause
        or (word.text in JOINTS and (word.text != "and" or i in before_a_name))
        or _gives_a_reason(words, i)
    ]
    return list(pairwise([*cuts, len(words.words)]))


def _gives_a_reason(words: Words, at: int) -> bool:
    """Tell whether an "as" means "because": "as complex as the LSTM" has another near it, and says something else."""
    near = words.texts[max(0, at - 4) : at] + words.texts[at + 2 : at + 4]
    return words.texts[at] == "as" and {"as", "so", "such", "same"}.isdisjoint(near)


def _vote(words: Words, short: Short, span: tuple[int, int], here: Sequence[Mention], votes: _Votes) -> None:
    """Count what one part of an answer says."""
    opener = words.texts[span[0]]
    taken = {i for each in here for i in range(each.first, each.last)}
    affirms = _said(words, short.affirms, span, taken)
    opposes = _said(words, short.opposes, span, taken)
    concedes = _said(words, short.concedes, span, taken)
    bound = taken.union(*(range(each.first, each.last) for each in (*affirms, *opposes, *concedes)))
    free = [words.texts[i] for i in range(*span) if i not in bound]
    known = short.known | COMMON | COMPARES
    strange = [word for word in free if word not in known]
    unknown = f"it has words that the rubric does not know ({', '.join(strange[:3])})" if strange else ""
    reason = opener in REASONS
    votes.both = votes.both or not {"both", "neither"}.isdisjoint(free)
    if not TAKEN_BACK.isdisjoint(free):
        votes.doubts.append("it takes something back or is not sure")
    if not reason and not UNDECIDED.isdisjoint(free):
        votes.doubts.append("it leaves it open")
    votes.denied.update(each.topic for each in here if each.denied)
    subjects = [each for each in here if not each.aside]
    side = _side(affirms, opposes)
    if subjects and concedes and not side:
        votes.granted.update(each.topic for each in subjects)
    elif not subjects:
        if side < 0 and (short.two_sided or not (here or reason)):
            votes.doubts.append("what it says of its choice speaks against it")
        elif unknown and not reason:
            votes.doubts.append(unknown)
        elif not (votes.affirmed or votes.denied) and not NEGATORS.isdisjoint(words.texts[slice(*span)]):
            votes.doubts.append("it denies something")
    elif _loose_denial(words, span, taken, affirms + opposes, here):
        votes.doubts.append("it denies something")
    else:
        for each in subjects:
            again = each.topic in votes.affirmed and reason
            _count(short, each, side, "" if again else unknown, votes)


def _count(short: Short, each: Mention, side: int, unknown: str, votes: _Votes) -> None:
    """Count what an answer says about one choice; what opposes one of two speaks for the other."""
    if unknown and (side >= 0 or short.two_sided):
        votes.doubts.append(unknown)
    if side >= 0:
        votes.affirmed.setdefault(each.topic, (each.first, each.last))
    elif not short.two_sided:
        votes.denied.add(each.topic)
    elif not unknown:
        other = next(choice.name for choice in short.choices if choice.name != each.topic)
        votes.affirmed.setdefault(other, (each.first, each.last))


def _said(words: Words, patterns: Sequence[Pattern], span: tuple[int, int], taken: Collection[int]) -> list[_Said]:
    found: list[_Said] = []
    for pattern in patterns:
        for first, last in pattern.find(words, *span):
            if not any(i in taken for i in range(first, last)):
                before = range(max(span[0], first - 3), first)
                turns = sum(words.texts[i] in _WEAKENS for i in before if i not in taken)
                found.append(_Said(first, last, turns % 2 == 1))
    return found


def _side(affirms: Sequence[_Said], opposes: Sequence[_Said]) -> int:
    """Give 1 if these speak for a choice, -1 if against it, 0 if there are none."""
    speaks_for = {not each.turned for each in affirms} | {each.turned for each in opposes}
    return 1 if True in speaks_for else -1 if speaks_for else 0


def _loose_denial(
    words: Words, span: tuple[int, int], taken: Collection[int], said: Sequence[_Said], here: Sequence[Mention]
) -> bool:
    """Tell whether a "not" belongs neither to a choice nor to what the answer says about it."""
    bound = {i for each in said for i in range(each.first - 3, each.last)}
    bound |= {i for each in here if each.denied for i in range(each.first - 3, each.first)}
    return any(words.texts[i] in NEGATORS and i not in bound and i not in taken for i in range(*span))


def _decide(short: Short, votes: _Votes) -> Verdict:
    affirmed = list(votes.affirmed)
    verdict = Verdict(doubts=votes.doubts, leans=affirmed[0] if len(affirmed) == 1 else "")
    verdict.both = len(affirmed) > 1 or votes.both
    verdict.contradicts = not votes.denied.isdisjoint(affirmed)
    if len(affirmed) == 1:
        verdict.place = votes.affirmed[affirmed[0]]
        verdict.chosen = "" if votes.doubts or verdict.contradicts else affirmed[0]
    elif not affirmed and len(votes.denied) == 1 and not votes.doubts:
        name = next(iter(votes.denied))
        rest = [choice.name for choice in short.choices if choice.name != name]
        if short.two_sided:
            verdict.chosen = verdict.leans = rest[0]
        elif name == short.right.name:
            verdict.chosen = rest[0]
        else:
            verdict.doubts.append("it only says which it is not")
    elif not affirmed:
        verdict.leans = next(iter(votes.granted)) if len(votes.granted) == 1 else ""
        verdict.doubts.append("it does not say which one it is")
    return verdict
