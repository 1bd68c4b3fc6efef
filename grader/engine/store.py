"""The store of a run: what it knows already, and what it adds as it goes on; whatever becomes of its file, the run goes on."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from grader.errors import OutputError
from grader.scores.lead import Lead
from grader.scores.store_file import DamagedStore, StoreFailure, StoreFile, failure_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

T = TypeVar("T")
UNUSED_DAYS = 400  # a course comes back after a year
MOST_BYTES = 2 << 30
NETWORK = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "lustre", "gpfs", "beegfs", "fuse.", "glusterfs", "orangefs")
_ASIDE = 1_000  # damaged files beside each other


class Store:
    """A file of kept results, in use by this run and perhaps by others.

    ``tell`` hears, in a line, what happened to the file. Once it can't be used, nothing is known and nothing is kept, and
    ``trouble`` is the line that ends a run with 1, if the file could not be written.
    """

    def __init__(self, path: Path, tell: Callable[[str], None]) -> None:
        """Opens the file or makes it; one that is damaged stays beside a new one.

        Raises OutputError if there can be no file: before anything is graded, another name is easily given.
        """
        self.path = path
        self.trouble = ""
        self.renewed = 0  # how often it was begun anew
        self._tell = tell
        self._file: StoreFile | None = None
        self._shares_memory = not on_network(path)
        if not self._shares_memory:
            tell(
                f"{path} is on a network disk, where keeping results is slower and several runs wait for each other: "
                "--store names a file on a disk of this machine."
            )
        self._lock: int | None = None
        try:
            if path.is_dir():
                raise IsADirectoryError(21, "it is a folder")
            self._lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            self._open()
        except OSError as error:
            self.close()
            raise OutputError(_unwritable(path, error.strerror or str(error))) from None
        except sqlite3.Error as error:
            self.close()
            raise OutputError(_unwritable(path, str(error))) from None
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def lead(self, basis: str, *, reads: bool = True) -> Lead:
        """What leads the processes that grade to this store."""
        return Lead(str(self.path.absolute()), basis, reads, self._shares_memory)

    def get(self, key: str) -> bytes | None:
        """What is kept under a key, or None."""
        return self._tried(lambda file: file.get(key), None)

    def put(self, key: str, value: bytes) -> None:
        """Keeps a value; it is there from now on, even if this process is killed."""
        self._tried(lambda file: file.put(key, value), None)

    def put_all(self, values: Mapping[str, bytes]) -> None:
        """Keeps several values."""
        if values:
            self._tried(lambda file: file.put_all(values), None)

    def use(self, keys: Iterable[str]) -> None:
        """Notes that these were used."""
        used = list(keys)
        if used:
            self._tried(lambda file: file.use(used), None)

    def refuse(self, why: str) -> None:
        """Begins anew, since what was kept can't be what a run kept."""

        def say_so(_file: StoreFile) -> None:
            raise DamagedStore(why)

        self._tried(say_so, None, times=1)

    def close(self) -> None:
        """Closes the file, without what nobody used for long."""
        if self._file is not None:
            with suppress(sqlite3.Error):
                self._file.prune(UNUSED_DAYS, MOST_BYTES)
            self._let_go()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _tried(self, do: Callable[[StoreFile], T], otherwise: T, times: int = 2) -> T:
        for _ in range(times):
            if self._file is None:
                break
            try:
                return do(self._file)
            except sqlite3.Error as error:
                self._deal_with(error)
        return otherwise

    def _deal_with(self, error: sqlite3.Error) -> None:
        self._let_go()
        failure = failure_of(error)
        if failure is StoreFailure.UNWRITABLE:
            self.trouble = f"{self.path} can't be written ({error}): what was graded is in the report, and not kept."
            return
        if failure is StoreFailure.BUSY:
            self._tell(f"{self.path} is in use by others for too long ({error}): this run keeps nothing more in it.")
            return
        try:
            if self.renewed:
                self._tell(f"{self.path} is damaged again ({error}): this run keeps nothing more in it.")
            elif self._alone():
                self._begin_anew(error)
            else:
                self._leave_to_others(error)
        except (sqlite3.Error, OSError) as another:
            self._let_go()
            self.trouble = f"{self.path} can't be written ({another}): what was graded is in the report, and not kept."
        finally:
            self._together()

    def _open(self) -> None:
        """Opens the file while no other run does; raises sqlite3.Error and OSError."""
        alone = self._alone()
        try:
            if not alone:
                self._together()  # whoever is alone with the file now makes it or sets it aside, which takes a moment
            self._file = self._opened()
        except sqlite3.Error as error:
            failure = failure_of(error)
            if failure is StoreFailure.UNWRITABLE:
                raise
            if failure is StoreFailure.BUSY:
                self._tell(f"{self.path} is in use by others for too long ({error}): this run keeps nothing in it.")
            elif alone:
                self._begin_anew(error)
            else:
                self._leave_to_others(error)
        finally:
            self._together()

    def _opened(self) -> StoreFile:
        return StoreFile(self.path, shares_memory=self._shares_memory)

    def _begin_anew(self, error: sqlite3.Error) -> None:
        aside = _set_aside(self.path)
        self._tell(f"{self.path} is damaged ({error}): it stays as {aside.name}, and a new one is begun.")
        self.renewed += 1
        self._file = self._opened()

    def _leave_to_others(self, error: sqlite3.Error) -> None:
        self._tell(f"{self.path} is damaged ({error}), and another run has it open: this run keeps nothing in it.")

    def _let_go(self) -> None:
        if self._file is not None:
            with suppress(sqlite3.Error):
                self._file.close()
            self._file = None

    def _alone(self) -> bool:
        """Whether no other run has the file open; then none can open it until `_together`."""
        import fcntl  # not on Windows, where nothing is scored but this module is still imported

        assert self._lock is not None, "the lock is open as long as the store is"
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # a disk without such locks; SQLite has its own
        return True

    def _together(self) -> None:
        import fcntl

        if self._lock is not None:
            with suppress(OSError):
                fcntl.flock(self._lock, fcntl.LOCK_SH)


def on_network(path: Path) -> bool:
    """Whether a file lies on a disk that several machines share, so far as the system tells."""
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return False
    here = path.absolute().parent.resolve()
    kinds = {}
    for line in lines:
        left, _, right = line.partition(" - ")
        kinds[Path(left.split(" ")[4].encode().decode("unicode_escape", "replace"))] = right.partition(" ")[0]
    around = [each for each in (here, *here.parents) if each in kinds]
    return bool(around) and kinds[around[0]].startswith(NETWORK)


def _set_aside(path: Path) -> Path:
    """Renames a damaged file, and what SQLite wrote beside it, and returns the new name."""
    names = (path.with_name(f"{path.name}.damaged-{number}") for number in range(1, _ASIDE))
    aside = next(name for name in names if not os.path.lexists(name))
    os.rename(path, aside)
    for more in ("-wal", "-journal"):
        with suppress(FileNotFoundError):
            os.rename(f"{path}{more}", f"{aside}{more}")
    with suppress(FileNotFoundError):
        os.unlink(f"{path}-shm")
    return aside


def _unwritable(path: Path, why: str) -> str:
    return f"{path} can't be written ({why}): name another file with --store, or say --no-store."
