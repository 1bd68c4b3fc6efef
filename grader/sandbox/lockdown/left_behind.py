"""Removes what a worker left behind, if it had no file system of its own."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def remove_folder(folder: Path) -> None:
    """Removes a folder and all in it, however deep, and follows no link; what can't be removed stays.

    Folders are emptied upwards one level at a time: a tree of 100,000 levels neither exceeds Python's recursion nor the
    longest path. The one who made the folder must not be running any more.
    """
    number = 0
    while True:
        with contextlib.suppress(OSError):
            os.chmod(folder, 0o700)
        try:
            entries = list(os.scandir(folder))
        except OSError:
            return
        removed = 0
        for entry in entries:
            with contextlib.suppress(OSError):
                if not entry.is_dir(follow_symlinks=False):
                    os.unlink(entry.path)
                    removed += 1
                    continue
                os.chmod(entry.path, 0o700)
                for child in list(os.scandir(entry.path)):
                    number += 1
                    # the random part keeps off names that are there already
                    os.rename(child.path, folder / f".{os.urandom(6).hex()}.{number}")
                os.rmdir(entry.path)
                removed += 1
        if not removed:
            break
    with contextlib.suppress(OSError):
        os.rmdir(folder)
