"""Sentences of a file: the same in a script and its notebook, each whole, and bounded whatever the text is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.make_notebook import notebook_text
from grader.errors import UnreadableWork
from grader.source import sentences as module
from grader.source.sentences import find_said, sentences

SCRIPT = '''# %% [markdown]
# # The gates
# The *update* gate is high
# here. It keeps `h`!
#
# - one item
# - another
#
# | word | z |

# %%
import numpy as np  # arrays


def half(a):
    """Half of it. No more.

    Really.
    """
    # a comment,
    # on two lines
    return (
        a
        / 2
    )


# %%
assert half(1.5) < half(
    2.5
)
!pip install nothing
'''


def test_prose_is_cut_into_sentences_and_code_into_statements():
    assert list(sentences(SCRIPT, "script")) == [
        "# The gates",
        "# The update gate is high here.",
        "# It keeps h!",
        "# one item",
        "# another",
        "# word | z |",
        "import numpy as np # arrays",
        "def half(a):",
        '"""Half of it.',
        "No more.",
        "Really.",
        '"""',
        "# a comment, on two lines",
        "return ( a / 2 )",
        "assert half(1.5) < half( 2.5 )",
        "pass",
    ]


def test_a_notebook_says_what_its_script_says():
    script = SCRIPT.replace("!pip install nothing\n", "")
    assert list(sentences(notebook_text(script, "01_made_up"), "notebook")) == list(sentences(script, "script"))


def test_text_that_is_no_python_has_its_sentences_too():
    text = "measure the gru, then the lstm\ndef f(x)\n    assert gru < lstm\n"
    assert "assert gru < lstm" in list(sentences(text, "script"))


def test_curled_quotes_and_marks_of_emphasis_make_no_difference():
    text = "# **It** doesn\N{RIGHT SINGLE QUOTATION MARK}t `matter`, “they” say: $z$."
    assert list(sentences(text, "script")) == ['# It doesn\'t matter, "they" say: z.']


def test_the_first_sentence_that_fits_is_found_whatever_the_case():
    data = b"# Nothing here.\n# The GRU\n# wins. The gru wins again.\n"
    assert find_said(data, "script", {"A": ["lost", "gru wins"], "B": ["^gru"]}) == {"A": "# The GRU wins."}


def test_outputs_of_a_notebook_are_nothing_that_its_author_says():
    cell = {"cell_type": "code", "source": "x = 1", "outputs": [{"text": "gru wins"}], "metadata": {"note": "gru wins"}}
    data = json.dumps({"cells": [cell], "nbformat": 4}).encode()
    assert find_said(data, "notebook", {"A": ["gru wins"]}) == {}


def test_without_patterns_nothing_is_read():
    assert find_said(b"\xff\xfe", "script", {}) == {}
    with pytest.raises(UnreadableWork):
        find_said(b"\xff\xfe", "script", {"A": ["a"]})


def test_a_sentence_beyond_all_bounds_is_passed_over_and_the_rest_is_read():
    text = f"# {'very ' * 200}long, gru wins\n\n# the gru wins\n"
    assert find_said(text.encode(), "script", {"A": ["gru wins"]}) == {"A": "# the gru wins"}


def test_what_lies_beyond_the_bound_of_a_file_is_not_looked_at():
    text = "x = 1\n" * (module.MOST // 6 + 1) + "# the gru wins\n"
    assert find_said(text.encode(), "script", {"A": ["gru wins"]}) == {}


def test_a_search_that_takes_too_long_keeps_what_it_has(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "SECONDS", -1.0)
    assert find_said(b"# the gru wins\n\n# z is high\n", "script", {"A": ["gru wins"], "B": ["high"]}) == {
        "A": "# the gru wins"
    }


@given(st.text(alphabet="ab #%*`|-.!?\"'([{}])\\\n\t1)", max_size=300), st.sampled_from(["script", "notebook"]))
def test_every_text_gives_sentences_in_bounds(text: str, kind: str):
    cells = [{"cell_type": one, "source": text} for one in ("code", "markdown")]
    whole = text if kind == "script" else json.dumps({"cells": cells})
    for sentence in sentences(whole, kind):
        assert 0 < len(sentence) <= module.LONGEST
        assert "\n" not in sentence


@pytest.mark.parametrize(
    "piece", ["#", "# ", "'", '"""', "(", "\\\n", "1", ". ", ".)", ")", "\n", "# -\n", "|", "`", "\t", "''' ", "é"]
)
def test_a_text_of_one_piece_again_and_again_is_read_in_bounds(piece: str):
    """None of them may take the square of its length."""
    assert find_said((piece * module.MOST)[: 2 * module.MOST].encode(), "script", {"A": ["gru wins"]}) == {}
