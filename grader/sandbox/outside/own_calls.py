"""What the grader's own functions do (the reference, known mistakes), reported as a worker reports a submission's.

Both have to report the same thing alike, so this uses the worker's own code for looking at a call.
"""

from __future__ import annotations

from typing import Any

from grader.sandbox.inside import faults
from grader.sandbox.inside.calls import changed, warning_kinds
from grader.sandbox.inside.objects import Live
from grader.sandbox.outside.what_ran import thrown

__all__ = ["changed", "described", "warning_kinds", "words_of"]


def described(value: Any) -> Any:
    """A value that a function gave, as it would have crossed: a table as facts, plain data as it is."""
    return Live().describe(value)


def words_of(error: BaseException) -> str:
    """The type and the text of an exception."""
    return thrown(faults.describe(error, frozenset()), name_places=False).words
