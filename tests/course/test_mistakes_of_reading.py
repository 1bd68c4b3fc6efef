"""What a student writes who makes a mistake of reading, and what one writes who doesn't: only the first is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.checks.mistakes.declare import load_mistakes
from grader.checks.mistakes.said import check_against_own, patterns_of
from grader.course.master import read_master
from grader.source.sentences import LONGEST, find_said

SOLUTIONS = Path(__file__).parents[2] / "solutions"
EXERCISES = ("03_measure", "05_trace")
MISTAKES = {exercise: load_mistakes(SOLUTIONS / "misconceptions" / f"{exercise}.py") for exercise in EXERCISES}
PATTERNS = {key: said for mistakes in MISTAKES.values() for key, said in patterns_of(mistakes).items()}

SAID = {
    "M13": [
        "# The GRU model has about 25 % fewer parameters than the LSTM model.",
        "# So the model with the GRU is 24.4% smaller in size.",
        "# Swapping in a GRU\n# saves memory: the model's weights take a quarter less.",
        '# **Result:** the `GRU` model needs 24 percent less memory',
    ],
    "M21": [
        "assert gru_seconds < lstm_seconds",
        "assert gru_seconds <= lstm_seconds, 'the GRU has to be the faster one'",
        "assert lstm_time > gru_time",
        "assert (\n    t_gru\n    < t_lstm\n)",
        "assert 0 < seconds['gru'] < seconds['lstm']",
        'assert table.loc["gru", "seconds_per_epoch"] < table.loc["lstm", "seconds_per_epoch"]',
        "if True:\n    assert MEASURED['gru']['seconds_per_epoch'] < MEASURED['lstm']['seconds_per_epoch']",
        "self.assertLess(gru_seconds, lstm_seconds)",
        "self.assertGreater(results['lstm'].seconds, results['gru'].seconds)",
        "while gru_seconds >= lstm_seconds:\n    gru_seconds = time_training(gru, x, y)",
        "while lstm_seconds < gru_seconds and tries < 10:\n    tries += 1",
        "while not gru_seconds < lstm_seconds:\n    pass",
        "# I ran the cell again until the GRU was faster.",
        "# Measured several times, until the *GRU* won.",
    ],
    "R10": [
        "# The update gate is high at *exciting*, so the network thinks it is important.",
        "# A high z at exciting means that the word is important to the model.",
        "# The large z at 'exciting' shows that the GRU pays attention to it.",
        "# “exciting” is the most important word,\n# since its update gate is close to 1.",
        "# The higher z is, the more important the word.",
        "# z is highest at `exciting` = the key word",
        'print("The update gate peaks at exciting because the word is significant.")',
    ],
}  # fmt: skip
NOT_SAID = [
    # true of any GRU and LSTM of the same sizes
    "assert gru_parameters < lstm_parameters",
    "assert model_size_bytes(gru) < model_size_bytes(lstm)",
    'assert table.loc["gru", "bytes"] < table.loc["lstm", "bytes"]',
    # what is measured is compared, and either may come out
    "assert lstm_seconds < gru_seconds",
    "assert gru_seconds > 0 and lstm_seconds > 0",
    "assert gru_seconds > 0\nassert lstm_seconds < 60",
    'assert MEASURED["faster"] == ("gru" if gru_seconds < lstm_seconds else "lstm")',
    "assert (gru_seconds < lstm_seconds) == (said == 'gru')",
    "assert gru_seconds < lstm_seconds or lstm_seconds < gru_seconds",
    "assert not gru_seconds < lstm_seconds",
    "assert gru_seconds < 10 * lstm_seconds",
    "assert MEASURED['faster'] in ('gru', 'lstm', 'equal')",
    "if gru_seconds < lstm_seconds:\n    print('the GRU was faster')",
    "faster = 'gru' if gru_seconds < lstm_seconds else 'lstm'",
    "while len(gru_seconds) < len(lstm_seconds):\n    pass",
    "while len(lstm_seconds) <= len(gru_seconds):\n    pass",
    "# assert gru_seconds < lstm_seconds  (that failed: here the LSTM is faster)",
    "# The GRU should be faster than the LSTM, but it was not.",
    "# I did not measure again until the GRU won.",
    "# Repeating until the GRU wins would be no measurement.",
    "# I repeated the measurement five times; the GRU was faster in three of them.",
    # the layer and the model are told apart
    "# The GRU layer has 24 % fewer parameters, the whole model only 2 %.",
    "# The model's GRU layer is a quarter smaller.",
    "# The GRU model is 2.3 % smaller than the LSTM model.",
    "# The model is not 25 % smaller, since the embedding stays.",
    "# Does the GRU model have 25 % fewer parameters?",
    "# The GRU model took 25 % less time for an epoch.",
    "# Dropout of 25 % makes the model's weights smaller.",
    # a high z is read rightly, or asked about
    "# A high z at a word does not mean that the word is important.",
    "# A high z at a word doesn\N{RIGHT SINGLE QUOTATION MARK}t mean that the word is important.",
    "# Does a high z at exciting mean that the word is important?",
    "# One might think that a high z at exciting means the word is important.",
    "# A high z at exciting means that the word changes little, so it is less important than it seems.",
    "# z is high at exciting, so the past is kept, and that is important for the words that follow.",
    "# The update gate is high at exciting: the state is kept.",
    "# A low z at exciting would mean that the word is important.",
    "# z falls at exciting, so there the word is important; elsewhere it is high.",
    "# It is a mistake to read a high z at a word as importance.",
    "# The reset gate is high at exciting, because the word is important.",
    "# The word exciting is important for the class.",
    "# z is high at most words of the sentence.",
]  # fmt: skip


def found(text: str) -> dict[str, str]:
    """Look for all mistakes in a script."""
    return find_said(text.encode(), "script", PATTERNS)


def test_the_mistakes_of_reading_are_those_of_the_course_list():
    assert list(PATTERNS) == ["M13", "M21", "R10"] == list(SAID)


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in SAID.items() for text in texts])
def test_who_says_it_is_told(key: str, text: str):
    assert list(found(f"import numpy as np\n\n{text}\n\nx = 1\n")) == [key]


@pytest.mark.parametrize("text", NOT_SAID)
def test_who_says_something_else_or_the_contrary_is_not_told(text: str):
    assert found(f"import numpy as np\n\n{text}\n\nx = 1\n") == {}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_what_stands_in_the_exercise_is_never_told_of(exercise: str):
    check_against_own(MISTAKES[exercise], read_master(SOLUTIONS / f"{exercise}.py"))


@pytest.mark.parametrize(
    "piece", ["gru seconds ", "assert gru ", "z high ", "z ", "gru", "until gru ", "a quarter ", "< "]
)
def test_a_text_made_for_the_patterns_ends_like_any_other(piece: str):
    """The worst that the patterns can meet are sentences of the longest kind that nearly fit, one behind the other."""
    prose = ("word is exciting " + piece * LONGEST)[: LONGEST - 10] + ".\n\n"
    code = ("assert seconds gru" + piece * LONGEST)[: LONGEST - 10].rstrip() + "\n"
    assert found(("# " + prose) * 20 + code * 20).keys() <= {"M21"}
