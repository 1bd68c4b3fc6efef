"""Equal wrong work makes a group, whatever the order of the class; different work never does."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.scores.records import (
    CheckResult,
    ExerciseRecord,
    Gap,
    Isolation,
    Misconception,
    Outcome,
    Results,
    RunRecord,
    Status,
    SubmissionResult,
)
from grader.scores.results import from_json, to_json
from grader.scores.wrong_work import CaseAnswer, WrongWork
from grader.study.wrong_groups import keeps_nothing, wrong_groups

RUN = RunRecord("2026-01-01T10:00:00+00:00", 1.0, 7, {}, Isolation("none", ()), "local", 1)
FORM = "numbers (3,)"


def wrong(*numbers: float, source: str = "", **changed) -> WrongWork:
    case = CaseAnswer(FORM, " ".join(f"{each:.10g}" for each in numbers), 1e-6)
    made = WrongWork("step", ("step_values",), "asked", (case,), source=source)
    return replace(made, **changed)


def row(student: str, *works: WrongWork, points: int = 3, **changed) -> SubmissionResult:
    gap = Gap(f"step({'0' * len(student)})", "1", "2")
    check = CheckResult("step_values", "step", 0, 2, Outcome.FAILED, gap=gap)
    made = SubmissionResult(
        student, "e1", "e1.py", f"students/{student}.html", "0" * 64, Status.GRADED, points, 0, 10, 0.1, checks=(check,)
    )
    return replace(made, wrong=works, **changed)


def class_of(*rows: SubmissionResult) -> Results:
    return Results(RUN, (ExerciseRecord("e1", "One", 10),), rows)


def students(results: Results) -> set[tuple[str, ...]]:
    return {group.students for group in wrong_groups(results)}


def test_two_with_equal_answers_are_a_group_and_one_alone_is_none():
    results = class_of(row("ada", wrong(1, 2, 3)), row("bob", wrong(1, 2, 3 + 1e-9)), row("cyd", wrong(1, 2, 4)))

    assert students(results) == {("ada", "bob")}


def test_a_group_shows_the_shortest_source_the_smallest_case_and_the_spread_of_points():
    (group,) = wrong_groups(
        class_of(
            row("adaline", wrong(1, source="def step(x):\n    return x + 0"), points=1),
            row("bob", wrong(1, source="def step(x):\n    return x"), points=7),
        )
    )

    assert group.source == "def step(x):\n    return x"
    assert len(group.sources) == 2
    assert group.case == Gap("step(000)", "1", "2")
    assert (group.least, group.most, group.max_points) == (1, 7, 10)


@pytest.mark.parametrize(
    "other",
    [
        {"asked": "something else"},
        {"checks": ("step_values", "step_other")},
        {"function": "forward"},
        {"raised": "ValueError: no"},
        {"cases": (CaseAnswer("numbers (1, 3)", "1 2 3", 1e-6),)},
        {"cases": (CaseAnswer(FORM, "1 2", 1e-6),)},
        {"cases": (CaseAnswer(FORM, "1 2 nan", 1e-6),)},
        {"cases": (CaseAnswer(FORM, "1 2 inf", 1e-6),)},
    ],
)
def test_work_that_differs_in_anything_but_the_last_digits_is_another_group(other):
    assert students(class_of(row("ada", wrong(1, 2, 3)), row("bob", wrong(1, 2, 3, **other)))) == set()


@pytest.mark.parametrize("odd", ["nan", "inf", "-inf", "1e+300"])
def test_numbers_that_are_none_equal_themselves_and_nothing_else(odd):
    cases = (CaseAnswer(FORM, f"1 {odd} 3", 1e-6),)
    results = class_of(row("ada", wrong(cases=cases)), row("bob", wrong(cases=cases)), row("cyd", wrong(1, 2, 3)))

    assert students(results) == {("ada", "bob")}


def test_a_crash_is_grouped_by_what_was_raised_and_where():
    cases = (CaseAnswer("raised ValueError: no", "", 0.0),)
    raised = wrong(cases=cases, raised="ValueError: no", place="gate")
    elsewhere = replace(raised, place="step")

    assert students(class_of(row("ada", raised), row("bob", raised), row("cyd", elsewhere))) == {("ada", "bob")}


def test_those_who_handed_in_together_are_no_group_by_themselves():
    ada, bob = row("ada", wrong(1), group="g1"), row("bob", wrong(1), group="g1")

    assert students(class_of(ada, bob)) == set()
    assert students(class_of(ada, bob, row("cyd", wrong(1)))) == {("ada", "bob", "cyd")}


def test_a_fault_in_a_part_counts_beside_the_same_fault_in_the_whole_and_makes_no_group_alone():
    by_part = wrong(1, own=False)

    assert students(class_of(row("ada", by_part), row("bob", by_part))) == set()
    (group,) = wrong_groups(class_of(row("ada", by_part), row("bob", wrong(1))))
    assert group.by_parts == ("ada",)


def test_an_id_stays_while_the_members_do():
    def ids(*rows):
        return [group.id for group in wrong_groups(class_of(*rows))]

    ada, bob, cyd = (row(name, wrong(1)) for name in ("ada", "bob", "cyd"))
    assert ids(ada, bob) == ids(bob, ada)
    assert ids(ada, bob) != ids(ada, bob, cyd)


NUMBERS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True, width=32),
    st.integers(0, 5).map(lambda step: 1 + step * 0.9e-6),  # neighbours are equal within the tolerance, others are not
)


@given(st.lists(st.lists(NUMBERS, min_size=2, max_size=2), min_size=2, max_size=9), st.randoms())
def test_grouping_parts_the_class_into_the_same_groups_in_whatever_order(numbers, random):
    """An equivalence: nobody is in two groups of one function, and the order of the rows plays no part."""
    rows = [row(f"s{at}", wrong(*each)) for at, each in enumerate(numbers)]
    found = wrong_groups(class_of(*rows))
    random.shuffle(rows)

    assert found == wrong_groups(class_of(*rows))
    members = [student for group in found for student in group.students]
    assert len(members) == len(set(members))


@given(st.lists(st.integers(0, 4), min_size=2, max_size=6))
def test_work_that_is_equal_by_way_of_others_is_equal(steps):
    results = class_of(*(row(f"s{at}", wrong(1 + step * 0.9e-6)) for at, step in enumerate(steps)))
    by_step = sorted(set(steps))
    unbroken = all(after - before <= 1 for before, after in pairwise(by_step))

    assert (students(results) == {tuple(sorted(f"s{at}" for at in range(len(steps))))}) == unbroken


def test_what_is_kept_comes_back_from_the_results_as_it_was():
    results = class_of(row("ada", wrong(1, 2, 3, source="def step(x):\n    return '\ud800'")), row("bob"))
    again = from_json(to_json(results))

    assert "wrong" not in to_json(class_of(row("bob")))
    assert [each.wrong and each.wrong[0].cases for each in again.submissions] == [
        (CaseAnswer(FORM, "1 2 3", 1e-6),),
        (),
    ]


def test_results_of_an_older_grader_are_told_from_a_class_without_mistakes():
    named = replace(row("ada").checks[0], misconception=Misconception("G1", "turned round"))

    assert keeps_nothing(class_of(row("ada")))
    assert not keeps_nothing(class_of(row("ada", checks=(named,))))
    assert not keeps_nothing(class_of(row("ada", wrong(1)), row("bob")))
