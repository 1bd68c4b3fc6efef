"""Whole submissions of 01_gates that are written otherwise than the solution and its variants.

``honest/``   odd but right: none of them may lose a point
``faulty/``   one known mistake each, ``ID-FUNCTION-MANNER.py``: the checks of FUNCTION must name the mistake ID; such a file
              needs only the functions that are wrong, and has the solution's for the others
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from grader.checks.mistakes.declare import defining_part
from grader.course.master import read_master

_HERE = Path(__file__).parent / "01_gates"
MASTER = Path(__file__).parents[3] / "solutions" / "01_gates.py"


@dataclass(frozen=True, slots=True)
class Submission:
    """A student's file; ``mistake`` and ``named_by`` are empty for an honest one."""

    path: Path
    mistake: str = ""
    named_by: str = ""

    @property
    def source(self) -> str:
        """The file's text, and before it the solution's functions that a faulty one leaves out."""
        text = self.path.read_text(encoding="utf-8")
        return completed(text, MASTER) if self.mistake else text


def completed(text: str, solution: Path) -> str:
    """Give a file the solution's functions that it does not define itself."""
    master = read_master(solution)
    own = {name for statement in ast.parse(text).body for name in _defined(statement)}
    if own.issuperset(master.graded_names):
        return text
    kept = [each for each in ast.parse(defining_part(master.text)).body if own.isdisjoint(_defined(each))]
    return f"{ast.unparse(ast.Module(kept, type_ignores=[]))}\n\n\n{text}"


def _defined(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def honest() -> tuple[Submission, ...]:
    """All odd but right submissions, by name."""
    return tuple(Submission(path) for path in sorted((_HERE / "honest").glob("*.py")))


def faulty() -> tuple[Submission, ...]:
    """All submissions with one known mistake, by name."""
    return tuple(Submission(path, *path.stem.split("-")[:2]) for path in sorted((_HERE / "faulty").glob("*.py")))
