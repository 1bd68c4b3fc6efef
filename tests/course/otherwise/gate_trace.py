"""Whole submissions of 05_trace that are written otherwise than the solution and its variants.

``honest/``   odd but right: none of them may lose a point
``noted/``    right, and told of a mistake of reading, ``ID-MANNER.py``: none of them may lose a point either
``faulty/``   one known mistake each, ``ID-gate_trace-MANNER.py``: a check must name the mistake ID
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent / "05_trace"


@dataclass(frozen=True, slots=True)
class Submission:
    """A student's file; ``mistake`` is empty for an honest one."""

    path: Path
    mistake: str = ""

    @property
    def source(self) -> str:
        """The file's text."""
        return self.path.read_text(encoding="utf-8")


def honest() -> tuple[Submission, ...]:
    """All odd but right submissions, by name."""
    return tuple(Submission(path) for path in sorted((_HERE / "honest").glob("*.py")))


def noted() -> tuple[Submission, ...]:
    """All right submissions that are told of a mistake of reading, by name."""
    return tuple(Submission(path, path.stem.partition("-")[0]) for path in sorted((_HERE / "noted").glob("*.py")))


def faulty() -> tuple[Submission, ...]:
    """All submissions with one known mistake, by name."""
    return tuple(Submission(path, path.stem.partition("-")[0]) for path in sorted((_HERE / "faulty").glob("*.py")))
