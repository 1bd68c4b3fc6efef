"""What is graded: one file of one student."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Task:
    """One file to grade, and under which names its result is kept; a ``shared`` one counts for other exercises as well."""

    student: str
    exercise: str
    file: str
    path: str
    kind: Literal["script", "notebook"]
    page: str
    shared: bool = False
