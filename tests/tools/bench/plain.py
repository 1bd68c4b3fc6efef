"""A pytest plugin that runs an exercise's check files as most graders do: submission, checks and solution in one process.

The variables EXERCISE and SUBMISSION say which: an exercise that needs NumPy alone, and a script or notebook.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import types
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.checks.compare.answers import Answer, Call, perform

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]


def pytest_configure(config: pytest.Config) -> None:
    """Makes the checks' markers known."""
    for marker in ("points(n)", "parts(*names)", "composes", "needs(check)", "hint(text)"):
        config.addinivalue_line("markers", marker)


class Plain:
    """Calls a module's functions and wraps what they give as the checks expect it."""

    def __init__(self, module: types.ModuleType) -> None:
        self._module = module
        self.asked: list[Answer] = []

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        def call(*args: Any) -> Answer:
            answer = perform(getattr(self._module, name), Call(name, args, {}))
            self.asked.append(answer)
            return answer

        return call


def submission(file: Path) -> Plain:
    """What a script or notebook defines, run statement by statement."""
    module = types.ModuleType("submission")
    for statement in ast.parse(_text(file)).body:
        try:
            exec(compile(ast.Module([statement], []), "submission", "exec", dont_inherit=True), module.__dict__)
        except Exception:
            continue
    return Plain(module)


def _text(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        return text
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code")


@cache
def solution() -> types.ModuleType:
    """The exercise's solution; a warm process loads it once."""
    name = os.environ["EXERCISE"]
    spec = importlib.util.spec_from_file_location("reference", ROOT / "solutions" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def numbers() -> np.random.Generator:
    """The same numbers every time."""
    return np.random.default_rng(7)


def last_asked(student: Plain, expected: Plain) -> Callable[[str], list[tuple[Answer, Answer]]]:
    """The answers that an earlier check asked for."""
    return lambda _check: list(zip(student.asked[-3:], expected.asked[-3:], strict=False))


@pytest.fixture(name="student", scope="session")
def _student() -> Plain:
    return submission(Path(os.environ["SUBMISSION"]))


@pytest.fixture(name="expected", scope="session")
def _expected() -> Plain:
    return Plain(solution())


@pytest.fixture(name="rng")
def _rng() -> np.random.Generator:
    return numbers()


@pytest.fixture(name="shown")
def _shown(student: Plain, expected: Plain) -> Callable[[str], list[tuple[Answer, Answer]]]:
    return last_asked(student, expected)
