"""Answers are alike by the words that nobody gave to both students."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from grader.scores.records import CheckResult, Outcome, WrittenAnswer
from grader.study.similar_texts import known_runs, rank_answers
from grader.study.similar_work import works_of
from unit.study.made_works import results, row

OWN = "The update gate is a dial that my grandmother turns whenever the radio plays a song she likes to hear again."
OTHER = "Resetting means that a proposal pays no attention to whatever was noted down earlier in the sentence at hand."
LESSON = "A high update gate keeps more of the past context and a low one takes more of what is new at this step."


def answered(student: str, text: str):
    answer = WrittenAnswer(text, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
    check = CheckResult("gates", "The two gates", 0, 4, Outcome.REVIEW, hidden=True, answer=answer)
    return row(student, text + student, check, exercise="04_theory")


def ranked(known: frozenset[int] = frozenset(), **texts: str):
    (found,) = rank_answers(
        works_of(results(*(answered(name, text) for name, text in texts.items())), "04_theory"), known, 9
    )
    return found


def test_the_same_words_are_identical_whatever_their_case_and_marks() -> None:
    found = ranked(ana=OWN, bo=OWN.upper().replace(" ", "\n "), cy=OTHER)

    assert [(p.one.students, p.other.students, p.identical) for p in found.pairs] == [(("ana",), ("bo",), True)]
    assert found.pairs[0].likeness == 1


def test_a_near_copy_shows_what_both_have() -> None:
    (pair,) = ranked(ana=OWN, bo=f"Well. {OWN.replace('radio', 'wireless')} So it is.", cy=OTHER).pairs

    assert 0.4 < pair.likeness < 1
    assert not pair.identical
    mine, theirs = pair.texts
    assert [text for text, both in theirs if not both] == ["Well. ", " wireless ", ". So it is."]
    assert "".join(text for text, _ in mine) == OWN


def test_the_lesson_s_and_the_question_s_own_words_make_nobody_alike() -> None:
    assert len(ranked(ana=LESSON, bo=LESSON).pairs) == 1
    found = ranked(known_runs([LESSON]), ana=LESSON, bo=f"{LESSON} I think.", cy=OWN)

    assert (found.answers, found.short, found.pairs) == (1, 2, ())


def test_short_answers_are_not_compared() -> None:
    assert ranked(ana="the update gate", bo="the update gate").pairs == ()


@given(one=st.text(max_size=200), other=st.text(max_size=200))
def test_any_two_texts_are_shown_whole(one: str, other: str) -> None:
    one, other = f"{OWN}{one}", f"{other} {OWN}"
    for pair in ranked(ana=one, bo=other).pairs:
        assert ["".join(text for text, _ in pieces) for pieces in pair.texts] == [one, other]
