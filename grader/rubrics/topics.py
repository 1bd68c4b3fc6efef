"""Which of the rubric's topics each word of an answer is about: the gate, the model or the thing that was named last."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from grader.rubrics.vocabulary import COMPARES, NEGATORS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.rubrics.answer_words import Words
    from grader.rubrics.patterns import Pattern

_BY_ORDER = {"former": 0, "latter": 1, "other": 1}
_ALONE = {(), *((word,) for word in "one gate model does is decides controls has says".split())}  # not "the other hand"
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
    named: dict[int, list[Mention]] = {}
    for each in mentions(words, group):
        if not each.describes:
            named.setdefault(words.words[each.first].sentence, []).append(each)
    found: list[tuple[str, int, int]] = []
    carried = default
    for span in words.sentences():
        here = named.get(words.words[span[0]].sentence, [])
        # "For long documents I take an LSTM": if nothing else is the topic, it is the one named first.
        ahead = "" if default else next((each.topic for each in here if not each.aside), "")
        topics, carried = _sentence(words, span, here, carried, ahead)
        for at, topic in enumerate(topics, start=span[0]):
            if found and found[-1][0] == topic and found[-1][2] == at > span[0]:
                found[-1] = (topic, found[-1][1], at + 1)
            else:
                found.append((topic, at, at + 1))
    return found


def _describes(words: Words, one: Mention, two: Mention) -> bool:
    """Tell whether the second only says what the first is ("a GRU is a simplified LSTM")."""
    between = words.texts[one.last : two.first]
    return (
        0 < len(between) <= 6 and between[0] in ("is", "are") and one.topic != two.topic and set(between) <= _DESCRIBES
    )


def _with_ordinals(words: Words, named: list[Mention], topics: tuple[str, ...]) -> list[Mention]:
    """Add "the former", "the latter" and "the other", once it is plain which is meant."""
    if len(topics) != 2 or not named:
        return named
    first = named[0].topic
    second = next(topic for topic in topics if topic != first)
    taken = {index for each in named for index in range(each.first, each.last)}
    found = [
        Mention((first, second)[_BY_ORDER[word]], at, at + 1)
        for at, word in enumerate(words.texts)
        if word in _BY_ORDER
        and at > named[0].first
        and at not in taken
        and words.texts[at - 1] == "the"
        and (word != "other" or words.texts[at + 1 : at + 2] in _ALONE)
    ]
    return sorted([*named, *found], key=lambda each: each.first)


def _placed(words: Words, each: Mention, before: Mention | None) -> Mention:
    """Tell whether a mention only compares ("than the LSTM") or excludes ("not the update gate")."""
    start = each.first
    low = max(0, start - 4, before.last if before else 0)
    lead = [words.texts[i] for i in range(low, start) if words.words[i].sentence == words.words[start].sentence]
    compared = not COMPARES.isdisjoint(lead[-3:])
    denied = not NEGATORS.isdisjoint(lead[-3:]) and {"only", "that"}.isdisjoint(lead[-3:])
    return each._replace(aside=compared or denied or each.describes, denied=denied)


def _sentence(
    words: Words, span: tuple[int, int], named: Sequence[Mention], carried: str, ahead: str
) -> tuple[list[str], str]:
    """Give every word of a sentence its topic, and the topic that the next sentence begins with."""
    topics: list[str] = []
    subject = main = carried
    for first, last in _clauses(words, span):
        here = [each for each in named if first <= each.first < last]
        subjects = [each for each in here if not each.aside]
        current = subjects[0].topic if subjects else _which(words, first, named) or subject
        if not topics and not here:
            current = ahead or current
        changes = {each.first: each.topic for each in here}
        together = _together(words, subjects)
        if together:
            changes |= {each.first: "" for each in subjects[:2]}
            current = ""
        for index in range(first, last):
            current = changes.get(index, current)
            topics.append(current)
        if subjects:
            subject = subjects[-1].topic
            main = main if words.texts[first] in _ASIDE and main else subject
    return topics, main


def _which(words: Words, first: int, named: Sequence[Mention]) -> str:
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
