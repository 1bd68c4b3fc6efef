"""Plain data as bytes: what may cross between the grader and a worker, and nothing else.

A message is a JSON header and one block of raw array data. JSON can hold only None, booleans, numbers, strings, lists and
objects, so a header can't make the reader run anything; arrays travel as dtype, shape and raw little-endian bytes.
What is not plain data crosses as the name of its type (`Opaque`) and can't be computed with.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_HEADER = 4 << 20  # bytes of JSON; a gradebook-sized answer is a thousandth of it
MAX_PAYLOAD = 64 << 20  # bytes of arrays in one message
MAX_DEPTH = 16
MAX_ITEMS = 100_000
MAX_TEXT = 200_000  # characters of one string that comes out of a worker
MAX_INT_BITS = 4096

DTYPES = frozenset(
    ["|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"]
)  # numeric, fixed size, no objects


class NotPlain(ValueError):
    """A message breaks the rules of this module."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that is not plain data, known by its type's name only."""

    type_name: str


@dataclass(frozen=True, slots=True)
class Scalar:
    """A NumPy number, told apart from a Python one."""

    value: Any
    dtype: str


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
        if isinstance(value, np.generic) and kind.__module__ == "numpy":
            return self._scalar(value)
        if kind is Opaque:
            return {"o": value.type_name}
        if kind in (list, tuple, dict):
            return self._container(value, kind, depth)
        return {"o": type_name(kind)}

    def _container(self, value: Any, kind: type, depth: int) -> Any:
        self._items += len(value)
        if depth >= MAX_DEPTH or self._items > MAX_ITEMS:
            return {"o": f"{kind.__name__} too deep or too long to hand over"}
        if kind is dict:
            if not all(type(key) is str for key in value):
                return {"o": "dict with keys that are not strings"}
            return {"d": [[key, self.encode(item, depth + 1)] for key, item in value.items()]}
        items = [self.encode(item, depth + 1) for item in value]
        return items if kind is list else {"t": items}

    def _array(self, value: np.ndarray[Any, Any]) -> Any:
        dtype = value.dtype
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
    """A type's name without asking a metaclass that a submission may have written."""
    try:
        name = type.__dict__["__name__"].__get__(kind)
        module = type.__dict__["__module__"].__get__(kind)
    except Exception:
        return "object"
    name, module = str(name)[:80], str(module)[:80]
    return name if module in ("builtins", "submission", "__main__") else f"{module}.{name}"


def dumps(message: Any) -> tuple[bytes, bytes]:
    """Header and payload of one message."""
    encoder = Encoder()
    coded = encoder.encode(message)
    header = json.dumps(coded, separators=(",", ":")).encode("ascii")
    if len(header) > MAX_HEADER:
        coded, encoder = {"o": "a value too large to hand over"}, Encoder()
        header = json.dumps(coded).encode("ascii")
    return header, b"".join(encoder.blocks)


def loads(header: bytes, payload: bytes) -> Any:
    """The value of one message; raises NotPlain for anything that breaks the rules."""
    try:
        coded = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise NotPlain(f"the header is no JSON: {type(error).__name__}") from None
    return _decode(coded, payload, 0)


def _decode(coded: Any, payload: bytes, depth: int) -> Any:
    if depth > 2 * MAX_DEPTH:
        raise NotPlain("nested too deeply")
    if coded is None or isinstance(coded, bool | int | float | str):
        return coded
    if isinstance(coded, list):
        return [_decode(item, payload, depth + 1) for item in coded]
    if not isinstance(coded, dict) or len(coded) != 1:
        raise NotPlain("an unknown form")
    ((tag, body),) = coded.items()
    if tag == "t" and isinstance(body, list):
        return tuple(_decode(item, payload, depth + 1) for item in body)
    if tag == "d" and isinstance(body, list):
        return _decode_dict(body, payload, depth)
    if tag == "a":
        return _decode_array(body, payload)
    if tag == "s":
        array = _decode_array(body, payload)
        if array.ndim:
            raise NotPlain("a scalar with a shape")
        return array[()]
    if tag == "y" and _is_span(body, payload):
        return payload[body[0] : body[0] + body[1]]
    if tag == "o" and isinstance(body, str):
        return Opaque(body[:200])
    raise NotPlain("an unknown form")


def _decode_dict(body: list[Any], payload: bytes, depth: int) -> dict[str, Any]:
    decoded: dict[str, Any] = {}
    for pair in body:
        if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)):
            raise NotPlain("a dict entry that is no pair")
        decoded[pair[0]] = _decode(pair[1], payload, depth + 1)
    return decoded


def _decode_array(body: Any, payload: bytes) -> np.ndarray[Any, Any]:
    if not (isinstance(body, list) and len(body) == 4 and isinstance(body[0], str) and body[0] in DTYPES):
        raise NotPlain("an array of unknown dtype")
    name, shape, *span = body
    if not (isinstance(shape, list) and len(shape) <= MAX_DEPTH and all(_is_count(n) for n in shape)):
        raise NotPlain("an array of impossible shape")
    if not _is_span(span, payload):
        raise NotPlain("an array outside its message")
    dtype = np.dtype(name)
    if math.prod(shape) * dtype.itemsize != span[1]:
        raise NotPlain("an array whose shape and size disagree")
    if span[1] == 0 and any(n > MAX_PAYLOAD for n in shape):
        raise NotPlain("an array of impossible shape")
    raw = payload[span[0] : span[0] + span[1]]
    if dtype.kind == "b":  # a byte other than 0 or 1 is no truth value
        return np.frombuffer(raw, dtype=np.uint8).reshape(shape) != 0
    return np.frombuffer(bytearray(raw), dtype=dtype).reshape(shape)


def _is_count(number: Any) -> bool:
    return type(number) is int and 0 <= number <= 2**40


def _is_span(span: Any, payload: bytes) -> bool:
    return (
        isinstance(span, list)
        and len(span) == 2
        and all(_is_count(number) for number in span)
        and span[0] + span[1] <= len(payload)
    )
