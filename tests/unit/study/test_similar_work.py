"""Copies stand above honest work, with what a person needs to judge them."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from course.otherwise.files import honest
from grader.course.master import read_master, stub_text
from grader.scores.records import CheckResult, Gap, Misconception, Outcome, Person
from grader.study.similar_work import HELPERS, rank_works, with_functions, works_of, wrong_alike
from unit.source.test_fingerprints import copied
from unit.study.made_works import EXERCISE, kept, results, row

HONEST = {each.path.stem: each.source for each in honest("01_gates")}
PLAIN = HONEST["plain"]
STUB = stub_text(read_master(EXERCISE.master))


def ranked(texts: dict[str, str], top: int = 1_000, **options):
    rows = results(*(row(name, text) for name, text in texts.items()), **options)
    return rank_works("01_gates", "Gates", with_functions(works_of(rows, "01_gates"), kept(texts)), [], top)


def pairs_of(found) -> list[tuple[str, str]]:
    return [tuple(sorted((*pair.one.students, *pair.other.students))) for pair in found.pairs]


@pytest.fixture(scope="module")
def synthetic_class():
    """24 honest works, and 16 whole-file copies: commented, renamed, reordered, or all of that."""
    chosen = random.Random(1).sample(sorted(HONEST), 16)
    texts = dict(HONEST)
    copies = set()
    for at, name in enumerate(chosen):
        text = HONEST[name]
        made = text.replace("\n    return", "\n    # my own words\n    return") if at % 4 == 0 else copied(text, at)
        texts[f"copy of {name}"] = made
        copies.add(tuple(sorted((f"copy of {name}", name))))
    return ranked(texts), copies


def test_all_whole_file_copies_stand_above_all_honest_pairs(synthetic_class) -> None:
    found, copies = synthetic_class

    assert set(pairs_of(found)[: len(copies)]) == copies
    assert all(pair.likeness == 1 for pair in found.pairs[: len(copies)])
    assert found.pairs[len(copies)].likeness < 1


def test_a_function_that_is_the_same_is_counted_in_the_class(synthetic_class) -> None:
    found, _ = synthetic_class
    first = next(pair for pair in found.pairs if "plain" not in (*pair.one.students, *pair.other.students))

    assert {each.name for each in first.same} - {HELPERS} <= {each.name for each in first.one.functions}
    assert len(first.same) == first.functions
    assert all(each.works >= 2 for each in first.same)


def test_what_the_stub_has_makes_nobody_alike() -> None:
    found = ranked({"ana": STUB, "bo": f"{STUB}# nothing yet\n", "cy": PLAIN})

    assert (found.works, found.empty, found.pairs) == (1, 2, ())


def test_a_group_s_one_file_is_one_work_and_its_members_are_no_pair() -> None:
    shared = [row(name, PLAIN, path="team/01_gates.py") for name in ("ana", "bo")]
    own = [row(name, PLAIN) for name in ("cy", "di", "eve")]
    roster = (Person("cy", group="g"), Person("di", group="g"))
    made = works_of(results(*shared, *own, roster=roster), "01_gates")
    found = rank_works("01_gates", "", with_functions(made, kept({"x": PLAIN})), [], 99)

    assert [work.students for work in made] == [("ana", "bo"), ("cy",), ("di",), ("eve",)]
    people = {frozenset(pair) for pair in combinations(["ana+bo", "cy", "di", "eve"], 2)} - {frozenset(["cy", "di"])}
    assert {frozenset(("+".join(p.one.students), "+".join(p.other.students))) for p in found.pairs} == people


def test_earlier_works_are_compared_with_the_class_and_not_with_each_other() -> None:
    old = works_of(results(row("zed", PLAIN), row("yan", PLAIN), row("ana", PLAIN)), "01_gates", "2025")
    new = works_of(results(row("ana", PLAIN)), "01_gates")
    sources = kept({"ana": PLAIN})
    found = rank_works("01_gates", "", with_functions(new, sources), with_functions(old, sources), 99)

    assert {(pair.one.students, pair.other.students, pair.other.run) for pair in found.pairs} == {
        (("ana",), ("zed",), "2025"), (("ana",), ("yan",), "2025"),
    }  # fmt: skip
    assert found.ranking.count == 0


def test_a_group_of_an_earlier_run_is_another_one_even_if_its_name_is_the_same() -> None:
    old = works_of(results(row("zed", PLAIN, group="1")), "01_gates", "2025")
    new = works_of(results(row("ana", PLAIN, group="1")), "01_gates")

    assert new[0].who.isdisjoint(old[0].who)


def check(name: str, outcome: Outcome = Outcome.FAILED, mistake: str = "", got: str = "") -> CheckResult:
    named = Misconception(mistake, f"named {mistake}") if mistake else None
    return CheckResult(name, name, 0, 1, outcome, misconception=named, gap=Gap("f()", "1", got) if got else None)


def test_the_same_mistake_or_the_same_wrong_answer_is_wrong_alike() -> None:
    one = row(
        "ana", "", check("a", mistake="z"), check("b", got="[3]"), check("c", got="[4]"), check("d", Outcome.PASSED)
    )
    other = row(
        "bo", "", check("a", mistake="z"), check("b", got="[3]"), check("c", got="[5]"), check("e", Outcome.TODO)
    )
    found = wrong_alike(one, other)

    assert (found.alike, found.wrong, found.mistakes) == (2, 3, ("named z",))
