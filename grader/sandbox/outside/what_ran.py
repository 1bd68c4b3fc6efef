"""What is known of a file after its statements ran: which did not, and which names are missing for that reason."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.sandbox.outside import remarks
from grader.sandbox.outside.advice import advice
from grader.scores.records import CellResult, Flag, Outcome
from grader.source.contents import Contents

if TYPE_CHECKING:
    from grader.sandbox.wire.messages import CodeFault, FileHolds, FileRead, WrittenValue

AGAIN_SECONDS = 5.0  # for a statement that calls a function in which an earlier one had to be stopped
MAX_TEXT = 400
NOT_DONE = re.compile(
    r"[A-Za-z0-9_-]{1,64}, TODO \d{1,4}: (\w{1,100})"
)  # what a stub raises where nothing is written yet
LATE = "reading had used its time, so only imports, functions, classes and written-down values still ran."
ALONE = " (when graded, only this file and the exercise's packages are there)"
MAX_LISTED = 100  # statements that did not run, and parts that are not Python; of more only the number is told
_OUTCOMES = {"todo": Outcome.TODO, "memory": Outcome.CRASHED, "interrupted": Outcome.TIMEOUT}


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """One statement of a file, as the trusted side knows it; ``safe`` is one that only defines something."""

    cell: int | None
    line: int
    binds: tuple[str, ...]
    safe: bool

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        return remarks.place_of(self.cell, self.line)


class Reading:
    """How one file was read, over all the processes that served it."""

    def __init__(self, names: tuple[str, ...], statement_seconds: float, *, shared: bool = False) -> None:
        """``names`` are those that the exercise grades, ``statement_seconds`` the limit of one statement.

        A ``shared`` file holds other exercises as well, which may need packages that this one is done without.
        """
        self.statements: list[ReadStatement] = []
        self.skip: set[int] = set()
        self._flags: list[Flag] = []
        self._left_out: list[ReadStatement] = []
        self._shared = shared
        self._for_others: list[str] = []  # places of a shared file that another exercise is about, or so it seems
        self.seconds = 0.0
        self._names = names
        self.limit = (
            f"It took longer than {statement_seconds:g} s and was stopped; what calls the same function again "
            f"gets {AGAIN_SECONDS:g} s. What takes long (training, say) goes under "
            '`if __name__ == "__main__":`, which is not run here.'
        )
        self._bound: frozenset[str] = frozenset()
        self._functions: frozenset[str] = frozenset()
        self._unbound: dict[str, tuple[Outcome, str]] = {}
        self._stopped: dict[int, CellResult] = {}
        self._roots: dict[int, int] = {}  # each statement that stopped, and the first that stopped for its reason
        self._reasons: dict[tuple[Outcome, str], int] = {}
        self._would_bind: dict[str, int] = {}
        self._broken: list[CellResult] = []
        self._binders: Counter[str] = Counter()
        self._unlisted = 0
        self._methods: dict[str, str] = {}
        self.literals: dict[str, WrittenValue] = {}

    @property
    def cells(self) -> tuple[CellResult, ...]:
        """The statements that did not run to their end, in the file's order."""
        found = [*dict.fromkeys(self._stopped[index] for index in sorted(self._stopped)), *self._broken]
        return tuple(sorted(found, key=lambda cell: (-1 if cell.index is None else cell.index, cell.line)))

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What a person should know about how the file was read: a flag for each cause, not for each statement."""
        stops = self._causes()
        if self._left_out and not self._took_time():
            at = [statement.place for statement in self._left_out]
            stops.append(Flag("stopped", f"{remarks.listed(at)} did not run: {LATE}"))
        if self._unlisted:
            stops.append(Flag("stopped", f"{self._unlisted:,} more statements did not run to their end."))
        others = [remarks.for_others(self._for_others)] if self._for_others else []
        return (*self._flags, *others, *stops)

    def _causes(self) -> list[Flag]:
        """A flag for each reason for which statements stopped, with the places of those that follow from it."""
        flags: list[Flag] = []
        for root in dict.fromkeys(self._roots.values()):
            first = self._stopped[root]
            if first.outcome is Outcome.TODO:
                continue
            places = dict.fromkeys(
                self.statements[index].place for index, other in self._roots.items() if other == root
            )
            _, *rest = places  # the names of one import stand in one place
            if first.outcome is Outcome.TIMEOUT:
                rest += [statement.place for statement in self._left_out]  # it used the time that these would have had
            told = remarks.stopped(self.statements[root].place, first.message, rest)
            flags.append(Flag("blocked" if first.outcome is Outcome.BLOCKED else "stopped", told))
        return flags

    def _took_time(self) -> bool:
        """Whether a statement had to be stopped because it took too long."""
        return any(self._stopped[root].outcome is Outcome.TIMEOUT for root in self._roots.values())

    def learn(self, told: FileRead) -> None:
        """Takes what a worker said of the file before any code of it ran."""
        self.literals = {each.name: each for each in told.literals}
        self._functions = frozenset(told.functions)
        self.statements = [ReadStatement(each.cell, each.line, each.binds, each.safe) for each in told.statements]
        self._binders = Counter(name for statement in self.statements for name in set(statement.binds))
        self._bound = frozenset(self._binders)
        for piece in told.broken:
            message = piece.message.removeprefix(f"line {piece.line}: ")
            flag, why = remarks.broken(remarks.place_of(piece.cell, piece.line), message, piece.cause)
            if len(self._broken) < MAX_LISTED:
                self._broken.append(CellResult(piece.cell, piece.line, Outcome.ERROR, piece.message))
                self._flags.append(flag)
            for name in piece.binds:
                self._unbound.setdefault(name, (Outcome.ERROR, why))
        for other in told.elsewhere:
            place = remarks.place_of(other.cell, other.line)
            for name in other.names:
                if other.holder:
                    self._methods.setdefault(name, f"it is a method of {other.holder} ({place})")
                elif name not in self._bound:
                    why = f'{place} is `if __name__ == "__main__":`, and what stands under it is not run.'
                    self._unbound.setdefault(name, (Outcome.ERROR, why))

        self._flags += remarks.defined_twice(told.again)
        self._flags += remarks.left_above(told.left)
        self._flags += remarks.not_run(told.unrun)
        for silent in told.unrun:
            for name in silent.alone:
                why = f"{remarks.place_of_unrun(silent.cell, silent.line, silent.what)} holds it, and is not run."
                self._unbound.setdefault(name, (Outcome.ERROR, why))

    def missing(self, name: str, *, wanted: bool, inside: str = "") -> tuple[Outcome, str]:
        """Why a name is not there: for want of a refused import, its statement failed, or it is not written yet."""
        start = f"{inside} uses {name}, and " if inside else ""
        if wanted:
            why = "it came from a package that this exercise is done without."
            return Outcome.BLOCKED, f"{start}{name} is not there: {why}"
        if name in self._unbound:
            outcome, why = self._unbound[name]
            return outcome, f"{start}{name} is not defined: {why}"
        if name in self._bound:
            return Outcome.ERROR, f"{start}{name} is not defined when the file has run."
        if name in self._names:
            close = remarks.close_to(name, self._functions - set(self._names))
            there = f" There is {close}: rename it." if close else ""
            if name in self._methods:
                there = f" There is one, but {self._methods[name]}: the checks call functions of the file."
            return Outcome.TODO, f"{start}{name}{remarks.NOT_WRITTEN}{there}"
        close = remarks.close_to(name, (self._bound | set(self._names)) - {name})
        meant = f" Did you mean {close}?" if close else ""
        return Outcome.ERROR, f"{start}{name} is defined nowhere in the file (NameError).{meant}"

    def is_not_done(self, fault: CodeFault) -> bool:
        """Whether a NotImplementedError is the stub's own, or one without a word that the file raises itself.

        One that a library raises, or that the student put into words, is an error like others.
        """
        text = text_of(fault.text)
        found = NOT_DONE.fullmatch(text)
        return (found is not None and found[1] in self._names) or (not text and fault.own)

    def note(self, index: int, fault: CodeFault, *, blocked: bool) -> None:
        """Keeps a statement that raised: what it would have defined, and why it did not."""
        kind = fault.kind
        if kind == "exit":
            self._exit(index)
            return
        why = f"{text_of(fault.type)}: {text_of(fault.text)}".rstrip(": ")
        advised = advice(why)
        if advised:
            why = why[: MAX_TEXT - len(advised)] + advised
        elif is_elsewhere(fault) and not blocked:
            why = why[: MAX_TEXT - len(ALONE)] + ALONE
        outcome = _OUTCOMES.get(kind, Outcome.ERROR)
        if outcome is Outcome.TODO and not self.is_not_done(fault):
            outcome = Outcome.ERROR
        if kind == "interrupted":
            why = self.limit
            self.skip.add(index)
        if blocked or kind == "forbidden":
            outcome = Outcome.BLOCKED
        self.stop(index, outcome, why, again=True, missing=fault.name, imported=kind != "forbidden")

    def place(self, index: int) -> str:
        """Where a statement stands, in words."""
        return self.statements[index].place if 0 <= index < len(self.statements) else "the file"

    def stop(
        self,
        index: int | None,
        outcome: Outcome,
        why: str,
        *,
        again: bool = False,
        missing: str | None = None,
        imported: bool = False,
    ) -> None:
        """Lists a statement that did not run to its end, perhaps for want of the name ``missing``.

        Unless ``again`` it is left out when the file is run once more. ``imported`` says that what it was
        not allowed is at most a package.
        """
        if index is None or not 0 <= index < len(self.statements):
            self.skip_more(keep_definitions=True)  # the worker did not say which one
            return
        if not again:
            self.skip.add(index)
        if index in self._stopped:
            return
        statement, why = self.statements[index], why[:MAX_TEXT]
        self._explain(statement, outcome, why)
        if len(self._stopped) >= MAX_LISTED:
            self._unlisted += 1
            return
        beside = again and outcome is Outcome.ERROR and not set(self._names).intersection(statement.binds)
        if self._shared and (beside or (imported and outcome is Outcome.BLOCKED)):
            self._stopped[index] = CellResult(statement.cell, statement.line, Outcome.ERROR, why)
            self._for_others.append(statement.place)
            return
        self._stopped[index] = CellResult(statement.cell, statement.line, outcome, why)
        self._roots[index] = self._root(index, outcome, why, missing)

    def _root(self, index: int, outcome: Outcome, why: str, missing: str | None) -> int:
        """The first statement that stopped for the same reason: it should have bound the missing name, or says the same."""
        binder = self._would_bind.get(missing) if missing is not None else None
        root = self._roots.get(binder, index) if binder is not None else index
        if root == index:
            # sizes say nothing of the cause, and what came too late did so because something else took the time
            reason = "" if outcome is Outcome.TIMEOUT else re.sub(r"\d+", "#", why)
            root = self._reasons.setdefault((outcome, reason), index)
        for name in self.statements[index].binds:
            self._would_bind.setdefault(name, index)
        return root

    def leave_out(self, index: int) -> None:
        """Lists a statement that was left out since reading had used its time; one flag tells of all of them."""
        if not 0 <= index < len(self.statements) or index in self._stopped or index in self.skip:
            return
        self.skip.add(index)
        statement = self.statements[index]
        self._explain(statement, Outcome.TIMEOUT, LATE)
        self._left_out.append(statement)
        if len(self._stopped) < MAX_LISTED:
            self._stopped[index] = CellResult(statement.cell, statement.line, Outcome.TIMEOUT, f"Not run: {LATE}")

    def _explain(self, statement: ReadStatement, outcome: Outcome, why: str) -> None:
        """Keeps for each name that no other statement binds why it is not there."""
        cause = outcome if outcome in (Outcome.BLOCKED, Outcome.TODO) else Outcome.ERROR
        for name in statement.binds:
            if self._binders[name] < 2:
                self._unbound.setdefault(name, (cause, f"{statement.place} did not run to its end ({why})."))

    def skip_more(self, *, keep_definitions: bool) -> None:
        """Leaves out all statements, or all but those that only define something, when the file is run once more."""
        self.skip |= {i for i, statement in enumerate(self.statements) if not (keep_definitions and statement.safe)}

    def _exit(self, index: int) -> None:
        """The file ended itself: what stands below was not run."""
        if index in self._stopped or not 0 <= index < len(self.statements) - 1:
            return  # nothing stands below it
        statement = self.statements[index]
        self._stopped[index] = CellResult(
            statement.cell, statement.line, Outcome.ERROR, "sys.exit ended the reading here."
        )
        self._flags.append(Flag("stopped", f"{statement.place} calls sys.exit: what stands below it was not run."))
        for below in self.statements[index + 1 :]:
            why = f"{statement.place} calls sys.exit, and its statement stands below ({below.place})."
            for name in below.binds:
                self._unbound.setdefault(name, (Outcome.ERROR, why))


def is_elsewhere(fault: CodeFault) -> bool:
    """Whether something was looked for that may lie beside the file at home: a module of the student's own, or data."""
    missing = fault.type in ("ModuleNotFoundError", "FileNotFoundError")
    return missing or "attempted relative import" in text_of(fault.text)


def text_of(told: str) -> str:
    """A text that came out of a worker, as much of it as a message shows."""
    return told[:MAX_TEXT]


def contents_of(told: FileHolds) -> Contents:
    """What a worker said that a file holds."""
    return Contents(told.unreadable, told.definitions, frozenset(told.bound), frozenset(told.broken), told.answers)
