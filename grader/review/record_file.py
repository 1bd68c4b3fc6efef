"""A file of decisions that this and other processes append to, read again whenever it has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.scores.atomic import make_folder
from grader.scores.decisions import DECISIONS, Decisions, append_decisions, read_decisions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.scores.records import Adjustment


class RecordFile:
    """The decisions kept in one folder; the file is made with the first of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mark: tuple[int, ...] | None = (-1,)  # not read yet
        self._held = Decisions()

    @property
    def adjustments(self) -> tuple[Adjustment, ...]:
        """The decisions in the order of the file, as of the last time it was read."""
        return self._held.adjustments

    @property
    def unreadable(self) -> int:
        """How many lines hold no decision."""
        return len(self._held.unreadable)

    def refresh(self) -> bool:
        """Read the file again if it has changed, and say whether it had; raises UsageError if it can't be read."""
        mark = file_mark(self._folder / DECISIONS)
        if mark == self._mark:
            return False
        self._held = read_decisions(self._folder)
        self._mark = mark
        return True

    def add(self, decisions: Sequence[Adjustment]) -> None:
        """Append decisions; on disk once this returns. Raises OutputError."""
        if decisions:
            make_folder(self._folder)
            append_decisions(self._folder, decisions)


def file_mark(path: Path) -> tuple[int, ...] | None:
    """Return what is another as soon as a file was written to or replaced; None if there is none."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino
