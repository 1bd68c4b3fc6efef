"""Which work goes to which node: each work is graded once, however nodes come and go, and only what kills nodes is given up."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from grader.engine.dispatch import MOST_AT_ONCE, MOST_DEATHS, Batch, Dispatch
from grader.submissions.works import Work


def class_of(size: int, exercises: tuple[str, ...] = ("a",)) -> list[Work]:
    return [Work((f"s{number}",), exercise) for number in range(size) for exercise in exercises]


def test_a_node_gets_as_much_as_it_grades_at_once_and_the_first_work_first() -> None:
    dispatch = Dispatch(class_of(4))
    dispatch.add_node("x", 2)

    first, second = dispatch.next_batches()
    assert [work.students for batch in (first, second) for work in batch.works] == [("s0",), ("s1",)]
    assert list(dispatch.next_batches()) == []
    assert dispatch.finish(first.number) == first
    assert [batch.works[0].students for batch in dispatch.next_batches()] == [("s2",)]


def test_quick_work_goes_many_at_once_and_one_by_one_towards_the_end() -> None:
    dispatch = Dispatch(class_of(100))
    dispatch.add_node("x", 1)
    sizes = []
    while dispatch.unfinished:
        (batch,) = dispatch.next_batches()
        sizes.append(len(batch.works))
        assert dispatch.finish(batch.number) is not None
        dispatch.took("a", 0.01)

    assert sizes[0] == 1, "nothing is known of how long one takes"
    assert max(sizes) == MOST_AT_ONCE
    assert sizes[-2:] == [1, 1]


def test_slow_work_goes_one_by_one() -> None:
    dispatch = Dispatch(class_of(60))
    dispatch.add_node("x", 1)
    dispatch.took("a", 3.0)

    (batch,) = dispatch.next_batches()
    assert len(batch.works) == 1


def test_a_result_counts_once() -> None:
    dispatch = Dispatch(class_of(1))
    dispatch.add_node("x", 1)
    (batch,) = dispatch.next_batches()
    dispatch.lose_node("x")
    dispatch.add_node("y", 1)
    (again,) = dispatch.next_batches()

    assert again.works == batch.works
    assert dispatch.finish(batch.number) is None, "its node was lost: what it may still say does not count"
    assert dispatch.finish(again.number) == again
    assert dispatch.finish(again.number) is None
    assert not dispatch.unfinished


def test_a_suspect_is_tried_on_another_node_where_there_is_one() -> None:
    dispatch = Dispatch(class_of(1))
    dispatch.add_node("broken", 1)
    list(dispatch.next_batches())
    dispatch.lose_node("broken")
    dispatch.add_node("broken", 1)
    dispatch.add_node("sound", 1)

    assert [batch.node for batch in dispatch.next_batches()] == ["sound"]


def test_a_work_that_could_not_be_sent_is_not_sent_again_when_its_node_is_lost() -> None:
    works = class_of(40)
    dispatch = Dispatch(works)
    dispatch.add_node("x", 1)
    dispatch.took("a", 0.001)
    (batch,) = dispatch.next_batches()
    assert len(batch.works) > 2
    dispatch.take_out(batch.number, batch.works[1])
    dispatch.lose_node("x")

    dispatch.add_node("y", 60)
    again = [work for each in dispatch.next_batches() for work in each.works]
    assert batch.works[1] not in again


@st.composite
def clusters(draw: st.DrawFn) -> tuple[int, dict[str, int], set[int], list[int]]:
    """A class's size, the nodes with their threads, who kills every node, and in which order things happen."""
    size = draw(st.integers(0, 25))
    nodes = draw(st.dictionaries(st.sampled_from("xyz"), st.integers(1, 4), min_size=1))
    killers = draw(st.sets(st.integers(0, size - 1), max_size=3)) if size else set()
    return size, nodes, killers, draw(st.lists(st.integers(0, 100), max_size=60))


@given(clusters())
def test_each_work_is_graded_once_and_only_what_kills_nodes_is_given_up(
    drawn: tuple[int, dict[str, int], set[int], list[int]],
) -> None:
    """Works that happen to be on a node that another one kills are graded all the same, as no two suspects share one."""
    size, nodes, killers, order = drawn
    works = class_of(size, ("a", "b"))
    killing = {work for work in works if int(work.students[0][1:]) in killers and work.exercise == "a"}
    dispatch = Dispatch(works)
    for exercise in "ab":
        dispatch.took(exercise, 0.05)
    for node, slots in nodes.items():
        dispatch.add_node(node, slots)
    running: dict[int, Batch] = {}
    done: Counter[Work] = Counter()
    given_up: Counter[Work] = Counter()
    deaths: Counter[Work] = Counter()
    while dispatch.unfinished:
        for batch in dispatch.next_batches():
            running[batch.number] = batch
            on_it = [each for each in running.values() if each.node == batch.node]
            assert len(on_it) <= nodes[batch.node]
            assert sum(any(deaths[work] for work in each.works) for each in on_it) <= 1
        assert running, "there is work and nobody does it"
        number = sorted(running)[order.pop() % len(running) if order else 0]
        batch = running[number]
        if any(work in killing for work in batch.works):
            for each in [each for each in running.values() if each.node == batch.node]:
                del running[each.number]
                deaths.update(each.works)
            given_up.update(dispatch.lose_node(batch.node))
            dispatch.add_node(batch.node, nodes[batch.node])
        else:
            del running[number]
            assert dispatch.finish(number) == batch
            done.update(batch.works)

    assert done + given_up == Counter(works)
    assert killing <= set(given_up)
    assert all(deaths[work] == MOST_DEATHS for work in given_up)
    if len(killing) < MOST_DEATHS:  # beside more of them, another work may be unlucky so many times
        assert set(given_up) == killing
