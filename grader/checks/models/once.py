"""Work that is done once for all submissions of a run, whichever of the grading processes comes to it first."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from grader.scores.atomic import replace_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def once(folder: Path | None, key: str, work: Callable[[], Any]) -> Any:
    """The result of ``work`` (plain JSON) for a key: computed by the first who asks, while others wait, then read.

    ``folder`` is the run's own; without one the work is done at once. What raises is not kept.
    """
    if folder is None:
        return work()
    import fcntl  # not on every system, and no run is graded without it

    name = hashlib.sha256(key.encode()).hexdigest()
    kept = folder / f"{name}.json"
    lock = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if kept.exists():
            return json.loads(kept.read_text(encoding="utf-8"))
        result = work()
        replace_file(kept, json.dumps(result))
        return result
    finally:
        os.close(lock)
