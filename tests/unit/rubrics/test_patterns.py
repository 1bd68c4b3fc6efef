"""Patterns find what an author means by them, and an author's slip is told in words."""

from __future__ import annotations

import pytest

from grader.rubrics.answer_words import read_words
from grader.rubrics.patterns import compile_pattern, literals

LISTS = {"keep": ["keep*", "kept", "hold* on ?tightly"], "old": ["past", "so far"], "both": ["@keep @old"]}


def found(pattern: str, answer: str) -> list[str]:
    words = read_words(answer)
    return [words.quote(*place) for place in compile_pattern(pattern, LISTS).find(words)]


@pytest.mark.parametrize(
    "pattern, answer, hits",
    [
        ("gate", "the gate, a gateway", ["gate"]),
        ("gate*", "the gate, a gateway", ["gate", "gateway"]),
        ("two|2 gates", "2 gates or two gates", ["2 gates", "two gates"]),
        ("@keep", "it keeps and holds on tightly", ["keeps", "holds on"]),
        ("@keep .. @old", "keeps some of the past", ["keeps some of the past"]),
        ("@keep .. @old", "keeps one two three four past", []),
        ("@keep ... @old", "keeps one two three four what came so far", ["keeps one two three four what came so far"]),
        ("@both", "kept past", ["kept past"]),
        ("the ?old gate", "the gate and the old gate", ["the gate", "the old gate"]),
        ("^ update", "update: it can update, update", ["update", "update"]),
        ("gate $", "gate one, gate", ["gate"]),
        ("keep|@old it", "past it", ["past it"]),
    ],
)
def test_a_pattern_finds_what_it_says(pattern, answer, hits):
    assert found(pattern, answer) == hits


@pytest.mark.parametrize(
    "pattern, reason",
    [
        ("", "no word that must be there"),
        ("?the ?old", "no word that must be there"),
        (".. gate", "begins or ends with a gap"),
        ("gate ...", "begins or ends with a gap"),
        ("@nothing", "no list"),
        ("Gate", "lower case"),
        ("(a|b)+", "lower case"),
        ("gate|", "lower case"),
        ("a " * 13, "more than 12"),
    ],
)
def test_a_slip_in_a_pattern_is_named(pattern, reason):
    with pytest.raises(ValueError, match=reason):
        compile_pattern(pattern, LISTS)


def test_a_list_that_holds_itself_is_an_error_and_no_endless_loop():
    with pytest.raises(ValueError, match="holds itself"):
        compile_pattern("@a", {"a": ["@b"], "b": ["x", "@a"]})


def test_the_whole_words_of_patterns_are_known():
    assert literals([compile_pattern("@keep the|a past", LISTS)]) >= {"kept", "on", "tightly", "the", "a", "past"}
