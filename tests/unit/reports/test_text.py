"""Nothing in a submission's text stays unseen, and nothing makes a page long."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.reports import harmless


@given(st.text(st.characters()))
def test_no_control_and_no_surrogate_is_left(value):
    shown = harmless.block(value)
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"]
    shown.encode("utf-8")


@given(st.text(st.characters()), st.integers(1, 50))
def test_what_is_shown_has_a_bounded_length(value, limit):
    assert len(harmless.block(value, limit)) <= limit * len("⟨U+10FFFF⟩") + 60


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("a\x00b", "a␀b"),
        ("a\x7fb", "a␡b"),
        ("user\u202egpj.exe", "user⟨U+202E⟩gpj.exe"),
        ("\u2066x\u2069", "⟨U+2066⟩x⟨U+2069⟩"),
        ("\udcff", "⟨U+DCFF⟩"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07x", "x"),
        ("10 %\r20 %\r\nend", "10 %\n20 %\nend"),
        ("one\u2028two", "one\ntwo"),
        ("x\u200cy\u200dz", "x\u200cy\u200dz"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_unseen_characters_are_marked_and_honest_ones_stay(given_text, shown):
    assert harmless.clean(given_text) == shown


def test_a_long_text_is_cut_with_its_full_size():
    assert harmless.block("x" * 10_000_000, 10) == "xxxxxxxxxx … (10,000,000 characters in all)"


def test_a_line_has_no_line_ends():
    assert harmless.line(" a\n\n b\t c ") == "a b c"


def test_a_name_shows_a_line_end_in_it():
    assert harmless.name("ada\nlovelace") == "ada␊lovelace"
    assert harmless.name("x" * 300).endswith("(300 characters)")


def test_of_a_long_output_the_beginning_and_the_end_are_shown():
    """What was printed last, the result as a rule, was cut off."""
    shown = harmless.ends("first\n" + "x" * 50_000 + "\nresult: 0.87\n", 1_000)
    assert shown.startswith("first\nxxx")
    assert shown.endswith("result: 0.87")
    assert "… 49,020 of 50,020 characters in all are left out here …" in shown
    assert harmless.ends("all\n") == "all"
