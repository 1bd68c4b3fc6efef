"""Notebook commands are taken out line for line, and nothing else is touched."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from grader.source.magics import RUNS_PYTHON, cell_code, without_magics, without_prompts
from grader.source.parsing import ParsingBudget, read


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("!pip install numpy", "pass"),
        ("!!ls", "pass"),
        ("%matplotlib inline", "pass"),
        ("    %pip install numpy", "    pass"),
        ("\t!ls", "\tpass"),
        ("%%time", "pass"),
        ("?help", "pass"),
        ("??np.tanh", "pass"),
        ("help?", "pass"),
        ("np.tanh??", "pass"),
        ("np.*load*?", "pass"),
        ("pip install torch", "pass"),
        ("pip3 install -q torch", "pass"),
        ("conda install numpy", "pass"),
        ("python -m pip install numpy", "pass"),
        ("cd homework", "pass"),
        ("ls -la", "pass"),
        ("x = !ls", "x = []"),
        ("x =!ls -la", "x = []"),
        ("a, b = !ls", "a, b = []"),
        ("here['it''s'] = %pwd", "here['it''s'] = []"),
        ("%time y = f(x)", "y = f(x)"),
        ("  %time y = f(x)", "  y = f(x)"),
        ("%time %time f(x)", "f(x)"),
        ("%time", "pass"),
        ("%time !ls", "pass"),
        ("y = %time f(x)", "y = f(x)"),
        ("%timeit f(x)", "pass"),
        ("%time?", "pass"),
        ("x = f?", "pass"),
        ("x = np.tanh??  ", "pass"),
        ("  print(a[0]?", "  print(a[0]?"),
    ],
)
def test_a_command_becomes_python_of_the_same_indentation(line, wanted):
    assert without_magics(line) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "x = a % b",
        "x = a != b",
        "x = 'a = !ls'",
        "x['a = !ls'] = 3",
        "x = 5  # y = !ls",
        "f(a,\n% b)",
        "x = [1\n!ls\n]",
        "x = 5 \\\n% 3",
        "x = '''\n!ls\n%time f(x)\nhelp?\n'''",
        'x = """\n"" !ls\n!ls\n"""',
        "x = 'one \\\n!ls'",
        "cat = 5\nls = [1]\nls(cat)",
        "cat in ls",
        "x %= 3",
        "pip = 3",
        "x = '(' # (\ny = 1",
        "x = 5  # f?",
        "x = 'f?'",
    ],
)
def test_what_only_looks_like_a_command_stays(text):
    assert without_magics(text) == text


def test_a_shell_line_takes_its_continuation_lines_along():
    assert without_magics("!pip install \\\n  numpy \\\n  pandas\nx = 1") == "pass\n\n\nx = 1"
    assert without_magics("x = !ls \\\n  -la\ny = 1") == "x = []\n\ny = 1"


def test_a_block_that_held_only_a_command_still_is_a_block():
    """In Colab notebooks `%pip` stands alone inside an `if` or a `try`; without a `pass` the cell would not parse."""
    text = "if True:\n    %pip install x\ntry:\n    %tensorflow_version 2.x\nexcept Exception:\n    pass\n"
    assert ast.unparse(ast.parse(without_magics(text))).count("pass") == 3


def test_commands_with_odd_quotes_and_brackets_do_not_spoil_what_follows():
    text = "!echo \"it's (\nx = 1\n!ls [\ny = 2"
    assert without_magics(text) == "pass\nx = 1\npass\ny = 2"


@pytest.mark.parametrize(
    "magic", ["%%time", "%%timeit -n 3", "%%capture out", "%%prun", "\n\n%%time", "%%time\n%%capture"]
)
def test_a_cell_magic_that_runs_python_is_dropped(magic):
    code = cell_code(f"{magic}\nx = 1")
    assert code is not None
    assert code.strip() == "x = 1"
    assert code.count("\n") == magic.count("\n") + 1


@pytest.mark.parametrize(
    "magic", ["%%bash", "%%writefile a.py", "%%html", "%%javascript", "%%unknown", "%%time\n%%bash"]
)
def test_any_other_cell_magic_makes_the_cell_do_nothing(magic):
    assert cell_code(f"{magic}\nx = 1") is None


_LINE = st.sampled_from(
    [
        "x = 1",
        "!ls",
        "%time y = 1",
        "x = !ls \\",
        "'''",
        '"""',
        "(",
        ")",
        "if x:",
        "    pass",
        "# '",
        "'",
        "\\",
        "a % b",
        "?a",
    ]
)


@given(st.one_of(st.text(), st.lists(_LINE).map("\n".join)))
def test_the_number_of_lines_never_changes(text):
    assert without_magics(text).count("\n") == text.count("\n")


@given(st.lists(st.sampled_from(["x = 1", "def f(a):\n    return a % 2", "s = '''\n!ls\n'''", "y = (1\n% 2)"])))
def test_plain_python_comes_out_as_it_went_in(parts):
    text = "\n".join(parts)
    assert without_magics(text) == text


@given(
    st.lists(st.sampled_from(["!ls", "%pwd", "x = !ls", "help?", "%time z = 1", "y = 2"]), min_size=1), st.booleans()
)
def test_text_of_commands_and_python_parses(lines, inside):
    text = "\n".join(lines)
    if inside:
        text = "def f():\n" + textwrap.indent(text, "    ")
    ast.parse(without_magics(text))


# --- as IPython reads it ------------------------------------------------------------------------------------------


def as_read(text: str) -> list[str]:
    """The statements that are run, without those that a command leaves behind."""
    body, broken = read(text, ParsingBudget.of(len(text)), cell=True)
    assert not broken, broken
    return [line for line in map(ast.unparse, body) if line != "pass" and not line.endswith("= []")]


def as_ipython_reads(text: str) -> list[str]:
    """The same of what IPython makes of it, with `%time` taken for what it times."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = TransformerManager().transform_cell(text)
    found: list[str] = []
    for node in ast.parse(made).body:
        line = ast.unparse(node)
        timed = re.fullmatch(r"get_ipython\(\)\.run_line_magic\('time', (['\"].*)\)", line)
        if timed:
            found += map(ast.unparse, ast.parse(ast.literal_eval(timed[1])).body)
        elif "get_ipython()" not in line:
            found.append(line)
    return found


@pytest.mark.parametrize(
    "text",
    [
        ">>> x = 1",
        ">>> def f(a):\n...     return a\n...\n>>> y = f(1)",
        ">>> x = 1\n>>> x\n1",
        "    >>> x = 1\n    >>> if x:\n    ...     y = 2",
        "# from the docs\n>>> x = 1",
        '>>> s = """a\n... b"""',
        's = """\n>>> x = 1\n"""\n>>> y = 2',
        '"""\n>>> x = 1\n"""\n>>> y = 2',
        "x = ...\ny = 2",
        "In [1]: x = 1",
        "In [12]: def f(a):\n    ...:     return a\n    ...: \n    ...: y = f(1)",
        "\n\nIn [1]: x = 1",
        "x = f?",
        "x = 1\nf?\ny = 2",
        "?x\ny = 2",
        "np.tanh??",
        "%time x = f(2)\ny = 2",
        "%time?",
        "!ls\nx = 1",
        "files = !ls\nx = 1",
        "here = %pwd\nx = 1",
        "    x = 1\n    y = 2",
        ">>> %time x = 1\n>>> !ls\n>>> y = 2",
    ],
)
def test_a_cell_runs_what_ipython_would_run(text):
    assert as_read(text) == as_ipython_reads(text)


_PASTED = st.lists(
    st.sampled_from(["x = 1", "y = f(x)", "if x:\n    y = 2", "def g(a):\n    b = a\n    return b"]), min_size=1
)


@given(_PASTED, st.sampled_from([(">>> ", "... "), ("In [3]: ", "   ...: "), ("    >>> ", "    ... ")]))
def test_what_was_pasted_from_a_prompt_runs_as_in_ipython(parts, prompts):
    text = "\n".join(
        (prompts[1] if line.startswith(" ") else prompts[0]) + line for part in parts for line in part.split("\n")
    )

    assert as_read(text) == as_ipython_reads(text) == as_read("\n".join(parts))


@given(
    st.one_of(
        st.text(), st.lists(st.sampled_from([">>> x = 1", "... ", '"""', "In [1]: y", ">>>", "x"])).map("\n".join)
    )
)
def test_taking_prompts_off_keeps_the_lines(text):
    assert without_prompts(text).count("\n") == text.count("\n")


# --- whole cells, statement by statement -----------------------------------------------------------------------------


class _Stubbed(ast.NodeTransformer):
    """What IPython makes of a cell, with each command replaced by what the grader lets it do: nothing, or an empty list."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        code = _timed(node.value)
        if code is not None:
            return self.visit(ast.parse(TransformerManager().transform_cell(code)).body[0])
        return ast.Pass() if _is_command(node.value) else node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        code = _timed(node.value)
        if code is not None:
            node.value = ast.parse(code, mode="eval").body
        elif _is_command(node.value):
            node.value = ast.List([], ast.Load())
        return node


def _is_command(node: ast.AST) -> bool:
    return ast.unparse(node).startswith("get_ipython().")


def _timed(node: ast.AST) -> str | None:
    """The code that a `%time` times: it runs in the notebook's own names, as the grader has it run."""
    found = re.fullmatch(r"get_ipython\(\)\.run_line_magic\('time', (['\"].*)\)", ast.unparse(node))
    return ast.literal_eval(found[1]) if found and ast.literal_eval(found[1]) else None


def statements_of_ipython(text: str) -> list[str] | None:
    """The statements that IPython would run, commands stubbed; None where it would tell a syntax error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = TransformerManager().transform_cell(text)
        try:
            body = ast.parse(made).body
        except SyntaxError:
            return None
    if len(body) == 1 and (found := re.match(r"get_ipython\(\)\.run_cell_magic\('(\w+)', ", made)):
        assert isinstance(body[0], ast.Expr)
        assert isinstance(body[0].value, ast.Call)
        inside = ast.literal_eval(body[0].value.args[2])
        return statements_of_ipython(inside) if found[1] in RUNS_PYTHON else []
    return [ast.unparse(ast.fix_missing_locations(_Stubbed().visit(statement))) for statement in body]


def statements_of_ours(text: str) -> list[str]:
    """The statements that the grader runs."""
    code = cell_code(text)
    body, broken = read(code, ParsingBudget.of(len(code)), cell=True) if code is not None else ([], [])
    assert not broken, broken
    return list(map(ast.unparse, body))


PYTHON = [
    "x = 1", "y = f(x)", "f(x);", "x = a % b", "z = (1\n% 2)", "s = '''\n!ls\n%time f(x)\nf?\n'''", "t = \"f?\"", "# !ls", "x = 1  # f?",
    "", "if x:\n    y = 2", "def g(a):\n    return a % 2", "x = 1 + \\\n    2", "x != y", "pip = 3",
]  # fmt: skip
COMMANDS = [
    "!ls", "!!ls", "%matplotlib inline", "%pwd", "%timeit f(x)", "%time f(x)", "%time x = f(2)", "files = !ls", "files = !ls -la",
    "a, b = !ls", "here = %pwd", "t = %time f(1)", "x['k'] = !ls", "?f", "??f", "f?", "np.tanh??", "np.*tanh*?", "x = f?", "%time?", "f?;",
    "!pip install \\\n  numpy", "%env A=1 \\\n  2", "files = !ls \\\n  -la", "if x:\n    !ls\n    y = 3", "def g():\n    %time a = 1\n    return a",
    "for i in x:\n    files = !ls", "try:\n    %pip install x\nexcept E:\n    pass", "if x:\n    f?", "%time !ls", "%%time?",
]  # fmt: skip
PROMPTS = {"none": ("", ""), "Python": (">>> ", "... "), "IPython": ("In [3]: ", "   ...: ")}
CELL_MAGICS = [
    "",
    "%%time\n%%capture\n",
    "%%time\n",
    "%%capture out\n",
    "%%bash\n",
    "%%writefile a.py\n",
    "%%html\n",
    "\n%%time\n",
]


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(PYTHON + COMMANDS), min_size=1, max_size=5), st.sampled_from(CELL_MAGICS))
def test_every_statement_of_a_cell_is_what_ipython_makes_of_it(lines, magic):
    text = magic + "\n".join(lines)
    wanted = statements_of_ipython(text)
    assume(wanted is not None)

    assert statements_of_ours(text) == wanted


@settings(deadline=None)
@given(st.lists(st.sampled_from(PYTHON + COMMANDS), min_size=1, max_size=4), st.sampled_from([*PROMPTS]))
def test_what_was_pasted_with_prompts_is_what_ipython_makes_of_it(parts, kind):
    first, rest = PROMPTS[kind]
    text = "\n".join(
        f"{rest if number else first}{line}" for part in parts for number, line in enumerate(part.split("\n"))
    )
    wanted = statements_of_ipython(text)
    assume(wanted is not None)

    assert statements_of_ours(text) == wanted


@pytest.mark.parametrize("line", ["pip install torch", "cd homework", "ls -l homework", "conda install numpy"])
def test_otherwise_than_ipythons_transformer_a_command_without_its_sign_is_one(line):
    """In a notebook it runs all the same, since the shell, and not the transformer, takes such a line for a magic."""
    assert statements_of_ipython(line) is None
    assert statements_of_ours(line) == ["pass"]


def test_otherwise_than_in_ipython_an_odd_quote_in_a_shell_line_takes_no_line_below_it_along():
    """The shell line is lost there."""
    text = "!echo \"it's (\nf?"

    assert statements_of_ipython(text) == ["pass"]
    assert statements_of_ours(text) == ["pass", "pass"]


def test_otherwise_than_in_ipython_one_line_that_does_not_parse_costs_itself_alone():
    """There the whole cell does nothing, and a student's finished function below a slip would be lost."""
    text = "%pwd\nx = 1\ny = = 2\n%time z = 3"
    body, broken = read(text, ParsingBudget.of(len(text)), cell=True)

    assert statements_of_ipython(text) is None
    assert list(map(ast.unparse, body)) == ["pass", "x = 1", "z = 3"]
    assert [each.line for each in broken] == [3]
