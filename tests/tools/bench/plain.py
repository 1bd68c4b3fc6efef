"""A pytest plugin that runs the same check files as most graders do: submission, checks and solution in one fresh process."""

from __future__ import annotations

import ast
import importlib.util
import os
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.checks.compare.answers import Answer, Call, perform
from grader.source.read_source import read_source

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


@pytest.fixture(scope="session")
def student() -> Plain:
    """The submission, imported."""
    file = Path(os.environ["SUBMISSION"])
    module = types.ModuleType("submission")
    kind = "notebook" if file.suffix == ".ipynb" else "script"
    for statement in read_source(file.read_bytes(), kind, file.name).statements:  # type: ignore[arg-type]
        try:
            exec(compile(ast.Module([statement.node], []), file.name, "exec", dont_inherit=True), module.__dict__)
        except Exception:
            continue
    return Plain(module)


@pytest.fixture(scope="session")
def expected() -> Plain:
    """The solution, imported."""
    spec = importlib.util.spec_from_file_location("reference", ROOT / "solutions" / "01_gates.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return Plain(module)


@pytest.fixture
def rng() -> np.random.Generator:
    """The same numbers every time."""
    return np.random.default_rng(7)


@pytest.fixture
def shown(student: Plain, expected: Plain) -> Callable[[str], list[tuple[Answer, Answer]]]:
    """The answers that an earlier check asked for."""
    return lambda _check: list(zip(student.asked[-3:], expected.asked[-3:], strict=False))
