"""One run of ``grader score`` over originals and drawn students, compared check by check."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.scored import score

from .draw import Drawn, shrunk
from .work import Work

Verdict = dict[str, str]


@dataclass(frozen=True, slots=True)
class Move:
    """A mark that moved, and the smallest part of the changes by which it still does."""

    drawn: Drawn
    before: Verdict
    after: Verdict

    def __str__(self) -> str:
        checks = [name for name in {**self.before, **self.after} if self.before.get(name) != self.after.get(name)]
        lines = [f"  {name}: {self.before.get(name, '-')}, changed: {self.after.get(name, '-')}" for name in checks]
        return "\n".join([f"{self.drawn.name}: {self.drawn}", *lines])


def grade(works: Mapping[str, Work], seed: int, folder: Path) -> dict[str, Verdict]:
    """Grade works as one class, each by the name of its student."""
    for student, work in works.items():
        for path, data in work.files().items():
            file = folder / "class" / student / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    exercises = sorted({work.exercise for work in works.values()})
    rows = score(folder / "class", folder / "out", exercises=exercises, seed=seed).rows
    return {student: verdict(row) for (exercise, student), row in rows.items() if works[student].exercise == exercise}


def verdict(row: Mapping[str, Any]) -> Verdict:
    """What a student got, check by check, in words that can be compared."""
    found = {"the file": f"{row['status']}, {row['points']} points, {row['pending_points']} open"}
    for check in row["checks"]:
        mistake = (check["misconception"] or {}).get("id") or "no mistake"
        suggested = check.get("suggested_points")
        found[check["id"]] = f"{check['outcome']}, {check['points']}, {mistake}" + (
            f", {suggested} suggested" if suggested is not None else ""
        )
    return found


def original_name(work: Work) -> str:
    """The student who handed in a work as it is."""
    return f"original-{work.exercise}-{work.title}"


def graded(drawn: Sequence[Drawn], seed: int) -> dict[str, Verdict]:
    """Grade drawn students and the originals of their works, as one class."""
    works = {original_name(each.original): each.original for each in drawn} | {each.name: each.work() for each in drawn}
    with tempfile.TemporaryDirectory() as folder:
        return grade(works, seed, Path(folder))


def moved(drawn: Sequence[Drawn], verdicts: Mapping[str, Verdict]) -> list[Move]:
    """The drawn students whose marks are others than those of the work that they changed."""
    found = [Move(each, verdicts[original_name(each.original)], verdicts[each.name]) for each in drawn]
    return [move for move in found if move.before != move.after]


def smallest(found: Sequence[Move], seed: int, most: int = 12) -> list[Move]:
    """The same moves, each by as few changes as will do; of more than ``most`` the first."""

    def still(tries: Sequence[Drawn]) -> set[str]:
        return {move.drawn.name for move in moved(tries, graded(tries, seed))}

    small = shrunk([move.drawn for move in found[:most]], still)
    return moved(small, graded(small, seed)) if small else []
