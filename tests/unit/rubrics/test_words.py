"""Words are read as they were meant, and each knows where it stands in the text as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.rubrics.answer_words import LONGEST, mixes_scripts, plain, read_words

SPELLING = ("update", "reset", "lstm", "parameters")


def texts(answer: str) -> list[str]:
    return list(read_words(answer, SPELLING).texts)


@pytest.mark.parametrize(
    "written, meant",
    [
        ("It isn't", ["it", "is", "not"]),
        ("they can't, won\u2019t", ["they", "can", "not", "will", "not"]),
        ("it dont", ["it", "do", "not"]),
        ("it's the GRU's gate", ["it", "is", "the", "gru", "gate"]),
        ("Thats it", ["that", "is", "it"]),
        ("the **Update-Gate** z_t", ["the", "update", "gate", "z_t"]),
        ("\uff35\uff50\uff44\uff41\uff54\uff45 gate", ["update", "gate"]),
        ("up\u200bdate", ["update"]),
        ("0.51 s, 24,960 weights, 25%", ["0.51", "s", "24,960", "weights", "25", "%"]),
        ("h~ and h", ["h~", "and", "h"]),
    ],
)
def test_contractions_marks_and_compatible_letters_are_read_as_meant(written, meant):
    assert texts(written) == meant


@pytest.mark.parametrize("slip", ["udpate", "updat", "updatee", "uptate", "ltsm", "paramters"])
def test_a_word_one_slip_away_from_a_word_of_the_subject_is_read_as_it(slip):
    assert texts(slip)[0] in SPELLING


@pytest.mark.parametrize("word", ["updates", "updated", "rest", "preset", "date", "lists", "upgrade"])
def test_other_words_and_forms_stay_what_they_are(word):
    assert texts(word) == [word]


def test_a_word_that_the_rubric_knows_is_no_slip():
    assert read_words("resent", SPELLING, {"resent"}).texts == ("resent",)


def test_sentences_and_clauses_end_where_a_reader_would_end_them():
    words = read_words("E.g. the GRU, i.e. two gates. It has 0.5 of it; so it is small\n- next\nsame line")

    assert [words.quote(a, b) for a, b in words.sentences()] == [
        "E.g. the GRU, i.e. two gates",
        "It has 0.5 of it; so it is small",
        "next\nsame line",
    ]
    assert words.clause(3, 4) == (0, 4)


@given(st.text(max_size=300))
def test_each_word_stands_where_it_says(answer):
    words = read_words(answer, SPELLING)

    assert all(0 <= word.start < word.end <= len(answer) for word in words.words)
    assert all(a.start <= b.start and a.clause <= b.clause for a, b in zip(words.words, words.words[1:], strict=False))


def test_no_more_than_the_bound_is_read():
    assert read_words("a " * LONGEST).words[-1].end <= LONGEST


def test_letters_of_two_scripts_in_one_word_are_seen():
    assert mixes_scripts("u\u0440date")
    assert not mixes_scripts("update")
    assert not mixes_scripts(plain("\u0394"))
