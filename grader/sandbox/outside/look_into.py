"""A way to look into files without trusting them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Protocol

from grader.errors import UnreadableWork
from grader.sandbox.lockdown import Plan, ResourceLimits
from grader.sandbox.outside.conversation import WorkerDied, WorkerLate
from grader.sandbox.outside.launch import Zygote
from grader.sandbox.outside.process import Spawning, WorkerProcess
from grader.sandbox.outside.what_ran import contents_of
from grader.sandbox.wire.messages import DescribeFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from grader.source.contents import Contents, Signature
    from grader.source.text import Kind

LOOK_SECONDS = 20.0
LOOK_MEMORY = 2 << 30  # bytes
MAX_KEPT = 10_000  # files whose contents it remembers


class KnownContents(Protocol):
    """Remembers what files hold over several runs, each by a digest."""

    def recall(self, key: str) -> Contents | None:
        """What the file holds, if it is known."""

    def remember(self, key: str, contents: Contents) -> None:
        """Takes in what a file holds."""


class Looking:
    """Says what files hold, each in its own locked process that runs none of it; started at the first look."""

    def __init__(self, exercises: Sequence[Signature], plan: Plan, known: KnownContents | None = None) -> None:
        """``known`` are the files that earlier runs looked into."""
        self._known = known
        self._names = [name for each in exercises if not each.written for name in each.names]
        self._questions = [name for each in exercises if each.written for name in each.names]
        self._plan = plan
        self._zygote: Zygote | None = None
        self._seen: dict[tuple[Kind, bytes], Contents] = {}  # most files that a class did not touch are the same

    def __enter__(self) -> Looking:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._zygote is not None:
            self._zygote.close()

    def __call__(self, data: bytes, kind: Kind, name: str) -> Contents:
        """What a file holds of the course's names and questions; raises UnreadableWork."""
        key = (kind, hashlib.sha256(data).digest())
        if key not in self._seen:
            if len(self._seen) >= MAX_KEPT:
                self._seen.clear()
            self._seen[key] = self._recalled(data, kind, name)
        return self._seen[key]

    def _recalled(self, data: bytes, kind: Kind, name: str) -> Contents:
        if self._known is None:
            return self._look(data, kind, name)
        asked = "\0".join((kind, *self._names, "", *self._questions)).encode()
        key = hashlib.sha256(hashlib.sha256(asked).digest() + hashlib.sha256(data).digest()).hexdigest()
        found = self._known.recall(key)
        if found is None:
            found = self._look(data, kind, name)
            self._known.remember(key, found)
        return found

    def _look(self, data: bytes, kind: Kind, name: str) -> Contents:
        if self._zygote is None:
            self._zygote = Zygote((), self._plan)
            self._zygote.wait_until_ready()
        process = WorkerProcess(Spawning(self._zygote.control, "", (), ResourceLimits(memory=LOOK_MEMORY)))
        question = DescribeFile(data, kind, name, tuple(self._names), tuple(self._questions))
        try:
            return contents_of(process.ask(question, LOOK_SECONDS))
        except (WorkerLate, WorkerDied):
            raise UnreadableWork("it is too large or too deeply nested to be read") from None
        finally:
            process.end()
