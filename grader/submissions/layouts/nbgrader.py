"""nbgrader: ``submitted/STUDENT/ASSIGNMENT/`` beside the course's own folders."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grader.errors import UnreadableWork
from grader.submissions.files import open_plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.submissions.files import Folder

SUBMITTED = "submitted"
_TIMESTAMP = "timestamp.txt"
_LONGEST = 1_000  # bytes
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?)(?: ([A-Za-z_/+-]{1,40}))?"
)
_OWN = frozenset({"source", "release", "autograded", "feedback", SUBMITTED})


def is_nbgrader(
    top: Folder, inner: Folder | None, holds_work: Callable[[str], bool], is_named: Callable[[str], bool]
) -> bool:
    """Return whether ``inner``, the folder ``submitted`` in this one, holds the students, and this one is no class."""
    if inner is None or not inner.folders or any(map(is_named, inner.works)):
        return False
    return not any(holds_work(name) for name in top.folders if name not in _OWN)


def read_timestamp(folder: Folder) -> datetime | None:
    """When an assignment was handed in, as nbgrader wrote it beside; None if it did not, or in an unknown zone."""
    if _TIMESTAMP not in folder.others:
        return None
    try:
        with open_plain(folder.place(_TIMESTAMP), _LONGEST) as file:
            found = _TIME.match(file.read(_LONGEST).decode("ascii", "replace").strip())
        zoned = datetime.fromisoformat(found[1]).replace(tzinfo=ZoneInfo(found[2] or "UTC")) if found else None
        return zoned and zoned.astimezone(UTC)
    except (UnreadableWork, OSError, ValueError, OverflowError, ZoneInfoNotFoundError):
        return None
