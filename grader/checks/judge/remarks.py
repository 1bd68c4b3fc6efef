"""What a person should know about how a file was read, in words: what did not run and why, names defined twice, code not run."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from grader.checks.judge.why_stopped import LATE, OUTCOMES, halted, halted_at, place_not_run, said_of, what_is_not_run
from grader.sandbox.outside.stops import DefinedTwice, ExitCalled, LeftAbove, NotRun, StopKind, Unparsed
from grader.scores.flag_kinds import FlagKind
from grader.scores.records import CellResult, Flag, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.sandbox.outside.stops import FilePlace, Halt, Remark, WhatRan

PLACES_TOLD = 3  # of the statements that stopped for the same reason as another


def cells_of(read: WhatRan) -> tuple[CellResult, ...]:
    """The statements that stopped, and the lines that are not Python, in the file's order."""
    found = dict.fromkeys(map(_cell, read.halts))  # the names of one import stand in one place
    broken = [
        CellResult(each.place.cell, each.place.line, Outcome.ERROR, each.message)
        for each in read.remarks
        if isinstance(each, Unparsed)
    ]
    return tuple(sorted((*found, *broken), key=lambda cell: (-1 if cell.index is None else cell.index, cell.line)))


def _cell(halt: Halt) -> CellResult:
    outcome = Outcome.ERROR if halt.for_another else OUTCOMES[halt.kind]
    return CellResult(halt.place.cell, halt.place.line, outcome, halted(halt))


def flags_of(read: WhatRan) -> tuple[Flag, ...]:
    """What a person should know about how the file was read: a flag for each cause, not for each statement."""
    flags = [flag for remark in read.remarks for flag in _flags(remark)]
    if read.for_others:
        flags.append(_for_others(read.for_others))
    flags += [_of_cause(first, rest, read.left_out) for first, rest in read.causes if first.kind is not StopKind.TODO]
    took_time = any(first.kind is StopKind.LATE for first, _ in read.causes)
    if read.left_out and not took_time:
        flags.append(Flag(FlagKind.STOPPED, f"{_listed(read.left_out)} did not run: {LATE}"))
    if read.unlisted:
        flags.append(Flag(FlagKind.STOPPED, f"{read.unlisted:,} more statements did not run to their end."))
    return tuple(flags)


def _flags(remark: Remark) -> list[Flag]:
    match remark:
        case Unparsed():
            return [_unparsed(remark)]
        case DefinedTwice():
            return [Flag(FlagKind.NOTE, _twice(remark))]
        case LeftAbove():
            told = f"still raises NotImplementedError above your code ({remark.place}), so nothing below that line runs"
            return [Flag(FlagKind.NOTE, f"{remark.name} {told}: take it out.")]
        case NotRun():
            return _not_run(remark)
        case ExitCalled():
            return [Flag(FlagKind.STOPPED, f"{remark.place} calls sys.exit: what stands below it was not run.")]
    assert_never(remark)


def _unparsed(found: Unparsed) -> Flag:
    """The flag for lines that are not Python."""
    place, said = found.place, said_of(found)
    match found.cause:
        case "conflict":
            return Flag(FlagKind.SYNTAX, f"{place}: {said}.")
        case "newer":
            return Flag(FlagKind.NEWER_PYTHON, f"{place} was not run: {said}.")
    return Flag(FlagKind.SYNTAX, f"{place} is not Python: {said}. The rest was run.")


def _twice(found: DefinedTwice) -> str:
    told = list(map(str, found.places))
    often = "twice" if len(told) == 2 else f"{len(told)} times"
    joint = "; " if any(place.cell is not None for place in found.places) else ", "
    return f"{found.name} is defined {often}, in {joint.join(told[:-1])} and {told[-1]}; the last one counts."


def _not_run(piece: NotRun) -> list[Flag]:
    """A flag for code that is not run and holds a graded name; a note for names that the file defines elsewhere."""
    flags: list[Flag] = []
    place = place_not_run(piece)
    if piece.names:
        way_out = f"take {what_is_not_run(piece)} away" if piece.magic else "move it to a code cell"
        flags.append(Flag(FlagKind.NOT_RUN, f"{place} is not run, but holds {', '.join(piece.names)}: {way_out}."))
    if piece.elsewhere:
        them = "it" if len(piece.elsewhere) == 1 else "them"
        more = f"the file defines {them} elsewhere too"
        flags.append(Flag(FlagKind.NOTE, f"{place} is not run. It holds {', '.join(piece.elsewhere)}; {more}."))
    return flags


def _for_others(places: Sequence[FilePlace]) -> Flag:
    """A note on what stopped in a file of several exercises and defines nothing of this one."""
    told = list(dict.fromkeys(map(str, places)))
    where = "; ".join(told[:3]) + (f" and {len(told) - 3} more" if len(told) > 3 else "")
    why = "the file holds other exercises too, and their packages and data are not there when this one is graded."
    return Flag(FlagKind.NOTE, f"{where}: not run to the end here, which costs nothing by itself: {why}")


def _of_cause(first: Halt, rest: Sequence[FilePlace], left_out: Sequence[FilePlace]) -> Flag:
    """The flag for a statement that stopped, and for others that stopped for the same reason."""
    if first.kind is StopKind.LATE:
        rest = (*rest, *left_out)  # it used the time that these would have had
    kind = FlagKind.BLOCKED if first.kind is StopKind.REFUSED else FlagKind.STOPPED
    told = halted_at(first) or f"{first.place} stopped with {halted(first)}"
    if not rest:
        return Flag(kind, told)
    shown = "; ".join(map(str, rest[:PLACES_TOLD])) + (" ..." if len(rest) > PLACES_TOLD else "")
    many = "1 more statement" if len(rest) == 1 else f"{len(rest)} more statements"
    return Flag(kind, f"{told.rstrip('.')}. For the same reason {many} did not run ({shown}).")


def _listed(found: Sequence[FilePlace]) -> str:
    """Some places in words: the first ones, and how many more there are."""
    places = list(map(str, found))
    if len(places) > 4:
        return f"{', '.join(places[:3])} and {len(places) - 3} more"
    return " and ".join(filter(None, [", ".join(places[:-1]), places[-1]]))
