"""A work that a test made up: a file that is there, of one student."""

from __future__ import annotations

from pathlib import Path

from grader.submissions.files import load
from grader.submissions.names import kind_of
from grader.submissions.works import Work, digest_of


def work_of(file: Path, exercise: str, student: str) -> Work:
    """Read a file as finding work does, under its own name."""
    kind = kind_of(file.name)
    assert kind is not None
    data = load(file, kind)
    return Work((student,), exercise, file, file.name, kind, digest_of(data), data)
