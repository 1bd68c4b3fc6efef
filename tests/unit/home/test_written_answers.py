"""What is said at home of written answers: what is certain, questions to ask oneself, and never which answer is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.course_toml import load_course
from grader.home.kit import of_course
from grader.home.told_answers import Questions, told
from grader.rubrics import is_empty
from grader.source.written.written_text import Text

ROOT = Path(__file__).parents[3]
LESSON = (ROOT / "solutions" / "rubrics" / "lesson.txt").read_text(encoding="utf-8")
COPIED = (
    "The update gate controls how much previous memory should be kept and how much new information should be added. "
    "The reset gate decides how much past information to ignore."
)
OWN = (
    "Think of a cook with a pot of soup. One gate says what share of the old soup stays in the pot; the other says how much "
    "of it the cook tastes before she makes up her mind what to add."
)


@pytest.fixture(scope="module")
def questions() -> Questions:
    found = [each.questions for each in of_course(load_course(ROOT / "solutions")) if each.questions]
    assert len(found) == 1
    return found[0]


def test_every_question_has_something_to_ask_oneself(questions):
    assert all(questions.ask[name] for name in questions.ask)
    assert [text for asked in questions.ask.values() for text in asked if not text.endswith("?")] == []


@pytest.mark.parametrize("name", ["gates_in_your_own_words", "long_term"])
def test_what_is_copied_from_the_lesson_is_told(name, questions):
    assert "stands in the lesson word for word" in told(questions, name, Text(COPIED))
    assert "lesson" not in told(questions, name, Text(OWN))


def test_the_lessons_table_read_out_is_told(questions):
    table = "Number of gates: LSTM 3, GRU 2. Architecture: LSTM complex, GRU simpler. Training speed: slower, faster."

    assert "stands in the lesson word for word" in told(questions, "lstm_versus_gru", Text(table))


def test_what_repeats_the_question_is_told(questions):
    text = "A good answer says for each of the two gates what it decides, and at which moment of a step it does so."

    assert "repeats the question" in told(questions, "gates_in_your_own_words", Text(text))


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("memory_gate", "LSTM", "neither “update” nor “reset”"),
        ("memory_gate", "the udpate gate", "neither “update” nor “reset”"),
        ("simpler_model", "the transformer", "neither “LSTM” nor “GRU”"),
        ("memory_gate", "update and reset", "names “update” and “reset”"),
    ],
)
def test_a_short_answer_without_one_of_the_names_is_told(name, answer, words, questions):
    assert words in told(questions, name, Text(answer))


@pytest.mark.parametrize(("name", "pair"), [("memory_gate", ("update", "reset")), ("simpler_model", ("LSTM", "GRU"))])
def test_nothing_says_which_of_two_names_is_the_right_one(name, pair, questions):
    one, other = (told(questions, name, Text(f"The {each} one.")).replace(each, "X") for each in pair)

    assert one.replace(pair[1], "X") == other.replace(pair[0], "X")


@pytest.mark.parametrize("answer", ["", "?!", "TODO: later", "  TODO the update gate"])
def test_what_will_count_as_empty_is_called_empty(answer, questions):
    assert is_empty(answer)
    assert told(questions, "memory_gate", Text(answer)) == "memory_gate: empty"


def test_an_answer_that_only_a_person_can_find_is_told_with_the_reason(questions):
    assert "A person has to look for it in the file: an f-string." in told(
        questions, "long_term", Text("yes", certain=False, why="an f-string")
    )
