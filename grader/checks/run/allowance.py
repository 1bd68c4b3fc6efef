"""What a submission to an exercise may use, as those who run it want it told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.sandbox.outside.work import Budget

if TYPE_CHECKING:
    from grader.course.course_toml import Exercise

GB = 1 << 30


def budget(exercise: Exercise) -> Budget:
    """The time that a submission to an exercise may take."""
    limits = exercise.limits
    return Budget(limits.call_seconds, limits.statement_seconds, limits.submission_seconds, f"{limits.memory_gb:g} GB")
