"""What goes into a worker, how much it may use, and what starts one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from grader.sandbox.wire.messages import ReadFile

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from grader.sandbox.outside.conversation import Conversation
    from grader.source.text import Kind

Tell = Callable[[str], None]
GB = 1 << 30


class Allowed(Protocol):
    """What a course lets a submission use: seconds of wall time, and memory in GB."""

    @property
    def call_seconds(self) -> float:
        """For one call."""

    @property
    def statement_seconds(self) -> float:
        """For one statement."""

    @property
    def submission_seconds(self) -> float:
        """For all of it."""

    @property
    def memory_gb(self) -> float:
        """For each process."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds for one call, one statement and the whole submission; the limit of memory in words."""

    call: float
    statement: float
    submission: float
    memory: str

    @classmethod
    def of(cls, allowed: Allowed) -> Budget:
        """The budget of a submission to an exercise, by what the course allows."""
        return cls(
            allowed.call_seconds, allowed.statement_seconds, allowed.submission_seconds, f"{allowed.memory_gb:g} GB"
        )


@dataclass(frozen=True, slots=True)
class Workload:
    """The bytes of one submitted file and, once the bench of its exercise has added it, what of it is graded."""

    data: bytes
    kind: Kind
    name: str
    names: tuple[str, ...] = ()
    examples: Mapping[str, Any] = field(default_factory=dict)  # what grader.example gives, by exercise
    literals: tuple[str, ...] = ()  # those of the names that are values written down, not functions
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # patterns to be looked for in its text, by key
    stub: Mapping[str, Collection[str]] = field(default_factory=dict)  # digests of the names in the stub
    shared: bool = False  # the file counts for other exercises as well, and holds what those need
    keep: bool = False  # its own functions are told, to be kept beside the results

    def to_read(self, first: bool) -> ReadFile:
        """The request to read it; only the first worker looks for the patterns and tells the functions."""
        stub = {name: tuple(sorted(digests)) for name, digests in self.stub.items()}
        said = self.said if first else {}
        return ReadFile(
            self.data,
            self.kind,
            self.name,
            self.names,
            self.examples,
            self.literals,
            said,
            stub,
            keep=self.keep and first,
        )


class Starting(Protocol):
    """Whatever can start a worker."""

    def start(self) -> Conversation:
        """A worker, without waiting for it; raises WorkerFault if none is available."""
