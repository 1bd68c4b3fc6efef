"""Whole submissions that are written otherwise than the solution of their exercise and the variants of its known mistakes.

``ID/honest/``  odd but right: none of them may lose a point
``ID/noted/``   right, and told of a mistake of reading, ``MISTAKE-MANNER.py``: none of them may lose a point either
``ID/faulty/``  one known mistake each, ``MISTAKE-FUNCTION-MANNER.py``: the checks of FUNCTION must name it; such a file
                needs only the functions that are wrong, and has the solution's for the others
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from helpers.repository import SOLUTIONS

from grader.checks.mistakes.declare import defining_part
from grader.course.master import read_master

HERE = Path(__file__).parent
_master = cache(read_master)  # one solution completes a hundred files


@dataclass(frozen=True, slots=True)
class Submission:
    """A student's file for an exercise; ``mistake`` and ``named_by`` are empty for an honest one."""

    path: Path
    exercise: str
    mistake: str = ""
    named_by: str = ""

    @property
    def source(self) -> str:
        """The file's text, and before it the solution's functions that a faulty one leaves out."""
        text = self.path.read_text(encoding="utf-8")
        return completed(text, SOLUTIONS / f"{self.exercise}.py") if self.named_by else text


def honest(exercise: str) -> tuple[Submission, ...]:
    """All odd but right submissions, by name."""
    return tuple(Submission(path, exercise) for path in _files(exercise, "honest"))


def noted(exercise: str) -> tuple[Submission, ...]:
    """All right submissions that are told of a mistake of reading, by name."""
    return tuple(Submission(path, exercise, path.stem.partition("-")[0]) for path in _files(exercise, "noted"))


def faulty(exercise: str) -> tuple[Submission, ...]:
    """All submissions with one known mistake, by name."""
    return tuple(Submission(path, exercise, *path.stem.split("-")[:2]) for path in _files(exercise, "faulty"))


def _files(exercise: str, kind: str) -> list[Path]:
    return sorted((HERE / exercise / kind).glob("*.py"))


def completed(text: str, solution: Path) -> str:
    """Give a file the solution's functions that it does not define itself."""
    master = _master(solution)
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
