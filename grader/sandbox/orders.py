"""What the grader asks of the process that workers are forked from, and what it reports back: one packet for each record.

Nothing of a submission speaks here: its process is locked away from these sockets. They are read as strictly as the other
messages all the same, so that a slip of ours shows as one.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, TypeVar, overload

from grader.sandbox.lockdown import Plan, ResourceLimits
from grader.sandbox.wire.codec import AtMost, NotARecord, WireRecord, decode, encode, record

MAX_ORDER = 1 << 20  # bytes; the first lists what may be read, entry by entry
MAX_REPORT = 1024
INTERRUPT = b"interrupt"
END = b"end"

T = TypeVar("T")


@record
class Prepare(WireRecord):
    """How to make ready for workers: ``preload`` and ``slow`` are modules that the larger of two zygotes imports.

    ``readable`` are the paths that workers may read, ``scratch`` is a folder to work in, ``own_path`` is taken off ``sys.path``.
    """

    preload: tuple[str, ...]
    slow: tuple[str, ...]
    plan: Plan
    readable: tuple[str, ...]
    scratch: str
    own_path: str


@record
class Spawn(WireRecord):
    """One worker: its limits, the packages that it is refused, and whether it comes from the zygote that imported more."""

    limits: ResourceLimits
    refused: tuple[str, ...]
    exercise: str
    full: bool


@record
class Ready(WireRecord):
    """Workers are available."""


@record
class Forked(WireRecord):
    """A keeper has forked its worker."""

    pid: int


@record
class Ended(WireRecord):
    """A worker has ended, with this wait status."""

    status: int


@record
class KeeperFault(WireRecord):
    """Why there is no worker, or none any more that is known of."""

    why: Annotated[str, AtMost(300, cut=True)]


KeeperReport = Forked | Ended | KeeperFault


def packed(made: WireRecord) -> bytes:
    """A record as one packet."""
    return json.dumps(encode(made)).encode()


@overload
def unpacked(kind: type[T], data: bytes) -> T: ...


@overload
def unpacked(kind: object, data: bytes) -> Any: ...


def unpacked(kind: Any, data: bytes) -> Any:
    """The record in a packet, of one kind or of several; raises NotARecord."""
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError):
        raise NotARecord("a packet that is no JSON") from None
    return decode(kind, plain)
