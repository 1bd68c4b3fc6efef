"""Files that are whole or not there: written beside their place, then renamed into it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

UNFINISHED = ".part-"  # what a killed run may leave; the next one removes every file and folder named so


def replace_file(path: Path, text: str) -> None:
    """Put ``text`` (UTF-8) in the place of ``path``, whose folder exists; a reader sees the old or the new, never half.

    Raises OSError if the folder can't be written.
    """
    unfinished = path.with_name(f"{UNFINISHED}{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    # O_EXCL: nothing that someone put there in the meantime is followed or kept.
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text.encode("utf-8"))
    os.replace(unfinished, path)
