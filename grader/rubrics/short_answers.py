"""Settles a question that a name answers, where its words leave no doubt; whatever is unknown is left to a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.rubrics.topics import Mention, mentions
from grader.rubrics.vocabulary import COMMON, COMPARES, FOLLOWS, JOINTS, NEGATORS, REASONS, TAKEN_BACK, UNDECIDED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.rubrics.answer_words import Words
    from grader.rubrics.patterns import Pattern
    from grader.rubrics.rubric import Short

MOST_WORDS = 80  # a longer answer to a short question is read by a person
_LISTS = frozenset({"between", "among", "of", "from"})
_FORMS = frozenset("version versions variant variants form forms kind type simplification improvement".split())
_WEAKENS = NEGATORS | {"less", "least"}


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


@dataclass(slots=True)
class _Votes:
    affirmed: dict[str, tuple[int, int]] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    granted: set[str] = field(default_factory=set)  # something is said of them, but not what is asked for
    doubts: list[str] = field(default_factory=list)
    both: bool = False


def choose(words: Words, short: Short) -> Verdict:
    """Find the one choice that an answer makes."""
    asked = {number for number in words.asks if sum(word.sentence == number for word in words.words) >= 4}
    if asked and any(word.sentence not in asked for word in words.words):
        words = words.without(sentences=asked)  # the question, written down again
    votes = _Votes()
    named = mentions(words, {choice.name: choice.words for choice in short.choices})
    if len(words.words) > MOST_WORDS:
        topics = {each.topic for each in named if not each.aside}
        leans = topics.pop() if len(topics) == 1 else ""
        return Verdict(leans=leans, doubts=["it is longer than a short answer"])
    named = _listed(words, named)
    for first, last in _segments(words, named):
        here = [each for each in named if first <= each.first < last]
        _vote(words, short, (first, last), here, votes)
    return _decide(short, votes)


def _listed(words: Words, named: list[Mention]) -> list[Mention]:
    """Set aside what is only listed ("of LSTM and GRU, ...") or what another is a form of."""
    found = [each._replace(aside=each.aside or _is_model(words, each)) for each in named]
    for at in range(len(found) - 1):
        one, two = found[at], found[at + 1]
        lead = {words.texts[i] for i in range(max(0, one.first - 2), one.first)}
        joined = set(words.texts[one.last : two.first]) <= {"and", "or", "the", "a", "an"}
        if lead & _LISTS and joined and one.topic != two.topic:
            found[at], found[at + 1] = one._replace(aside=True), two._replace(aside=True)
    return found


def _is_model(words: Words, each: Mention) -> bool:
    lead = words.texts[max(0, each.first - 3) : each.first]
    return "of" in lead[-2:] and bool(_FORMS & set(lead))


def _segments(words: Words, named: list[Mention]) -> list[tuple[int, int]]:
    """Cut an answer where a clause ends, or a word begins another that may say something of another choice."""
    starts = {each.first for each in named if not (each.aside and not each.denied)}
    inside = {i for each in named for i in range(each.first, each.last)}
    cuts = [0] if words.words else []
    for i in range(1, len(words.words)):
        word = words.texts[i]
        if i in inside and i not in {each.first for each in named}:
            continue
        new = words.words[i].clause != words.words[i - 1].clause
        joint = word in JOINTS and (word not in ("and", "which") or _soon(starts, i) or word == "which")
        as_reason = word == "as" and not _likens(words, i)
        if new or joint or as_reason:
            cuts.append(i)
    return list(zip(cuts, [*cuts[1:], len(words.words)], strict=False))


def _soon(starts: set[int], at: int) -> bool:
    return any(at < start <= at + 3 for start in starts)


def _likens(words: Words, at: int) -> bool:
    before = set(words.texts[max(0, at - 4) : at])
    after = words.texts[at + 1 : at + 2]
    return bool(before & {"as", "so", "such", "same"}) or "as" in words.texts[at + 2 : at + 4] or not after


def _vote(words: Words, short: Short, span: tuple[int, int], here: Sequence[Mention], votes: _Votes) -> None:
    first, last = span
    texts = words.texts[first:last]
    opener = texts[0]
    taken = {i for each in here for i in range(each.first, each.last)}
    affirms = _said(words, short.affirms, span, taken)
    opposes = _said(words, short.opposes, span, taken)
    concedes = _said(words, short.concedes, span, taken)
    bound = taken.union(*(range(a, b) for a, b, _ in (*affirms, *opposes, *concedes)))
    free = [words.texts[i] for i in range(first, last) if i not in bound]
    votes.both = votes.both or "both" in free or "neither" in free
    if TAKEN_BACK.intersection(free):
        votes.doubts.append("it takes something back or is not sure")
    known = short.known | COMMON | COMPARES
    strange = [word for word in free if word not in known]
    reason = opener in REASONS or opener in ("while", "whereas", "although", "though")
    undecided = not reason and bool(UNDECIDED.intersection(free))
    subjects = [each for each in here if not each.aside]
    if undecided:
        votes.doubts.append("it leaves it open")
    for each in here:
        if each.denied:
            votes.denied.add(each.topic)
    side = _side(affirms, opposes)
    if subjects and concedes and not side:
        votes.granted.update(each.topic for each in subjects)
        return
    if not subjects:
        _without_subject(words, short, span, (side, reason, bool(here)), strange, votes)
        return
    for each in subjects:
        _subject(
            short, each, side, strange, (reason, _loose_denial(words, span, taken, affirms + opposes, here)), votes
        )


def _subject(
    short: Short, each: Mention, side: int, strange: list[str], manner: tuple[bool, bool], votes: _Votes
) -> None:
    """Count what is said of one choice."""
    reason, loose = manner
    again = each.topic in votes.affirmed and reason
    if loose:
        votes.doubts.append("it denies something")
    elif strange and not again and (side >= 0 or short.two_sided):
        votes.doubts.append(f"it has words that the rubric does not know ({', '.join(strange[:3])})")
        if side >= 0:
            votes.affirmed.setdefault(each.topic, (each.first, each.last))
    elif side >= 0:
        votes.affirmed.setdefault(each.topic, (each.first, each.last))
    elif short.two_sided:
        other = next(choice.name for choice in short.choices if choice.name != each.topic)
        votes.affirmed.setdefault(other, (each.first, each.last))
    else:
        votes.denied.add(each.topic)


def _without_subject(
    words: Words, short: Short, span: tuple[int, int], manner: tuple[int, bool, bool], strange: list[str], votes: _Votes
) -> None:
    """Count a part of an answer that names no choice, or only to compare with it."""
    side, reason, compares = manner
    texts = words.texts[span[0] : span[1]]
    if side < 0 and (short.two_sided or not (compares or reason)):
        votes.doubts.append("what it says of its choice speaks against it")
    elif strange and not reason and texts[0] not in FOLLOWS:
        votes.doubts.append(f"it has words that the rubric does not know ({', '.join(strange[:3])})")
    elif not votes.affirmed and NEGATORS & set(texts) and not votes.denied:
        votes.doubts.append("it denies something")


def _said(
    words: Words, patterns: Sequence[Pattern], span: tuple[int, int], taken: set[int]
) -> list[tuple[int, int, bool]]:
    """List what is said of a choice, each with whether it is turned round ("not simpler", "less complex")."""
    found: list[tuple[int, int, bool]] = []
    for pattern in patterns:
        for first, last in pattern.find(words, *span):
            if taken & set(range(first, last)) or any(a <= first < b for a, b, _ in found):
                continue
            low = max(span[0], first - 3)
            turns = sum(words.texts[i] in _WEAKENS for i in range(low, first) if i not in taken)
            found.append((first, last, bool(turns % 2)))
    return found


def _side(affirms: list[tuple[int, int, bool]], opposes: list[tuple[int, int, bool]]) -> int:
    """Give 1 if what is said speaks for a choice, -1 if against it, 0 if nothing is said."""
    speaks_for = any(not turned for _, _, turned in affirms) or any(turned for _, _, turned in opposes)
    against = any(turned for _, _, turned in affirms) or any(not turned for _, _, turned in opposes)
    if speaks_for:
        return 1
    return -1 if against else 0


def _loose_denial(
    words: Words,
    span: tuple[int, int],
    taken: set[int],
    said: list[tuple[int, int, bool]],
    here: Sequence[Mention],
) -> bool:
    """Tell whether a "not" stands in a segment that belongs neither to a choice nor to what is said of it."""
    bound = {i for first, last, _ in said for i in range(first - 3, last)}
    bound |= {i for each in here if each.denied for i in range(each.first - 3, each.first)}
    return any(words.texts[i] in NEGATORS and i not in bound and i not in taken for i in range(*span))


def _decide(short: Short, votes: _Votes) -> Verdict:
    affirmed = list(votes.affirmed)
    verdict = Verdict(doubts=votes.doubts, leans=affirmed[0] if len(affirmed) == 1 else "")
    verdict.both = len(affirmed) > 1 or votes.both
    verdict.contradicts = any(name in votes.denied for name in affirmed)
    if len(affirmed) == 1:
        verdict.place = votes.affirmed[affirmed[0]]
        certain = not votes.doubts and not verdict.contradicts
        verdict.chosen = affirmed[0] if certain else ""
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
