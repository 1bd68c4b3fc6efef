"""A student's machine: the package unpacked, nothing that grading needs beside it, and no fork, as on Windows."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
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
KERAS = {"tensorflow", "keras", "pandas", "termios", "resource", "rich"}  # what an exercise about Keras needs, and they
ABSENT = {*KERAS, "jinja2", "nbformat", "fcntl", "hypothesis"}
AtHome = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def wheel(students_wheel: Path) -> Path:
    """Give the students' package of the course that stands in this repository."""
    return students_wheel


@pytest.fixture(scope="session")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack it, beside a file that every Python reads first and that takes away what a student's machine may lack."""
    return unpacked(wheel, tmp_path_factory.mktemp("site"), ABSENT)


@pytest.fixture(scope="session")
def site_with_keras(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack it where TensorFlow and what comes with it are installed."""
    return unpacked(wheel, tmp_path_factory.mktemp("site"), ABSENT - KERAS)


def unpacked(wheel: Path, folder: Path, absent: set[str]) -> Path:
    """Make a folder for PYTHONPATH of a wheel and of a file that hides some modules."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    (folder / "sitecustomize.py").write_text(EMPTY.format(absent=absent))
    return folder


@pytest.fixture
def at_home(site: Path, tmp_path: Path) -> AtHome:
    """Run Python as on a student's machine: ``at_home("-m", "grader", "check")``, by default in a folder of the test's own."""
    return partial(run, site, tmp_path)


@pytest.fixture
def with_keras(site_with_keras: Path, tmp_path: Path) -> AtHome:
    """The same where TensorFlow is installed."""
    return partial(run, site_with_keras, tmp_path)


def run(site: Path, cwd: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run Python with what a site holds."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
