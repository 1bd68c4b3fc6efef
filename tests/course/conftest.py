"""Check files as modules, so that their rules can be tried without a run."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

CHECKS = Path(__file__).parents[2] / "solutions" / "checks"


@pytest.fixture(scope="session")
def check_file(request: pytest.FixtureRequest) -> Callable[[str], ModuleType]:
    """Load a check file by its name; here its markers are only names."""
    for marker in ("points(n)", "hint(text)", "parts(*names)", "composes", "needs(check)"):
        request.config.addinivalue_line("markers", marker)

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"rules_{name}", CHECKS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
