"""One SQLite file of things that are kept under digests: several processes may use it at once, and each opens it for itself.

Everything in it carries a seal, so that a damaged file gives nothing rather than something else. A connection is never
taken over a fork.
"""

from __future__ import annotations

import enum
import hashlib
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SCHEMA = 1
APPLICATION = 0x47525553  # says in the file's head whose it is
BUSY_SECONDS = 20.0  # that one process waits while another writes, which takes milliseconds
LONGEST = 8 << 20  # bytes: what is longer is not kept
_DAY = 86_400
_TABLE = (
    "CREATE TABLE kept (key BLOB PRIMARY KEY, used INTEGER NOT NULL, seal BLOB NOT NULL, value BLOB NOT NULL)",
    "CREATE INDEX kept_by_use ON kept (used)",
)
_DAMAGED = {
    sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_SCHEMA, sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_RANGE,
}  # fmt: skip
_CUT_SHORT = {sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_INTERRUPT}


class StoreFailure(enum.Enum):
    """What an error of SQLite means for the file."""

    DAMAGED = enum.auto()  # it holds something else than it should
    BUSY = enum.auto()  # others had it for longer than anyone waits
    UNWRITABLE = enum.auto()  # the disk is full, or the system refuses


class DamagedStore(sqlite3.DatabaseError):
    """The file is a database, but not one of this grader, or what it holds does not fit its seal."""


def failure_of(error: sqlite3.Error) -> StoreFailure:
    """What an error means."""
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(error, DamagedStore) or code is None or code in _CUT_SHORT or code & 0xFF in _DAMAGED:
        return StoreFailure.DAMAGED
    return StoreFailure.BUSY if code & 0xFF in _BUSY else StoreFailure.UNWRITABLE


def digest_of_parts(*parts: str | bytes) -> str:
    """One sha256 of several texts, in hexadecimal digits; where one ends and the next begins counts."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


class StoreFile:
    """An open file; every method raises sqlite3.Error, which `failure_of` explains."""

    def __init__(self, path: Path, *, make: bool = True, shares_memory: bool = True, reads_only: bool = False) -> None:
        """Opens the file, and makes it if it is not there and ``make`` says so; if it ``reads only``, nothing is changed.

        Where processes ``share memory``, as on any disk of this machine, what is written needs no wait for the disk: it is
        there after the end of any process, and only a power cut loses the last of it. Elsewhere it is written in the older way.
        """
        mode = "rwc" if make else "rw"
        address = f"{path.absolute().as_uri()}?mode={mode}"
        self._connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            if not reads_only:
                self._prepare(shares_memory)
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self, shares_memory: bool) -> None:
        run = self._connection.execute
        (schema,), (application,) = (run(f"PRAGMA {name}").fetchone() for name in ("user_version", "application_id"))
        is_new = not (schema or application or run("SELECT 1 FROM sqlite_master").fetchone())
        if is_new:
            run("PRAGMA auto_vacuum=INCREMENTAL")
        (journal,) = run(f"PRAGMA journal_mode={'WAL' if shares_memory else 'TRUNCATE'}").fetchone()
        run(f"PRAGMA synchronous={'NORMAL' if journal == 'wal' else 'OFF'}")
        run("BEGIN IMMEDIATE")  # raises where it can't be written
        with self._connection:
            (schema,) = run("PRAGMA user_version").fetchone()
            if is_new and not schema:  # and no other process has made it meanwhile
                for statement in _TABLE:
                    run(statement)
                run(f"PRAGMA application_id={APPLICATION}")
                run(f"PRAGMA user_version={SCHEMA}")
            elif (schema, run("PRAGMA application_id").fetchone()[0]) != (SCHEMA, APPLICATION):
                raise DamagedStore("it has another schema")
        run("SELECT key, used, seal, value FROM kept LIMIT 1").fetchone()

    def get(self, key: str) -> bytes | None:
        """What is kept under a key (hexadecimal digits), or None; raises DamagedStore if it is not what was put there."""
        found = self._connection.execute("SELECT seal, value FROM kept WHERE key = ?", (bytes.fromhex(key),)).fetchone()
        if found is None:
            return None
        seal, value = found
        if not isinstance(value, bytes) or seal != _seal(key, value):
            raise DamagedStore("what it holds is not what was put there")
        return value

    def put(self, key: str, value: bytes) -> None:
        """Keeps a value, at once and whole; one that is too long is not kept."""
        if len(value) <= LONGEST:
            self._connection.execute(
                "INSERT OR REPLACE INTO kept (key, used, seal, value) VALUES (?, ?, ?, ?)",
                (bytes.fromhex(key), _today(), _seal(key, value), value),
            )

    def put_all(self, values: Mapping[str, bytes]) -> None:
        """Keeps several values together: all or none."""
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            for key, value in values.items():
                self.put(key, value)

    def use(self, keys: Iterable[str]) -> None:
        """Notes that these were used today."""
        today = _today()
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(
                "UPDATE kept SET used = ? WHERE key = ? AND used < ?",
                [(today, bytes.fromhex(key), today) for key in keys],
            )

    def prune(self, days: int, most: int) -> None:
        """Takes out what nobody used for so many days, and the longest unused if there are more than ``most`` bytes."""
        run = self._connection.execute
        run("DELETE FROM kept WHERE used < ?", (_today() - days,))
        while (size := self._size()) > most:
            (often,) = run("SELECT count(*) FROM kept").fetchone()
            if not often:
                break
            share = max(1, round(often * (1 - most / size)))
            run("DELETE FROM kept WHERE key IN (SELECT key FROM kept ORDER BY used LIMIT ?)", (share,))
        self._connection.executescript("PRAGMA incremental_vacuum")  # `execute` would free a single page

    def _size(self) -> int:
        pages, free, each = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * each)

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()


def look_up(path: Path, key: str, *, shares_memory: bool) -> bytes | None:
    """What a file that is there keeps under a key; None if it has nothing, or can't be used."""
    try:
        with closing(StoreFile(path, make=False, shares_memory=shares_memory)) as file:
            return file.get(key)
    except (sqlite3.Error, OSError):
        return None


def put_in(path: Path, key: str, value: bytes, *, shares_memory: bool) -> None:
    """Keeps a value in a file that is there, if that can be used."""
    try:
        with closing(StoreFile(path, make=False, shares_memory=shares_memory)) as file:
            file.put(key, value)
    except (sqlite3.Error, OSError):
        return  # whoever gave the file finds out, and says so


def _seal(key: str, value: bytes) -> bytes:
    return hashlib.sha256(key.encode() + value).digest()[:16]


def _today() -> int:
    return int(time.time()) // _DAY
