"""A notebook holds what its script holds, cell for cell, and always the same bytes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.course.cells import split_cells, with_install_cell
from grader.course.course_toml import Course
from grader.course.make_notebook import colab_link, notebook_text
from grader.errors import CourseError, UsageError
from grader.release import notebook_file as module
from grader.release.notebook_file import notebook_file

SCRIPT = '''# %% [markdown]
# # Title
#
# Some *words*.
#
# ```
# indented
#     further
# ```

# %%
text = """
# %% not a cell
"""

# %% plot [markdown]
# More words

# %%

# %%
x = 1


# %%
def f():
    return x
'''


def course(repository: str = "", branch: str = "main") -> Course:
    """Make a course without exercises."""
    return Course(Path(), "Gates", repository, branch, "Ada", ())


def test_a_notebook_is_valid():
    nbformat.validate(nbformat.reads(notebook_file(SCRIPT, "x" * 48), as_version=4))


CELLS = st.lists(
    st.tuples(
        st.sampled_from(["# %%", "# %% [markdown]"]), st.lists(st.sampled_from(["x = 'ü'", "", "# words", "y = 2"]))
    ),
    max_size=6,
)


@settings(deadline=None)  # the first notebook loads nbformat's schemas
@given(CELLS)
def test_what_is_handed_out_and_what_is_read_as_the_stub_are_the_same_bytes(cells):
    """At home there is no nbformat, and the stub must be known there all the same."""
    parts = [(mark, lines if mark == "# %%" else [line and f"# {line}" for line in lines]) for mark, lines in cells]
    script = "\n".join("\n".join([mark, *lines]) for mark, lines in parts)

    assert notebook_file(script, "x") == notebook_text(script, "x")


def test_what_is_no_valid_notebook_is_told_and_not_written(monkeypatch):
    whole = module.notebook_of(SCRIPT, "x")
    monkeypatch.setattr(
        module, "notebook_of", lambda *_: whole | {"cells": [*whole["cells"], {"cell_type": "poem", "id": "p"}]}
    )

    with pytest.raises(CourseError, match=r"^x\.py makes no valid notebook: .*poem") as told:
        notebook_file(SCRIPT, "x")
    assert "\n" not in str(told.value)


def test_without_nbformat_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "nbformat", None)

    with pytest.raises(UsageError, match=r"needs nbformat, which is not installed here: pip install"):
        notebook_file(SCRIPT, "x")


def test_cells_keep_kind_order_and_text():
    notebook = json.loads(notebook_text(SCRIPT, "x"))

    assert [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]] == [
        ("markdown", "# Title\n\nSome *words*.\n\n```\nindented\n    further\n```"),
        ("code", 'text = """\n# %% not a cell\n"""'),
        ("markdown", "More words"),
        ("code", "x = 1"),
        ("code", "def f():\n    return x"),
    ]


def test_what_stands_before_the_first_mark_is_a_code_cell():
    assert [(cell.kind, cell.text, cell.line) for cell in split_cells("x = 1\n# %%\ny = 2\n", "x.py")] == [
        ("code", "x = 1", 1),
        ("code", "y = 2", 2),
    ]


def test_equal_scripts_give_equal_bytes_and_cell_ids_that_do_not_repeat():
    ids = [cell["id"] for cell in json.loads(notebook_text(SCRIPT, "x"))["cells"]]

    assert notebook_text(SCRIPT, "x") == notebook_text(SCRIPT, "x")
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("script", "first"),
    [("# %% [markdown]\n# # Title\n# words\n", "# Title\n\nLINK\nwords"), ("x = 1\n", "LINK")],
)
def test_the_colab_link_stands_below_the_title(script, first):
    assert "".join(json.loads(notebook_file(script, "x", "LINK"))["cells"][0]["source"]) == first


def test_the_colab_link_names_repository_and_branch():
    link = colab_link(course("school/gates", "term/2"), "01_gates")

    assert link.endswith("(https://colab.research.google.com/github/school/gates/blob/term/2/exercises/01_gates.ipynb)")


def test_a_course_without_a_repository_has_no_colab_link():
    assert colab_link(course(), "01_gates") == ""


def test_the_students_package_is_installed_by_the_first_code_cell_which_is_a_comment_in_the_script():
    script = with_install_cell(SCRIPT, "x.py", "https://example.org/a-1.0-py3-none-any.whl")
    cells = json.loads(notebook_text(script, "x"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]

    assert '\n%pip install --quiet "https://example.org/a-1.0-py3-none-any.whl"' in code[0]
    assert '\n# %pip install --quiet "https://example.org/a-1.0-py3-none-any.whl"\n' in script
    before = json.loads(notebook_text(SCRIPT, "x"))["cells"]
    assert [cell["source"] for cell in cells if cell["source"] != code[0].splitlines(keepends=True)] == [
        cell["source"] for cell in before
    ]
    compile(script, "x.py", "exec")


def test_without_an_address_nothing_is_installed():
    assert with_install_cell(SCRIPT, "x.py", "") == SCRIPT
