"""What stopped a submission's code is told as plain data, whatever the exception's class does."""

from __future__ import annotations

import urllib.error
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.inside import faults
from grader.sandbox.inside.imports import RefusedImport
from grader.sandbox.wire import values
from grader.sandbox.wire.codec import decode, encode
from grader.sandbox.wire.messages import MAX_MESSAGE, CodeFault


def described(error: BaseException) -> CodeFault:
    """Describe an exception that was never raised."""
    return faults.describe(error, frozenset())


def caused(error: Exception, cause: BaseException) -> Exception:
    """Give an error a cause."""
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NotImplementedError("TODO 1"), "todo"),
        (type("Todo", (NotImplementedError,), {})(), "todo"),
        (MemoryError(), "memory"),
        (SystemExit(0), "exit"),
        (KeyboardInterrupt(), "interrupted"),
        (RefusedImport("x"), "import"),
        (caused(RuntimeError(), RefusedImport("x")), "import"),
        (ModuleNotFoundError("x"), "error"),
        (PermissionError(1, "x"), "forbidden"),
        (PermissionError(13, "x"), "forbidden"),
        (urllib.error.URLError(PermissionError(1, "x")), "forbidden"),
        (FileNotFoundError(2, "x"), "error"),
        (RecursionError(), "error"),
        (GeneratorExit(), "error"),
        (ExceptionGroup("x", [ValueError()]), "error"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_the_kind_of_what_was_raised(error: BaseException, kind: str) -> None:
    assert described(error).kind == kind


def test_an_error_that_was_handled_on_purpose_no_longer_counts() -> None:
    """`raise X from None` says that the first one does not matter."""
    error = ValueError("y")
    error.__context__ = RefusedImport("x")
    assert described(error).kind == "import"
    error.__suppress_context__ = True
    assert described(error).kind == "error"


def test_a_ring_of_causes_ends() -> None:
    one, other = ValueError("a"), ValueError("b")
    one.__cause__, other.__cause__ = other, one
    assert described(one).kind == "error"


HOSTILE = {
    "str": "def __str__(self): raise RuntimeError('again')",
    "str that exits": "def __str__(self): raise SystemExit(0)",
    "str of a subclass": "def __str__(self): return S('x')",
    "repr": "def __repr__(self): raise RuntimeError",
    "getattribute": "def __getattribute__(self, name): raise RuntimeError(name)",
    "class": "__class__ = property(lambda self: 1 / 0)",
    "dict": "__dict__ = property(lambda self: 1 / 0)",
    "cause": "__cause__ = property(lambda self: 1 / 0)",
    "name": "name = property(lambda self: 1 / 0)",
    "module": "__module__ = S('x')",
    "reason": "reason = property(lambda self: 1 / 0)",
    "errno": "errno = property(lambda self: 1 / 0)",
}


@pytest.mark.parametrize("base", ["Exception", "OSError", "NameError"])
@pytest.mark.parametrize("member", HOSTILE)
def test_an_exception_with_hostile_members_is_an_error_like_others(member: str, base: str) -> None:
    text = "class S(str):\n    def __str__(self): raise RuntimeError\n    __repr__ = __format__ = __str__\n"
    text += f"class E({base}):\n    {HOSTILE[member]}\n"
    namespace: dict[str, Any] = {"__name__": "submission"}
    exec(text, namespace)
    told = described(namespace["E"]("x"))
    assert told.kind == "error"
    assert decode(CodeFault, values.loads(*values.dumps(encode(told)))) == told


def test_a_long_message_is_cut() -> None:
    assert len(described(ValueError("x" * 100_000)).text) == MAX_MESSAGE


def test_a_name_that_is_missing_is_told_and_an_attribute_is_not() -> None:
    assert described(NameError("x", name="sigmoid")).name == "sigmoid"
    assert described(UnboundLocalError("x", name="h")).kind == "error"
    assert described(AttributeError("x", name="sigmoid")).name is None


def test_what_tensorflow_says_last_is_not_lost_behind_its_frames():
    """In a graph some 80 frames stand in front of the reason, and the frames alone were told."""
    frames = "".join(f'  File "/opt/keras/trainer.py", line {number}, in fit\n\n' for number in range(80))
    reason = "indices[0,0] = 50 is not in [0, 50)\n\t [[{{node embedding_1/GatherV2}}]]"
    error = ValueError(
        f"Graph execution error:\n\nDetected at node embedding_1 defined at (most recent call last):\n{frames}{reason}"
    )

    assert described(error).text == "indices[0,0] = 50 is not in [0, 50)"


def test_colours_for_a_terminal_are_left_out():
    assert described(ValueError("\x1b[1mindices[0] = 7\x1b[0m")).text == "indices[0] = 7"


@given(st.text(alphabet='F il"e,/\n\x1b[1m:(', max_size=2_000).map("a defined at (most recent call last):\n".__add__))
def test_a_message_that_looks_like_frames_is_told_in_bounds(text: str):
    assert len(described(ValueError(text)).text) <= MAX_MESSAGE


def test_what_keras_was_given_is_left_out() -> None:
    """It printed a whole batch of ids behind its one sentence."""
    text = "Exception encountered when calling Embedding.call(). indices[0,49] = 4999 is not in [0, 4999)"
    error = ValueError(f"{text}\n\nArguments received by Embedding.call():\n  • inputs=tf.Tensor([[0 1 2] [3 4 5]])")
    assert described(error).text == text


def test_the_submissions_own_functions_are_told_in_which_something_was_raised_and_no_others():
    """Deep recursion fills the traceback with one function, which is told once."""
    code = "def deep(n):\n    return deep(n - 1) if n else int('x')\ndef step(n):\n    return deep(n)\n"
    namespace: dict[str, object] = {}
    exec(compile(code, "a.py", "exec"), namespace)
    with pytest.raises(ValueError, match="invalid literal") as caught:
        namespace["step"](50)  # type: ignore[operator]

    assert faults.describe(caught.value, frozenset({"a.py"})).inside == ("step", "deep")
    assert faults.describe(caught.value, frozenset({"b.py"})).inside == ()
