"""Small classes that did one exercise of the course, and a run of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from helpers.processes import children, command_line, descendants, is_alive

__all__ = ["children", "command_line", "descendants", "is_alive"]
ROOT = Path(__file__).parents[3]
COURSE = ROOT / "solutions"
EXERCISE = "01_gates"
SOLUTION = (COURSE / f"{EXERCISE}.py").read_text(encoding="utf-8")
STUB = (ROOT / "exercises" / f"{EXERCISE}.py").read_text(encoding="utf-8")
SLEEPS = "import time\ntime.sleep(1000)\n"


def make_class(folder: Path, students: Mapping[str, str | bytes | None], name: str = f"{EXERCISE}.py") -> Path:
    """Write one folder per student; None is a student without work."""
    for student, text in students.items():
        (folder / student).mkdir(parents=True)
        if text is None:
            (folder / student / "notes.txt").write_text("I was ill.")
        else:
            (folder / student / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


@pytest.fixture
def lone(tmp_path: Path) -> Path:
    """Make a class of one student who is right."""
    return make_class(tmp_path / "class", {"ada": SOLUTION})
