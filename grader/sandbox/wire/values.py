"""Plain data as bytes: what may cross between the grader and a worker, and nothing else.

A message is a JSON header and one block of raw array data. JSON can hold only None, booleans, numbers, strings, lists and
objects, so a header can't make the reader run anything; arrays travel as dtype, shape and raw little-endian bytes.
What is not plain data crosses as the name of its type (`Opaque`) and can't be computed with, or, for the few kinds that
exercises are about, as facts about it in plain data (`Facts`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_HEADER = 4 << 20  # bytes of JSON; a gradebook-sized answer is a thousandth of it
MAX_PAYLOAD = 64 << 20  # bytes of arrays in one message
MAX_ANSWER_HEADER = 1 << 20  # of what comes out of a worker
MAX_ANSWER_PAYLOAD = 4 << 20  # three times the weights of the largest model that an exercise asks for
MAX_DEPTH = 16
MAX_ITEMS = 100_000
MAX_TEXT = 200_000  # characters of one string that comes out of a worker
MAX_INT_BITS = 4096

DTYPES = frozenset(
    ["|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"]
)  # numeric, fixed size, no objects


_MOST = 1 << 40  # along one axis of an array
_KNOWN = {name: np.dtype(name) for name in DTYPES}
_SCALARS = frozenset(dtype.type for dtype in _KNOWN.values()) | {np.longdouble}


_LEAVES = frozenset({bool, float, int, str, type(None)})  # of what JSON holds


# What is encoded has just been built, and can't hold itself.
_write = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_read = json.JSONDecoder().decode


class NotPlain(ValueError):
    """A message breaks the rules of this module."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that is not plain data, known by its type's name only."""

    type_name: str


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Plain data that stands for an object of some kind: how to make one in a worker, or what a call gave.

    Two are equal if their data are the same by `same`, arrays included.
    """

    kind: str
    data: Any

    def __eq__(self, other: object) -> bool:
        return type(other) is Facts and self.kind == other.kind and same(self.data, other.data)

    def __hash__(self) -> int:
        return hash(self.kind)


def same(one: Any, other: Any) -> bool:
    """Whether two pieces of plain data are of the same types, dtypes, shapes and bytes; a number is the same as itself, NaN too.

    Unlike ``==`` it gives a truth value whatever they hold.
    """
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray | np.generic):
        return bool(one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes())
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other) or bool(one != one and other != other)


class Encoder:
    """Turns one value into a header entry, gathering the raw bytes of its arrays."""

    def __init__(self, max_payload: int = MAX_PAYLOAD) -> None:
        self.blocks: list[bytes] = []
        self.size = 0
        self._items = 0
        self._max_payload = max_payload

    def encode(self, value: Any, depth: int = 0) -> Any:
        """The JSON form of ``value``; exact types only, so no method of a submission's class is ever called."""
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is int:
            return value if value.bit_length() <= MAX_INT_BITS else {"o": "int of more than 1,200 digits"}
        if kind is float:
            return value
        if kind is str:
            return value if len(value) <= MAX_TEXT else {"o": f"str of {len(value):,} characters"}
        if kind is bytes:
            return {"y": self._block(value)} if self._fits(len(value)) else {"o": "bytes too large to hand over"}
        if kind is np.ndarray:
            return self._array(value)
        if type(kind) is type and kind in _SCALARS:  # a metaclass could answer for its class
            return self._scalar(value)
        if kind is Opaque:
            return {"o": value.type_name}
        if kind is Facts:
            return {"f": [value.kind, self.encode(value.data, depth + 1)]}
        if kind is list or kind is tuple or kind is dict:
            return self._container(value, kind, depth)
        if any(base is tuple for base in type.__dict__["__mro__"].__get__(kind)):  # a named tuple crosses as a tuple
            return self._container(tuple(tuple.__iter__(value)), tuple, depth)
        return {"o": type_name(kind)}

    def _container(self, value: Any, kind: type, depth: int) -> Any:
        self._items += len(value)
        if depth >= MAX_DEPTH or self._items > MAX_ITEMS:
            return {"o": f"{kind.__name__} too deep or too long to hand over"}
        if kind is dict:
            if not all(type(key) is str for key in value):
                return {"o": "dict with keys that are not strings"}
            return {"d": [[key, self.encode(item, depth + 1)] for key, item in value.items()]}
        # by identity: to look a type up is to ask its metaclass, which a submission may have written
        items = [item if item is None or type(item) is float else self.encode(item, depth + 1) for item in value]
        return items if kind is list else {"t": items}

    def _array(self, value: np.ndarray[Any, Any]) -> Any:
        dtype = value.dtype
        if dtype.str in _KNOWN:  # nearly always, and quickly
            if not self._fits(value.nbytes):
                return {"o": f"array of shape {value.shape}, too large to hand over"}
            return {"a": [dtype.str, [*value.shape], *self._block(value.tobytes())]}
        if dtype.kind == "f" and dtype.itemsize > 8:  # long double: judged as float64, kept exact nowhere
            dtype = np.dtype("<f8")
        dtype = dtype.newbyteorder("<")
        if dtype.str not in DTYPES:
            return {"o": f"array of dtype {str(value.dtype)[:80]}"}
        if not self._fits(value.size * dtype.itemsize):
            return {"o": f"array of shape {value.shape}, too large to hand over"}
        raw = np.ascontiguousarray(value, dtype=dtype).tobytes()
        return {"a": [dtype.str, list(value.shape), *self._block(raw)]}

    def _scalar(self, value: np.generic) -> Any:
        coded = self._array(np.asarray(value))
        return {"s": coded["a"]} if "a" in coded else {"o": type_name(type(value))}

    def _fits(self, size: int) -> bool:
        return self.size + size <= self._max_payload

    def _block(self, raw: bytes) -> list[int]:
        start = self.size
        self.blocks.append(raw)
        self.size += len(raw)
        return [start, len(raw)]


def type_name(kind: type) -> str:
    """A type's name without asking a metaclass that a submission may have written.

    It names the package, not the whole module: students know keras.Sequential, not keras.src.models.sequential.Sequential.
    """
    try:
        name = type.__dict__["__name__"].__get__(kind)
        module = type.__dict__["__module__"].__get__(kind)
    except Exception:
        return "object"
    if type(name) is not str or type(module) is not str:
        return "object"
    name, module = name[:80], module[:80]
    return name if module in ("builtins", "submission", "__main__") else f"{module.partition('.')[0]}.{name}"


def dumps(message: Any, max_header: int = MAX_HEADER, max_payload: int = MAX_PAYLOAD) -> tuple[bytes, bytes]:
    """Header and payload of one message; what is larger than allowed is named in place of its value."""
    encoder = Encoder(max_payload)
    coded = encoder.encode(message)
    header = _write(coded).encode("ascii")
    if len(header) > max_header:
        coded, encoder = {"o": "a value too large to hand over"}, Encoder()
        header = _write(coded).encode("ascii")
    return header, b"".join(encoder.blocks)


def loads(header: bytes, payload: bytes) -> Any:
    """The value of one message; raises NotPlain for anything that breaks the rules."""
    try:
        coded = _read(header.decode("ascii"))
    except (ValueError, RecursionError) as error:
        raise NotPlain(f"the header is no JSON: {type(error).__name__}") from None
    return _Decoder(payload).decode(coded, 0)


def copied(value: Any) -> Any:
    """A copy of plain data that shares nothing with it that can be changed, but for facts, which nobody changes."""
    kind = type(value)
    if kind is np.ndarray:
        return value.copy()
    if kind is list or kind is tuple:
        return kind([copied(item) for item in value])
    if kind is dict:
        return {key: copied(item) for key, item in value.items()}
    return value


class _Decoder:
    """Reads one message, handing out every block of the payload once and in order, as the encoder laid them.

    So a small header can't make many large arrays of one block.
    """

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._taken = 0
        self._items = 0

    def decode(self, coded: Any, depth: int) -> Any:
        kind = type(coded)
        self._items += 1
        if depth > 2 * MAX_DEPTH or self._items > 4 * MAX_ITEMS:
            raise NotPlain("nested too deeply, or of too many parts")
        if kind in _LEAVES:
            return coded
        if kind is list:
            self._items += len(coded)
            return [item if type(item) in _LEAVES else self.decode(item, depth + 1) for item in coded]
        if kind is not dict or len(coded) != 1:
            raise NotPlain("an unknown form")
        ((tag, body),) = coded.items()
        if tag == "t" and isinstance(body, list):
            return tuple(self.decode(item, depth + 1) for item in body)
        if tag == "d" and isinstance(body, list):
            return self._dict(body, depth)
        if tag == "a":
            return self._array(body)
        if tag == "s":
            array = self._array(body)
            if array.ndim:
                raise NotPlain("a scalar with a shape")
            return array[()]
        if tag == "y":
            return self._block(body)
        if tag == "o" and isinstance(body, str):
            return Opaque(body[:200])
        if tag == "f" and isinstance(body, list) and len(body) == 2 and isinstance(body[0], str):
            return Facts(body[0][:80], self.decode(body[1], depth + 1))
        raise NotPlain("an unknown form")

    def _dict(self, body: list[Any], depth: int) -> dict[str, Any]:
        decoded: dict[str, Any] = {}
        self._items += len(body)
        for pair in body:
            if not (type(pair) is list and len(pair) == 2 and type(pair[0]) is str):
                raise NotPlain("a dict entry that is no pair")
            key, item = pair
            decoded[key] = item if type(item) in _LEAVES else self.decode(item, depth + 1)
        return decoded

    def _array(self, body: Any) -> np.ndarray[Any, Any]:
        if not (type(body) is list and len(body) == 4 and type(body[0]) is str and body[0] in _KNOWN):
            raise NotPlain("an array of unknown dtype")
        name, shape, start, length = body
        if not (type(shape) is list and len(shape) <= MAX_DEPTH):
            raise NotPlain("an array of impossible shape")
        size = spread = 1
        for count in shape:
            if type(count) is not int or not 0 <= count <= _MOST:
                raise NotPlain("an array of impossible shape")
            size *= count
            spread *= count or 1
        dtype = _KNOWN[name]
        self._take(start, length)
        if size * dtype.itemsize != length:
            raise NotPlain("an array whose shape and size disagree")
        if spread > MAX_PAYLOAD:  # empty, but NumPy refuses such shapes
            raise NotPlain("an array of impossible shape")
        if dtype.kind == "b":  # a byte other than 0 or 1 is no truth value
            return np.ndarray(shape, np.uint8, self._payload, start).astype(np.bool_)
        return np.ndarray(shape, dtype, self._payload, start).copy()

    def _block(self, span: Any) -> bytes:
        if not (type(span) is list and len(span) == 2):
            raise NotPlain("a block that is nowhere")
        start, length = span
        self._take(start, length)
        return self._payload[start : start + length]

    def _take(self, start: Any, length: Any) -> None:
        if not (type(start) is int and type(length) is int and 0 <= length <= _MOST):
            raise NotPlain("a block that is nowhere")
        if start != self._taken or start + length > len(self._payload):
            raise NotPlain("a block outside its message")
        self._taken += length
