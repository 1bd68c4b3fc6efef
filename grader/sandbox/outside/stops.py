"""Why a call or a statement of a submission gave nothing, and how its file is written: facts, and no words.

`grader.checks.judge` decides what they mean for a mark and how to say it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class StopKind(enum.StrEnum):
    """What stopped a call or a statement."""

    RAISED = "raised"  # its code raised an exception
    TODO = "todo"  # it raised what a stub raises, or a NotImplementedError without a word
    ABSENT = "absent"  # a name is not there
    REFUSED = "refused"  # it used what is not allowed: a package, or something of the system
    WANTING = "wanting"  # it lacked what a refused import should have bound
    MEMORY = "memory"  # MemoryError
    EXIT = "exit"  # sys.exit
    LATE = "late"  # it reached its time limit
    LATE_TWICE = "late twice"  # it did so before, and was not called again
    SPENT = "spent"  # the submission had used all its time
    LEFT_OUT = "left out"  # reading had used its time, so the statement was not run
    DIED = "died"  # the process ended
    GARBLED = "garbled"  # the process sent something that is not an answer
    GONE = "gone"  # the process that held a model had ended before
    NO_FUNCTION = "no function"  # the name stands for something else
    NO_MODEL = "no model"  # a Keras model was wanted, and it gave something else
    NO_VALUE = "no value"  # a Keras model was wanted, and it gave None
    COMPUTED = "computed"  # a value has to be written down, and it is computed
    UNFILLED = "unfilled"  # a value that has to be written down is None
    UNSET = "unset"  # a live name is None, or not there


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Where something stands in a file: the cell (from 0; None in a script) and the line in it (from 1)."""

    cell: int | None
    line: int

    def __str__(self) -> str:
        return f"line {self.line}" if self.cell is None else f"cell {self.cell + 1}, line {self.line}"


@dataclass(frozen=True, slots=True)
class Thrown:
    """An exception of a submission's code: its type and its text, cut, and the innermost line of the file's own.

    ``where`` names the part of the file in which the line is counted; empty if that goes without saying. ``inside`` are the
    file's own functions in which it was raised, the outermost first.
    """

    type: str
    text: str
    where: str = ""
    line: int | None = None
    inside: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Type and text as Python prints them; the type alone if there is no text."""
        return f"{self.type}: {self.text}".rstrip(": ")


@dataclass(frozen=True, slots=True)
class Halt:
    """A statement that stopped before its end.

    ``seconds`` is the time limit of one statement, ``how`` says how the process ended and ``memory`` its limit in words.
    ``for_another``: the file holds other exercises too, and the statement seems to belong to one of those.
    """

    place: FilePlace
    kind: StopKind
    thrown: Thrown | None = None
    seconds: float = 0.0
    how: str = ""
    memory: str = ""
    for_another: bool = False


@dataclass(frozen=True, slots=True)
class Unparsed:
    """Lines that are not Python and so were not run, at the first of them; ``message`` and ``cause`` are the parser's."""

    place: FilePlace
    message: str
    cause: str


@dataclass(frozen=True, slots=True)
class DefinedTwice:
    """A name that is defined in several places, in different ways."""

    name: str
    places: tuple[FilePlace, ...]


@dataclass(frozen=True, slots=True)
class LeftAbove:
    """The stub's raise, which still stands above a function's own lines."""

    name: str
    place: FilePlace


@dataclass(frozen=True, slots=True)
class NotRun:
    """Code that is not run and holds graded names: those that stand only there, and those that the file defines elsewhere too.

    ``what`` is `grader.source.unrun.UnrunKind`, ``magic`` the cell magic that keeps the code from being run.
    """

    place: FilePlace
    what: str
    magic: str
    names: tuple[str, ...]
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExitCalled:
    """A call of sys.exit with statements below it, which therefore don't run."""

    place: FilePlace


Remark = Unparsed | DefinedTwice | LeftAbove | NotRun | ExitCalled


class AbsenceKind(enum.Enum):
    """Why a name is not there."""

    PACKAGE = enum.auto()  # it came from a package that the exercise is done without
    UNPARSED = enum.auto()  # what defines it is not Python
    HALTED = enum.auto()  # the statement that defines it stopped
    EXITED = enum.auto()  # its statement stands below a call of sys.exit
    NOT_RUN = enum.auto()  # it stands in code that is not run
    MAIN_ONLY = enum.auto()  # it stands under `if __name__ == "__main__"`
    UNBOUND = enum.auto()  # a statement defines it, and yet it was not there in the end
    UNWRITTEN = enum.auto()  # it is graded and not written yet
    UNKNOWN = enum.auto()  # the file defines it nowhere
    LIVE_UNWRITTEN = enum.auto()  # a live name that is graded: not written, or its cell did not run
    LIVE_UNKNOWN = enum.auto()  # a live name that is not there


@dataclass(frozen=True, slots=True)
class Absence:
    """A name that is not there, and why.

    ``inside`` is the function that uses it, empty if the name itself was asked for. ``close`` is a name of the file that may
    be meant instead. Which of the other fields is set depends on the kind: ``place`` is where it, what keeps it from being
    defined or a method of this name stands, ``below`` its own statement's place, and ``holder`` the class of that method.
    """

    name: str
    kind: AbsenceKind
    inside: str = ""
    close: str = ""
    place: FilePlace | None = None
    below: FilePlace | None = None
    holder: str = ""
    unparsed: Unparsed | None = None
    halt: Halt | None = None
    not_run: NotRun | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a call of ``function`` gave nothing.

    ``of_model``: what stopped was looking at its Keras model. ``part`` is the part that a stub's exception names (kind TODO);
    ``type_name`` the type of what stands in place of a function; ``seconds`` the limit that was reached, ``how`` how the
    process ended, ``memory`` its limit in words. ``counted`` has for each model that the call was given the rows it was trained
    on and how often it was compiled, ``names`` those that the code of a function that raised looks up.
    """

    function: str
    kind: StopKind
    of_model: bool = False
    thrown: Thrown | None = None
    absence: Absence | None = None
    part: str = ""
    type_name: str = ""
    place: FilePlace | None = None
    seconds: float = 0.0
    how: str = ""
    memory: str = ""
    counted: tuple[tuple[int, int], ...] = ()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class WhatRan:
    """What is known of a file once its statements have run.

    ``halts`` are the statements that stopped, in the file's order; ``causes`` the first of each that stopped for
    one reason, with the places of the others; ``for_others`` the places of statements of other exercises, ``left_out`` of those
    that were not run since reading had used its time; ``unlisted`` is how many more halts there were than are listed.
    """

    remarks: tuple[Remark, ...] = ()
    halts: tuple[Halt, ...] = ()
    causes: tuple[tuple[Halt, tuple[FilePlace, ...]], ...] = ()
    for_others: tuple[FilePlace, ...] = ()
    left_out: tuple[FilePlace, ...] = ()
    unlisted: int = 0
