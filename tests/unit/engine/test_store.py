"""The store's file: damaged, full, in use or gone, it never stops a run and never gives what was not put there."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from grader.engine import store as module
from grader.engine.store import Store, on_network
from grader.errors import OutputError
from grader.scores.store_file import SCHEMA, StoreFile, failure_of, look_up, put_in

KEY, OTHER = "ab" * 32, "cd" * 32


def filled(path: Path, rows: int = 300) -> Path:
    """Make a store that is some pages long."""
    with Store(path, print) as store:
        store.put_all({f"{number:064x}": os.urandom(500) for number in range(rows)})
        store.put(KEY, b"value")
    return path


def run_sql(path: Path, text: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(text)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "garbage": lambda path: path.write_bytes(b"garbage" * 1000),
    "cut short": lambda path: os.truncate(path, path.stat().st_size // 2),
    "a page of zeros": lambda path: path.write_bytes(path.read_bytes()[:4096] + bytes(path.stat().st_size - 4096)),
    "an older schema": lambda path: run_sql(path, f"PRAGMA user_version={SCHEMA - 1}"),
    "a newer schema": lambda path: run_sql(path, f"PRAGMA user_version={SCHEMA + 1}"),
    "another program's": lambda path: run_sql(path, "PRAGMA application_id=1"),
    "no table": lambda path: run_sql(path, "DROP TABLE kept"),
    "another table": lambda path: run_sql(path, "ALTER TABLE kept RENAME COLUMN seal TO mark"),
    "a changed row": lambda path: run_sql(path, f"UPDATE kept SET value = x'00' WHERE key = x'{KEY}'"),
    "no bytes": lambda path: run_sql(path, f"UPDATE kept SET value = 7 WHERE key = x'{KEY}'"),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_store_is_one_line_and_stays_beside_a_new_one(how: str, tmp_path: Path) -> None:
    path, told = filled(tmp_path / "kept"), list[str]()
    DAMAGE[how](path)
    damaged = path.read_bytes()
    with Store(path, told.append) as store:
        found = [store.get(f"{number:064x}") for number in range(300)]
        assert store.get(KEY) in (None, b"value")
        store.put(OTHER, b"new")
        assert store.get(OTHER) == b"new"
        assert store.trouble == ""
    assert None in found or how in ("a changed row", "no bytes")
    (line,) = told
    assert str(path) in line
    assert "\n" not in line
    assert (tmp_path / "kept.damaged-1").read_bytes() == damaged
    with Store(path, told.append) as store:
        assert store.get(OTHER) == b"new"
    assert len(told) == 1


def test_a_second_damage_finds_another_name(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / "kept").write_bytes(b"garbage" * number)
        with Store(tmp_path / "kept", print):
            assert (tmp_path / f"kept.damaged-{number}").read_bytes() == b"garbage" * number


def test_two_runs_share_a_file_and_neither_takes_it_from_the_other(tmp_path: Path) -> None:
    told: list[str] = []
    with Store(tmp_path / "kept", told.append) as one, Store(tmp_path / "kept", told.append) as other:
        one.put(KEY, b"1")
        other.put(OTHER, b"2")
        assert (one.get(OTHER), other.get(KEY)) == (b"2", b"1")
        run_sql(tmp_path / "kept", "UPDATE kept SET value = x'00'")
        assert (one.get(OTHER), one.get(KEY)) == (None, None)
        assert (tmp_path / "kept").exists()
    (line,) = told
    assert "another run has it open" in line
    assert not list(tmp_path.glob("kept.damaged*"))


def test_a_full_disk_is_one_line_that_ends_the_run_with_1_and_gives_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "StoreFile", SmallDisk)
    told: list[str] = []
    with Store(tmp_path / "kept", told.append) as store:
        for number in range(100):
            store.put(f"{number:064x}", os.urandom(3000))
        assert store.get(OTHER) is None
    assert told == []
    assert str(tmp_path / "kept") in store.trouble
    assert "full" in store.trouble
    assert "\n" not in store.trouble
    monkeypatch.undo()
    with Store(tmp_path / "kept", told.append) as store:
        assert store.get(f"{0:064x}") is not None, "what was kept before is there"


class SmallDisk(StoreFile):
    """A file on a disk with room for a few pages."""

    def __init__(self, path: Path, **options: bool) -> None:
        super().__init__(path, **options)
        self._connection.execute("PRAGMA max_page_count=30")


def test_a_file_that_can_not_be_is_named_before_anything_is_graded(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere" / "kept"):
        with pytest.raises(OutputError) as caught:
            Store(place, print)
        assert str(caught.value).startswith(f"{place} can't be written (")
        assert "--no-store" in str(caught.value)


def test_a_file_that_nobody_may_write_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = filled(tmp_path / "other")

    def refused(*_: object, **_options: object) -> StoreFile:
        with closing(sqlite3.connect(f"{other.as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("DELETE FROM kept")
        raise AssertionError

    monkeypatch.setattr(module, "StoreFile", refused)
    with pytest.raises(OutputError, match="readonly"):
        Store(tmp_path / "kept", print)


def test_a_busy_store_is_one_line_and_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.scores.store_file.BUSY_SECONDS", 0.0)
    told: list[str] = []
    with Store(tmp_path / "kept", told.append) as store:
        with closing(sqlite3.connect(tmp_path / "kept", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            store.put(KEY, b"value")
        assert store.trouble == ""
        assert store.get(KEY) is None
    (line,) = told
    assert "in use by others" in line


def test_what_nobody_used_for_long_goes_and_what_is_used_stays(tmp_path: Path) -> None:
    with closing(StoreFile(tmp_path / "kept")) as file:
        file.put_all({KEY: b"1", OTHER: b"2"})
        file._connection.execute("UPDATE kept SET used = used - 500")
        file.use([KEY])
        file.prune(module.UNUSED_DAYS, module.MOST_BYTES)
        assert (file.get(KEY), file.get(OTHER)) == (b"1", None)


def test_a_store_that_grows_too_large_loses_what_was_unused_longest(tmp_path: Path) -> None:
    with closing(StoreFile(tmp_path / "kept")) as file:
        file.put_all({f"{number:064x}": os.urandom(1000) for number in range(100)})
        file._connection.execute("UPDATE kept SET used = used - 1 WHERE rowid <= 50")
        file.prune(400, 60_000)
        left = [number for number in range(100) if file.get(f"{number:064x}") is not None]
    assert 0 < len(left) <= 60
    assert left == list(range(100 - len(left), 100))
    assert (tmp_path / "kept").stat().st_size < 80_000


def test_what_is_too_long_is_not_kept(tmp_path: Path) -> None:
    with Store(tmp_path / "kept", print) as store:
        store.put(KEY, bytes(9 << 20))
        assert store.get(KEY) is None


def test_a_file_that_others_opened_gives_and_takes_without_a_word(tmp_path: Path) -> None:
    """The processes that grade open it for a moment; what is wrong with it is the run's to say."""
    path = tmp_path / "kept"
    put_in(path, KEY, b"value", shares_memory=True)
    assert look_up(path, KEY, shares_memory=True) is None
    assert not path.exists()
    filled(path)
    put_in(path, OTHER, b"more", shares_memory=True)
    assert look_up(path, OTHER, shares_memory=True) == b"more"
    path.write_bytes(b"garbage")
    put_in(path, OTHER, b"more", shares_memory=True)
    assert look_up(path, OTHER, shares_memory=True) is None
    assert path.read_bytes() == b"garbage"


def test_on_a_network_disk_it_is_written_in_the_older_way_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "on_network", lambda _path: True)
    told: list[str] = []
    with Store(tmp_path / "kept", told.append) as store:
        store.put(KEY, b"value")
        assert not (tmp_path / "kept-wal").exists()
        assert store.get(KEY) == b"value"
    (line,) = told
    assert "network disk" in line


@pytest.mark.parametrize(
    ("kind", "shared"), [("nfs4", True), ("cifs", True), ("fuse.sshfs", True), ("ext4", False), ("tmpfs", False)]
)
def test_a_network_disk_is_known_by_its_mount(
    kind: str, shared: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = (
        f"1 0 0:1 / / rw - ext4 /dev/x rw\n2 1 0:2 / {str(tmp_path).replace(' ', chr(92) + '040')} rw - {kind} y rw\n"
    )
    monkeypatch.setattr(Path, "read_text", lambda *_, **_options: mounts)
    assert on_network(tmp_path / "kept") is shared
    assert not on_network(Path("/kept"))


def test_an_error_without_a_code_is_damage_and_one_of_the_system_is_not() -> None:
    error = sqlite3.OperationalError("disk I/O error")
    assert failure_of(error).name == "DAMAGED"
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    assert failure_of(error).name == "UNWRITABLE"
