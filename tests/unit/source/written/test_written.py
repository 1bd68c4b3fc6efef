"""Answers are read from a file's text, wherever in it they are allowed to stand, and nothing of it is run."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UnreadableWork
from grader.source.written.read_answers import LONGEST, prompts_of, read_answers
from grader.source.written.written_text import Text, is_empty

IDS = ("why", "who", "when")
STUB = """# %% [markdown]
# # Three questions
#
# Write below the headings.

# %%
ANSWERS = {}

# %% [markdown]
# ## why
#
# Why is it so? Two sentences are enough.

# %%
# TODO 1 (two sentences): why?
ANSWERS["why"] = "TODO: two sentences on the reason."

# %% [markdown]
# ## who

# %%
ANSWERS["who"] = "TODO: a name."
"""


def notebook(*cells: tuple[str, str] | str) -> bytes:
    made = [("markdown", cell) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps({"cells": [{"cell_type": kind, "source": text} for kind, text in made]}).encode()


NOTEBOOK = notebook(
    "# Three questions\n\nWrite below the headings.",
    "## why\n\nWhy is it so? Two sentences are enough.",
    "TODO: two sentences on the reason.",
    "## who",
    "TODO: a name.",
    "# The end\n\nHand it in.",
)
PROMPTS = prompts_of([(STUB.encode(), "script"), (NOTEBOOK, "notebook")], IDS)


def script(text: str) -> dict[str, Text]:
    return read_answers(text.encode(), "script", IDS, PROMPTS)


def cells(*parts: tuple[str, str] | str) -> dict[str, Text]:
    return read_answers(notebook(*parts), "notebook", IDS, PROMPTS)


def test_the_stub_itself_answers_nothing_in_either_form():
    assert set(read_answers(STUB.encode(), "script", IDS, PROMPTS).values()) == {Text("")}
    assert set(read_answers(NOTEBOOK, "notebook", IDS, PROMPTS).values()) == {Text("")}


@pytest.mark.parametrize(
    "text",
    [
        'ANSWERS = {"why": "Because."}',
        'ANSWERS: dict[str, str] = {"why": "Because."}',
        'ANSWERS = {}\nANSWERS["why"] = "Because."',
        'ANSWERS = {"why": "Be" "cause."}',
        'ANSWERS = {"why": ("Be"\n    "cause.")}',
        'ANSWERS["why"] = "Be" + "cau" + "se."',
        'ANSWERS["why"] = """\nBecause.\n"""',
        'ANSWERS["why"] = "No."\nANSWERS["why"] = "Because."',
        'ANSWERS = {"why": "No."}\nANSWERS = {"why": "Because."}',
        'ANSWERS["why"] = """TODO: two sentences on the reason.\nBecause."""',
        'ANSWERS["why"] = "TODO: two sentences on the reason. Because."',
        'import os\n\nx = 1 / 0\nANSWERS["why"] = "Because."\nprint(ANSWERS)',
    ],
)
def test_a_script_gives_its_answers_in_one_literal_or_item_by_item(text):
    assert script(text)["why"] == Text("Because.")
    assert script(text)["who"] == Text("")


@pytest.mark.parametrize(
    "text, seen",
    [
        ('name = "Eve"\nANSWERS["why"] = f"Because {name}."', "Because"),
        ('ANSWERS["why"] = "Because {}.".format("Eve")', "Because {}."),
        ('ANSWERS["why"] = " ".join(["Because", "."])', "Because"),
        ('text = "Because."\nANSWERS["why"] = text', "text"),
        ('ANSWERS["why"] = update', "update"),
        ('ANSWERS["why"] = "Because." * 2', "Because."),
        ('ANSWERS["why"] = "Beca"\nANSWERS["why"] += "use."', "Because."),
        ('ANSWERS = dict(why="Because.")', "Because."),
        ('ANSWERS.update({"why": "Because."})', "Because."),
        ('ANSWERS |= {"why": "Because."}', "Because."),
        ('if True:\n    ANSWERS["why"] = "Because."', "Because."),
        ('def f():\n    ANSWERS["why"] = "Because."', "Because."),
        ('ANSWERS = {"why": ["Because."]}', "Because."),
        ('answers = {"why": "Because."}', "Because."),
        ('why = "Because."', "Because."),
        ('"""## why\n\nBecause.\n"""', "Because."),
        ("# ## why\n\n'Because.'", "Because."),
        ("# ## 1. Why (2 points)\n# Because.", "Because."),
        ('ANSWERS = {\n    "why": "Because.\n    "who": "Eve",\n}', "Because."),
        ('# ## why\n# Because.\nANSWERS = {"why": ""}', "Because."),
    ],
)
def test_what_is_not_plain_text_is_uncertain_and_never_nothing(text, seen):
    found = script(text)["why"]

    assert not found.certain
    assert seen in found.text
    assert found.why


@pytest.mark.parametrize(
    "text",
    [
        "ANSWERS = load()",
        'key = "why"\nANSWERS[key] = "Because."',
        "ANSWERS = {**others}",
        'A = ANSWERS\nA["why"] = "Because."',
        "ANSWERS.update(others)",
    ],
)
def test_where_more_may_be_given_than_can_be_read_no_answer_counts_as_missing(text):
    assert not any(each.certain for each in script(text).values())


@pytest.mark.parametrize("value", ["None", '""', "...", '"?"', '"TODO: later"'])
def test_an_empty_value_is_no_answer(value):
    assert script(f'ANSWERS = {{"why": {value}}}')["why"].certain


@pytest.mark.parametrize("text", ["'TODO: later'", "(TODO)", "> **TODO**: why", "= TODO", "?!", "\u200b"])
def test_what_the_marking_takes_for_empty_takes_no_answer_away_either(text):
    """The reader and the marking have one notion of empty, so no quoted TODO below an answer hides it."""
    assert is_empty(text)
    assert script(f'ANSWERS["why"] = "Because."\nANSWERS["why"] = """{text}"""')["why"] == Text("Because.")


def test_a_notebook_gives_its_answers_below_headings_of_any_level():
    found = cells(
        "# why\nBecause.\n\n#### A thought\n\nof mine", "and more", "###### `who` ##\nEve", "## Other\nThe rest"
    )

    assert found["why"] == Text("Because.\n\n#### A thought\n\nof mine\nand more")
    assert found["who"] == Text("Eve\n## Other\nThe rest")
    assert found["when"] == Text("", False, "its heading is gone, so the answer may stand under another")


def test_the_stubs_lines_are_taken_off_and_an_answer_behind_one_is_kept():
    found = cells(
        "## why\n\nWhy is it so?  Two sentences are enough.",
        "TODO: two sentences on the reason.\nBecause.",
        "## who",
        "TODO: a name. Eve",
    )

    assert found["why"] == Text("Because.")
    assert found["who"] == Text("Eve")


@pytest.mark.parametrize(
    "heading", ["## Why", "## 1. why", "**## why**\n## why:", "## Question 1: why (2 points)", "## why: Because."]
)
def test_a_heading_that_was_dressed_up_is_still_found(heading):
    text = heading if "Because" in heading else f"{heading}\nBecause."

    assert "Because." in cells(text, "## who\nEve")["why"].text


@pytest.mark.parametrize(
    "code, certain",
    [
        ('"Because."', True),
        ('"""\nBecause.\n"""', True),
        ("# Because.", True),
        ("Because. It is so, you see.", True),
        ('print("Because.")', False),
        ('answer = "Because."', False),
        ("Because", False),
    ],
)
def test_a_code_cell_below_the_heading_that_only_holds_text_is_read(code, certain):
    found = cells("## why", ("code", code), "## who\nEve")["why"]

    assert found.text.startswith("Because")
    assert found.certain == certain


def test_code_that_does_something_is_no_answer():
    found = cells("## why", ("code", "import numpy as np\nx = np.ones(3)\nx @ x"), "## who\nEve", "## when\nNow")

    assert found["why"] == Text("")


def test_a_notebook_may_give_the_dict_as_well_and_what_is_said_twice_counts_once():
    found = cells("## why\nBecause.", "## who", ("code", 'ANSWERS = {"why": "Because.", "who": "Eve"}'))

    assert found["why"] == Text("Because.")
    assert found["who"] == Text("Eve")
    assert cells("## who\nAda", ("code", 'ANSWERS["who"] = "Eve"'))["who"] == Text("Ada\n\nEve")


@pytest.mark.parametrize(
    "parts",
    [
        [("raw", "## why\nBecause.")],
        ["## why", ("raw", "Because.")],
        ["## why", ("code", "%%markdown\nBecause.")],
        ["## why", ("code", "%%html\n<p>Because.</p>")],
    ],
)
def test_an_answer_in_a_cell_of_another_kind_waits_for_a_person(parts):
    """All six answers stood in raw cells, and were settled at 0."""
    found = cells(*parts, "## who\nEve", "## when\nNow")["why"]

    assert "Because." in found.text
    assert not found.certain
    assert "raw cell" in found.why or "below %%" in found.why


def test_code_of_a_cell_magic_that_writes_no_text_is_no_answer():
    assert cells("## why", ("code", "%%bash\nls"), "## who\nEve", "## when\nNow")["why"] == Text("")


@pytest.mark.parametrize(
    "later",
    [
        STUB,
        "ANSWERS = {}",
        'ANSWERS["why"] = "TODO: two sentences on the reason."',
        'ANSWERS = {"why": "TODO: two sentences on the reason."}\nANSWERS["why"] = "Because."',
    ],
)
def test_a_copy_of_the_stub_below_takes_no_answer_away(later):
    assert script(f'ANSWERS = {{}}\nANSWERS["why"] = "Because."\n{later}')["why"] == Text("Because.")


def test_a_key_that_is_written_a_little_differently_is_still_the_question():
    assert script('ANSWERS = {"Why": "Because."}')["why"] == Text("Because.")
    assert not script('ANSWERS = {"reason": "Because."}')["why"].certain


def test_what_seems_empty_may_be_answered_under_a_heading_of_ones_own():
    found = cells("## why", "## who\nEve", "## when", "# My answers\n1. Because.")

    assert found["why"] == Text("", False, "it may stand under the heading “My answers”")
    assert cells("# The end\n\nHand it in.", "## why", "## who", "## when")["why"] == Text("")
    assert cells("# Ana Kim", "## why", "## who\nEve\n### A thought\nof mine", "## when")["why"] == Text("")


@pytest.mark.parametrize(
    "text", ["Because of this.\n\nAda.\n\nIn spring.", "1. Because of this.\n2. Ada.\n3. In spring."]
)
def test_answers_that_stand_together_below_one_heading_are_not_missing(text):
    """Who wrote all of them below the last question got nothing for the others, and no person looked."""
    found = cells("## why\n\n", "## who", "## when", text)
    assert [found[name].certain for name in IDS] == [False, False, True]
    assert found["why"].why == "it may stand among the paragraphs of when"


def test_one_question_that_is_left_out_beside_long_answers_is_empty():
    found = cells("## why", "One thing.\n\nAnother.\n\nA third.", "## who", "## when", "In spring.")
    assert (found["who"].text, found["who"].certain) == ("", True)


def test_a_comment_of_ones_own_in_a_script_leaves_an_empty_answer_empty():
    assert script('"""My answers."""\n# Ana Kim\nANSWERS = {"who": "Eve"}')["why"] == Text("")
    assert not script("# Because.")["why"].certain


@pytest.mark.parametrize(
    "part", ["## why\n<<<<<<< HEAD\nBecause.\n=======\nNo.\n>>>>>>> main", ("code", "x = 1\n<<<<<<< HEAD\ny = 2")]
)
def test_no_answer_is_certain_in_a_file_with_an_unresolved_merge(part):
    found = cells(part, "## who\nEve")

    assert {each.why for each in found.values()} == {"the file holds an unresolved merge conflict"}


def test_answers_whose_headings_are_gone_are_not_missing():
    assert not any(each.certain for each in cells("1. Because.\n2. Eve").values())
    assert all(each == Text("") for each in cells("# Three questions", "Hand it in.").values())


def test_a_heading_in_a_block_of_code_is_none():
    assert cells("## why\n```\n## who\n```\nBecause.", "## who\nEve")["who"] == Text("Eve")


def test_half_a_character_does_not_leave_the_worker():
    data = b'{"cells": [{"cell_type": "markdown", "source": "## why\\nBe\\ud800cause."}]}'

    read_answers(data, "notebook", IDS)["why"].text.encode()


def test_what_is_no_notebook_is_unreadable():
    with pytest.raises(UnreadableWork):
        read_answers(b"{", "notebook", IDS)


PIECES = [
    'ANSWERS["why"] = ',
    "ANSWERS = {",
    '"why": ',
    '"Because."',
    "f'{x}'",
    "}",
    "\n",
    "# ## why\n",
    "if x:\n    ",
    "+",
    "(",
    ")",
]


@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=20).map("".join), st.text(max_size=200)))
def test_any_script_is_read_or_refused_in_words(text):
    try:
        found = read_answers(text.encode("utf-8", "surrogatepass"), "script", IDS, PROMPTS)
    except UnreadableWork:
        return
    assert set(found) == set(IDS)


MARKS = ["## why\n", "## who\n", "```\n", "Because.\n", "TODO: a name.\n", "#", "\n", "## Why (2)\n"]


@given(
    st.lists(
        st.tuples(st.sampled_from(["markdown", "code", "raw"]), st.lists(st.sampled_from(MARKS)).map("".join)),
        max_size=6,
    )
)
def test_any_notebook_is_read(parts):
    found = read_answers(notebook(*parts), "notebook", IDS, PROMPTS)

    assert set(found) == set(IDS)
    assert all(len(each.text) <= LONGEST and len(each.why) <= 200 for each in found.values())
