"""A student's machine: the package unpacked, nothing that grading needs beside it, and no fork, as on Windows."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course import load_course
from grader.home.wheel import make_wheel

ROOT = Path(__file__).parents[2]
EMPTY = """
import os, sys
for name in ("fork", "forkpty", "posix_spawn"):
    vars(os).pop(name, None)
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
"""
ABSENT = {"tensorflow", "keras", "pandas", "jinja2", "rich", "nbformat", "fcntl", "resource", "termios", "hypothesis"}
AtHome = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the students' package of the course that stands in this repository."""
    return make_wheel(load_course(ROOT / "solutions"), tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack it, beside a file that every Python reads first and that takes away what a student's machine may lack."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    (folder / "sitecustomize.py").write_text(EMPTY.format(absent=ABSENT))
    return folder


@pytest.fixture
def at_home(site: Path, tmp_path: Path) -> AtHome:
    """Run Python as on a student's machine: ``at_home("-m", "grader", "check")``, by default in a folder of the test's own."""

    def run(*arguments: object, cwd: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=cwd,
            env=os.environ | {"PYTHONPATH": str(site)},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return run
