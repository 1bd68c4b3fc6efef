"""What a person should know about how a file is written, in words: names defined twice, code that is not run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.meant import closest
from grader.scores.records import Flag

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from grader.sandbox.wire.messages import DefinedAgain, NamesNotRun, RaisesAbove

MOST = 50  # remarks of one sort
PLACES_TOLD = 3  # of the statements that stopped for the same reason as another
NOT_WRITTEN = " is not written yet."  # of a graded name; what follows it says where else to look


def defined_twice(again: Sequence[DefinedAgain]) -> list[Flag]:
    """A note for each name that is defined in different ways."""
    return [Flag("note", _twice(each.name, each.places)) for each in again[:MOST]]


def _twice(name: str, places: Sequence[tuple[int | None, int]]) -> str:
    told = [f"line {line}" if cell is None else f"cell {cell + 1}, line {line}" for cell, line in places]
    often = "twice" if len(told) == 2 else f"{len(told)} times"
    joint = "; " if any(cell is not None for cell, _ in places) else ", "
    return f"{name} is defined {often}, in {joint.join(told[:-1])} and {told[-1]}; the last one counts."


def left_above(found: Sequence[RaisesAbove]) -> list[Flag]:
    """A note for each function in which the stub's raise still stands above the student's own lines."""
    flags = []
    for each in found[:MOST]:
        place = place_of(each.cell, each.line)
        raises = f"{each.name} still raises NotImplementedError above your code ({place})"
        told = f"{raises}, so nothing below that line runs: take it out."
        flags.append(Flag("note", told))
    return flags


def broken(place: str, said: str, cause: str) -> tuple[Flag, str]:
    """The flag for lines that do not parse, and why a name that they define is not there; ``cause`` as the parser tells it."""
    match cause:
        case "conflict":
            return Flag("syntax", f"{place}: {said}."), f"{place} holds {said}."
        case "newer":
            return Flag("newer_python", f"{place} was not run: {said}."), f"{place} was not run ({said})."
    return Flag("syntax", f"{place} is not Python: {said}. The rest was run."), f"{place} is not Python ({said})."


def not_run(found: Sequence[NamesNotRun]) -> list[Flag]:
    """A flag for each piece of code that is not run and holds a graded name; a note for names that the file defines elsewhere."""
    flags: list[Flag] = []
    for each in found[:MOST]:
        place = place_of_unrun(each.cell, each.line, each.what)
        if each.alone:
            way_out = f"take {each.what} away" if each.what.startswith("%%") else "move it to a code cell"
            flags.append(Flag("not_run", f"{place} is not run, but holds {', '.join(each.alone)}: {way_out}."))
        if each.also:
            more = "the file defines it elsewhere too" if len(each.also) == 1 else "the file defines them elsewhere too"
            flags.append(Flag("note", f"{place} is not run. It holds {', '.join(each.also)}; {more}."))
    return flags


def place_of_unrun(cell: int | None, line: int, what: str) -> str:
    """Where code stands that is not run, and what it is."""
    return f"line {line} ({what})" if cell is None else f"cell {cell + 1} ({what})"


def for_others(places: Sequence[str]) -> Flag:
    """A note on what stopped in a file of several exercises and defines nothing of this one."""
    told = list(dict.fromkeys(places))
    where = "; ".join(told[:3]) + (f" and {len(told) - 3} more" if len(told) > 3 else "")
    why = "the file holds other exercises too, and their packages and data are not there when this one is graded."
    return Flag("note", f"{where}: not run to the end here, which costs nothing by itself: {why}")


def stopped(place: str, why: str, rest: Sequence[str]) -> str:
    """What is told of a statement that did not run to its end, and of the places of others that stopped for the same reason."""
    told = f"{place} did not run to its end: {why}"
    if not rest:
        return told
    shown = "; ".join(rest[:PLACES_TOLD]) + (" ..." if len(rest) > PLACES_TOLD else "")
    many = "1 more statement" if len(rest) == 1 else f"{len(rest)} more statements"
    return f"{told.rstrip('.')}. For the same reason {many} did not run ({shown})."


def listed(places: list[str]) -> str:
    """Some places in words: the first ones, and how many more there are."""
    if len(places) > 4:
        return f"{', '.join(places[:3])} and {len(places) - 3} more"
    return " and ".join(filter(None, [", ".join(places[:-1]), places[-1]]))


def close_to(name: str, others: Collection[str]) -> str:
    """The name among others that one may have been meant for."""
    return closest(name, others, 0.7)


def place_of(cell: int | None, line: int) -> str:
    """Where something stands in a file, in words."""
    return f"line {line}" if cell is None else f"cell {cell + 1}, line {line}"
