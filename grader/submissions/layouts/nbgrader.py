"""nbgrader: ``submitted/STUDENT/ASSIGNMENT/`` beside the course's own folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.submissions.files import Folder

SUBMITTED = "submitted"
_OWN = frozenset({"source", "release", "autograded", "feedback", SUBMITTED})


def is_nbgrader(
    top: Folder, inner: Folder | None, holds_work: Callable[[str], bool], is_named: Callable[[str], bool]
) -> bool:
    """Return whether ``inner``, the folder ``submitted`` in this one, holds the students, and this one is no class."""
    if inner is None or not inner.folders or any(map(is_named, inner.works)):
        return False
    return not any(holds_work(name) for name in top.folders if name not in _OWN)
