"""What it means that a call gave nothing: the outcome, the words for the student, and what tells one cause from another."""

from __future__ import annotations

import re
from typing import assert_never

from grader.checks.judge.advice import ALONE, PARAMETERS, advice, is_elsewhere
from grader.sandbox.outside.stops import Absence, AbsenceKind, Halt, NotRun, StopKind, Stopped, Thrown, Unparsed
from grader.sandbox.outside.what_ran import AGAIN_SECONDS, MAX_TEXT
from grader.scores.records import Outcome
from grader.source.unrun import UnrunKind

LATE = "reading had used its time, so only imports, functions, classes and written-down values still ran."
OUTCOMES = {
    StopKind.RAISED: Outcome.ERROR,
    StopKind.TODO: Outcome.TODO,
    StopKind.REFUSED: Outcome.BLOCKED,
    StopKind.WANTING: Outcome.BLOCKED,
    StopKind.MEMORY: Outcome.CRASHED,
    StopKind.EXIT: Outcome.ERROR,
    StopKind.LATE: Outcome.TIMEOUT,
    StopKind.LATE_TWICE: Outcome.TIMEOUT,
    StopKind.SPENT: Outcome.TIMEOUT,
    StopKind.LEFT_OUT: Outcome.TIMEOUT,
    StopKind.DIED: Outcome.CRASHED,
    StopKind.GARBLED: Outcome.CRASHED,
    StopKind.GONE: Outcome.ERROR,
    StopKind.NO_FUNCTION: Outcome.ERROR,
    StopKind.NO_MODEL: Outcome.ERROR,
    StopKind.NO_VALUE: Outcome.ERROR,
    StopKind.COMPUTED: Outcome.ERROR,
    StopKind.UNFILLED: Outcome.TODO,
    StopKind.UNSET: Outcome.TODO,
}
"""The outcome for each kind of stop but ABSENT, whose outcome depends on why the name is not there."""
_CASCADES = frozenset({Outcome.BLOCKED, Outcome.TODO})  # a name not defined for one of these ends in the same way
_NOT_DONE = frozenset({AbsenceKind.UNWRITTEN, AbsenceKind.LIVE_UNWRITTEN})
_OWN_NAME = frozenset({StopKind.NO_FUNCTION, StopKind.COMPUTED, StopKind.UNFILLED, StopKind.UNSET})
_IN_A_LINE = frozenset({StopKind.RAISED, StopKind.REFUSED, StopKind.WANTING, StopKind.EXIT})
_NUMBER = re.compile(r"(?<!line )\b\d+")


def outcome_of(stopped: Stopped) -> Outcome:
    """The outcome of a check whose call gave nothing."""
    if stopped.absence is not None and stopped.kind is StopKind.ABSENT:
        return _of_absence(stopped.absence)
    return OUTCOMES[stopped.kind]


def _of_absence(absence: Absence) -> Outcome:
    if absence.kind is AbsenceKind.PACKAGE:
        return Outcome.BLOCKED
    if absence.kind in _NOT_DONE:
        return Outcome.TODO
    outcome = OUTCOMES[absence.halt.kind] if absence.halt is not None else Outcome.ERROR
    return outcome if outcome in _CASCADES else Outcome.ERROR


def is_own_absence(stopped: Stopped) -> bool:
    """Whether the very thing that was asked for is not there, or is not a function: then no call would show more."""
    return stopped.kind in _OWN_NAME or (
        stopped.kind is StopKind.ABSENT and stopped.absence is not None and not stopped.absence.inside
    )


def is_advised(stopped: Stopped) -> bool:
    """Whether its message already says what to do."""
    return stopped.kind is StopKind.RAISED and bool(_advice(stopped))


def cause_of(stopped: Stopped) -> str:
    """What tells causes apart: the same for whichever function the same thing stopped, and whatever the sizes of its arrays.

    A line tells two causes apart, sizes do not: these are drawn.
    """
    model = " of a model" if stopped.of_model else ""
    thrown = stopped.thrown
    if stopped.absence is not None:
        return f"{stopped.kind} {stopped.absence.name}"
    if stopped.kind in _OWN_NAME:
        return f"{stopped.kind} {stopped.function}"
    if thrown is not None and stopped.kind is StopKind.TODO:
        return f"{stopped.kind} {stopped.function if _is_itself(stopped) else _masked(thrown.text)}{model}"
    if thrown is not None and stopped.kind in _IN_A_LINE:
        words = "" if stopped.kind is StopKind.EXIT else f" {_masked(thrown.words)}"
        return f"{stopped.kind}{model}{words}{_where(thrown)}"
    return f"{stopped.kind}{model} {_masked(stopped.how)}".rstrip()


def _masked(text: str) -> str:
    return _NUMBER.sub("#", text)


def message_of(stopped: Stopped) -> str:
    """Why a call gave nothing, in words."""
    name = stopped.function
    subject = f"the model of {name}" if stopped.of_model else name
    told = _raised(stopped) if stopped.thrown is not None else ""
    match stopped.kind:
        case StopKind.RAISED:
            return f"{subject} raised {told}"
        case StopKind.TODO:
            if _is_itself(stopped):
                return f"{subject} is not done yet: it raises NotImplementedError."
            return f"{subject} needs what is not done yet ({stopped.thrown.text if stopped.thrown else ''})."
        case StopKind.ABSENT:
            assert stopped.absence is not None, "what is absent has a name"
            return absence_in_words(stopped.absence, subject)
        case StopKind.REFUSED:
            return f"{subject} used something that is not allowed here: {told}"
        case StopKind.WANTING:
            return f"{subject} stopped for want of a package not allowed here: {told}"
        case StopKind.MEMORY:
            return f"{subject} used more than the {stopped.memory} of memory allowed."
        case StopKind.EXIT:
            return f"{subject} ended the program (sys.exit){_where(stopped.thrown)}."
        case StopKind.LATE:
            return f"{name} took longer than {stopped.seconds:g} s and was stopped."
        case StopKind.LATE_TWICE:
            return f"{name} took too long twice, so it was not called again."
        case StopKind.SPENT:
            return f"The submission used its {stopped.seconds:g} s in all."
        case StopKind.LEFT_OUT:
            return f"Not run: {LATE}"
        case StopKind.DIED:
            return f"While {name} ran, {_died(stopped.how, stopped.memory)}"
        case StopKind.GARBLED:
            return "The process sent an answer of the wrong form."
        case StopKind.GONE:
            return f"The process that held the model of {name} is gone."
        case StopKind.NO_FUNCTION:
            return f"{name} is no function but a value of type {stopped.type_name}."
        case StopKind.NO_MODEL:
            return f"{name} gave no Keras model but something else"
        case StopKind.NO_VALUE:
            return f"{name} gave no Keras model but None: does the function end with return?"
        case StopKind.COMPUTED:
            return f"{name} is read from the text, not computed: write its numbers out as they were printed ({stopped.place})."
        case StopKind.UNFILLED:
            return f"{name} is not filled in yet: it is None."
        case StopKind.UNSET:
            return f"{name} is not filled in yet."
    assert_never(stopped.kind)


def _is_itself(stopped: Stopped) -> bool:
    """Whether the function that was called is itself what is not done yet, and not a part that it needs."""
    return not stopped.part or (stopped.part == stopped.function and not stopped.of_model)


def _raised(stopped: Stopped) -> str:
    """What was raised and where, with what to do about it."""
    assert stopped.thrown is not None, "asked of what was raised"
    words, where = stopped.thrown.words, _where(stopped.thrown)
    return (words.removesuffix(".") if where else words) + where + _advice(stopped)


def _where(thrown: Thrown | None) -> str:
    """Where something was raised, to be appended to it."""
    if thrown is None:
        return ""
    line = "" if thrown.line is None else f", line {thrown.line}"
    return (f" in {thrown.where}" if thrown.where else "") + line


def _advice(stopped: Stopped) -> str:
    thrown = stopped.thrown
    if thrown is None:
        return ""
    if thrown.line is None and not stopped.of_model and _at_its_door(stopped.function, thrown):
        return PARAMETERS
    return advice(thrown.words) or (ALONE if stopped.kind is StopKind.RAISED and is_elsewhere(thrown) else "")


def _at_its_door(function: str, thrown: Thrown) -> bool:
    """Whether Python could not even call the function, for its parameters."""
    door = rf"{re.escape(function)}\(\) (?:takes|missing|got) "
    return thrown.type == "TypeError" and re.match(door, thrown.text) is not None


def _died(how: str, memory: str) -> str:
    return f"{how}. (The limit for memory is {memory}.)"


def absence_in_words(absence: Absence, inside: str) -> str:
    """Why a name is not there, in words; ``inside`` says what uses it, if it was not asked for itself."""
    name = absence.name
    return (f"{inside} uses {name}, and " if absence.inside else "") + name + _why_absent(absence)


def _why_absent(absence: Absence) -> str:
    place = absence.place
    match absence.kind:
        case AbsenceKind.PACKAGE:
            return " is not there: it came from a package that this exercise is done without."
        case AbsenceKind.UNPARSED:
            assert absence.unparsed is not None, "what is no Python is known"
            return f" is not defined: {_not_python(absence.unparsed)}"
        case AbsenceKind.HALTED:
            halt = absence.halt
            assert halt is not None, "what stopped is known"
            stopped = f"{halt.place} stopped ({halted(halt).removesuffix('.')})."
            return f" is not defined: {halted_at(halt) or stopped}"
        case AbsenceKind.EXITED:
            return f" is not defined: {place} calls sys.exit, and its statement stands below ({absence.below})."
        case AbsenceKind.NOT_RUN:
            assert absence.not_run is not None, "what is not run is known"
            return f" is not defined: {place_not_run(absence.not_run)} holds it, and is not run."
        case AbsenceKind.MAIN_ONLY:
            main = 'is `if __name__ == "__main__":`, and what stands under it is not run.'
            return f" is not defined: {place} {main}"
        case AbsenceKind.UNBOUND:
            return " is not defined when the file has run."
        case AbsenceKind.UNWRITTEN:
            return f" is not written yet.{way_out(absence)}"
        case AbsenceKind.UNKNOWN:
            meant = f" Did you mean {absence.close}?" if absence.close else ""
            return f" is defined nowhere in the file (NameError).{meant}"
        case AbsenceKind.LIVE_UNWRITTEN:
            return f" is not written yet, or its cell did not run.{way_out(absence)}"
        case AbsenceKind.LIVE_UNKNOWN:
            return " is not defined here (NameError): run the cell that defines it."
    assert_never(absence.kind)


def way_out(absence: Absence) -> str:
    """What in the file may be meant as the name not written yet, and what to do then, to be appended to a sentence."""
    if absence.holder:
        where = f"it is a method of {absence.holder} ({absence.place})"
        return f" There is one, but {where}: the checks call functions of the file."
    return f" There is {absence.close}: rename it." if absence.close else ""


def _not_python(unparsed: Unparsed) -> str:
    place, said = unparsed.place, said_of(unparsed)
    match unparsed.cause:
        case "conflict":
            return f"{place} holds {said}."
        case "newer":
            return f"{place} was not run ({said})."
    return f"{place} is not Python ({said})."


def said_of(unparsed: Unparsed) -> str:
    """What the parser says about lines that are not Python, without their place."""
    return unparsed.message.removeprefix(f"line {unparsed.place.line}: ")


def place_not_run(piece: NotRun) -> str:
    """Where code that is not run stands, and what it is."""
    cell, line = piece.place.cell, piece.place.line
    return f"{f'line {line}' if cell is None else f'cell {cell + 1}'} ({what_is_not_run(piece)})"


def what_is_not_run(piece: NotRun) -> str:
    """What kind of code is not run."""
    return {UnrunKind.RAW.value: "a raw cell", UnrunKind.TEXT.value: "a text cell"}.get(piece.what) or (
        piece.magic or "a cell"
    )


def halted_at(halt: Halt) -> str:
    """The place of a statement and what stopped it, as a sentence; empty if an exception did, which `halted` quotes."""
    match halt.kind:
        case StopKind.LATE:
            return _late(str(halt.place), halt)
        case StopKind.LEFT_OUT:
            return f"{halt.place} was not run ({LATE.removesuffix('.')})."
        case StopKind.EXIT:
            return f"{halt.place} called sys.exit."
        case StopKind.DIED:
            return f"{halt.place} stopped when {_died(halt.how, halt.memory)}"[:MAX_TEXT]
    return ""


def _late(subject: str, halt: Halt) -> str:
    return (
        f"{subject} took longer than {halt.seconds:g} s and was stopped; what calls the same function again "
        f"gets {AGAIN_SECONDS:g} s. What takes long (training, say) goes under "
        '`if __name__ == "__main__":`, which is not run here.'
    )


def halted(halt: Halt) -> str:
    """Why a statement stopped, in words."""
    match halt.kind:
        case StopKind.LATE:
            return _late("It", halt)
        case StopKind.LEFT_OUT:
            return f"Not run: {LATE}"
        case StopKind.EXIT:
            return "sys.exit ended the reading here."
        case StopKind.DIED:
            return _died(halt.how, halt.memory)[:MAX_TEXT]
    words = halt.thrown.words if halt.thrown is not None else ""
    elsewhere = halt.thrown is not None and halt.kind is not StopKind.REFUSED and is_elsewhere(halt.thrown)
    advised = advice(words) or (ALONE if elsewhere else "")
    return words[: MAX_TEXT - len(advised)] + advised
