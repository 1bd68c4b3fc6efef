"""What a made-up student should get, as its folder says in ``.expected.toml``.

One form serves all exercises::

    [01_gates]
    status = "graded"
    points = 29
    flags = ["renamed"]              # the kinds; those of written answers are at their questions
    cells = ["error"]                # how statements that did not run ended; left out if that is not the point
    says = ["line 16 stopped with"]  # what a message must hold, if that is the point

    [01_gates.checks]
    sigmoid_values = "passed 1"      # outcome and points
    next_state_blend = "failed 0 | G1"
    long_term = "review 2; copied"   # a written answer that waits: what is suggested, and the kinds of its flags

The grader passes over files whose names begin with a dot, so that a class is graded the same with and without these.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAME = ".expected.toml"
WRONG_IDEA = re.compile(r"([A-Z]+[0-9]+): ")


@dataclass(frozen=True)
class Expected:
    """The outcome of one student's work for one exercise, written down before any grader ran."""

    status: str
    points: int
    pending: int = 0
    flags: tuple[str, ...] = ()
    cells: tuple[str, ...] | None = None
    says: tuple[str, ...] = ()
    checks: Mapping[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """One line for each fact."""
        ran = () if self.cells is None else (f"cells that did not run: {', '.join(self.cells) or 'none'}",)
        checks = [f"{name}: {words}" for name, words in sorted(self.checks.items())]
        return [_head(self.status, self.points, self.pending, self.flags), *ran, *checks]


def read_expected(tables: Mapping[str, Any]) -> dict[str, Expected]:
    """What is written down for a student, by exercise; raises TypeError if a table has an entry other than those above."""
    found = {}
    for exercise, table in tables.items():
        lists = {name: tuple(table[name]) for name in ("flags", "cells", "says") if name in table}
        found[exercise] = Expected(**{**table, **lists})
    return found


def students(folder: Path) -> dict[str, dict[str, Expected]]:
    """What is written down for every student of a class, by student and exercise."""
    return {file.parent.name: expected_of(file.parent) for file in sorted(folder.glob(f"*/{NAME}"))}


def expected_of(student: Path) -> dict[str, Expected]:
    """What is written down for the student of a folder, by exercise."""
    return read_expected(tomllib.loads((student / NAME).read_text(encoding="utf-8")))


def every(written_down: Mapping[str, Mapping[str, Expected]]) -> list[tuple[str, str]]:
    """Student and exercise of all that is written down."""
    return [(student, exercise) for student, tables in written_down.items() for exercise in tables]


def lines_of(row: Mapping[str, Any], expected: Expected) -> list[str]:
    """What a student got, in the same lines; checks that are worth nothing and not written down are left out."""
    checks = {
        check["id"]: in_words(check, [flag["kind"] for flag in row["flags"] if flag["check"] == check["id"]])
        for check in row["checks"]
        if check["max_points"] or check["id"] in expected.checks
    }
    got = Expected(
        row["status"],
        row["points"],
        row["pending_points"],
        tuple(sorted({flag["kind"] for flag in row["flags"] if flag["check"] is None})),
        None if expected.cells is None else tuple(cell["outcome"] for cell in row["cells"]),
        checks=checks,
    )
    return got.lines


def in_words(check: Mapping[str, Any], flags: Iterable[str] = ()) -> str:
    """A check's result as it is written down: outcome and points, the kinds of its flags, the mistakes that it names."""
    points = check["suggested_points"] if check["outcome"] == "review" else check["points"]
    return words(check["outcome"], points, flags, mistakes_of(check))


def words(outcome: str, points: int, flags: Iterable[str], mistakes: Iterable[str]) -> str:
    """Put a check's result into words."""
    kinds, named = ", ".join(sorted(set(flags))), ", ".join(mistakes)
    return f"{outcome} {points}" + (f"; {kinds}" if kinds else "") + (f" | {named}" if named else "")


def mistakes_of(check: Mapping[str, Any]) -> list[str]:
    """The ids of the known mistakes that a check names: for a written answer the wrong ideas, each before its name."""
    ideas = [idea.group(1) for each in check["evidence"] if (idea := WRONG_IDEA.match(each["idea"]))]
    return ideas or ([check["misconception"]["id"]] if check["misconception"] else [])


def messages(row: Mapping[str, Any]) -> list[str]:
    """All that a row says in words."""
    return [each["message"] for each in (*row["checks"], *row["flags"], *row["cells"])]


def _head(status: str, points: int, pending: int, flags: Iterable[str]) -> str:
    return f"{status}, {points} points, {pending} pending, flags: {', '.join(flags) or 'none'}"
