"""A master keeps its rules or says which line breaks them, and no solution gets into a stub."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.course.master import graded_names, parse_master, read_master, solution_text, stub_text
from grader.errors import CourseError

MASTER = '''# %% [markdown]
# # Title

# %%
import math


# %%
def double(a):
    """Twice a."""
    # TODO 1 (one line): plain arithmetic.
    # >>> solution
    return 2 * a
    # <<<


def given(a):
    """Not for the student."""
    return a


# %%
# TODO 2: what you measured
# >>> solution
# stub: MEASURED = {
# stub:     "device": "",
# stub: }
MEASURED = {"device": "laptop"}
# <<<

# %%
# TODO 3: a number
# >>> solution
answer = 42
# <<<

# %% [markdown]
# >>> instructors
# The secret is forty-two.
# <<<

# %%
print(answer)
'''


def test_graded_names_are_what_holds_a_solution_in_order():
    assert graded_names(MASTER) == ("double", "MEASURED", "answer")


def test_a_stub_names_the_place_that_is_not_done():
    stub = stub_text(parse_master(MASTER, "01_first"))

    assert (
        '    # TODO 1 (one line): plain arithmetic.\n    raise NotImplementedError("01_first, TODO 1: double")\n'
        in stub
    )
    assert "return 2 * a" not in stub
    assert "return a" in stub


def test_an_assignment_leaves_room_for_the_students_own():
    stub = stub_text(parse_master(MASTER, "01_first"))

    assert '# TODO 2: what you measured\nMEASURED = {\n    "device": "",\n}\n' in stub
    assert "# TODO 3: a number\nanswer = None\n" in stub


def test_a_stub_may_hold_code_to_start_from():
    """An exercise that asks to change a model gives the model, not an exception."""
    text = "def f():\n    # TODO 1: swap\n    # >>> solution\n    # stub: return 'old'\n    return 'new'\n    # <<<\n"

    assert stub_text(parse_master(text, "x")) == "def f():\n    # TODO 1: swap\n    return 'old'\n"


def test_what_is_for_instructors_is_in_no_stub():
    stub = stub_text(parse_master(MASTER, "01_first"))

    assert "secret" not in stub
    assert stub.endswith("answer = None\n\n# %%\nprint(answer)\n")


def test_a_solution_has_no_marks():
    solution = solution_text(parse_master(MASTER, "01_first"))

    assert not any(mark in solution for mark in (">>>", "<<<", "stub:"))
    assert 'MEASURED = {"device": "laptop"}' in solution
    assert "The secret is forty-two." in solution
    ast.parse(solution)


def test_a_mark_inside_a_string_is_only_text():
    text = 'def f():\n    # TODO 1\n    # >>> solution\n    return """\n# <<<\n# %%\n"""\n    # <<<\n'

    assert graded_names(text) == ("f",)
    assert "<<<" not in stub_text(parse_master(text, "x"))


def test_two_blocks_of_one_function_share_its_number():
    text = (
        "def f(a):\n    # TODO 1\n    # >>> solution\n    b = a\n    # <<<\n"
        "    for _ in b:\n        # >>> solution\n        pass\n        # <<<\n"
    )
    stub = stub_text(parse_master(text, "x"))

    assert graded_names(text) == ("f",)
    assert stub.count('raise NotImplementedError("x, TODO 1: f")') == 2


def test_windows_line_ends_change_nothing(tmp_path):
    plain, windows = tmp_path / "a" / "x.py", tmp_path / "b" / "x.py"
    for file, end in ((plain, "\n"), (windows, "\r\n")):
        file.parent.mkdir()
        file.write_bytes(MASTER.replace("\n", end).encode())

    assert stub_text(read_master(plain)) == stub_text(read_master(windows))


BLOCK = "    # >>> solution\n    return 1\n    # <<<\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a = 1\n", 1, "no # >>> solution block"),
        ("def f(:\n", 1, "not valid Python"),
        ("def f():\n    # TODO 1\n    # >>> solution\n    return 1\n", 3, "never closed"),
        ("def f():\n    return 1\n    # <<<\n", 3, "closes nothing"),
        ("def f():\n    # TODO 1\n" + BLOCK + "    # <<<\n", 6, "closes nothing"),
        ("def f():\n    # TODO 1\n    # >>> solution\n" + BLOCK, 4, "begins inside that of line 3"),
        ("def f():\n    # TODO 1\n    # >>> Solution\n    return 1\n    # <<<\n", 3, "is not a mark"),
        ("def f():\n    # TODO 1\n    #>>>solution\n    return 1\n    # <<<\n", 3, "is not a mark"),
        ("def f():\n    # TODO 1\n    # >>> solution\n    return 1\n    # <<< end\n", 5, "is not a mark"),
        ("def f():\n    # TODO 1\n    # >>> solution\n    return 1\n# <<<\n", 5, "indented as its opening mark"),
        ("def f():\n    # TODO 1\n    # >>> solution\n    # <<<\n    return 1\n", 3, "whole statements"),
        (
            "def f():\n    # TODO 1\n    # >>> solution\n    if 1:\n        a = 1\n    # <<<\n    else:\n        b\n",
            None,
            "whole statements",
        ),
        ("def f():\n    # TODO 1\n    # >>> solution\n    if 1:\n    # <<<\n        a = 1\n", 3, "whole statements"),
        ("def f():\n" + BLOCK, 2, "has no number"),
        ("# TODO 1\ndef f():\n" + BLOCK, 3, "has no number"),
        ("def f():\n    # TODO 2\n" + BLOCK, 3, "TODO 2 comes where TODO 1 should"),
        (f"def f():\n    # TODO 1\n{BLOCK}def g():\n    # TODO 1\n{BLOCK}", 8, "TODO 1 comes where TODO 2 should"),
        (f"def f():\n    # TODO 1\n{BLOCK}def f():\n    # TODO 2\n{BLOCK}", 8, "defined a second time"),
        (f"def f():\n    # TODO 1\n{BLOCK}def g():\n    # TODO 2\n    return 1\n", 7, "TODO 2 has no block below it"),
        ("class A:\n    # TODO 1\n" + BLOCK.replace("return 1", "a = 1"), 3, "in a top-level function"),
        ("# TODO 1\n# >>> solution\nprint()\n# <<<\n", 2, "must hold an assignment"),
        ("# TODO 1\n# >>> solution\na = [\n# <<<\n]\n", 2, "whole statements"),
        ("# %% [raw]\na = 1\n", 1, "a cell is"),
        ("# %% [markdown]\na = 1\n", 2, "code inside a markdown cell"),
    ],
)
def test_a_broken_rule_is_told_with_its_line(text, line, words):
    with pytest.raises(CourseError) as caught:
        stub_text(parse_master(text, "x"))
    message = str(caught.value)

    assert words in message
    assert "\n" not in message
    assert message.startswith(f"x.py, line {line}:" if line else "x.py")


def test_a_master_that_is_no_text_is_named(tmp_path):
    (tmp_path / "x.py").write_bytes(b"# \xff\n")

    with pytest.raises(CourseError, match=r"x\.py is not UTF-8"):
        read_master(tmp_path / "x.py")


STATEMENTS = (
    "if a:\n    secret = {n}",
    "for secret in a:\n    pass  # {n}",
    'print("""\n{n}\n""")',
    "def helper():\n    return {n}",
)


@st.composite
def masters(draw: st.DrawFn) -> tuple[str, int]:
    """Draw a master of some functions and assignments; every solution line holds the word secret or its number."""
    parts = draw(st.lists(st.tuples(st.booleans(), st.lists(st.sampled_from(STATEMENTS), min_size=1)), min_size=1))
    text = draw(st.sampled_from(["", "# %% [markdown]\n# Words\n\n"]))
    for number, (is_function, statements) in enumerate(parts, start=1):
        margin = "    " if is_function else ""
        body = [f"secret_{number} = 987654321"] if not is_function else []
        body += [line for text_ in statements for line in text_.format(n=987654321).split("\n")]
        inside = "\n".join(margin + line for line in body)
        head = f'# %%\ndef part_{number}(a):\n    """Kept."""\n' if is_function else "# %%\n"
        text += f"{head}{margin}# TODO {number}: kept\n{margin}# >>> solution\n{inside}\n{margin}# <<<\n\n\n"
    return text, len(parts)


@settings(deadline=None, max_examples=50)
@given(masters())
def test_no_line_of_a_solution_is_in_the_stub(drawn):
    text, parts = drawn
    stub = stub_text(parse_master(text, "x"))

    ast.parse(stub)
    assert "987654321" not in stub
    assert "secret = " not in stub
    assert stub.count(": kept") == parts
    assert len(graded_names(text)) == parts


@settings(deadline=None, max_examples=50)
@given(masters())
def test_a_stub_keeps_every_line_outside_the_solutions(drawn):
    text, _ = drawn
    outside, inside = [], False
    for line in text.strip("\n").split("\n"):
        inside = inside or line.strip() == "# >>> solution"
        if not inside:
            outside.append(line)
        inside = inside and line.strip() != "# <<<"
    stub = [
        line
        for line in stub_text(parse_master(text, "x")).strip("\n").split("\n")
        if "raise NotImplementedError" not in line and not line.endswith(" = None")
    ]

    assert stub == outside
