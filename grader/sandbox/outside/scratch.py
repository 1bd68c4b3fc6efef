"""Temporary folders of a run: each goes with the run, and the next run removes those of runs that were killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

LOCK = ".lock"  # held while the run that owns a temporary folder lives


class Scratch:
    """A temporary folder; used in a ``with`` block or closed."""

    def __init__(self, mode: int = 0o700) -> None:
        """Makes the folder, with its permissions, and removes those that nobody holds any more."""
        sweep()
        made = Path(tempfile.mkdtemp(prefix=".grader-"))
        made.chmod(mode)
        self._held = os.open(made / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._held, fcntl.LOCK_EX)
        # Under this name another run looks for folders whose lock nobody holds: it appears with the lock held.
        self.path = made.rename(made.with_name(f"grader-{os.getpid()}-{made.name.removeprefix('.grader-')}"))

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Removes the folder and all that is in it."""
        os.close(self._held)
        shutil.rmtree(self.path, ignore_errors=True)


def sweep() -> None:
    """Removes the temporary folders of runs that were killed and so could not do it themselves."""
    for folder in Path(tempfile.gettempdir()).glob("grader-*-*"):
        try:
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue  # a live run holds it
        finally:
            os.close(lock)
