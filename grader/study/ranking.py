"""How alike the works of a class are, pair by pair, and which pairs are the most alike; pure, and without a loop over pairs.

A work is a set of hashes; two are as alike as the share of their hashes that both have (the Jaccard index, which did better
than the share of the smaller one in a class of 1,000). Small exercises are alike by nature, so a pair's rank and the share of
pairs that are less alike are told beside the number, and no number is called too high.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    Numbers = np.ndarray[Any, np.dtype[Any]]

TENTHS = 10
_BLOCK = 2_048  # columns of the table of works and hashes that are multiplied at once
_MOST_TIES = 100_000  # pairs as alike as the last one shown, among which the larger ones come first


@dataclass(frozen=True, slots=True)
class Comparable:
    """What is compared of a work: its hashes (rising, each once), and whose it is.

    ``who`` are its students and their groups: works that share one of them are not compared. Works of an ``earlier`` run are
    compared with those of the class alone.
    """

    grams: Numbers
    who: frozenset[str]
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class RankedPair:
    """Two works by their places, how alike they are (0 to 1), and how many hashes both have.

    ``percentile`` is the percentage of the class's pairs that are less alike.
    """

    one: int
    other: int
    likeness: float
    shared: int
    percentile: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """The most alike pairs first, and the whole class: how many pairs, their median, and how many in each tenth from 0 to 1."""

    pairs: tuple[RankedPair, ...]
    count: int
    median: float
    tenths: tuple[int, ...]


def rank(works: Sequence[Comparable], top: int) -> Ranking:
    """Rank the pairs of works, of which earlier ones come last in ``works``; pairs that have nothing in common are left out."""
    size, own = len(works), sum(not work.earlier for work in works)
    assert not any(work.earlier for work in works[:own]), "earlier works come last"
    shared = _shared([work.grams for work in works])
    sizes = np.array([len(work.grams) for work in works], np.float32)
    begins = np.concatenate([[0], np.cumsum(size - 1 - np.arange(own))]).astype(np.int64)
    alike = np.empty(begins[-1], np.float32)  # row by row, what stands right of the diagonal
    in_class = np.zeros(begins[-1], np.bool_)
    for row in range(own):
        both = shared[row, row + 1 :]
        alike[begins[row] : begins[row + 1]] = both / np.maximum(sizes[row] + sizes[row + 1 :] - both, 1)
        in_class[begins[row] : begins[row] + own - row - 1] = True
    for one, other in _of_the_same(works, own):
        alike[begins[one] + other - one - 1] = -1
    of_class = np.sort(alike[in_class & (alike >= 0)])
    count = len(of_class)
    pairs = []
    for place in _highest(alike, begins, shared, top):
        one, other = _pair(place, begins)
        below = np.searchsorted(of_class, alike[place], "left")
        percentile = 100 * float(below) / count if count else 0.0
        pairs.append(RankedPair(one, other, float(alike[place]), int(shared[one, other]), percentile))
    tenths = np.histogram(of_class, TENTHS, (0, 1))[0]
    median = float(np.median(of_class)) if count else 0.0
    return Ranking(tuple(pairs), count, median, tuple(tenths.tolist()))


def _shared(sets: Sequence[Numbers]) -> Numbers:
    """How many hashes each two of the sets have in common, as a square table."""
    size = len(sets)
    table = np.zeros((size, size), np.float32)  # exact up to 2**24
    if not any(map(len, sets)):
        return table
    every = np.concatenate(sets)
    order = np.argsort(every, kind="stable")
    every, owner = every[order], np.repeat(np.arange(size), [len(each) for each in sets])[order]
    starts = np.flatnonzero(np.concatenate([[True], every[1:] != every[:-1]]))
    lengths = np.diff(np.append(starts, len(every)))
    # Hashes that stand in the same works are one column with a weight: each work has a random number, and they have one sum.
    marks = np.random.default_rng(0).integers(0, 2**63, size, np.uint64)
    sums = np.add.reduceat(marks[owner], starts)
    several = np.flatnonzero(lengths > 1)
    _, first, weights = np.unique(sums[several], return_index=True, return_counts=True)
    starts, lengths = starts[several][first], lengths[several][first]
    for begin in range(0, len(starts), _BLOCK):
        at, long = starts[begin : begin + _BLOCK], lengths[begin : begin + _BLOCK]
        before = np.cumsum(long) - long
        places = np.repeat(at - before, long) + np.arange(long.sum())
        columns = np.zeros((size, len(at)), np.float32)
        columns[owner[places], np.repeat(np.arange(len(at)), long)] = 1
        table += (columns * weights[begin : begin + _BLOCK].astype(np.float32)) @ columns.T
    return table


def _of_the_same(works: Sequence[Comparable], own: int) -> set[tuple[int, int]]:
    """The pairs of works that belong to one person or group."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, work in enumerate(works):
        for name in work.who:
            places[name].append(place)
    return {
        (one, other)
        for found in places.values()
        for at, one in enumerate(found)
        if one < own
        for other in found[at + 1 :]
    }


def _highest(alike: Numbers, begins: Numbers, shared: Numbers, top: int) -> list[int]:
    """The places of the most alike pairs; of equally alike ones those that have more in common come first."""
    found = np.flatnonzero(alike > 0)
    if len(found) > top:
        values = alike[found]
        least = np.partition(values, len(values) - top)[len(values) - top]
        above, ties = found[values > least], found[values == least]
        found = np.concatenate([above, ties[:_MOST_TIES]])
    ones = np.searchsorted(begins, found, "right") - 1
    others = found - begins[ones] + ones + 1
    order = np.lexsort((found, -shared[ones, others], -alike[found]))
    return [int(place) for place in found[order[:top]]]


def _pair(place: int, begins: Numbers) -> tuple[int, int]:
    one = int(np.searchsorted(begins, place, "right")) - 1
    return one, place - int(begins[one]) + one + 1
