"""What is known of a file after its statements ran: which did not, and which names are missing for that reason."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.meant import closest
from grader.sandbox.outside.stops import (
    Absence,
    AbsenceKind,
    DefinedTwice,
    ExitCalled,
    FilePlace,
    Halt,
    LeftAbove,
    NotRun,
    Remark,
    StopKind,
    Thrown,
    Unparsed,
    WhatRan,
)
from grader.source.contents import Contents

if TYPE_CHECKING:
    from grader.sandbox.wire.messages import CodeFault, FileHolds, FileRead, WrittenValue

AGAIN_SECONDS = 5.0  # for a statement that calls a function in which an earlier one had to be stopped
MAX_TEXT = 400
NOT_DONE = re.compile(
    r"[A-Za-z0-9_-]{1,64}, TODO \d{1,4}: (\w{1,100})"
)  # what a stub raises where nothing is written yet
MAX_LISTED = 100  # statements that did not run, and parts that are not Python; beyond that only their number is kept
MOST_REMARKS = 50  # of one sort
ALIKE = 0.7  # how much a name has to look like another one to be taken for it, from 0 to 1

_KINDS = {"memory": StopKind.MEMORY, "interrupted": StopKind.LATE, "forbidden": StopKind.REFUSED}


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """One statement of a file, as the trusted side knows it; ``safe`` is one that only defines something."""

    place: FilePlace
    binds: tuple[str, ...]
    safe: bool


class Reading:
    """How one file was read, over all the processes that served it."""

    def __init__(self, names: tuple[str, ...], statement_seconds: float, *, shared: bool = False) -> None:
        """``names`` are those that the exercise grades, ``statement_seconds`` the limit of one statement.

        A ``shared`` file holds other exercises as well, which may need packages that this one is done without.
        """
        self.statements: list[ReadStatement] = []
        self.skip: set[int] = set()
        self._remarks: list[Remark] = []
        self._left_out: list[FilePlace] = []
        self._shared = shared
        self._for_others: list[FilePlace] = []  # statements of a shared file that seem to belong to another exercise
        self.seconds = 0.0
        self._names = names
        self._statement_seconds = statement_seconds
        self._bound: frozenset[str] = frozenset()
        self._functions: frozenset[str] = frozenset()
        self._unbound: dict[str, Absence] = {}
        self._halts: dict[int, Halt] = {}
        self._roots: dict[int, int] = {}  # each statement that stopped, and the first that stopped for its reason
        self._reasons: dict[tuple[StopKind, str], int] = {}
        self._would_bind: dict[str, int] = {}
        self._binders: Counter[str] = Counter()
        self._unlisted = 0
        self._methods: dict[str, tuple[str, FilePlace]] = {}
        self.literals: dict[str, WrittenValue] = {}

    @property
    def what_ran(self) -> WhatRan:
        """What is known of the file so far."""
        roots = dict.fromkeys(self._roots.values())
        return WhatRan(
            tuple(self._remarks),
            tuple(self._halts[index] for index in sorted(self._halts)),
            tuple((self._halts[root], self._follow(root)) for root in roots),
            tuple(self._for_others),
            tuple(self._left_out),
            self._unlisted,
        )

    def _follow(self, root: int) -> tuple[FilePlace, ...]:
        """The places of the other statements that stopped for the same reason; the names of one import stand in one place."""
        places = dict.fromkeys(self.statements[index].place for index, other in self._roots.items() if other == root)
        return tuple(places)[1:]

    def learn(self, told: FileRead) -> None:
        """Takes in what a worker said about the file before any of its code ran."""
        self.literals = {each.name: each for each in told.literals}
        self._functions = frozenset(told.functions)
        self.statements = [
            ReadStatement(FilePlace(each.cell, each.line), each.binds, each.safe) for each in told.statements
        ]
        self._binders = Counter(name for statement in self.statements for name in set(statement.binds))
        self._bound = frozenset(self._binders)
        for number, piece in enumerate(told.broken):
            unparsed = Unparsed(FilePlace(piece.cell, piece.line), piece.message, piece.cause)
            if number < MAX_LISTED:
                self._remarks.append(unparsed)
            for name in piece.binds:
                self._unbound.setdefault(name, Absence(name, AbsenceKind.UNPARSED, unparsed=unparsed))
        for other in told.elsewhere:
            place = FilePlace(other.cell, other.line)
            for name in other.names:
                if other.holder:
                    self._methods.setdefault(name, (other.holder, place))
                elif name not in self._bound:
                    self._unbound.setdefault(name, Absence(name, AbsenceKind.MAIN_ONLY, place=place))
        for again in told.again[:MOST_REMARKS]:
            self._remarks.append(DefinedTwice(again.name, tuple(FilePlace(cell, line) for cell, line in again.places)))
        self._remarks += [LeftAbove(each.name, FilePlace(each.cell, each.line)) for each in told.left[:MOST_REMARKS]]
        for silent in told.unrun[:MOST_REMARKS]:
            place = FilePlace(silent.cell, silent.line)
            code = NotRun(place, silent.what, silent.magic, silent.alone, silent.also)
            self._remarks.append(code)
            for name in code.names:
                self._unbound.setdefault(name, Absence(name, AbsenceKind.NOT_RUN, not_run=code))

    def missing(self, name: str, *, wanted: bool, inside: str = "") -> Absence:
        """Why a name is not there: for want of a refused import, its statement failed, or it is not written yet."""
        if wanted:
            return Absence(name, AbsenceKind.PACKAGE, inside)
        if name in self._unbound:
            return replace(self._unbound[name], inside=inside)
        if name in self._bound:
            return Absence(name, AbsenceKind.UNBOUND, inside)
        if name in self._names:
            holder, place = self._methods.get(name, ("", None))
            close = closest(name, self._functions - set(self._names), ALIKE) if not holder else ""
            return Absence(name, AbsenceKind.UNWRITTEN, inside, close, place, holder=holder)
        close = closest(name, (self._bound | set(self._names)) - {name}, ALIKE)
        return Absence(name, AbsenceKind.UNKNOWN, inside, close)

    def not_done(self, fault: CodeFault) -> str | None:
        """The part that a stub's NotImplementedError names, "" for one without a word that the file raises itself; else None.

        One that a library raises, or that the student put into words, is an error like others.
        """
        found = NOT_DONE.fullmatch(fault.text)
        if found is not None and found[1] in self._names:
            return found[1]
        return "" if not fault.text and fault.own else None

    def note(self, index: int, fault: CodeFault, *, blocked: bool) -> None:
        """Keeps a statement that raised: what it would have defined, and why it did not."""
        if fault.kind == "exit":
            self._exit(index)
            return
        kind = _KINDS.get(fault.kind, StopKind.RAISED)
        if fault.kind == "todo" and self.not_done(fault) is not None:
            kind = StopKind.TODO
        if kind is StopKind.LATE:
            self.skip.add(index)
        if blocked:
            kind = StopKind.REFUSED
        raised, imported = thrown(fault, name_places=False), fault.kind != "forbidden"
        self.stop(index, kind, raised=raised, again=True, missing=fault.name, imported=imported)

    def place(self, index: int) -> str:
        """Where a statement stands, in words."""
        return str(self.statements[index].place) if 0 <= index < len(self.statements) else "the file"

    def stop(
        self,
        index: int | None,
        kind: StopKind,
        *,
        how: str = "",
        memory: str = "",
        raised: Thrown | None = None,
        again: bool = False,
        missing: str | None = None,
        imported: bool = False,
    ) -> None:
        """Lists a statement that stopped, perhaps for want of the name ``missing``.

        Unless ``again`` it is left out when the file is run once more. ``imported`` says that it was refused
        nothing worse than a package.
        """
        if index is None or not 0 <= index < len(self.statements):
            self.skip_more(keep_definitions=True)  # the worker did not say which one
            return
        if not again:
            self.skip.add(index)
        if index in self._halts:
            return
        statement = self.statements[index]
        halt = Halt(statement.place, kind, raised, self._statement_seconds, how, memory)
        self._explain(statement, halt)
        if len(self._halts) >= MAX_LISTED:
            self._unlisted += 1
            return
        beside = again and kind is StopKind.RAISED and not set(self._names).intersection(statement.binds)
        if self._shared and (beside or (imported and kind is StopKind.REFUSED)):
            self._halts[index] = replace(halt, for_another=True)
            self._for_others.append(statement.place)
            return
        self._halts[index] = halt
        self._roots[index] = self._root(index, halt, missing)

    def _root(self, index: int, halt: Halt, missing: str | None) -> int:
        """The first statement that stopped for the same reason: it should have bound the missing name, or says the same."""
        binder = self._would_bind.get(missing) if missing is not None else None
        root = self._roots.get(binder, index) if binder is not None else index
        if root == index:
            # sizes say nothing of the cause, and what came too late did so because something else took the time
            said = "" if halt.kind is StopKind.LATE else halt.thrown.words if halt.thrown is not None else halt.how
            root = self._reasons.setdefault((halt.kind, re.sub(r"\d+", "#", said)), index)
        for name in self.statements[index].binds:
            self._would_bind.setdefault(name, index)
        return root

    def leave_out(self, index: int) -> None:
        """Lists a statement that was left out since reading had used its time."""
        if not 0 <= index < len(self.statements) or index in self._halts or index in self.skip:
            return
        self.skip.add(index)
        statement = self.statements[index]
        halt = Halt(statement.place, StopKind.LEFT_OUT)
        self._explain(statement, halt)
        self._left_out.append(statement.place)
        if len(self._halts) < MAX_LISTED:
            self._halts[index] = halt

    def _explain(self, statement: ReadStatement, halt: Halt) -> None:
        """Keeps for each name that no other statement binds why it is not there."""
        for name in statement.binds:
            if self._binders[name] < 2:
                self._unbound.setdefault(name, Absence(name, AbsenceKind.HALTED, halt=halt))

    def skip_more(self, *, keep_definitions: bool) -> None:
        """Leaves out all statements, or all but those that only define something, when the file is run once more."""
        self.skip |= {i for i, statement in enumerate(self.statements) if not (keep_definitions and statement.safe)}

    def _exit(self, index: int) -> None:
        """The file ended itself: what stands below was not run."""
        if index in self._halts or not 0 <= index < len(self.statements) - 1:
            return  # nothing stands below it
        place = self.statements[index].place
        self._halts[index] = Halt(place, StopKind.EXIT)
        self._remarks.append(ExitCalled(place))
        for below in self.statements[index + 1 :]:
            for name in below.binds:
                absence = Absence(name, AbsenceKind.EXITED, place=place, below=below.place)
                self._unbound.setdefault(name, absence)


def thrown(fault: CodeFault, *, name_places: bool) -> Thrown:
    """An exception as a worker reports it; with ``name_places`` also the cell or file in which its line is counted."""
    where = text_of(fault.where or "") if name_places else ""
    return Thrown(text_of(fault.type), text_of(fault.text), where, fault.line, fault.inside)


def text_of(told: str) -> str:
    """A text that came out of a worker, as much of it as a message shows."""
    return told[:MAX_TEXT]


def contents_of(told: FileHolds) -> Contents:
    """What a file holds, as a worker reported it."""
    return Contents(told.unreadable, told.definitions, frozenset(told.bound), frozenset(told.broken), told.answers)
