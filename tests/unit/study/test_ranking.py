"""The ranking of pairs is what comparing each two by hand gives, and leaves out whoever belongs together."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.study.ranking import Comparable, rank

GRAMS = st.frozensets(st.integers(0, 30), max_size=12)
CLASS = st.lists(GRAMS, max_size=9)


def work(grams: frozenset[int], *who: str, earlier: bool = False) -> Comparable:
    return Comparable(np.array(sorted(grams), np.uint32), frozenset(who), earlier)


def by_hand(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / max(len(one | other), 1)


@given(own=CLASS, earlier=CLASS)
@settings(max_examples=60, deadline=None)
def test_every_pair_is_as_alike_as_by_hand_and_the_most_alike_come_first(own, earlier) -> None:
    works = [work(each, f"s{at}", earlier=at >= len(own)) for at, each in enumerate([*own, *earlier])]
    every = [*own, *earlier]
    found = rank(works, 1_000)
    wanted = {
        (one, other): by_hand(every[one], every[other])
        for one, other in combinations(range(len(every)), 2)
        if one < len(own) and every[one] & every[other]
    }

    assert {(pair.one, pair.other): pair.likeness for pair in found.pairs} == pytest.approx(wanted)
    assert [pair.likeness for pair in found.pairs] == sorted((pair.likeness for pair in found.pairs), reverse=True)
    assert all(pair.shared == len(every[pair.one] & every[pair.other]) for pair in found.pairs)
    of_class = [by_hand(*pair) for pair in combinations(own, 2)]
    assert found.count == len(of_class) == sum(found.tenths)
    assert found.median == pytest.approx(np.median(of_class) if of_class else 0)
    for pair in found.pairs:
        below = sum(each < pair.likeness - 1e-6 for each in of_class)
        assert pair.percentile == pytest.approx(100 * below / len(of_class) if of_class else 0)


@given(own=CLASS, top=st.integers(1, 5))
@settings(max_examples=30, deadline=None)
def test_fewer_pairs_are_the_first_of_all(own, top) -> None:
    works = [work(each, f"s{at}") for at, each in enumerate(own)]

    assert rank(works, top).pairs == rank(works, 1_000).pairs[:top]


def test_of_equally_alike_pairs_those_with_more_in_common_come_first() -> None:
    sets = [frozenset(range(3)), frozenset(range(3)), frozenset(range(10, 20)), frozenset(range(10, 20))]
    found = rank([work(each, str(at)) for at, each in enumerate(sets)], 1)

    assert [(pair.one, pair.other) for pair in found.pairs] == [(2, 3)]


def test_members_of_a_group_and_a_student_s_own_earlier_work_are_no_pair() -> None:
    same = frozenset(range(5))
    works = [work(same, "ana", "group 1"), work(same, "bo", "group 1"), work(same, "ana", earlier=True)]
    found = rank(works, 9)

    assert [(pair.one, pair.other) for pair in found.pairs] == [(1, 2)]
    assert found.count == 0


def test_nobody_and_nothing_are_ranked_as_well() -> None:
    assert rank([], 5).pairs == rank([work(frozenset())], 5).pairs == ()
    assert rank([work(frozenset(), "a"), work(frozenset(), "b")], 5).tenths[0] == 1
