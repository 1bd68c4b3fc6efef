"""Whatever is written, assessing it ends, stays in its bounds and quotes only what was written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.rubrics import assess, load_rubric
from grader.rubrics.assessment import Assessment
from grader.rubrics.rubric import Question, Rubric
from grader.scores.records import Outcome

SOLUTIONS = Path(__file__).parents[3] / "solutions"
RUBRICS = [load_rubric(file) for file in sorted((SOLUTIONS / "rubrics").glob("*.toml"))]
ASKED = [(rubric, question) for rubric in RUBRICS for question in rubric.questions]
WORDS = sorted(
    {word for rubric in RUBRICS for word in rubric.known}
) + "not never both or , . ; : ? \n TODO it they".split(" ")
sentences = st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)
answers = st.one_of(sentences, st.text(max_size=400), st.tuples(sentences, st.text(max_size=40)).map(" ".join))


def holds(question: Question, answer: str, made: Assessment) -> None:
    assert 0 <= made.suggested <= question.points
    assert all(0 <= each.start < each.end <= len(answer) for each in made.evidence)
    assert made.settled is None or made.settled in range(question.points + 1)
    assert (made.settled is None) == (made.outcome == Outcome.REVIEW)
    if made.settled is not None and made.outcome != Outcome.TODO:
        assert question.short
        assert not made.flags
    assert all(flag.check == question.id and flag.kind and flag.message for flag in made.flags)


@given(st.sampled_from(ASKED), answers)
@settings(max_examples=300, deadline=None)
def test_any_text_is_assessed_within_the_bounds(asked: tuple[Rubric, Question], answer: str):
    rubric, question = asked

    holds(question, answer, assess(rubric, question.id, answer))
    assert assess(rubric, question.id, answer, certain=False).settled is None


@given(st.sampled_from(ASKED), answers)
@settings(max_examples=100, deadline=None)
def test_for_completion_points_are_all_or_none(asked: tuple[Rubric, Question], answer: str):
    rubric, question = asked
    made = assess(rubric, question.id, answer, completion=True)

    assert made.settled in (None, 0, question.points)
    assert (made.settled == 0) == (made.outcome == Outcome.TODO)


@given(st.sampled_from(ASKED), sentences)
@settings(max_examples=100, deadline=None)
def test_equal_answers_are_assessed_alike(asked: tuple[Rubric, Question], answer: str):
    rubric, question = asked

    assert assess(rubric, question.id, answer) == assess(rubric, question.id, answer)


HOSTILE = {
    "one word for ever": "keep " * 4_000,
    "a letter": "z " * 10_000,
    "marks": "(,;." * 5_000,
    "digits": "1.1," * 5_000,
    "apostrophes": "'" * 20_000,
    "one long word": "u" * 20_000,
    "empty lines": "\n" * 19_999 + "a",
    "invisible": "\u200b" * 19_000 + "update",
    "accents": "e" + "\u0301" * 19_000,
    "slips": "updaet paramters " * 1_000,
    "far too long": "more than the lstm gru " * 50_000,
    "half a character": "\ud800 update gate",
    "turned round": "\u202eetag etadpu",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_assessed_like_any_other(name: str):
    """Each took well under a second; a pattern that is not linear would not end."""
    for rubric, question in ASKED:
        holds(question, HOSTILE[name], assess(rubric, question.id, HOSTILE[name]))
