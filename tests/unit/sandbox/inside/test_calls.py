"""One call of a function: fresh inputs, parts replaced for this call alone, and what it changed or warned of."""

from __future__ import annotations

import inspect
import types
import warnings
from typing import Any

import numpy as np
import pytest

from grader.sandbox.inside import calls
from grader.sandbox.inside.objects import Live
from grader.sandbox.wire import values
from grader.sandbox.wire.messages import CallOne, CallRaised

PARTS = {"update_gate": ("x", "h", "W_z"), "sigmoid": ("a",)}


def module(text: str) -> types.ModuleType:
    """Run a text as a module of its own."""
    made = types.ModuleType("submission")
    exec(text, made.__dict__)
    return made


def call(made: types.ModuleType, name: str, *args: Any, parts: Any = None, ask: Any = None, **kwargs: Any) -> Any:
    """Call a function as the worker does it."""
    pristine = values.copied(args)
    return calls.call(
        made,
        CallOne(name, args, kwargs, parts or {}),
        pristine,
        ask or (lambda name, args: [name, args]),
        frozenset(),
        Live(),
    )


WRAPPER = """
def traced(function):
    def inner(*args, **kwargs):
        return function(*args, **kwargs)
    return inner

"""


@pytest.mark.parametrize(
    "text",
    [
        "def gru_step(): return update_gate(1, 2, 3)",
        "def gru_step(): return update_gate(1, W_z=3, h=2)",
        "def gru_step(): return update_gate(x=1, h=2, W_z=3)",
        "def update_gate(inp, state, weights): pass\ndef gru_step(): return update_gate(1, weights=3, state=2)",
        "def update_gate(inp, state, weights): pass\ndef gru_step(): return update_gate(1, W_z=3, state=2)",
        "def update_gate(x, h, W_z, extra=0): pass\ndef gru_step(): return update_gate(1, 2, 3, extra=5)",
        "update_gate = lambda a, b, c: 0\ndef gru_step(): return update_gate(a=1, b=2, c=3)",
        f"{WRAPPER}@traced\ndef update_gate(inp, state, weights): pass\ndef gru_step(): return update_gate(1, weights=3, state=2)",
        f"{WRAPPER}@traced\n@traced\ndef update_gate(a, b, c): pass\ndef gru_step(): return update_gate(a=1, b=2, c=3)",
        f"{WRAPPER}@traced\ndef update_gate(*all_of_them): pass\ndef gru_step(): return update_gate(1, 2, W_z=3)",
        "def update_gate(**all_of_them): pass\ndef gru_step(): return update_gate(x=1, h=2, W_z=3)",
        "def gru_step(): return globals()['update_gate'](1, 2, 3)",
        "def inner(): return update_gate(*[1, 2, 3])\ndef gru_step(): return inner()",
    ],
)
def test_a_part_is_replaced_under_its_name_and_takes_the_students_own_parameter_names(text: str) -> None:
    assert call(module(text), "gru_step", parts=PARTS).value == ["update_gate", [1, 2, 3]]


def test_a_call_of_a_part_that_lacks_an_argument_says_which() -> None:
    raised = call(module("def gru_step(): return update_gate(1, 2)"), "gru_step", parts=PARTS).fault
    assert raised.type == "TypeError"
    assert "W_z is missing" in raised.text


def test_parts_are_back_in_their_places_after_the_call() -> None:
    """Whether it returned or raised, and a name that was not there is not there again."""
    made = module("def sigmoid(a): return 'mine'\ndef gru_step(): return sigmoid(1)\ndef gru_forward(): return 1 / 0")
    mine = made.__dict__["sigmoid"]
    for name in ("gru_step", "gru_forward"):
        call(made, name, parts=PARTS)
        assert made.__dict__["sigmoid"] is mine
        assert "update_gate" not in made.__dict__
    assert call(made, "gru_step").value == "mine"


def test_a_function_may_ask_only_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "MAX_ASKS", 5)
    made = module("def gru_step():\n    while True: sigmoid(1)")
    assert "more than 5 times" in call(made, "gru_step", parts=PARTS).fault.text


def test_warnings_are_named_by_their_kind_and_underflow_is_none() -> None:
    made = module("import numpy as np\ndef f(a): return np.exp(a)\ndef g(a): return a / a\ndef h(a): return 1 / a\n")
    assert call(made, "f", np.array([1000.0])).warned == ("overflow",)
    assert call(made, "f", np.array([-1000.0])).warned == ()
    assert call(made, "g", np.zeros(1)).warned == ("invalid value",)
    assert call(made, "h", np.zeros(1)).warned == ("divide by zero",)


def test_a_submission_that_silences_its_warnings_inside_has_none() -> None:
    made = module("import numpy as np\ndef f(a):\n    with np.errstate(all='ignore'): return np.exp(a)\n")
    assert call(made, "f", np.array([1000.0])).warned == ()


def test_a_filter_that_the_file_set_up_changes_nothing() -> None:
    """`warnings.simplefilter("error")` at the top of a file must not turn a warning into a failed call, nor hide it."""
    text = "import warnings, numpy as np\nwarnings.simplefilter({!r})\ndef f(a): return np.exp(a)\n"
    for setting in ("error", "ignore"):
        with warnings.catch_warnings():
            answer = call(module(text.format(setting)), "f", np.array([1000.0]))
        assert answer.warned == ("overflow",)


@pytest.mark.parametrize(
    ("deed", "changed"),
    [
        ("a += 1", ["0"]),
        ("a[0] = np.nan", ["0"]),
        ("p['W'][0] = 9", ["1.W"]),
        ("p['new'] = 1", ["1"]),
        ("del p['W']", ["1"]),
        ("p['W'] = p['W'].copy()", []),
        ("p['W'] = p['W'] * 1", []),
        ("a[:] = a", []),
        ("a.shape = (1, 2)", ["0"]),
        ("a = a + 1; p = {}", []),
        ("q.append(1)", ["2"]),
        ("q[0][0] = 7", ["2.0"]),
        ("p['W'] = Odd()", ["1.W"]),
        ("a.dtype = 'i8'", ["0"]),
    ],
)
def test_inputs_that_were_changed_are_named(deed: str, changed: list[str]) -> None:
    text = f"import numpy as np\nclass Odd:\n    def __eq__(self, o): return True\ndef f(a, p, q):\n    {deed}\n"
    given = (np.array([1.0, 2.0]), {"W": np.zeros(2), "b": np.array(-0.0)}, [np.zeros(1)])
    answer = call(module(text), "f", *given)
    assert list(answer.changed) == changed, answer


def test_nan_and_minus_zero_that_were_left_alone_are_not_changed() -> None:
    assert calls.changed([np.array([np.nan, -0.0]), float("nan")], [np.array([np.nan, -0.0]), float("nan")]) == []
    assert calls.changed([np.array([0.0])], [np.array([-0.0])]) == ["0"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("def f():\n    model.add(LSTM(1))\n    raise ValueError", {"model", "add", "LSTM", "ValueError"}),
        (
            "def f():\n    parts = [layers.GRU(n) for n in (lambda: sizes)()]\n    raise parts",
            {"layers", "GRU", "sizes"},
        ),
        ("class F:\n    def __call__(self):\n        return LSTM()\nf = F()", set()),
    ],
)
def test_of_a_function_that_raised_the_names_in_its_code_are_told(text: str, names: set[str]) -> None:
    answer = call(module(text), "f")
    assert isinstance(answer, CallRaised)
    assert set(answer.names) == names


OWN_PARAMETERS = """
import functools
def plain(a, b=1): x = a
def none(): pass
def only(a, /, b, *, c, d=2): y = z = 1
def spread(*args, **options): pass
def some(a, *rest, b): pass
@functools.wraps(only)
def wrapped(*args, **options): pass
def told(a): pass
told.__signature__ = __import__("inspect").signature(plain)
short = lambda q, w=1: q
async def later(a, b): pass
def yields(a): yield a
"""


def test_the_names_of_parameters_are_those_that_a_signature_has() -> None:
    """They are read from the code where that is all there is to know: working out a signature takes much longer."""
    made = module(OWN_PARAMETERS)
    functions = {name: each for name, each in vars(made).items() if isinstance(each, types.FunctionType)}
    assert len(functions) == 10
    for name, function in functions.items():
        wanted = tuple(inspect.signature(function).parameters)
        assert calls._parameters(name, function) == (() if name == "spread" else wanted), name
