"""What is put into a worker, and what it may take."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds for one call, one statement and the whole submission; bytes of memory in words."""

    call: float
    statement: float
    submission: float
    memory: str


@dataclass(frozen=True, slots=True)
class Work:
    """The bytes of one submitted file, and what of it is graded."""

    data: bytes
    kind: str
    name: str
    names: tuple[str, ...]
    examples: Mapping[str, Any] = field(default_factory=dict)  # what grader.example gives, by exercise
    literals: tuple[str, ...] = ()  # those of the names that are values written down, not functions
