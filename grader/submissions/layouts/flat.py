"""A folder of files, each named after its student and an exercise, as a shared drive or a form collects them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from grader.submissions.layouts.entries import Entry, Layout
from grader.submissions.names import is_version, without_exercise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.submissions.files import Folder


def read_flat(top: Folder, exercises: Sequence[str]) -> Layout:
    """Read each file as a student's; if it is no work, only a zip or one that bears an exercise's or a student's name."""
    entries: list[Entry] = []
    spelled: dict[str, str] = {}
    for name in top.works:
        student, file = _taken_apart(name, exercises)
        if student:
            entries.append(Entry(spelled.setdefault(_folded(student), student), name, file))
    for name in top.others:
        student, file = _taken_apart(name, exercises)
        is_theirs = name.lower().endswith(".zip") or file != name or _folded(student) in spelled
        if student and is_theirs:
            entries.append(Entry(spelled.setdefault(_folded(student), student), name, file))
    return Layout("files named after students", tuple(entries))


def looks_flat(top: Folder, exercises: Sequence[str]) -> list[str]:
    """Return files that bear an exercise's name and different further ones, as those of a class do; none if not two."""
    found: dict[str, str] = {}
    for name in top.works:
        apart = without_exercise(name, exercises)
        if apart and apart[0] and not is_version(apart[0]):
            found.setdefault(_folded(apart[0]), name)
    return list(found.values()) if len(found) > 1 else []


def _taken_apart(name: str, exercises: Sequence[str]) -> tuple[str, str]:
    """Return a file's student and its own name; if no exercise stands in it, it is named after the student alone."""
    apart = without_exercise(name, exercises)
    if apart is None:
        stem = name.rpartition(".")[0] or name
        return stem.strip(), name
    return apart


def _folded(student: str) -> str:
    return re.sub(r"[\s_-]+", " ", unicodedata.normalize("NFC", student)).casefold().strip()
