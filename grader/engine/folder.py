"""The folder a run writes to: one run at a time, the seed kept, replaced results kept as history.

What was graded is written whatever happens, the marks first.
"""

from __future__ import annotations

import filecmp
import hashlib
import os
import re
import shutil
import signal
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import OutputError, UsageError
from grader.reports.classroom.large_class import LISTS
from grader.reports.standing_pages import STANDING
from grader.reports.write_run import is_own_page, write_pages, write_results
from grader.scores.atomic import UNFINISHED, make_folder, replace_file, writing
from grader.scores.decisions import DECISIONS
from grader.scores.kept_sources import SOURCES, KeptSources, read_kept, wanted_by
from grader.scores.read_run import read_record, read_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.scores.records import Results, RunRecord
    from grader.scores.settle import NotApplied

RESULTS = "results.json"
KEPT = (RESULTS, "gradebook.csv")
HISTORY = "history"
PAGES = "students"
CLASS_PAGE = "index.html"
STORE = ".store.sqlite"
_LOCK = ".lock"
_SEED = ".seed"
_LONGEST_SEED = 100  # digits
_LOOK_AGAIN = 0.1  # seconds between two looks at a folder that another holds
_PIECE = 1 << 20  # bytes of a file that are looked at together


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run's folder, held by this process alone."""

    path: Path

    def kept_seed(self) -> int | None:
        """Return the seed of the last run here, even one that was killed, or None if there was none."""
        try:
            text = (self.path / _SEED).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            text = ""
        if re.fullmatch(rf"-?[0-9]{{1,{_LONGEST_SEED}}}", text):
            return int(text)
        earlier = self.record()
        return None if earlier is None else earlier.seed

    def keep_seed(self, seed: int) -> None:
        """Keep ``seed`` for the runs that follow, from now on, so that being killed does not lose it."""
        replace_file(self.path / _SEED, f"{seed}\n")

    def results(self) -> Results | None:
        """Return the results in this folder, or None if there are none that can be read."""
        try:
            return read_run(self.path)
        except UsageError:
            return None

    def record(self) -> RunRecord | None:
        """Return the facts of the run in this folder without reading its rows, or None if there are none."""
        return read_record(self.path / RESULTS)

    def write(
        self,
        results: Results,
        sources: KeptSources | None = None,
        *,
        interrupted: bool,
        lapsed: Sequence[NotApplied] = (),
    ) -> Path | None:
        """Write what a run leaves, the marks first, and return where the results that it replaced are kept.

        ``sources`` are the functions of the files that were graded now; those of other rows stay. ``lapsed`` are the decisions
        that do not hold in these results, for the class page.
        Raises OutputError, which says where the marks are: nothing that was graded is lost.
        """
        try:
            replaced = self.keep_history(pages=interrupted)
            write_results(results, self.path)
        except OutputError as error:
            raise OutputError(f"{error} {_rescued(results)}") from None
        self._write_pages(results, sources, lapsed)
        return replaced

    def write_again(
        self, results: Results, sources: KeptSources | None = None, *, lapsed: Sequence[NotApplied] = ()
    ) -> None:
        """Write the same run's marks and pages as people have decided since; raises OutputError.

        The marks that this replaces are not kept: they can be had again from the decisions.
        """
        write_results(results, self.path)
        self._write_pages(results, sources, lapsed)

    def _write_pages(self, results: Results, sources: KeptSources | None, lapsed: Sequence[NotApplied]) -> None:
        try:
            write_pages(results, self.path, lapsed)
            self._keep_sources(results, sources)
        except OutputError as error:
            raise OutputError(f"{error} The marks are written: {self.path / RESULTS} and gradebook.csv.") from None

    def _keep_sources(self, results: Results, new: KeptSources | None) -> None:
        try:
            kept = read_kept(self.path) or KeptSources()
        except UsageError:  # damaged: what is graded now is kept all the same
            kept = KeptSources()
        if new is not None:
            kept.update(new)
        replace_file(self.path / SOURCES, kept.lines(wanted_by(results)))

    def keep_history(self, *, pages: bool = False) -> Path | None:
        """Copy the results about to be replaced to their own folder under ``history`` and return it.

        Call it just before the new results are written. The old ones stay where they are until then, so that there are
        results at every moment. ``pages`` keeps the whole report, for a run that replaces it with half of one. Returns
        None if there is nothing here yet; raises OutputError.
        """
        standing = [self.path / name for name in KEPT if (self.path / name).is_file()]
        if not standing:
            return None
        history = self.path / HISTORY
        make_folder(history)
        with writing(history):
            target = self._place(history, standing)
            if not target.exists():
                unfinished = history / f"{UNFINISHED}{os.getpid()}"
                unfinished.mkdir()
                try:
                    # Copies, no links: whoever edits a file of the run in place must not change what history keeps.
                    for file in standing:
                        shutil.copyfile(file, unfinished / file.name)
                    unfinished.rename(target)
                except OSError:
                    shutil.rmtree(unfinished, ignore_errors=True)  # half a copy would fill a full disk further
                    raise
            if pages:
                self._keep_pages(target)
        return target

    def _keep_pages(self, target: Path) -> None:
        make_folder(target / PAGES)
        lists = sorted((self.path / LISTS).glob("*.html"))
        if lists:
            make_folder(target / LISTS)
        for file in (self.path / CLASS_PAGE, *lists, *(self.path / PAGES).glob("*.html")):
            if file.is_file() and not file.is_symlink():
                replace_file(target / file.relative_to(self.path), file.read_bytes())

    def _place(self, history: Path, standing: list[Path]) -> Path:
        """Return where these files belong: a folder named after their run's start, the same one for equal files."""
        earlier = self.record()
        # Only digits and letters: a start that was read from a file must not lead out of the folder.
        started = re.sub(r"[^0-9A-Za-z]+", "-", earlier.started).strip("-")[:40] if earlier else ""
        target = history / started
        if started and (not target.exists() or all(_same(file, target / file.name) for file in standing)):
            return target
        digest = hashlib.sha256()
        for each in standing:
            with each.open("rb") as file:
                while piece := file.read(_PIECE):
                    digest.update(piece)
        return history / f"{started or 'unreadable'}-{digest.hexdigest()[:8]}"


def store_path(out: Path, asked: Path | None, submissions: Path) -> Path:
    """Return where a run keeps results for those that follow: in its folder, or in the file that was ``asked`` for.

    Raises UsageError for a file that a run writes in its folder itself, or one among the submissions.
    """
    if asked is None:
        return out / STORE
    place, own, theirs = asked.resolve(), out.resolve(), submissions.resolve()
    if place in {own / name for name in (*KEPT, CLASS_PAGE, DECISIONS, SOURCES, _SEED, _LOCK)}:
        raise UsageError(f"--store {asked} is a file of the reports; name another one, or leave --store out.")
    if theirs == place or (theirs.is_dir() and theirs in place.parents):
        raise UsageError(f"--store {asked} lies inside the submissions ({submissions}); name a file outside them.")
    return asked


@contextmanager
def open_run(out: Path, submissions: Path | None = None, *, patience: float = 0) -> Iterator[RunFolder]:
    """Make ``out`` if needed and hold it until the block ends; remove what a killed run left half-written.

    While another holds it, this waits for up to ``patience`` seconds.
    Raises UsageError, in one line, if ``out`` is a file, lies inside the folder of ``submissions`` (it would be graded as
    a student), would write its pages among them, holds what a run would replace and none wrote, or is held by another;
    OutputError if it can't be written.
    """
    _refuse_mixing(out, submissions)
    if not _is_a_runs(out):
        _refuse_others(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = os.open(out / _LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    except (FileExistsError, NotADirectoryError):
        raise UsageError(f"--out {out} is not a folder; name a folder that the reports may go to.") from None
    except OSError as error:
        raise OutputError(f"--out {out} can't be written ({error.strerror}); name another folder.") from None
    try:
        _hold(lock, out, patience)
        _refuse_strangers(out)
        _sweep(out)
        yield RunFolder(out)
    finally:
        # Closing releases the lock. The file stays: if it were removed, two runs could lock two files of that name.
        os.close(lock)


def _refuse_mixing(out: Path, submissions: Path | None) -> None:
    if submissions is None or not submissions.is_dir():
        return
    ours, theirs = out.resolve(), submissions.resolve()
    if ours == theirs or theirs in ours.parents:
        raise UsageError(f"--out {out} lies inside the submissions ({submissions}); name a folder outside them.")
    for name in (PAGES, LISTS, HISTORY):
        if ours / name == theirs or ours / name in theirs.parents:
            raise UsageError(f"--out {out} would write into the submissions ({submissions}); name another folder.")


def _is_a_runs(out: Path) -> bool:
    """Whether a run has written to a folder before: its results, its seed (if it was killed), or what it kept as history.

    Damaged results are a run's all the same: they must not stop the next one, and history keeps them.
    """
    return (
        (out / RESULTS).is_file() or RunFolder(out).kept_seed() is not None or any(out.glob(f"{HISTORY}/*/{RESULTS}"))
    )


def _refuse_others(out: Path) -> None:
    """Raises UsageError if a folder in which no run has written holds what one would replace, a teacher's gradebook say."""
    with writing(out):
        found = [name for name in KEPT if (out / name).is_file()]
        found += [CLASS_PAGE] * ((out / CLASS_PAGE).is_file() and not is_own_page(out / CLASS_PAGE))
        found += [
            f"{name} folder"
            for name in (PAGES, LISTS, HISTORY)
            if (out / name).is_dir() and not all(map(is_own_page, (out / name).iterdir()))
        ]
    if found:
        article = "an" if found[0] == CLASS_PAGE else "a"
        raise UsageError(f"{out} holds {article} {found[0]} that no run wrote: name another folder with --out.")


def _hold(lock: int, out: Path, patience: float) -> None:
    import fcntl  # not on Windows, where nothing is scored but this module is still imported

    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= end:
                raise UsageError(f"Another run is writing to {out}; wait for it, or use another folder.") from None
        except OSError as error:
            raise UsageError(
                f"--out {out} can't be locked ({error.strerror}); name a folder on another disk."
            ) from None
        time.sleep(_LOOK_AGAIN)


def refuse_busy(run: Path) -> None:
    """Raises UsageError if a run is writing to its folder just now; leaves no trace in it."""
    import fcntl

    try:
        lock = os.open(run / _LOCK, os.O_RDONLY)
    except OSError:  # no run's folder, or one that was copied without its lock
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(f"A run is writing to {run}; wait for it, then try again.") from None
    except OSError:  # a disk without locks
        return
    finally:
        os.close(lock)


def _refuse_strangers(out: Path) -> None:
    """Raises OutputError, before anything is graded, if something else is where the reports go."""
    for name, is_folder in (
        (PAGES, True),
        (LISTS, True),
        (HISTORY, True),
        *((name, False) for name in (*KEPT, CLASS_PAGE, DECISIONS, SOURCES, STANDING, STORE, _SEED)),
    ):
        path = out / name
        if is_folder and path.exists() and not path.is_dir():
            raise OutputError(f"{path} is a file, and a folder has to be there; move the file, or name another --out.")
        if not is_folder and path.is_dir():
            raise OutputError(
                f"{path} is a folder, and a file has to be there; move the folder, or name another --out."
            )


def _sweep(out: Path) -> None:
    """Remove what a killed run left half-written, in the folders that a run writes to."""
    for folder in (out, out / PAGES, out / LISTS, out / HISTORY):
        for left in folder.glob(f"{UNFINISHED}*"):
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink(missing_ok=True)


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and filecmp.cmp(one, other, shallow=False)


@contextmanager
def unbroken() -> Iterator[None]:
    """Holds Ctrl-C off for the seconds that ending and writing take, since half a report is useless."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is ever interrupted
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _rescued(results: Results) -> str:
    """Writes results that could not be written to their place elsewhere, and says where."""
    try:
        other = Path(tempfile.mkdtemp(prefix="gradebook-"))
        write_results(results, other)
    except (OSError, OutputError) as error:
        return f"What was graded could not be kept elsewhere either: {error}"
    return f"What was graded is in {other}, results.json and gradebook.csv."
