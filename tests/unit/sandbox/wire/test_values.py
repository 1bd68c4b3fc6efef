"""Plain data crosses whole; nothing else crosses, nobody's method is called, and no bytes can make the reader do more."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from grader.sandbox.wire import values
from grader.sandbox.wire.values import NotPlain, Opaque


def crossed(value: Any) -> Any:
    """Hand a value over."""
    return values.loads(*values.dumps(value))


def same(one: Any, other: Any) -> bool:
    """Compare by type, dtype, shape and bits."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray | np.generic):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return bool(one == other) or one != one


DTYPES = st.sampled_from(sorted(values.DTYPES)).map(np.dtype)
ARRAYS = arrays.arrays(DTYPES, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
LEAVES = (
    st.none() | st.booleans() | st.floats() | st.text() | st.binary(max_size=40) | ARRAYS
    | st.integers(-(2**4000), 2**4000) | ARRAYS.filter(lambda a: a.size).map(lambda a: a.reshape(-1)[0])
)  # fmt: skip
PLAIN = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple)
    | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(PLAIN)
def test_plain_data_comes_out_as_it_went_in(value: Any) -> None:
    assert same(crossed(value), value)


@given(ARRAYS)
def test_an_array_crosses_whatever_its_memory_looks_like(array: np.ndarray) -> None:
    """Transposed, reversed, strided, and written big-endian: the numbers and their order are what counts."""
    for view in (array.T, array[::-1] if array.ndim else array, array[..., ::2] if array.ndim else array):
        assert same(crossed(view), np.ascontiguousarray(view).reshape(view.shape))
    assert np.array_equal(
        crossed(array.astype(array.dtype.newbyteorder(">"))), array, equal_nan=array.dtype.kind in "fc"
    )


def test_a_long_double_is_judged_as_a_float64() -> None:
    assert same(crossed(np.array([1.5, -2.0], dtype=np.longdouble)), np.array([1.5, -2.0]))
    assert same(crossed(np.longdouble(0.25)), np.float64(0.25))


def test_an_array_that_came_in_can_be_written_to() -> None:
    """A function that works in place must not fail for a reason of ours."""
    crossed(np.zeros(3))[0] = 1.0


def test_what_crossed_shares_no_memory_with_the_message() -> None:
    header, payload = values.dumps([np.ones(2), np.ones(2)])
    first = values.loads(header, payload)
    first[0][:] = 5
    assert same(values.loads(header, payload), [np.ones(2), np.ones(2)])


@given(PLAIN)
def test_a_copy_is_the_same_and_shares_nothing_that_can_be_changed(value: Any) -> None:
    made = values.copied(value)
    assert same(made, value)
    kept = crossed(value)
    for array in _parts(made):
        if isinstance(array, np.ndarray) and array.size:
            array.reshape(-1).view(np.uint8)[:] ^= 1
        elif isinstance(array, list | dict):
            array.clear()
    assert same(value, kept)


def _parts(value: Any) -> list[Any]:
    """A value and all that it holds, the innermost first."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [part for each in inner for part in _parts(each)] + [value]


def test_arrays_of_one_message_can_be_changed_apart_and_are_laid_out_as_numpy_does() -> None:
    """A block of odd length in front must not leave the next array where a processor reads it slowly, or not at all."""
    odd, numbers, none = crossed([np.array([True] * 3), np.arange(4.0).reshape(2, 2), np.zeros((0, 3))])
    assert numbers.flags.aligned
    assert numbers.flags.owndata
    assert numbers.flags.c_contiguous
    numbers[:] = 7
    assert odd.all()
    assert none.shape == (0, 3)


class Subclass(np.ndarray):
    """What a submission may return in place of an array."""


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (np.array([1, "a"], dtype=object), "array of dtype object"),
        (np.array(["a"]), "array of dtype <U1"),
        (np.array(["2020-01-01"], dtype="M8[D]"), "array of dtype datetime64[D]"),
        (np.zeros(2, dtype=[("a", "f8")]), "array of dtype"),
        (np.ma.array([1.0]), "MaskedArray"),
        (np.zeros(3).view(Subclass), "Subclass"),
        (2**5000, "int of more than"),
        ("x" * 300_000, "str of 300,000 characters"),
        ({1: 2}, "dict with keys that are not strings"),
        ({1, 2}, "set"),
        (1j, "complex"),
        (len, "builtin_function_or_method"),
        (range(3), "range"),
        (iter([]), "list_iterator"),
        (type("MyList", (list,), {})([1]), "MyList"),
        (type("MyFloat", (float,), {})(1), "MyFloat"),
        (type("MyStr", (str,), {})("1"), "MyStr"),
        (NotImplemented, "NotImplementedType"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 60 else "",
)
def test_what_is_not_plain_crosses_as_the_name_of_its_type(value: Any, named: str) -> None:
    answer = crossed([value])[0]
    assert isinstance(answer, Opaque)
    assert named in answer.type_name


def test_an_array_larger_than_a_message_is_named_and_not_sent() -> None:
    """Broadcasting makes an array of terabytes for nothing; it must not be copied to be refused."""
    answer = crossed(np.broadcast_to(np.float64(1), (1 << 20, 1 << 20)))
    assert "too large" in answer.type_name
    assert "too large" in crossed([np.zeros(1 << 19), b"x" * values.MAX_PAYLOAD])[1].type_name


def test_lists_that_are_endless_deep_or_long_end_at_a_limit() -> None:
    endless: list[Any] = []
    endless.append(endless)
    doubling: Any = [0]
    for _ in range(14):
        doubling = [doubling] * 12
    for value in (endless, doubling, [0] * (values.MAX_ITEMS + 1)):
        header, _ = values.dumps(value)
        assert len(header) <= values.MAX_HEADER
        assert "too deep or too long" in repr(values.loads(header, b""))


def test_a_header_that_grew_too_large_is_replaced_by_a_word() -> None:
    assert crossed(["\u2028" * 190_000] * 30) == Opaque("a value too large to hand over")


def recorder(calls: list[str], *, raising: bool) -> Any:
    """Make an object whose every method notes that it was called."""

    def method(name: str) -> Any:
        def called(*_args: Any, **_kwargs: Any) -> Any:
            calls.append(name)
            if raising:
                raise RuntimeError(name)
            return None

        return called

    names = (
        "len iter eq ne hash bool str repr array array_interface array_struct float int index getattr getitem contains"
    )
    names += " dir reduce reduce_ex format bytes complex array_priority array_finalize buffer instancecheck sizeof copy"
    members: dict[str, Any] = {f"__{name}__": method(name) for name in names.split()}
    members["__class__"] = property(method("class"))
    members["__module__"] = type("Text", (str,), {"__str__": method("module"), "__format__": method("module")})("numpy")
    meta = type(
        "Meta", (type,), {f"__{name}__": method(f"meta {name}") for name in ("repr", "str", "eq", "instancecheck")}
    )
    name = type("Name", (str,), {"__str__": method("name"), "__format__": method("name")})("Hostile")
    return meta(name, (), members)()


@pytest.mark.parametrize("raising", [True, False])
@pytest.mark.parametrize(
    "wrap", [lambda it: it, lambda it: [it], lambda it: {"a": (it,)}], ids=["bare", "list", "dict"]
)
def test_no_method_of_a_submissions_class_is_called_on_the_way_out(wrap: Any, raising: bool) -> None:
    """Whatever it returns, the answer is on its way before any more of its code runs."""
    calls: list[str] = []
    value = wrap(recorder(calls, raising=raising))
    values.dumps(value)
    assert calls == []


def test_a_key_that_only_looks_like_a_string_is_not_taken_for_one() -> None:
    key = type("Key", (str,), {"__eq__": lambda *_: 1 / 0, "__hash__": str.__hash__})("W_z")
    assert crossed({key: 1}) == Opaque("dict with keys that are not strings")


@given(st.binary(max_size=200), st.binary(max_size=64))
def test_any_bytes_are_a_value_or_refused(header: bytes, payload: bytes) -> None:
    try:
        values.loads(header, payload)
    except NotPlain:
        pass


NUMBERS = st.integers(-2, 80) | st.sampled_from(
    [2**26, 2**26 + 1, 2**31, 2**40, 2**40 + 1, 2**63, 2**64, 1.0, True, None, "1"]
)
ARRAY_BODIES = st.tuples(
    st.sampled_from([*sorted(values.DTYPES), "|O", ">f8", "<f16", 8]), st.lists(NUMBERS, max_size=20), NUMBERS, NUMBERS
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=4)
    | st.builds(lambda tag, body: {tag: list(body)}, st.sampled_from("asy"), ARRAY_BODIES),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["a", "s", "t", "d", "y", "o", "x", ""]), inner, max_size=2),
    max_leaves=8,
)  # fmt: skip


@given(JSON, st.binary(max_size=64))
def test_a_header_of_the_right_look_is_a_value_or_refused(coded: Any, payload: bytes) -> None:
    """Shapes, spans and dtypes that a submission made up never reach NumPy unchecked."""
    try:
        values.loads(json.dumps(coded).encode(), payload)
    except NotPlain:
        pass


@given(PLAIN, st.data())
def test_a_message_with_some_bytes_changed_is_a_value_or_refused(value: Any, data: Any) -> None:
    header, payload = map(bytearray, values.dumps(value))
    for part in (header, payload):
        for _ in range(data.draw(st.integers(0, 3)) if part else 0):
            part[data.draw(st.integers(0, len(part) - 1))] = data.draw(st.integers(0, 255))
    try:
        values.loads(bytes(header), bytes(payload)[: data.draw(st.integers(0, len(payload)))])
    except NotPlain:
        pass


@pytest.mark.parametrize(
    "header",
    [
        b'{"a":["<f8",[0,67108864,67108864,67108864],0,0]}',
        b'{"a":["<f8",[0,1099511627776],0,0]}',
        b'{"a":["<f8",[1099511627776,1099511627776],0,8]}',
        b'{"a":["|O",[1],0,8]}',
        b'{"a":["<f8",[1],4,8]}',
        b'{"a":["<f8",[1],-8,8]}',
        b'{"a":["<f8",[2],0,8]}',
        b'{"s":["<f8",[1],0,8]}',
        b'{"y":[0,true]}',
        b'{"d":[["a"]]}',
        b'{"d":[[1,2]]}',
        b'{"o":"x","a":1}',
        b'{"pickle":"x"}',
        b"[" * 100_000,
        b"1" * 5000,
    ],
    ids=lambda header: header[:48].decode(),
)
def test_what_breaks_the_rules_is_refused(header: bytes) -> None:
    with pytest.raises(NotPlain):
        values.loads(header, b"12345678")


def test_a_small_message_can_not_name_the_same_bytes_again_and_again() -> None:
    """A header of some kilobytes once stood for as much memory as its writer liked, all of it taken on the trusted side."""
    size = 1 << 16
    for coded in ({"a": ["|u1", [size], 0, size]}, {"y": [0, size]}):
        with pytest.raises(NotPlain):
            values.loads(json.dumps([coded] * 100).encode(), bytes(size))


def test_a_byte_that_is_no_truth_value_becomes_one() -> None:
    got = values.loads(b'{"a":["|b1",[3],0,3]}', b"\x00\x01\x07")
    assert got.tolist() == [False, True, True]
    assert set(got.tobytes()) <= {0, 1}


class Pair(NamedTuple):
    """What some students hand over instead of a tuple."""

    z: int
    r: int


class Loud(tuple):
    """A tuple whose own methods must not be asked."""

    __slots__ = ()

    def __iter__(self):
        raise RuntimeError

    def __len__(self):
        raise RuntimeError


def test_a_named_tuple_crosses_as_a_tuple() -> None:
    assert crossed(Pair(1, 2)) == (1, 2)
    assert crossed([Loud((1, 2))]) == [(1, 2)]


@pytest.mark.parametrize(
    ("module", "told"),
    [
        ("keras.src.models.sequential", "keras.Thing"),
        ("numpy", "numpy.Thing"),
        ("submission", "Thing"),
        ("__main__", "Thing"),
    ],
)
def test_a_type_is_named_as_a_student_knows_it(module: str, told: str) -> None:
    assert values.type_name(type("Thing", (), {"__module__": module})) == told
