"""A name that there is not is answered with the one that was probably meant."""

from __future__ import annotations

import difflib

from hypothesis import given, settings
from hypothesis import strategies as st

from grader import meant
from grader.meant import MOST_COMPARED, closest, did_you_mean

NAMES = st.text("abcdefgh_", min_size=1, max_size=8)


def test_a_slip_of_the_fingers_finds_its_name():
    assert closest("scroe", ["check", "score", "release"]) == "score"
    assert closest("scroe", ["check", "release"]) == ""


def test_a_name_in_other_letters_is_the_closest():
    assert closest("ADA", ["adam", "ada"]) == "ada"


def test_the_question_quotes_the_name_where_the_message_quotes_names():
    assert did_you_mean("contcat", ["contact"], "the keys are few") == "did you mean contact?"
    assert did_you_mean("contcat", ["contact"], "the keys are few", quoted=True) == "did you mean 'contact'?"
    assert did_you_mean("x", ["contact"], "the keys are few") == "the keys are few"


@settings(deadline=None)
@given(NAMES, st.lists(NAMES, max_size=30), st.sampled_from([0.6, 0.7]))
def test_of_few_names_it_finds_what_difflib_finds(name, known, likeness):
    found = difflib.get_close_matches(name, known, 1, likeness)

    assert closest(name, known, likeness) == (found[0] if found else "")


def test_a_name_is_compared_with_few_others(monkeypatch):
    """Twenty thousand names like the missing one took the grader's own process minutes, at each call of each check."""
    compared: list[str] = []
    monkeypatch.setattr(difflib, "get_close_matches", lambda _name, others, *_: compared.extend(others) or ["sigmoi"])

    assert meant.closest("sigmoid", [f"sigmoid_{n}" for n in range(20_000)] + ["sigmoi"]) == "sigmoi"
    assert len(compared) == MOST_COMPARED
    assert "sigmoi" in compared
