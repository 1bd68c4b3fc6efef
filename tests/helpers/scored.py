"""Grades a folder with the command that an instructor types, and reads what came out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from helpers.repository import ROOT, SOLUTIONS

Row = dict[str, Any]


@dataclass(frozen=True)
class Scored:
    """What one run of ``grader score`` left behind in ``out``."""

    folder: Path
    out: Path

    @cached_property
    def results(self) -> dict[str, Any]:
        """What results.json holds."""
        read: dict[str, Any] = json.loads((self.out / "results.json").read_text(encoding="utf-8"))
        return read

    @cached_property
    def rows(self) -> dict[tuple[str, str], Row]:
        """Every row, by exercise and student."""
        return {(row["exercise"], row["student"]): row for row in self.results["submissions"]}

    def of(self, exercise: str) -> dict[str, Row]:
        """The rows of one exercise, by student."""
        return {student: row for (each, student), row in self.rows.items() if each == exercise}

    @property
    def handed_in(self) -> dict[tuple[str, str], Row]:
        """The rows of work that was found, by exercise and student."""
        return {which: row for which, row in self.rows.items() if row["status"] != "missing"}


def score(
    folder: Path, out: Path, *options: str, exercises: Iterable[str] = (), course: Path = SOLUTIONS, seed: int = 7
) -> Scored:
    """Grade a folder of submissions, two at a time; raises AssertionError with the output if the run failed."""
    command = [sys.executable, "-m", "grader", "score", str(folder), "--out", str(out), "--course", str(course)]
    command += ["--jobs", "2", "--seed", str(seed), "--quiet", *options]
    command += [word for exercise in exercises for word in ("--exercise", exercise)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    said = (run.stdout + run.stderr).decode(errors="replace")
    assert run.returncode == 0, f"grader score ended with {run.returncode}:\n{said[-4000:]}"
    return Scored(folder, out)


def hand_in(folder: Path, texts: dict[str, str | bytes], name: str) -> Path:
    """Write a class in which each student handed in one file of this name."""
    for student, text in texts.items():
        (folder / student).mkdir(parents=True)
        (folder / student / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder
