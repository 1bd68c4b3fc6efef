"""Work that is done once for all submissions of a run, whichever of the grading processes comes to it first.

Where the run's folder leads to a store, what is done once is kept there for the runs that follow.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from grader.scores.atomic import replace_file
from grader.scores.lead import lead_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def once(where: Path | None, key: str, work: Callable[[], Any]) -> Any:
    """The result of ``work`` (plain JSON) for a key: computed by the first who asks, while others wait, then read.

    ``where`` is the run's own folder, which may lead to a store; without one the work is done at once. What raises is not kept.
    """
    if where is None:
        return work()
    import fcntl  # not on every system, and no run is graded without it

    name = hashlib.sha256(key.encode()).hexdigest()
    kept = where / f"{name}.json"
    lock = os.open(where / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if kept.exists():
            return json.loads(kept.read_text(encoding="utf-8"))
        lead = lead_of(where)
        earlier = lead.look_up(key) if lead is not None else None
        text = earlier if earlier is not None else json.dumps(work())
        replace_file(kept, text)
        if lead is not None and earlier is None:
            lead.put(key, text)
        return json.loads(text)
    finally:
        os.close(lock)
