"""Which of the rubric's topics each word of an answer is about: the gate, the model or the thing that was named last."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from grader.rubrics.vocabulary import COMPARES, NEGATORS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.rubrics.answer_words import Words
    from grader.rubrics.patterns import Pattern

_BY_ORDER = {"former": 0, "latter": 1, "other": 1}
_PARTS = frozenset("while whereas but although though because since so which except where".split())

_ASIDE = frozenset("while whereas although though where".split())
_DESCRIBES = frozenset(
    "is are a an the just like basically only simplified simpler lighter light smaller slim slimmed newer "
    "version versions variants of kind form "
    "variant sort type down modern".split()
)
_OWN = frozenset("has have uses use needs is are keeps carries contains".split())


class Mention(NamedTuple):
    """A topic named in words ``first`` to ``last``; ``aside`` if only to compare with it or to exclude it.

    One that ``describes`` says what the topic before it is ("a GRU is a simplified LSTM").
    """

    topic: str
    first: int
    last: int
    aside: bool = False
    denied: bool = False
    describes: bool = False


def mentions(words: Words, group: Mapping[str, Sequence[Pattern]]) -> list[Mention]:
    """List where a group's topics are named, the longest first at each place, none inside another."""
    found = [
        Mention(topic, first, last)
        for topic, patterns in group.items()
        for pattern in patterns
        for first, last in pattern.find(words)
    ]
    kept: list[Mention] = []
    for each in sorted(found, key=lambda m: (m.first, -m.last)):
        if not kept or each.first >= kept[-1].last:
            kept.append(each._replace(describes=bool(kept) and _describes(words, kept[-1], each)))
    kept = _with_ordinals(words, kept, tuple(group))
    return [_placed(words, each, before) for each, before in zip(kept, [None, *kept], strict=False)]


def spans(words: Words, group: Mapping[str, Sequence[Pattern]], default: str = "") -> list[tuple[str, int, int]]:
    """Cut an answer into runs of words of one sentence that are about one topic ("" for none or several at once)."""
    named = [each for each in mentions(words, group) if not each.describes]
    topics = [""] * len(words.words)
    carried = default
    at = 0
    for first, last in words.runs("sentence"):
        here = []
        while at < len(named) and named[at].first < last:
            here.append(named[at])
            at += 1
        carried = _sentence(words, topics, (first, last), here, (carried, bool(default)))
    return _cut(words, topics)


def _describes(words: Words, one: Mention, two: Mention) -> bool:
    """Tell whether the second only says what the first is ("a GRU is a simplified LSTM", "GRU = LSTM light")."""
    if one.topic == two.topic or words.words[one.first].clause != words.words[two.first].clause:
        return False
    between = words.texts[one.last : two.first]
    if not between:
        return "=" in words.answer[words.words[one.last - 1].end : words.words[two.first].start]
    return len(between) <= 6 and between[0] in ("is", "are") and set(between) <= _DESCRIBES


def _with_ordinals(words: Words, named: list[Mention], topics: tuple[str, ...]) -> list[Mention]:
    """Add "the former", "the latter" and "the other", once it is plain which is meant."""
    if len(topics) != 2 or not named:
        return named
    first = named[0].topic
    second = next(topic for topic in topics if topic != first)
    taken = {index for each in named for index in range(each.first, each.last)}
    for word, place in _BY_ORDER.items():
        for at in words.places.get(word, ()):
            the = at > named[0].first and at not in taken and words.texts[at - 1] == "the"
            if the and (word != "other" or _stands_alone(words, at)):
                named.append(Mention((first, second)[place], at, at + 1))
    return sorted(named, key=lambda m: m.first)


def _stands_alone(words: Words, at: int) -> bool:
    after = words.texts[at + 1 : at + 2]
    return after == () or after[0] in ("one", "gate", "model", "does", "is", "decides", "controls", "has", "says")


def _placed(words: Words, each: Mention, before: Mention | None) -> Mention:
    """Tell whether a mention only compares ("than the LSTM") or excludes ("not the update gate")."""
    start = each.first
    low = max(0, start - 4, before.last if before else 0)
    lead = [words.texts[i] for i in range(low, start) if words.words[i].sentence == words.words[start].sentence]
    tail = lead[-3:]
    compared = bool(COMPARES & set(lead[-3:]))
    denied = any(word in NEGATORS for word in tail) and not {"only", "that"} & set(tail)
    return each._replace(aside=compared or denied or each.describes, denied=denied)


def _sentence(
    words: Words, topics: list[str], span: tuple[int, int], named: list[Mention], before: tuple[str, bool]
) -> str:
    """Give every word of a sentence its topic; return the topic that the next sentence begins with."""
    carried, has_default = before
    subject = main = carried
    for first, last in _clauses(words, span):
        here = [each for each in named if first <= each.first < last]
        subjects = [each for each in here if not each.aside]
        if subjects:
            current = subjects[0].topic
        elif which := _which(words, first, named):
            current = which
        elif subject != carried:
            current = subject
        else:
            ahead = (
                ""
                if first > span[0] or has_default
                else next((each.topic for each in named if each.first >= last and not each.aside), "")
            )
            current = subject if here else (ahead or subject)
        changes = {each.first: each for each in here}
        together = _together(words, subjects)
        for index in range(first, last):
            if index in changes:
                current = "" if together and changes[index] in subjects[:2] else changes[index].topic
            topics[index] = "" if together and index < subjects[0].first else current
        if len(subjects) > 2 * together:
            subject = subjects[-1].topic
            main = main if words.texts[first] in _ASIDE and main else subject
    return main


def _which(words: Words, first: int, named: list[Mention]) -> str:
    """Give the topic that "..., which has ..." goes on about: the one named right before it."""
    says = words.texts[first] == "which" and words.texts[first + 1 : first + 2]
    if not says or says[0] not in _OWN:
        return ""
    return next((each.topic for each in named if each.last == first), "")


def _clauses(words: Words, span: tuple[int, int]) -> list[tuple[int, int]]:
    first, last = span
    cuts = [first]
    cuts += [
        index
        for index in range(first + 1, last)
        if words.words[index].clause != words.words[index - 1].clause or words.texts[index] in _PARTS
    ]
    return list(zip(cuts, [*cuts[1:], last], strict=True))


def _together(words: Words, subjects: list[Mention]) -> bool:
    """Tell whether two topics are named in one breath ("the update and reset gates keep ...")."""
    if len(subjects) < 2 or subjects[0].topic == subjects[1].topic:
        return False
    between = words.texts[subjects[0].last : subjects[1].first]
    return len(between) <= 2 and "and" in between and not (set(between) - {"and", "the", "gate", "gates", "a"})


def _cut(words: Words, topics: list[str]) -> list[tuple[str, int, int]]:
    cuts = [
        index
        for index in range(1, len(topics))
        if topics[index] != topics[index - 1] or words.words[index].sentence != words.words[index - 1].sentence
    ]
    bounds = [0, *cuts] if topics else []
    return [(topics[a], a, b) for a, b in zip(bounds, [*cuts, len(topics)], strict=True)] if topics else []
