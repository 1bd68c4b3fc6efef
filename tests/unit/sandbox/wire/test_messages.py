"""Every record comes out as it went in, and no plain data whatever makes the reader do more than refuse it."""

from __future__ import annotations

import re
import types
import typing
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from grader.sandbox import orders
from grader.sandbox.lockdown import Plan, ResourceLimits
from grader.sandbox.wire import messages, values
from grader.sandbox.wire.codec import AtMost, Like, NotARecord, Only, WireRecord, Within, decode, encode, reader, record
from grader.sandbox.wire.messages import (
    RECORDS,
    AnyQuestion,
    AskPart,
    CallOne,
    CallRaised,
    CallReturned,
    CodeFault,
    LayerFacts,
    ModelFacts,
    WorkerQuestion,
    may_come,
    message,
    opened,
)
from grader.sandbox.wire.values import Facts, Opaque, same

ORDERS = (orders.Prepare, orders.Spawn, orders.Ready, orders.Forked, orders.Ended, orders.KeeperFault)
ALL = (*RECORDS, *ORDERS)
DTYPES = st.sampled_from(sorted(values.DTYPES)).map(np.dtype)
ARRAYS = arrays.arrays(DTYPES, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
LEAVES = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=6) | ARRAYS
LEAVES |= st.builds(Opaque, st.text(max_size=9)) | st.builds(Facts, st.text(max_size=5), st.integers())
PLAIN = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
SETTINGS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda i: st.lists(i, max_size=3),
    max_leaves=4,
)


@cache
def drawn(hint: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """Draw values of a field's type, within its bounds."""
    extras: tuple[Any, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *more = get_args(hint)
        extras = tuple(more)
    most = min([2, *(extra.length for extra in extras if isinstance(extra, AtMost))])
    origin, args = get_origin(hint), get_args(hint)
    if any(isinstance(extra, Only) for extra in extras):
        return SETTINGS
    if any(isinstance(extra, Like) for extra in extras):
        return st.from_regex(next(e.pattern for e in extras if isinstance(e, Like)), fullmatch=True)
    if origin in (Union, types.UnionType):
        return st.one_of(*(drawn(each, depth) for each in args if not (depth > 2 and each in RECORDS)))
    if origin is Literal:
        return st.sampled_from(args)
    if origin is tuple and args[1:] == (Ellipsis,):
        return st.lists(drawn(args[0], depth), max_size=most if depth < 2 else 1).map(tuple)
    if origin is tuple:
        return st.tuples(*(drawn(each, depth) for each in args))
    if origin in (dict, typing.get_origin(typing.Mapping[str, str])):
        return st.dictionaries(drawn(args[0], depth), drawn(args[1], depth), max_size=most)
    if isinstance(hint, type) and (issubclass(hint, WireRecord) or hint in (Plan, ResourceLimits)):
        hints = get_type_hints(hint, include_extras=True)
        return st.builds(hint, **{name: drawn(each, depth + 1) for name, each in hints.items()})
    bounds = next((extra for extra in extras if isinstance(extra, Within)), None)
    if hint is int:
        return st.integers(int(bounds.least), int(bounds.most)) if bounds else st.integers()
    if hint is float:
        return st.floats(bounds.least, bounds.most) if bounds else st.floats()
    simple: dict[Any, Any] = {
        Any: PLAIN, bool: st.booleans(), str: st.text(max_size=most), bytes: st.binary(max_size=9),
        types.NoneType: st.none(), Opaque: st.builds(Opaque, st.text(max_size=9)),
    }  # fmt: skip
    return ARRAYS if origin is np.ndarray else simple[hint]


def crossed(made: Any, kind: Any = None) -> Any:
    """Hand a record over, by way of bytes."""
    return decode(kind or type(made), values.loads(*values.dumps(encode(made))))


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
def test_a_record_comes_out_as_it_went_in(kind: type, data: Any) -> None:
    made = data.draw(drawn(kind))

    assert crossed(made) == made


@pytest.mark.parametrize(
    "kind", [kind for kind in RECORDS if issubclass(kind, WorkerQuestion)], ids=lambda kind: kind.__name__
)
@given(data=st.data())
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
def test_what_may_answer_a_question_is_told_apart(kind: type, data: Any) -> None:
    """Each kind that may come is read as itself, and a kind that answers another question is refused."""
    read, events = may_come(kind)
    answers, reports = (get_args(part) or (part,) for part in get_args(kind.__orig_bases__[0]))
    mine = {AskPart, *answers, *reports} - {typing.Never}
    made = data.draw(drawn(data.draw(st.sampled_from(sorted(RECORDS, key=lambda each: each.__name__)))))
    try:
        got = read(values.loads(*values.dumps(encode(made))))
    except NotARecord:
        assert type(made) not in mine
    else:
        assert got == made
        assert type(made) in mine
        assert isinstance(got, events) is (type(made) in reports)


def is_read_or_refused(plain: Any) -> None:
    """Try it as everything that may cross."""
    for kind in (*ALL, AnyQuestion):
        try:
            decode(kind, plain)
        except NotARecord:
            continue
    try:
        opened(plain)
    except NotARecord:
        pass


@given(PLAIN)
@settings(max_examples=60)
def test_any_plain_data_is_a_record_or_refused(plain: Any) -> None:
    is_read_or_refused(plain)


@given(st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_a_record_with_a_part_changed_or_cut_is_a_record_or_refused(data: Any) -> None:
    """A forger knows the names and the number of fields."""
    plain = encode(data.draw(drawn(data.draw(st.sampled_from(ALL)))))
    at: Any = plain
    while True:
        inner = [item for item in at if isinstance(item, list | dict) and item] if isinstance(at, list) else []
        if not inner or data.draw(st.booleans()):
            break
        at = data.draw(st.sampled_from(inner))
    if isinstance(at, dict):
        at[data.draw(st.text(max_size=5))] = data.draw(PLAIN)
    elif data.draw(st.booleans()):
        at[data.draw(st.integers(0, len(at) - 1))] = data.draw(PLAIN | st.sampled_from([kind.__name__ for kind in ALL]))
    elif data.draw(st.booleans()):
        at.pop()
    else:
        at.append(data.draw(PLAIN))
    is_read_or_refused(plain)


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_message_with_some_bytes_changed_is_a_record_or_refused(data: Any) -> None:
    header, payload = map(bytearray, values.dumps(message(7, data.draw(drawn(data.draw(st.sampled_from(RECORDS)))))))
    for part in (header, payload):
        for _ in range(data.draw(st.integers(0, 3)) if part else 0):
            part[data.draw(st.integers(0, len(part) - 1))] = data.draw(st.integers(0, 255))
    try:
        plain = values.loads(bytes(header), bytes(payload)[: data.draw(st.integers(0, len(payload)))])
    except values.NotPlain:
        return
    is_read_or_refused(plain)


GOOD = CodeFault("error", "ValueError", "no", "cell 1", 3, True, None)


@pytest.mark.parametrize(
    "plain",
    [
        None,
        [],
        ["CodeFault"],
        [np.zeros(3), *encode(GOOD)[1:]],
        {"CodeFault": []},
        ("CodeFault", "error", "ValueError", "no", None, None, False, None),
        [*encode(GOOD), None],
        encode(GOOD)[:-1],
        ["RunStopped", *encode(GOOD)[1:]],
        ["CodeFault", "blocked", "ValueError", "no", None, None, False, None],
        ["CodeFault", "error", 5, "no", None, None, False, None],
        ["CodeFault", "error", "ValueError", "x" * (messages.MAX_MESSAGE + 1), None, None, False, None],
        ["CodeFault", "error", "ValueError", "no", None, 0, False, None],
        ["CodeFault", "error", "ValueError", "no", None, -1, False, None],
        ["CodeFault", "error", "ValueError", "no", None, True, False, None],
        ["CodeFault", "error", "ValueError", "no", None, 1 << 4000, False, None],
        ["CodeFault", "error", "ValueError", "no", None, "7", False, None],
        ["CodeFault", "error", "ValueError", "no", None, 7, 0, None],
        ["CodeFault", "error", "ValueError", "no", None, 7, False, Opaque("str")],
        ["CodeFault", "error", "ValueError", "no", np.zeros(3), 7, False, None],
    ],
)
def test_a_forged_fault_is_refused(plain: Any) -> None:
    """A line of 1,200 digits once stood in a message."""
    assert decode(CodeFault, encode(GOOD)) == GOOD
    with pytest.raises(NotARecord):
        decode(CodeFault, plain)


def layer(**changed: Any) -> Any:
    """Encode a layer of which a part is forged."""
    fields = {"kind": "GRU", "own": True, "settings": {"units": 3}, "weights": [], "inner": None} | changed
    return ["LayerFacts", *fields.values()]


@pytest.mark.parametrize(
    "plain",
    [
        ["ModelFacts", True, "1.0", None, None, []],
        ["ModelFacts", True, np.zeros(1), None, None, None],
        ["ModelFacts", True, np.zeros(1), None, None, [{}]],
        ["ModelFacts", 1, np.zeros(1), None, None, []],
        *(
            ["ModelFacts", True, np.zeros(1), None, None, [each]]
            for each in (
                layer(kind=["GRU"]),
                layer(own=None),
                layer(settings=[["units", 64]]),
                layer(settings={"units": np.arange(3)}),
                layer(settings={"units": [3, np.int64(3)]}),
                layer(settings={"units": Facts("model", 1)}),
                layer(settings={"name": "x" * 10_000}),
                layer(weights=["heavy"]),
                layer(weights=np.zeros(3)),
                layer(inner=layer(weights=[5])),
                layer(inner=5),
            )
        ),
        ["ModelFacts", True, np.zeros(1), None, None, [layer()] * (messages.MAX_LAYERS + 1)],
    ],
)
def test_forged_facts_of_a_model_are_refused(plain: Any) -> None:
    assert decode(LayerFacts, layer()).settings == {"units": 3}
    with pytest.raises(NotARecord):
        decode(ModelFacts, plain)


@pytest.mark.parametrize(
    "plain",
    [
        ["FileHolds", 3, {}, [], [], {}],
        ["FileHolds", "x" * 10_000, {}, [], [], {}],
        ["FileHolds", None, {"f": "zz"}, [], [], {}],
        ["FileHolds", None, {"f": ["0"]}, [], [], {}],
        ["FileHolds", None, {"f": ["0" * 63 + "g"]}, [], [], {}],
        ["FileHolds", None, {"f": ["0" * 64 + "\n"]}, [], [], {}],
        ["FileHolds", None, {"f": ["0" * 64] * 101}, [], [], {}],
        ["FileHolds", None, {}, ["f", 3], [], {}],
        ["FileHolds", None, {}, "f", [], {}],
        ["FileHolds", None, {}, [], {}, {}],
        ["FileHolds", None, {}, [], [], None],
        ["FileHolds", None, {}, [], [], {str(number): [] for number in range(10_001)}],
        ["AnswersRead", [["AnswerText", "why", "x", 1, ""]]],
        ["AnswersRead", [["AnswerText", "why", "x" * 200_000, True, ""]]],
        ["AnswersRead", [["AnswerText", "why", "x", True, "x" * 201]]],
        ["WrittenValue", "A", 1, None, None, 1],
    ],
)
def test_a_forged_description_of_a_file_is_refused(plain: Any) -> None:
    """It comes from the process that read hostile text, so nothing in it is taken on trust."""
    with pytest.raises(NotARecord):
        decode(next(kind for kind in RECORDS if kind.__name__ == plain[0]), plain)


def bounds(hint: Any, bounded: bool = False) -> list[Any]:
    """List what in a type could be of any size."""
    if get_origin(hint) is Annotated:
        hint, *more = get_args(hint)
        bounded = any(isinstance(each, AtMost | Within | Like | Only) for each in more)
    origin, args = get_origin(hint), get_args(hint)
    found = (
        [hint]
        if not bounded and (hint in (str, int, bytes) or origin in (dict, typing.get_origin(typing.Mapping[str, str])))
        else []
    )
    if origin is tuple and args[1:] == (Ellipsis,) and not bounded:
        found.append(hint)
    if hint is Any or origin is Literal:
        return []
    return found + [each for arg in args if arg is not Ellipsis for each in bounds(arg)]


@pytest.mark.parametrize(
    "kind", [kind for kind in RECORDS if not issubclass(kind, WorkerQuestion)], ids=lambda kind: kind.__name__
)
def test_what_comes_out_of_a_worker_has_bounds_on_every_field(kind: type) -> None:
    """But for plain data, which `values` bounds; what a call hands in and its tuple of arguments are that as well."""
    hints = get_type_hints(kind, include_extras=True)
    unbounded = {name: found for name, hint in hints.items() if (found := bounds(hint))}

    if kind is AskPart:
        unbounded.pop("args")
    assert kind is messages.ModelToMake or unbounded == {}


def test_whoever_sends_cuts_what_may_be_cut_and_nothing_else() -> None:
    long = CodeFault("error", "T" * 500, "x" * 9_000, "w" * 5_000, 1, False, "n" * 5_000)
    got = crossed(long)
    assert (len(got.type), len(got.text), len(got.where), len(got.name)) == (200, messages.MAX_MESSAGE, 2_000, 2_000)
    assert crossed(CallReturned(1, tuple("a" * 200 for _ in range(50)))).changed == ("a" * 80,) * 20
    with pytest.raises(NotARecord):
        crossed(CallRaised(GOOD, names=("x",) * 500))


def test_records_that_hold_arrays_compare_without_raising() -> None:
    one, other, third = (CallOne("f", (np.arange(n), {"a": [np.zeros(2)]}), {}, {}) for n in (3, 3, 4))
    assert one == other
    assert one != third
    assert one != "f"
    assert CallReturned(float("nan")) == CallReturned(float("nan"))
    assert CallReturned(np.float64(1)) != CallReturned(1.0)
    assert Facts("table", {"cells": [np.zeros(2)]}) == Facts("table", {"cells": [np.zeros(2)]})
    assert Facts("table", np.zeros(2)) != Facts("table", np.ones(2))
    assert len({Facts("table", np.zeros(2)), Facts("table", np.zeros(2))}) == 1


@given(PLAIN, PLAIN)
def test_sameness_is_a_truth_value_whatever_is_compared(one: Any, other: Any) -> None:
    assert type(same(one, other)) is bool
    assert same(one, one)
    assert same(one, other) == same(other, one)


def test_a_field_that_could_not_cross_is_a_mistake_of_ours() -> None:
    @record
    class Odd(WireRecord):
        """Hold what there is no way for."""

        pattern: re.Pattern

    with pytest.raises(TypeError):
        reader(Odd)([])
    for plain in (None, [1], [True, []], ["1", []], [1, [], []], (1, [])):
        with pytest.raises(NotARecord):
            opened(plain)
