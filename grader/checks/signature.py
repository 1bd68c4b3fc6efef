"""What tells an exercise by its content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.release.master import read_master, stub_text
from grader.submissions.source import definitions, read_source
from grader.submissions.works import Signature

if TYPE_CHECKING:
    from grader.course import Exercise


def signature(exercise: Exercise) -> Signature:
    """The graded names of an exercise and what the stub holds under each."""
    master = read_master(exercise.master)
    source = read_source(stub_text(master).encode(), "script", exercise.master.name)
    return Signature(exercise.id, master.graded_names, definitions(source, master.graded_names))
