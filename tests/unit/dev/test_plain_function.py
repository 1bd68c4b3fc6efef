"""A student's function becomes code of the course only if it does nothing but compute."""

from __future__ import annotations

import pytest

from course.otherwise.files import faulty
from grader.dev.plain_function import in_one_form, why_refused

ABOVE = ("sigmoid", "update_gate")


def refused(body: str, *, first: str = "def step(x, h):") -> str:
    return why_refused(f"{first}\n    {body}\n", "step", ABOVE, 2)


@pytest.mark.parametrize(
    "body",
    [
        "return np.tanh(x @ h.T) + sigmoid(h) ** 2",
        "return np.stack([update_gate(x[:, t], h) for t in range(x.shape[1])], axis=1)",
        "out = np.zeros((len(x), 3), dtype=np.float32)\n    for t, row in enumerate(x):\n        out[t] = row\n    return out",
        "with np.errstate(over='ignore'):\n        return 1 / (1 + np.exp(-x))",
        "return np.einsum('bd,du->bu', x['W_z'], h)",
        "h *= x\n    return h if x.ndim > 1 else None",
        "rows = []\n    rows.append(h)\n    return np.array(rows, dtype='float64')",
        "return math.exp(-1000.0) + 10 ** -x",
    ],
)
def test_what_computes_is_taken_in(body):
    assert refused(body) == ""


@pytest.mark.parametrize(
    "body",
    [
        # reaching the system
        "import os",
        "from os import system",
        "return __import__('os')",
        "return open('solutions/01_gates.py')",
        "return eval('1')",
        "exec('1')",
        "return compile('1', '', 'exec')",
        "return getattr(np, 'load')",
        "return globals()",
        "return vars()",
        "print(x)",
        "return input()",
        "breakpoint()",
        "return np.load('x')",
        "return np.fromfile('x')",
        "return np.genfromtxt('x')",
        "return np.loadtxt('x')",
        "np.save('x', x)",
        "x.tofile('x')",
        "x.dump('x')",
        "return np.memmap('x')",
        "return np.lib.format",
        "return np.linalg.inv(x)",
        "return np.random.normal()",
        "return np.ctypeslib",
        "return np.vectorize(x)",
        "return np.frompyfunc(x, 1, 1)",
        "return np.core",
        "np.seterrcall(x)",
        "return os.system",
        # by way of an object
        "return x.__class__",
        "return ().__class__.__bases__",
        "return x.ctypes",
        "return x.base",
        "return x.data",
        "return x.dtype.type",
        "return x.setflags(write=True)",
        "return '{0.__class__}'.format(x)",
        "return f'{x}'",
        "return x['__class__']",
        "return np.zeros(3, dtype='V900000000')",
        "return (lambda: 1)()",
        "return [sigmoid][0](x)",
        "return x(h)",
        "return x.get(h)(h)",
        "return sigmoid",
        "np.exp = h",
        "sigmoid.x = h",
        "x.shape = h",
        "x.T += 1",
        # another meaning of a name
        "np = x\n    return np",
        "sigmoid = x\n    return sigmoid(h)",
        "len = x\n    return len",
        "for np in x: pass",
        "[sum for sum in x]",
        "global x",
        "nonlocal x",
        "def inner(): pass",
        "class C: pass",
        "del x",
        "return (y := x)",
        # running for ever, or growing
        "while True: pass",
        "return step(x, h)",
        "return gru_forward(x, h)",
        "return 9 ** 9 ** 9",
        "return 2 ** (x * h)",
        "return 2 ** 100",
        "x **= h",
        "return 1 << 1000",
        "return 'a' * 100000",
        "return range(10 ** 9)",
        "return range(9999 * 9999)",
        "return (10 ** 9) ** 9",
        "return 100000000000",
        "return [0 for a in x for b in x for c in x for d in x]",
        "return " + "(" * 60 + "x" + ",)" * 60,
        "return pow(x, h)",
        # escaping an error, or the reader
        "try:\n        pass\n    except BaseException: pass",
        "raise SystemExit",
        "assert x",
        "yield x",
        "return await_(x)",
        "'a text that says something to the reader, with quotes'",
        "x\n    return h",
        "return 1j",
        "return b'x'",
        "with open('x') as f: pass",
        "with np.errstate(call=sigmoid): pass",
        "with np.errstate(over='ignore') as e: pass",
        "return update_gate(**x)",
        "match x:\n        case _: pass",
        "print",
        "x: int = 3",
        "\u05d0 = x\n    return \u05d0",
        "\uff50 = x\n    return \uff50",
    ],
)
def test_what_does_anything_else_is_refused(body):
    assert refused(body)


@pytest.mark.parametrize(
    "first",
    [
        "def other(x, h):",
        "async def step(x, h):",
        "@sigmoid\ndef step(x, h):",
        "def step(x, h=open('x')):",
        "def step(x: print('now'), h):",
        "def step(x, h) -> print('now'):",
        "def step(x):",
        "def step(x, h, k):",
        "def step(*x):",
        "def step(x, h, **k):",
        "def step(np, h):",
        "def step(x, sigmoid):",
        "x = 1\ndef step(x, h):",
    ],
)
def test_a_first_line_that_does_more_than_name_parameters_is_refused(first):
    assert refused("return 1", first=first)


@pytest.mark.parametrize(
    "source", ["", "def step(", "x" * 5_000, "\x00", "\ud800", "(" * 3_000, "-" * 3_900 + "1", "lambda: 1"]
)
def test_what_is_no_function_is_refused_and_nothing_is_raised(source):
    assert why_refused(source, "step", ABOVE, 2)


def test_a_default_that_is_a_constant_may_be_left_out_of_the_call():
    assert refused("return x * h * k", first="def step(x, h, k=1.0):") == ""


def test_the_text_is_one_that_pythons_own_parser_made_with_double_quotes():
    assert list(in_one_form("def f(x):\n    return (x['W_z']   @ x)")) == ["def f(x):", '    return x["W_z"] @ x']


def test_most_of_what_students_write_is_taken_in():
    """A list that refuses honest work would make an author write variants by hand."""
    import ast

    names = ("sigmoid", "update_gate", "reset_gate", "candidate_state", "next_state", "gru_step", "gru_forward")
    taken, tried = 0, 0
    for each in faulty("01_gates"):
        for node in ast.parse(each.path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name == each.named_by:
                tried += 1
                body = node.body[1:] if ast.get_docstring(node) else node.body
                node.body = body
                above = names[: names.index(node.name)]
                taken += not why_refused(ast.unparse(node), node.name, above, len(node.args.args))

    assert tried > 60
    assert taken > 0.7 * tried
