"""What nbconvert and Colab write for a notebook's magics runs as the notebook ran it."""

from __future__ import annotations

import ast
import json

import pytest

from grader.source.read_source import Source, definitions, read_source
from grader.source.unrun import unrun

COLAB = "# Commented out IPython magic to ensure Python compatibility.\n"


def script(text: str) -> Source:
    return read_source(text.encode(), "script", "homework.py")


def notebook(*cells: tuple[str, str] | str) -> Source:
    made = [("code", cell) if isinstance(cell, str) else cell for cell in cells]
    content = {"cells": [{"cell_type": kind, "source": text} for kind, text in made]}
    return read_source(json.dumps(content).encode(), "notebook", "homework.ipynb")


def code(source: Source) -> list[str]:
    return [ast.unparse(statement.node) for statement in source.statements]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("get_ipython().run_cell_magic('time', '', 'x = 1\\ny = 2\\n')", ["x = 1", "y = 2"]),
        ("get_ipython().run_cell_magic('capture', 'out', '%pwd\\nx = 1')", ["pass", "x = 1"]),
        ("get_ipython().run_cell_magic('timeit', '-n 3', 'def f(a):\\n    return a')", ["def f(a):\n    return a"]),
        ("get_ipython().run_line_magic('time', 'x = f(1)')", ["x = f(1)"]),
        ("get_ipython().magic('time x = f(1)')", ["x = f(1)"]),
        ("x = get_ipython().run_line_magic('time', 'f(1)')", ["x = f(1)"]),
    ],
)
@pytest.mark.parametrize("read", [script, notebook])
def test_a_call_that_stands_for_a_magic_runs_what_the_magic_runs(text, wanted, read):
    """Nbconvert turned a timed cell with the student's function into such a call, and it was "not written yet"."""
    source = read(text)

    assert code(source) == wanted
    assert {statement.line for statement in source.statements} == {1}
    compile(ast.Module([statement.node for statement in source.statements], []), "homework", "exec")


@pytest.mark.parametrize(
    "text",
    [
        "get_ipython().run_line_magic('matplotlib', 'inline')",
        "get_ipython().system('pip install numpy')",
        "get_ipython().run_cell_magic(name, '', 'x = 1')",
        "get_ipython().magic('timeit f(1)')",
        "shell().run_cell_magic('time', '', 'x = 1')",
    ],
)
def test_any_other_call_stays_as_it_is(text):
    assert code(script(text)) == [text]


def test_a_cell_in_such_a_call_that_does_not_parse_is_told_with_the_line_of_the_call():
    source = script("x = 1\nget_ipython().run_cell_magic('time', '', 'y = 1\\ndef f(:\\n    pass')")

    assert code(source) == ["x = 1", "y = 1"]
    ((line, message, binds),) = [(piece.line, piece.message, piece.binds) for piece in source.broken]
    assert (line, message.partition(":")[0], binds) == (2, "line 2", ("f",))


@pytest.mark.parametrize("magic", ["%%time", "%%timeit -n 3", "%%capture"])
def test_a_cell_that_colab_commented_out_for_its_magic_runs(magic):
    text = f"import a\n\n{COLAB}# {magic}\n# \n# def f(a):\n#     # comment\n#     return a\n#\n# x = 1\n\n# y = 2\nz = 3\n"
    source = script(text)

    assert code(source) == ["import a", "def f(a):\n    return a", "x = 1", "z = 3"]
    assert [statement.line for statement in source.statements] == [1, 6, 10, 13]


@pytest.mark.parametrize(
    "text",
    [
        "# %%time\n# x = 1\n",
        COLAB + "# %matplotlib inline\nimport a\n",
        COLAB + "# %%time\n# For each size the time is taken.\n",
        COLAB + "# %%bash\n# x = 1\n",
        COLAB,
    ],
)
def test_other_comments_stay_comments(text):
    assert code(script(text)) == [line for line in text.split("\n") if line.startswith("import")]
    assert not script(text).broken


STUB = definitions(script("def f(a):\n    raise NotImplementedError\n"), ["f"])


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        (("raw", "def f(a):\n    return a"), ("raw", "")),
        (("markdown", "Look:\n```python\ndef f(a):\n    return a\n```"), ("text", "")),
        (("markdown", "def f(a):\n    return a"), ("text", "")),
        (("markdown", "f = lambda a: a"), ("text", "")),
        (("code", "%%writefile gates.py\ndef f(a):\n    return a"), ("magic", "%%writefile")),
        (("code", "%%bash\nf=3"), ("magic", "%%bash")),
        (
            ("code", "get_ipython().run_cell_magic('writefile', 'gates.py', 'def f(a):\\n    return a')"),
            ("magic", "%%writefile"),
        ),
    ],
)
def test_code_that_is_not_run_is_named_where_it_holds_a_graded_name(cell, what):
    stub = "def f(a):\n    raise NotImplementedError\n"

    assert unrun(notebook("x = 1", cell), ["f", "g"], STUB) == [(1, 1, *what, ("f",), ())]
    assert unrun(notebook(stub, cell), ["f", "g"], STUB) == [(1, 1, *what, ("f",), ())]
    assert unrun(notebook("def f(a):\n    return a", cell), ["f", "g"], STUB) == [(1, 1, *what, (), ("f",))]
    assert unrun(notebook("x = 1", cell), ["g"], STUB) == []


@pytest.mark.parametrize("text", ["f = z * h + (1 - z) * n", "f(a) gives a", "`def f(a)`", "* f = {}", "f == 1"])
def test_a_formula_in_a_text_cell_is_no_code(text):
    assert unrun(notebook(("markdown", text)), ["f"], STUB) == []


def test_a_commented_cell_that_is_not_run_is_named_in_a_script_too():
    text = f"x = 1\n{COLAB}# %%writefile gates.py\n# def f(a):\n#     return a\n"

    assert unrun(script(text), ["f"], STUB) == [(None, 3, "magic", "%%writefile", ("f",), ())]
