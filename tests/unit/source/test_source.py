"""Scripts and notebooks become statements; what can't be read says why, and is the only error."""

from __future__ import annotations

import ast
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import UnreadableWork
from grader.source.read_source import bound_names, definitions, describe, read_source


def script(text: str):
    return read_source(text.encode(), "script", "homework.py")


def notebook(*cells, **more):
    content = {"cells": [c if isinstance(c, dict) else {"cell_type": "code", "source": c} for c in cells], **more}
    return read_source(json.dumps(content).encode(), "notebook", "homework.ipynb")


def code(source) -> list[str]:
    return [ast.unparse(statement.node) for statement in source.statements]


def names(source) -> set[str]:
    return set(bound_names(source))


# --- text ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        "x = 'é'".encode(),
        b"\xef\xbb\xbf" + "x = 'é'".encode(),
        "# -*- coding: utf-8 -*-\nx = 'é'".encode(),
        "# coding: UTF_8\nx = 'é'".encode(),
        "# vim: set fileencoding=latin-1 :\nx = 'é'".encode("latin-1"),
        "#!/usr/bin/python\n# coding: iso-8859-1\nx = 'é'".encode("latin-1"),
        "# coding: cp1252\nx = 'é'".encode("cp1252"),
        "# coding: windows-1252\r\nx = 'é'\r\n".encode("cp1252"),
    ],
)
def test_the_encodings_of_the_contract_are_read(data):
    assert ast.literal_eval(code(read_source(data, "script", "a.py"))[0].removeprefix("x = ")) == "é"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("x = 1".encode("utf-16"), "UTF-16"),
        ("x = 1".encode("utf-32"), "UTF-32"),
        (b"x = 1\ny = \0", "line 2 holds a NUL"),
        ("x = 'é'".encode("latin-1"), "line 1 holds a byte (0xe9) that is not utf-8"),
        (b"# coding: ascii\nx = '\xe9'", "line 2"),
        (b"# coding: cp1252\nx = '\x81'", "line 2"),
        (b"# coding: rot13\nk = 1", "declares the encoding 'rot13'"),
        (b"# coding: utf-7\nx = 1", "declares the encoding 'utf-7'"),
        (b"# coding: os.path\nx = 1", "declares"),
        (b"PK\x03\x04 and so on", "zip archive"),
        (b"%PDF-1.4", "PDF"),
        (b"#" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_other_encodings_are_unreadable_with_the_reason(data, reason):
    with pytest.raises(UnreadableWork) as caught:
        read_source(data, "script", "a.py")
    assert reason in str(caught.value)


def test_an_encoding_counts_only_in_the_first_two_lines_and_in_a_comment():
    assert names(script("x = 1\n# coding: rot13\n")) == {"x"}
    assert names(script("'''\n# no coding: rot13 here\n'''\n# coding: rot13\nx = 1")) == {"x"}


def test_a_script_of_exactly_five_megabytes_is_read():
    assert read_source(b"#" * 5_000_000, "script", "a.py").statements == ()


# --- statements ---------------------------------------------------------------------------------------------------


def test_each_name_of_an_import_is_a_statement_of_its_own():
    source = script("import a.b, c as d\nfrom e import (f,\n  g as h)\nfrom i import *\nfrom . import j")
    assert code(source) == [
        "import a.b",
        "import c as d",
        "from e import f",
        "from e import g as h",
        "from i import *",
        "from . import j",
    ]
    assert [statement.binds for statement in source.statements] == [("a",), ("d",), ("f",), ("h",), ("*",), ("j",)]
    assert [statement.line for statement in source.statements] == [1, 1, 2, 3, 4, 5]
    compile(ast.Module([source.statements[3].node], []), "a", "exec")


def test_top_level_await_is_read():
    assert code(script("x = await f()\nasync with a as b:\n    pass"))[0] == "x = await f()"


def test_future_imports_are_marked_and_unknown_ones_do_no_harm():
    source = script("from __future__ import annotations, braces\nx = 1")
    assert [statement.future for statement in source.statements] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("x = y = 1", "x y"),
        ("(a, [b, *c]), d.e, f[0] = 1", "a b c"),
        ("x: int = 1", "x"),
        ("x: int", ""),
        ("x += 1", "x"),
        ("if a:\n  b = 1\nelif (c := 2):\n  d = 3\nelse:\n  def e(): f = 1", "b c d e"),
        ("for a, b in c:\n  d = 1\nelse:\n  e = 2", "a b d e"),
        ("while (a := f()):\n  b = 1", "a b"),
        ("with a as b, c as (d, e):\n  f = 1", "b d e f"),
        ("try:\n  import a\nexcept E as e:\n  b = 1\nelse:\n  c = 1\nfinally:\n  d = 1", "a b c d"),
        ("match x:\n  case [a, *b]: pass\n  case {'k': c, **d}: pass\n  case P(e) as f: pass", "a b c d e f"),
        ("[a for a in b]", ""),
        ("[(c := a) for a in b if (d := a)]", "c d"),
        ("f = lambda a, b=(c := 1): (d := 2)", "f c"),
        ("@(deco := wrap)\ndef f(a=(b := 1)):\n  c = 1", "f deco b"),
        ("class A(B):\n  c = 1\n  def d(self): pass", "A"),
        ("async def f(): pass", "f"),
        ("def f():\n  global g\n  g = 1", "f g"),
        ("if __name__ == '__main__':\n  a = 1", ""),
        ("if '__main__' == __name__:\n  a = 1\nelse:\n  b = 1", "b"),
        ("if __name__ != '__main__':\n  a = 1", "a"),
        ("del a", ""),
        ("print(a)", ""),
    ],
)
def test_the_names_a_statement_would_bind(text, bound):
    (statement,) = script(text).statements
    assert set(statement.binds) == set(bound.split())


def test_the_main_block_is_kept_as_a_statement():
    assert len(script("x = 1\nif __name__ == '__main__':\n    x = 2").statements) == 2


@pytest.mark.parametrize(
    "text",
    ["import a", "from a import b", "def f(): pass", "async def f(): pass", "class A: pass", "x = 1", "x = y = -1.5",
     "x = {'a': [1, (2,), {3}], 'b': None}", "x: str = 'a'", "a, b = 1, 2", "'''text'''", "pass"],
)  # fmt: skip
def test_definitions_and_literals_are_safe(text):
    assert all(statement.safe for statement in script(text).statements)


@pytest.mark.parametrize(
    "text", ["x = f()", "x = 'a' * 10**9", "x[f()] = 1", "x.y = 1", "f()", "for a in b: pass", "x = f'{y}'", "x = [y]"]
)
def test_whatever_may_run_long_is_not_safe(text):
    assert not any(statement.safe for statement in script(text).statements)


_STATEMENT = st.sampled_from(
    [
        "x = 1",
        "def f(a, *, b=1):\n    '''Text.'''\n    return a % b",
        "class A:\n    x = '''\n!ls\n'''",
        "if x:\n    y = 1\nelse:\n    y = 2",
        "for i in range(3):\n    print(i)",
        "s = (1 +\n# comment\n2)",
        "@decorate\ndef g(): ...",
        "import a",
        "'''doc\n\nstring'''",
        "x = y \\\n    % 2",
        "try:\n    x\nexcept E:\n    pass",
    ]
)


@given(st.lists(_STATEMENT))
def test_a_valid_script_gives_the_statements_that_python_sees(parts):
    text = "\n".join(parts)
    assert code(script(text)) == [ast.unparse(node) for node in ast.parse(text).body]


@given(st.lists(_STATEMENT, min_size=1, max_size=8), st.data())
def test_a_broken_line_between_statements_costs_none_of_them(parts, data):
    at = data.draw(st.integers(0, len(parts)))
    broken = data.draw(
        st.sampled_from(["def broken(x)", "this is no python", "x = = 1", "print 'a'", ") ]", "x = (", "'"])
    )
    source = script("\n".join([*parts[:at], broken, *parts[at:]]))
    wanted = [ast.unparse(node) for part in parts for node in ast.parse(part).body]
    assert code(source) == wanted
    line = sum(part.count("\n") + 1 for part in parts[:at]) + 1
    assert [piece.line for piece in source.broken] == [line]


@given(st.lists(_STATEMENT, min_size=1, max_size=6), st.lists(st.sampled_from(["!ls", "x = %pwd", "?f"]), max_size=4))
def test_commands_among_statements_cost_none_of_them(parts, commands):
    source = script("\n".join(part for pair in zip(commands, parts, strict=False) for part in pair) or "x = 1")
    assert not source.broken


# --- text that does not parse -------------------------------------------------------------------------------------

_GATES = '''import numpy as np

def sigmoid(a):
    """The logistic function."""
    return 1 / (1 + np.exp(-a))

def update_gate(x, h, W, U, b):
    """The gate
that keeps."""
    return sigmoid(x @ W + h @ U + b)

# comment
params = {
"W": 1,
}

def reset_gate(x, h, W, U, b):
    total = (x @ W +
h @ U + b)
    return sigmoid(total)

@np.vectorize
def last(a):
    return a
'''
_ALL = {"np", "sigmoid", "update_gate", "params", "reset_gate", "last"}


@pytest.mark.parametrize(
    ("old", "new", "lost", "line"),
    [
        ("def update_gate(x, h, W, U, b):", "def update_gate(x, h, W, U, b)", {"update_gate"}, 7),
        ("    return sigmoid(x @ W + h @ U + b)", "    return sigmoid(x @ W + h @ U + b", {"update_gate"}, 7),
        ("    return sigmoid(x @ W + h @ U + b)", "    return sigmoid(x @ W + + h @ U b)", {"update_gate"}, 7),
        ("    return sigmoid(x @ W + h @ U + b)", "\treturn 1\n    return 2", {"update_gate"}, 7),
        ("    return sigmoid(x @ W + h @ U + b)", "    print 'x'\n    return 2", {"update_gate"}, 7),
        ("    return sigmoid(x @ W + h @ U + b)", "    return sigmoid(x\u00a0@ W)", {"update_gate"}, 7),
        ("# comment", "x = (", set(), 12),
        ("# comment", "x = [1, 2", set(), 12),
        ("# comment", 'x = """never closed', set(), 12),
        ("# comment", "x = 'never closed", set(), 12),
        ("# comment", "    x = 1", {"update_gate"}, 7),
        ("# comment", "<<<<<<< HEAD", set(), 12),
        ("# comment", "print 'x'", set(), 12),
        ("# comment", "x\u00a0= 1", set(), 12),
        ("# comment", "$ pip", set(), 12),
        ('"W": 1,', '"W": = 1,', {"params"}, 13),
        ("    return a", "<<<<<<< HEAD\n    return a\n=======\n    return 2\n>>>>>>> b", set(), 24),
        ("@np.vectorize", "@np.vectorize(", set(), 22),
        ("import numpy", "  import numpy", {"np"}, 1),
        ('    """The logistic function."""', '    """The logistic function.', {"sigmoid"}, 3),
    ],
)  # fmt: skip
def test_one_broken_line_loses_only_its_own_statement(old, new, lost, line):
    assert old in _GATES
    source = script(_GATES.replace(old, new, 1))
    kept = names(source)
    if "x" in kept:
        kept.remove("x")
    if new == "    x = 1":  # the line is part of the function above it, rightly indented
        lost, line = set(), 0
    assert kept == _ALL - lost
    assert [piece.line for piece in source.broken][:1] == ([line] if line else [])
    assert lost <= {name for piece in source.broken for name in piece.binds} | {"np"}


def test_a_broken_piece_names_its_line_in_plain_words():
    (piece,) = script("x = 1\ndef f(a):\n    b = 2\n    if b\n        return 3\n\ny = 2").broken
    assert (piece.line, piece.end_line, piece.binds) == (2, 5, ("f",))
    assert piece.message == "line 4: a colon (:) is missing"


def test_what_follows_an_unclosed_bracket_keeps_its_lines():
    source = script("x = f(1,\n\ndef g():\n    return 1\n\ny = 3")
    assert [(statement.line, statement.binds) for statement in source.statements] == [(3, ("g",)), (6, ("y",))]


def test_two_broken_functions_are_two_pieces():
    source = script("def f(:\n    return 1\ndef g(:\n    return 2\nh = = 3")
    assert [(piece.line, piece.binds) for piece in source.broken] == [(1, ("f",)), (3, ("g",)), (5, ("h",))]


def test_a_branch_that_does_not_parse_leaves_the_rest():
    source = script("try:\n    import a\nexcept ImportError:\n    a = (\nx = 1")
    assert names(source) == {"x"}


def test_a_conflict_in_a_file_keeps_both_sides():
    source = script("<<<<<<< HEAD\ndef f():\n    return 1\n=======\ndef f():\n    return 2\n>>>>>>> theirs\nx = 1\n")
    assert code(source) == ["def f():\n    return 1", "def f():\n    return 2", "x = 1"]
    assert [(piece.line, piece.end_line, piece.cause) for piece in source.broken] == [(1, 7, "conflict")]


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "-" * 100_000 + "1",
        "x = " + "1 + " * 100_000 + "1",
        "a" + ".b" * 50_000,
        "x = " + "(" * 5_000,
        "x = (\n" * 20_000,
        '"""\n' * 20_001,
        "if a:\n pass\nelse:\n pass\n" + "else:\n pass\n" * 5_000,
        "@a\n" * 5_000,
        "x y\nz = 1\n" * 5_000,
        "x? " + " " * 100_000 + "a",
        "a=!" * 100_000,
        "'" + "\\" * 100_000,
        "x = 0x" + "f" * 100_000,
        "x = " + "9" * 100_000,
    ],
    ids=lambda text: text[:12],
)
def test_hostile_text_is_read_or_refused_within_bounds(text):
    """What makes a parser or a search run away ends as broken or as unreadable, and a good line after it may live."""
    describe((text + "\ngood = 1\n").encode(), "script", "a.py", ["x", "good"])


def test_one_statement_nested_too_deeply_costs_only_itself():
    source = script("x = " + "1 + " * 100_000 + "1\ny = 2")
    assert names(source) == {"y"}
    assert "nested too deeply" in source.broken[0].message


@given(st.binary(max_size=300), st.sampled_from(["script", "notebook"]))
@settings(max_examples=200)
def test_any_bytes_are_read_or_unreadable(data, kind):
    try:
        read_source(data, kind, "a")
    except UnreadableWork:
        return


@given(st.text(alphabet="ab=()[]'\"#\\\n\t :%!?\ud800\0xdefclass\u00a0", max_size=80))
@settings(max_examples=300)
def test_any_text_in_a_cell_is_read(text):
    source = notebook(text)
    assert source.cells == 1
    for piece in source.broken:
        assert 1 <= piece.line <= piece.end_line <= text.count("\n") + text.count("\r") + 1


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["cells", "worksheets", "cell_type", "source", "input", "level", "code", "markdown"]), inner
        ),
    ),
)


@given(st.one_of(_JSON, st.builds(lambda cells: {"cells": cells}, st.lists(_JSON, max_size=3))))
def test_any_json_is_a_notebook_or_unreadable(content):
    describe(json.dumps(content).encode(), "notebook", "a.ipynb", ["f"])
    try:
        read_source(json.dumps(content).encode(), "notebook", "a.ipynb")
    except UnreadableWork:
        return


# --- notebooks ----------------------------------------------------------------------------------------------------


def test_cells_run_by_statement_with_lines_within_the_cell():
    source = notebook({"cell_type": "markdown", "source": ["# A\n", "text"]}, ["x = 1\n", "\n", "y = 2"], "z = 3")
    assert [(s.filename, s.cell, s.line) for s in source.statements] == [
        ("cell 2", 1, 1),
        ("cell 2", 1, 3),
        ("cell 3", 2, 1),
    ]
    assert source.cells == 3
    assert [(part.kind, part.cell) for part in source.parts] == [("markdown", 0), ("code", 1), ("code", 2)]
    assert source.parts[0].text == "# A\ntext"


def test_a_notebook_of_format_3_is_read():
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Gates"},
        {"cell_type": "code", "language": "python", "input": ["x = 1\n", "y = 2"], "outputs": []},
    ]
    content = {"nbformat": 3, "worksheets": [{"cells": cells}]}
    source = read_source(json.dumps(content).encode(), "notebook", "a.ipynb")
    assert names(source) == {"x", "y"}
    assert source.parts[0].text == "## Gates"


@pytest.mark.parametrize("source", [None, 3, {}, ["a", 3], True])
def test_a_cell_without_text_is_passed_over(source):
    read = notebook({"cell_type": "code", "source": source}, {"cell_type": "raw", "source": "q = 1"}, "x = 1")
    assert names(read) == {"x"}
    assert read.statements[0].cell == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"{", "damaged"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n", "git lfs pull"),
        (b"[]", "not a notebook"),
        (b'{"cells": {}}', "not a notebook"),
        (b'{"cells": 5}', "not a notebook"),
        (b'{"cells": [1, "x = 1"]}', "none of its cells"),
        (b"<!DOCTYPE html>", "web page"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"cells": [' + b"9" * 5000 + b"]}", "damaged"),
        (json.dumps({"cells": [1] * 10_001}).encode(), "10001 cells"),
        ('{"cells": []}'.encode("utf-16"), "UTF-16"),
    ],
)
def test_what_is_no_notebook_is_unreadable_with_the_reason(data, reason):
    with pytest.raises(UnreadableWork) as caught:
        read_source(data, "notebook", "a.ipynb")
    assert reason in str(caught.value)


def test_a_notebook_with_byte_order_mark_and_doubled_keys_is_read():
    data = b'\xef\xbb\xbf{"cells": [], "cells": [{"cell_type": "code", "source": "x = 1", "source": "y = 1"}]}'
    assert names(read_source(data, "notebook", "a.ipynb")) == {"y"}


def test_broken_cells_do_not_touch_their_neighbours():
    source = notebook("def f(:\n    pass", "x = 1", "y = '\x00'\nz = 1", "w = '\ud800'")
    assert names(source) == {"x", "z"}
    assert [(piece.cell, piece.line) for piece in source.broken] == [(0, 1), (2, 1), (3, 1)]


def test_cell_magics_and_shell_lines_cost_nothing():
    source = notebook(
        "%%time\nx = 1", "%%bash\ny = 1", "!pip install a\nz = 1", "files = !ls\n%matplotlib inline\nw = 2"
    )
    assert names(source) == {"x", "z", "files", "w"}
    assert not source.broken
    assert source.statements[0].line == 2


def test_a_cell_indented_as_a_whole_runs_as_it_does_in_a_notebook():
    source = notebook("    x = 1\n    def f():\n        return 2")
    assert names(source) == {"x", "f"}
    assert not source.broken


# --- contents -----------------------------------------------------------------------------------------------------


def test_definitions_ignore_comments_docstrings_and_layout():
    one = script('def f(a):\n    """Text."""\n    return a+1  # comment\n')
    two = script("# other\n\ndef f( a ):\n\n    return (a + 1)")
    assert definitions(one, ["f"]) == definitions(two, ["f"]) != definitions(script("def f(a): return a + 2"), ["f"])


def test_each_definition_counts_also_inside_a_block_or_by_import():
    (stub,) = definitions(script("def f(): pass"), ["f"])["f"]
    assert definitions(script("def f(): pass\ndef f():\n    'doc'\n    pass"), ["f"])["f"] == (stub,)
    for later in ("f = g(f)", "if x:\n    def f(): pass", "from a import f", "for f in x: pass", "class f: pass"):
        first, second = definitions(script("def f(): pass\n" + later), ["f"])["f"]
        assert first == stub != second


def test_a_digest_is_the_same_under_every_python_that_the_package_runs_on():
    """The students' package holds the stub's digests: made on 3.11, on 3.12 it took each untouched stub for work."""
    source = script("class A(B):\n    def f(self, *, a: int = 1):\n        return f'{a!r:>{3}}', [*a]\n")
    found = definitions(source, ["A"])

    assert found == {"A": ("1b3d760cadf3192b1c33ae9a5a1a120e6fb9e42327e989a82fe6715084c800fb",)}


def test_numbers_and_strings_of_any_kind_have_their_own_digest():
    values = ["1", "1.0", "True", "'1'", "b'1'", "1j", "None", "...", "[1]", "(1,)", "0x" + "f" * 10_000, "'\\ud800'"]
    digests = {definitions(script(f"f = {value}"), ["f"])["f"] for value in values}
    assert len(digests) == len(values)


def test_a_file_is_described_by_the_names_and_the_questions_that_are_wanted():
    text = "def f(): pass\ng = = 1\nANSWERS = {'q1': 'because', 'q2': ''}\n"
    contents = describe(text.encode(), "script", "a.py", ["f", "g", "h"], ["q1", "q2", "q3"])
    assert contents.bound == {"f"}
    assert contents.broken == {"g"}
    assert set(contents.definitions) == {"f"}
    assert [len(contents.answers[name]) for name in ("q1", "q2")] == [1, 0]
    assert contents.held(["f", "g", "h"]) == {"f", "g"}
    assert contents.held(["q1", "q2", "q3"], written=True) == {"q1", "q2"}


def test_headings_are_found_at_any_level_but_not_in_fences():
    markdown = {"cell_type": "markdown", "source": "### `why`\nBecause.\n```\n# not\n```\n# how ##\n\n"}
    contents = describe(json.dumps({"cells": [markdown]}).encode(), "notebook", "a", [], ["why", "not", "how"])
    assert {name: len(digests) for name, digests in contents.answers.items()} == {"why": 1, "how": 0}


def test_a_statement_of_a_script_is_named_after_the_file_in_letters_that_can_be_shown():
    (statement,) = read_source(b"x = 1", "script", "caf\udce9\n.py").statements
    assert statement.filename == "caf\\xe9\\x0a.py"


def test_an_unreadable_file_is_described_by_its_reason():
    contents = describe(b"\0", "script", "a.py", ["f"])
    assert "NUL" in (contents.unreadable or "")
    assert not contents.has_work(["f"], {})


def test_work_is_what_differs_from_the_stub():
    stub = definitions(
        script("def f(): raise NotImplementedError('f')\ndef g(): raise NotImplementedError('g')"), ["f", "g"]
    )

    def has_work(text: str) -> bool:
        return describe(text.encode(), "script", "a", ["f", "g"]).has_work(["f", "g"], stub)

    assert not has_work(
        "def f():\n    'doc'\n    raise NotImplementedError('f')\ndef g(): raise NotImplementedError('g')"
    )
    assert not has_work("x = 1")
    assert has_work("def f(): raise NotImplementedError('f')\ndef g(): return 1")
    assert has_work("def f(): raise NotImplementedError('f')\ndef g(: return 1")
