"""Where this repository keeps what tests use."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
SOLUTIONS = ROOT / "solutions"
CLASS = TESTS / "class"  # the made-up students, each with its files and what it should get
WRITTEN = TESTS / "written" / "class"  # those who handed in only written answers
