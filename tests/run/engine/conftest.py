"""Small classes that did one exercise of the course, and a run of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

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


def children(pid: int) -> list[int]:
    """List the processes that a process has started."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(each) for each in task.read_text().split()]
        except OSError:
            continue
    return found


def descendants(pid: int) -> list[int]:
    """List a process's children, theirs, and so on."""
    found = children(pid)
    for each in list(found):
        found += descendants(each)
    return found


def command_line(pid: int) -> str:
    """Give a process's command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def is_alive(pid: int) -> bool:
    """Tell whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.fixture
def lone(tmp_path: Path) -> Path:
    """Make a class of one student who is right."""
    return make_class(tmp_path / "class", {"ada": SOLUTION})
