"""Answers that say the same in the same words are one reading; a formula is never taken for another one."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.review.answer_groups import LONGEST, grouped, normal_form, papers_of, questions_of, sample
from grader.scores.records import Outcome, Results
from unit.review.made import EXERCISE, HOW, WHY, answers, check, results, row


def groups_of(found: Results, seed: int = 1) -> list[list[str]]:
    return [[paper.student for paper in group.papers] for group in grouped(papers_of(found)[EXERCISE, WHY], seed)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Update gate.", "update gate"), ("update\n gate", "update gate"), ("\u201cupdate gate\u201d", '"update gate"'),
        ("The  update gate!", "the update gate ..."), ("e\u0301tat", "\u00e9tat"), ("`z`, then r", "z then r"),
        ("Strasse", "stra\u00dfe"), ("yes, it's z", "yes it\u2019s z"),
    ],
)  # fmt: skip
def test_near_equal_answers_have_one_form(one, other):
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("(1-z)*h", "1-z*h"), ("0.5", "05"), ("1,000", "1 000"), ("z = 1", "z 1"), ("z > r", "z < r"), ("-1", "1"), ("75 %", "75"),
        ("h~", "h"), ("no, update", "no update gate"), ("z_t", "zt"), ("a/b", "ab"),
    ],
)  # fmt: skip
def test_what_means_something_else_keeps_a_form_of_its_own(one, other):
    assert normal_form(one) != normal_form(other)


@given(st.text(max_size=40))
def test_a_form_is_its_own_form_and_knows_no_case_or_composition(text):
    form = normal_form(text)

    assert normal_form(form) == form
    assert normal_form(unicodedata.normalize("NFD", text)) == form
    assert normal_form(f"  {text}\n") == form


@given(
    st.lists(st.sampled_from(["One.", "one", "Two.", "two!", "Three", "...", "!!"]), min_size=1, max_size=12),
    st.integers(0, 99),
)
def test_everybody_is_in_one_group_and_all_of_a_group_have_one_form(texts, seed):
    found = answers({f"s{n}": (text, "x") for n, text in enumerate(texts)})

    groups = grouped(papers_of(found)[EXERCISE, WHY], seed)

    assert sorted(paper.student for group in groups for paper in group.papers) == sorted(
        f"s{n}" for n in range(len(texts))
    )
    for group in groups:
        assert len({normal_form(paper.text or "") for paper in group.papers}) == 1
        assert group.near == (len({paper.digest for paper in group.papers}) > 1)
    apart = grouped(papers_of(found)[EXERCISE, WHY], seed, {group.key for group in groups})
    assert not any(group.near for group in apart)


def test_answers_of_marks_alone_are_equal_only_if_they_are_the_same():
    assert sorted(map(sorted, groups_of(answers({"a": ("...", "x"), "b": ("!!", "x"), "c": ("...", "x")})))) == [
        ["a", "c"],
        ["b"],
    ]


def test_of_very_long_answers_only_equal_ones_are_together():
    """The results keep but their beginning."""
    long = "word " * (LONGEST // 5 + 1)
    assert sorted(map(sorted, groups_of(answers({"a": (long, "x"), "b": (long.upper(), "x"), "c": (long, "x")})))) == [
        ["a", "c"], ["b"],
    ]  # fmt: skip


def test_the_text_that_most_have_is_shown_first():
    found = answers({"a": ("Keeps", "x"), "b": ("keeps!", "x"), "c": ("keeps!", "x")})

    assert grouped(papers_of(found)[EXERCISE, WHY], 1)[0].papers[0].text == "keeps!"


def test_only_what_waits_or_did_so_is_asked_and_every_question_is_known():
    settled = check(HOW, "z", outcome=Outcome.PASSED)
    found = results([row("ada", [check(WHY, "One."), settled]), row("bob", [check(WHY, "Two."), settled])])

    assert list(papers_of(found)) == [(EXERCISE, WHY)]
    assert questions_of(found) == [(EXERCISE, WHY), (EXERCISE, HOW)]
    assert questions_of(results([row("ada", [settled])])) == []


def test_a_file_without_a_digest_is_no_answer():
    """A decision about it could never be known again."""
    missing = replace(row("ada", [replace(check(WHY, "x"), answer=None)]), sha256=None)

    assert papers_of(results([missing])) == {}


@given(st.integers(1, 60), st.integers(0, 1_000))
def test_a_sample_is_every_tenth_rounded_up(count, seed):
    found = answers({f"s{n}": (f"Answer {n}.", "x") for n in range(count)})
    groups = grouped(papers_of(found)[EXERCISE, WHY], 3)

    assert len(sample(groups, seed)) == -(-count // 10)
    assert sample(groups, seed) == sample(reversed(groups), seed)
