"""Patterns over words, as authors write them; each is looked for in time that grows with the answer alone.

A pattern is items with spaces between:

    gate          this word            keep*      any word that begins so        fewer|less    one of several
    @keep         one of the words or phrases that the rubric lists under ``keep``
    ?the          may be there or not
    ..            up to 3 words, any   ...        up to 8 words, any
    ^             a clause begins here $          a clause ends here
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.rubrics.answer_words import Words

GAPS = {"..": 3, "...": 8}
LONGEST = 12  # items of one pattern


class Item(NamedTuple):
    """What may stand at one place: words, beginnings of words, or phrases; or a gap of up to ``gap`` words."""

    words: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    phrases: tuple[tuple[Item, ...], ...] = ()
    optional: bool = False
    gap: int = 0
    edge: str = ""

    def takes(self, word: str) -> bool:
        """Tell whether a single word fits."""
        return word in self.words or (bool(self.beginnings) and word.startswith(self.beginnings))


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern, ready to be looked for; ``source`` is as the author wrote it."""

    source: str
    items: tuple[Item, ...]
    openers: Item

    def find(self, words: Words, first: int = 0, last: int | None = None) -> list[tuple[int, int]]:
        """List where it stands within words ``first`` to ``last``: ranges, the shortest from each start, in order."""
        last = len(words.words) if last is None else last
        found = []
        for start in range(first, last):
            if not self.openers.takes(words.texts[start]):
                continue
            ends = self._ends(words, start, last)
            ends.discard(start)
            if ends:
                found.append((start, min(ends)))
        return found

    def _ends(self, words: Words, start: int, last: int) -> set[int]:
        ends = {start}
        for item in self.items:
            ends = _after(item, words, ends, last)
            if not ends:
                break
        return ends


def literals(patterns: Iterable[Pattern]) -> frozenset[str]:
    """Collect every whole word that occurs in some patterns."""
    return frozenset(word for pattern in patterns for item in pattern.items for word in _words_of(item))


def compile_pattern(source: str, lists: Mapping[str, Sequence[str]]) -> Pattern:
    """Make a pattern of what an author wrote; ValueError says what is wrong with it."""
    items = tuple(_item(part, lists, ()) for part in source.split())
    solid = [item for item in items if not (item.gap or item.edge or item.optional)]
    if not solid:
        raise ValueError(f"{source!r} holds no word that must be there")
    if items[0].gap or items[-1].gap:
        raise ValueError(f"{source!r} begins or ends with a gap; take the dots out")
    if len(items) > LONGEST:
        raise ValueError(f"{source!r} has more than {LONGEST} items")
    return Pattern(source, items, _openers(items))


def _openers(items: Sequence[Item]) -> Item:
    """Give what a match can begin with."""
    words: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    for item in items:
        inner = [_openers(phrase) for phrase in item.phrases]
        words = words.union(item.words, *(each.words for each in inner))
        beginnings += item.beginnings + tuple(begin for each in inner for begin in each.beginnings)
        if not (item.edge or item.optional):
            break
    return Item(words, beginnings)


def _item(part: str, lists: Mapping[str, Sequence[str]], inside: tuple[str, ...]) -> Item:
    if part in GAPS:
        return Item(gap=GAPS[part])
    if part in ("^", "$"):
        return Item(edge=part)
    if part.startswith("?") and len(part) > 1:
        return _item(part[1:], lists, inside)._replace(optional=True)
    words: set[str] = set()
    beginnings: list[str] = []
    phrases: list[tuple[Item, ...]] = []
    for choice in part.split("|"):
        if choice.startswith("@"):
            name = choice[1:]
            if name not in lists:
                raise ValueError(f"{choice} is no list under [words]")
            if name in inside:
                raise ValueError(f"the list {name!r} holds itself")
            entries = [[_item(each, lists, (*inside, name)) for each in entry.split()] for entry in lists[name]]
            for entry in entries:
                single = entry[0] if len(entry) == 1 and not entry[0].phrases else None
                if single is None:
                    phrases.append(tuple(entry))
                    continue
                words |= single.words
                beginnings += single.beginnings
        elif choice.endswith("*") and choice[:-1].isalnum() and choice == choice.casefold():
            beginnings.append(choice[:-1])
        elif choice and choice == choice.casefold() and all(c.isalnum() or c in "_.,%~" for c in choice):
            words.add(choice)
        else:
            raise ValueError(f"{choice!r} is no word in lower case, no beginning such as keep* and no @list")
    return Item(frozenset(words), tuple(beginnings), tuple(phrases))


def _after(item: Item, words: Words, starts: set[int], last: int) -> set[int]:
    """Give where matching may go on, once this item has been passed from any of the starts."""
    if item.gap:
        return {end for start in starts for end in range(start, min(start + item.gap, last) + 1)}
    if item.edge:
        return {start for start in starts if _at_edge(item.edge, words, start)}
    ends = set(starts) if item.optional else set()
    for start in starts:
        if start < last and item.takes(words.texts[start]):
            ends.add(start + 1)
        for phrase in item.phrases:
            reached = {start}
            for inner in phrase:
                reached = _after(inner, words, reached, last)
                if not reached:
                    break
            ends |= reached
    return ends


def _at_edge(edge: str, words: Words, at: int) -> bool:
    if at in (0, len(words.words)):
        return True
    return words.words[at].clause != words.words[at - 1].clause


def _words_of(item: Item) -> Iterable[str]:
    yield from item.words
    for phrase in item.phrases:
        for inner in phrase:
            yield from _words_of(inner)
