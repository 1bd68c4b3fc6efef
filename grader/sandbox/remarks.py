"""What a person should know about how a file is written, in words: names defined twice, code that is not run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.scores.records import Flag

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

MOST = 50  # remarks of one sort


@dataclass(frozen=True, slots=True)
class Unrun:
    """Code that is not run, and which graded names it would define; ``what`` it is, in words."""

    cell: int | None
    line: int
    what: str
    names: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where it stands and what it is."""
        return f"line {self.line} ({self.what})" if self.cell is None else f"cell {self.cell + 1} ({self.what})"


def defined_twice(again: Sequence[Any]) -> list[Flag]:
    """A note for each name that is defined in different ways; the places are pairs of cell and line."""
    return [Flag("note", _twice(str(name), [(cell, line) for cell, line in places])) for name, places in again[:MOST]]


def _twice(name: str, places: list[tuple[int | None, int]]) -> str:
    told = [f"line {line}" if cell is None else f"cell {cell + 1}, line {line}" for cell, line in places]
    often = "twice" if len(told) == 2 else f"{len(told)} times"
    joint = "; " if any(cell is not None for cell, _ in places) else ", "
    return f"{name} is defined {often}, in {joint.join(told[:-1])} and {told[-1]}; the last one counts."


def not_run(found: Sequence[Unrun], bound: Collection[str]) -> list[Flag]:
    """A flag for each piece of code that is not run and holds a graded name; a note where the name is defined elsewhere."""
    flags: list[Flag] = []
    for each in found[:MOST]:
        for kind, names in (
            ("not_run", [name for name in each.names if name not in bound]),
            ("note", [name for name in each.names if name in bound]),
        ):
            if names:
                also = ", which this file defines elsewhere as well" if kind == "note" else ""
                flags.append(Flag(kind, f"{each.place} is not run: it holds {', '.join(names)}{also}."))
    return flags
