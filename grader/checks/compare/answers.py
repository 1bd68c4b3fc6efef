"""What a function gave, and whether it is right: the one place where two answers are compared."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from grader.checks.compare.looks import WHOLE, GapKind, Look
from grader.checks.compare.tables import Between, table_difference
from grader.checks.models.live import Counts, Doubles, ScriptedClock, TinyModel
from grader.sandbox.outside.own_calls import changed, described, warning_kinds
from grader.sandbox.wire.values import Facts, Opaque

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TOLERANCE = {"float64": 1e-6, "float32": 1e-5}  # times max(1, |want|)
NOTHING = "None (does the function end with return?)"
KEPT = 1 << 17  # numbers; a submission may answer with millions, to each of some fifty calls
SHOWN = 16  # numbers of an array that a message shows; more are shown as the first difference
FACTS = {"table": "DataFrame", "model": "Keras model", "given": "model that it was given"}
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One call of a function by its name, with plain data; or (``of_value``) the question for a value that is written down."""

    function: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    of_value: bool = False
    as_sent: list[Any] = field(default_factory=list, init=False, repr=False)  # what a worker is handed, once it was
    _is_single: list[bool] = field(default_factory=list, init=False, repr=False)  # once it was asked for

    @property
    def is_single(self) -> bool:
        """Whether any positional argument has at most the precision of float32."""
        if not self._is_single:
            arrays = [value for value in _leaves(self.args) if isinstance(value, np.ndarray | np.generic)]
            self._is_single.append(any(_is_low(value) for value in arrays))
        return self._is_single[0]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a call gave: its value, the inputs that it changed, the kinds of numeric warnings that it raised.

    If it was handed models and a clock: what these had seen in the end (``counts``) and at each reading of the clock.
    ``instead`` says that the value is another one of the module, since the function is missing. ``slack`` is how many times the
    usual tolerance an answer compared with this one may be off.
    """

    call: Call
    value: Any
    changed: tuple[str, ...] = ()
    warned: frozenset[str] = frozenset()
    counts: Counts = ()
    readings: tuple[Counts, ...] = ()
    instead: bool = False
    slack: float = 1.0


@dataclass(frozen=True, slots=True)
class Raised:
    """What a known mistake's function raised in place of an answer: the exception's type and text."""

    words: str


@dataclass(frozen=True, slots=True)
class LargeArray:
    """What is kept of an array far larger than any asked for."""

    shape: tuple[int, ...]


class Difference(NamedTuple):
    """The first wrong thing in an answer: what was expected and what came, in words, and what it is about."""

    expected: str
    got: str
    about: GapKind


def copied(value: Any) -> Any:
    """A deep copy of plain data, so that no call sees what another one was given."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple):
        return type(value)(copied(item) for item in value)
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return value


def bounded(value: Any) -> Any:
    """The value of an answer as it is kept: only the shape of an array far larger than any asked for."""
    if isinstance(value, np.ndarray) and value.size > KEPT:
        return LargeArray(value.shape)
    return value


def perform(function: Callable[..., Any], call: Call) -> Answer:
    """Calls a trusted function (the reference, a variant of it) under the conditions of a submission's function."""
    args, kwargs = copied(call.args), copied(dict(call.kwargs))
    doubles = Doubles(args, kwargs)
    with warnings.catch_warnings(record=True) as caught, np.errstate(divide="warn", over="warn", invalid="warn"):
        warnings.simplefilter("always")
        value = described(function(*doubles.args, **doubles.kwargs))
    kinds = frozenset(kind for warning in caught for kind in warning_kinds(warning.message))
    places = tuple(changed(list(args), list(call.args)))
    return Answer(call, copied(value), places, kinds, doubles.counts, tuple(doubles.watch.readings))


def tolerance(got: Any, want: Answer) -> float:
    """The relative tolerance: that of float32 if the answer or any input has at most its precision."""
    low = want.call.is_single or (isinstance(got, np.ndarray | np.generic) and _is_low(got))
    return want.slack * TOLERANCE["float32" if low else "float64"]


def _is_low(value: Array | np.generic) -> bool:
    return value.dtype in ("float32", "float16")


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return [leaf for item in value for leaf in _leaves(item)]
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    return [value]


def agrees(got: Any, want: Answer, look: Look = WHOLE) -> bool:
    """Whether a value is right: the wanted type and shape, and |got - want| <= tol * max(1, |want|) everywhere."""
    wanted = want.value
    simple = type(wanted) is np.ndarray and wanted.ndim > 0 and wanted.dtype.kind in "biuf"
    if not simple or look.part is not None or look.exact:
        return difference(got, want, look) is None
    if not isinstance(got, np.ndarray) or got.shape != wanted.shape or got.dtype.kind not in "fiu":
        return False  # as `difference`, which looks for words as well
    return bool(_right(look.head(got), look.head(wanted), look.tolerance or tolerance(got, want))[0].all())


def difference(got: Any, want: Answer, look: Look = WHOLE) -> Difference | None:
    """The first wrong thing; None if all is right.

    It looks in a fixed order: is there a value, are there as many arrays as wanted, then for each that counts: is it an array
    (or a number, where a number went in), its shape, its numbers.
    """
    if isinstance(want.value, Facts):
        words = table_difference(got, want.value, tolerance(got, want), look.columns)
        return Difference(*words, GapKind.OTHER) if words is not None else None
    if isinstance(want.value, Between):
        if want.value.holds(got):
            return None
        given = shown(got)
        if isinstance(got, float | np.floating):
            given = apart(want.value.low if got < want.value.low else want.value.high, float(got))[1]
        return Difference(f"{want.value.low:g} to {want.value.high:g}", given, GapKind.NUMBERS)
    if look.part is None and isinstance(want.value, tuple):
        parts = [replace(look, part=part, of=len(want.value)) for part in range(len(want.value))]
        return next((found for part in parts if (found := difference(got, want, part)) is not None), None)
    if not (look.finds(got) and look.finds(want.value)):
        return Difference(f"a tuple of {look.of} arrays", _other(got), GapKind.TYPE)
    found = _difference(look.pick(got), want, look)
    if found is None or not look.name:
        return found
    return Difference(f"{look.name}: {found.expected}", f"{look.name}: {found.got}", found.about)


def _difference(got: Any, want: Answer, look: Look) -> Difference | None:
    wanted = np.asarray(look.pick(want.value))
    if wanted.dtype.kind not in "biuf":  # a dict that is written down, say, which its check looks into by itself
        return Difference(kind_of(want.value), kind_of(got), GapKind.OTHER)
    number = wanted.ndim == 0
    expected = "a number" if number else f"a NumPy array of shape {wanted.shape}"
    if got is None:
        return Difference(expected, NOTHING, GapKind.TYPE)
    if number and isinstance(got, int | float | np.integer | np.floating) and not isinstance(got, bool):
        got = np.asarray(got)
    if not isinstance(got, np.ndarray):
        return Difference(expected, kind_of(got), GapKind.TYPE)
    if got.shape != wanted.shape:
        if number:
            return Difference(expected, f"shape {got.shape}", GapKind.TYPE)
        return Difference(f"shape {wanted.shape}", f"shape {got.shape}", GapKind.SHAPE)
    if got.dtype.kind not in "fiu":
        return Difference("real numbers", f"an array of dtype {got.dtype}", GapKind.DTYPE)
    if look.exact:
        return None if np.array_equal(got, wanted) else Difference(f"{wanted:,}", f"{got:,}", GapKind.NUMBERS)
    words = _numbers(look.head(got), look.head(wanted), look.tolerance or tolerance(got, want))
    return Difference(*words, GapKind.NUMBERS) if words is not None else None


def _numbers(got: Array, wanted: Array, tol: float) -> tuple[str, str] | None:
    right, g, w = _right(got, wanted, tol)
    if right.all():
        return None
    if g.size <= SHOWN:
        return apart(w.tolist(), g.tolist(), 4)
    at = tuple(int(i) for i in np.argwhere(~right)[0])
    wrong = int(np.count_nonzero(~right))
    expected, given = apart(float(w[at]), float(g[at]))
    return f"{expected} at {list(at)}", f"{given} there ({wrong} of {g.size} numbers differ)"


def _right(got: Array, wanted: Array, tol: float) -> tuple[Array, Array, Array]:
    """Which numbers of an answer are right, and both as float64."""
    with np.errstate(all="ignore"):
        g, w = got.astype(np.float64), wanted.astype(np.float64)
        return (np.abs(g - w) <= tol * np.maximum(1.0, np.abs(w))) | (np.isnan(g) & np.isnan(w)), g, w


def apart(want: Any, got: Any, digits: int = 6) -> tuple[str, str]:
    """Two numbers, or lists of numbers, with as many digits as it takes to see that they differ."""
    for each in (digits, 9, 12, 17):
        words = _typed(want, each), _typed(got, each)
        if words[0] != words[1]:
            break
    return words


def shown(value: Any) -> str:
    """A small value as it would be typed, numbers rounded to four digits; a large one by its shape."""
    if isinstance(value, np.ndarray):
        if value.size > SHOWN:
            return f"an array of shape {value.shape}"
        return _typed(value.tolist(), 4)
    if isinstance(value, float | np.floating):
        return f"{float(value):.6g}"
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}": {shown(item)}' for key, item in value.items()) + "}"
    if isinstance(value, list | tuple) and any(isinstance(item, np.ndarray) for item in value):
        return f"[{', '.join(shown(item) for item in value)}]"
    if isinstance(value, Opaque | Facts | LargeArray):
        return kind_of(value)
    if isinstance(value, TinyModel | ScriptedClock):
        return str(value)
    return repr(value)[:80]


def _typed(value: Any, digits: int) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_typed(item, digits) for item in value)}]"
    return f"{value:.{digits}g}" if isinstance(value, float) else str(value)


def _other(value: Any) -> str:
    """What a value is, if not the wanted number of arrays."""
    if value is None:
        return NOTHING
    if isinstance(value, np.ndarray):
        return f"one array of shape {value.shape}"
    return f"a {type(value).__name__} of {len(value)}" if isinstance(value, list | tuple) else kind_of(value)


def kind_of(value: Any) -> str:
    """What a value is, in words, if it is not an array."""
    if isinstance(value, LargeArray):
        return f"array of shape {value.shape}"
    if isinstance(value, Opaque):
        return f"a value of type {value.type_name}" if " " not in value.type_name else value.type_name
    if isinstance(value, Facts):
        return f"a {FACTS.get(value.kind, value.kind)}"
    if isinstance(value, list | tuple):
        arrays = any(isinstance(item, np.ndarray) for item in value)
        cure = (
            "give back the one array alone"
            if arrays and type(value) is tuple
            else "np.array(...) makes an array of a list"
        )
        return f"a {type(value).__name__} of {len(value)} ({cure})"
    return f"a value of type {type(value).__name__}"
