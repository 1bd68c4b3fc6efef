"""What earlier runs saw in files while they looked for each student's work: a look costs a locked process, a memory does not.

Work is found before the folder of a run is opened, so what was seen now waits until there is a store to keep it in.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from grader.engine.store_keys import grader_code
from grader.scores.store_file import StoreFile, digest_of_parts
from grader.source.contents import Contents

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from grader.engine.store import Store


@dataclass(frozen=True, slots=True)
class _Written:
    """What a file holds, in JSON's own types; see `Contents`."""

    unreadable: str | None
    definitions: dict[str, tuple[str, ...]]
    bound: tuple[str, ...]
    broken: tuple[str, ...]
    answers: dict[str, tuple[str, ...]]


class KnownLooks:
    """Reads in the store's file, if it is there, as long as a ``with`` block lasts; raises nothing if it is damaged."""

    def __init__(self, path: Path | None) -> None:
        """``path`` is that of the store; without it nothing is known."""
        self._path = path
        self._file: StoreFile | None = None
        self._used: list[str] = []
        self._new: dict[str, bytes] = {}

    def __enter__(self) -> KnownLooks:
        if self._path is not None and self._path.is_file():
            try:
                self._file = StoreFile(self._path, make=False, reads_only=True)
            except sqlite3.Error:
                self._file = None  # the run opens it after this, and says what is wrong
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def recall(self, key: str) -> Contents | None:
        """What a file holds, if an earlier run looked into it."""
        if self._file is None:
            return None
        name = _named(key)
        try:
            value = self._file.get(name)
            if value is None:
                return None
            # not msgspec's own decoder: a name may hold half a character
            found = msgspec.convert(json.loads(value), _Written)
        except (sqlite3.Error, ValueError):
            return None
        self._used.append(name)
        bound, broken = frozenset(found.bound), frozenset(found.broken)
        return Contents(found.unreadable, found.definitions, bound, broken, found.answers)

    def remember(self, key: str, contents: Contents) -> None:
        """Takes in what a file holds."""
        bound, broken = tuple(sorted(contents.bound)), tuple(sorted(contents.broken))
        written = _Written(
            contents.unreadable, dict(contents.definitions), bound, broken, dict(contents.answers)
        )  # fmt: skip
        self._new[_named(key)] = json.dumps(msgspec.to_builtins(written)).encode()

    def keep_in(self, store: Store) -> None:
        """Keeps what was seen now."""
        store.put_all(self._new)
        store.use(self._used)


def _named(key: str) -> str:
    return digest_of_parts("look", grader_code(), sys.version, key)
