"""One submission as the checks see it: functions that can be called, whatever becomes of the processes behind them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from grader.errors import UnreadableWork, WorkerFault
from grader.sandbox.process import Spawning, WorkerDied, WorkerLate, WorkerProcess
from grader.scores.records import CellResult, Flag, Outcome
from grader.submissions.source import Contents

FULL_READING_SECONDS = 60.0  # after that only what defines something still runs (contract 1)
INTERRUPT_SECONDS = 2.0  # from asking Python to stop a statement to ending the process
MAX_DEATHS = 8  # in reading one submission; a file that ends its process more often is read no further
MAX_TEXT = 400
READ_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds for one call, one statement and the whole submission; bytes of memory in words."""

    call: float
    statement: float
    submission: float
    memory: str


@dataclass(frozen=True, slots=True)
class Work:
    """The bytes of one submitted file, and what of it is graded."""

    data: bytes
    kind: str
    name: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """What a call gave: plain data, which inputs it changed, and which numeric warnings it raised."""

    value: Any
    changed: tuple[str, ...]
    warned: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a call gave nothing."""

    outcome: Outcome
    message: str
    line: int | None = None


Reply = Returned | Stopped
Asked = tuple[str, Sequence[Any], Mapping[str, Any]]
"""A function's name, its positional arguments and those by keyword."""


@dataclass(frozen=True, slots=True)
class _Statement:
    cell: int | None
    line: int
    binds: tuple[str, ...]
    safe: bool

    @property
    def place(self) -> str:
        return _place(self.cell, self.line)


def _place(cell: int | None, line: int) -> str:
    return f"line {line}" if cell is None else f"cell {cell + 1}, line {line}"


@dataclass(slots=True)
class _Reading:
    """What is known of a file after it was read, kept over all processes that serve it."""

    statements: list[_Statement] = field(default_factory=list)
    unbound: dict[str, tuple[Outcome, str]] = field(default_factory=dict)
    bound: frozenset[str] = frozenset()
    skip: set[int] = field(default_factory=set)
    cells: dict[int, CellResult] = field(default_factory=dict)
    broken: list[CellResult] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    seconds: float = 0.0


class Submission:
    """Reads a file in a worker and answers calls, putting a new worker in the place of one that died."""

    def __init__(self, work: Work, spawning: Spawning, budget: Budget) -> None:
        """Reads and runs the file; raises UnreadableWork, and WorkerFault where the grader failed."""
        self.work = work
        self.contents = Contents.empty()
        self._spawning = spawning
        self._budget = budget
        self._started = time.monotonic()
        self._reading = _Reading()
        self._late: dict[str, int] = {}
        self._printed = b""
        self._dropped = 0
        self._process: WorkerProcess | None = None
        self._start(first=True)

    @property
    def cells(self) -> tuple[CellResult, ...]:
        """The statements that did not run to their end, in the file's order."""
        ran = [self._reading.cells[index] for index in sorted(self._reading.cells)]
        return tuple(
            sorted(ran + self._reading.broken, key=lambda cell: (-1 if cell.index is None else cell.index, cell.line))
        )

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What a person should know about how the file was read."""
        return tuple(self._reading.flags)

    @property
    def output(self) -> str:
        """What the submission printed, cut."""
        self._collect()
        text = self._printed.decode("utf-8", "backslashreplace")
        return text + (f"\n… {self._dropped:,} more bytes were printed" if self._dropped else "")

    def close(self) -> None:
        """Ends the worker."""
        if self._process is not None:
            self._collect()
            self._process.dismiss()
            self._process = None

    def call_each(self, calls: Sequence[Asked]) -> list[Reply]:
        """Calls functions one after the other with plain data, with one question for all that go well.

        One that does not come back is called by itself again, and the rest after it, as `call` does it.
        """
        replies: list[Reply] = []
        while len(replies) < len(calls):
            rest = calls[len(replies) :]
            if len(rest) > 1 and self._left() > 0 and not any(self._late.get(name) for name, _, _ in rest):
                replies += self._call_many(rest)
            if len(replies) < len(calls):
                replies.append(self.call(*calls[len(replies)]))
        return replies

    def _call_many(self, calls: Sequence[Asked]) -> list[Reply]:
        """The replies to the first calls, up to the one that did not come back."""
        replies: list[Reply] = []

        def limit() -> float:
            return max(0.0, min(self._budget.call, self._left()))

        def on_event(event: dict[str, Any]) -> float:
            if (
                len(replies) < len(calls)
                and event.get("index") == len(replies)
                and isinstance(event.get("answer"), dict)
            ):
                replies.append(self._reply(calls[len(replies)][0], event["answer"]))
            return limit()

        asked = [{"name": name, "args": list(args), "kwargs": dict(kwargs)} for name, args, kwargs in calls]
        message = {"do": "calls", "calls": asked}
        try:
            process = self._process or self._start()
            process.ask(message, limit(), on_event=on_event)
        except WorkerLate as late:
            self._end()
            if len(replies) < len(calls):
                name, args, kwargs = calls[len(replies)]
                waited = late.cpu < self._budget.call / 2
                replies.append(self.call(name, args, kwargs, again=False) if waited else self._too_late(name))
        except WorkerDied as died:
            self._end()
            if len(replies) < len(calls):
                replies.append(self._gone(calls[len(replies)][0], died))
        return replies

    def call(
        self,
        name: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None = None,
        parts: Mapping[str, Sequence[str]] | None = None,
        answer_part: Callable[[str, list[Any]], dict[str, Any]] | None = None,
        *,
        again: bool = True,
    ) -> Reply:
        """Calls a function of the submission with plain data.

        ``parts`` maps names of the submission's module to parameter names; they are replaced for this call and
        ``answer_part`` answers in their place. With ``again``, a call that only waited until its limit is made once more.
        """
        if self._late.get(name, 0) >= 2:
            return Stopped(Outcome.TIMEOUT, f"{name} took too long twice, so it was not called again.")
        message = {
            "do": "call",
            "name": name,
            "args": list(args),
            "kwargs": dict(kwargs or {}),
            "parts": {part: list(parameters) for part, parameters in (parts or {}).items()},
        }
        left = self._left()
        if left <= 0:
            return Stopped(Outcome.TIMEOUT, f"The submission used its {self._budget.submission:g} s in all.")
        try:
            process = self._process or self._start()
            answer = process.ask(message, min(self._budget.call, left), answer_part)
        except WorkerLate as late:
            self._end()
            if again and late.cpu < self._budget.call / 2:
                return self.call(name, args, kwargs, parts, answer_part, again=False)
            return self._too_late(name)
        except WorkerDied as died:
            self._end()
            return self._gone(name, died)
        return self._reply(name, answer)

    def _too_late(self, name: str) -> Stopped:
        self._late[name] = self._late.get(name, 0) + 1
        return Stopped(Outcome.TIMEOUT, f"{name} took longer than {self._budget.call:g} s and was stopped.")

    def _gone(self, name: str, died: WorkerDied) -> Stopped:
        return Stopped(Outcome.CRASHED, self._died(str(died), f"While {name} ran, "))

    def _reply(self, name: str, answer: dict[str, Any]) -> Reply:
        if "returned" in answer:
            changed, warned = answer.get("changed"), answer.get("warned")
            if not (_is_texts(changed) and _is_texts(warned)):
                self._end()
                return Stopped(Outcome.CRASHED, "The process sent an answer of the wrong form.")
            return Returned(answer["returned"], tuple(changed), frozenset(warned))
        if "missing" in answer:
            return self._missing(name, answer.get("wanted") is True)
        if isinstance(answer.get("not_callable"), str):
            return Stopped(Outcome.ERROR, f"{name} is no function but a value of type {answer['not_callable'][:80]}.")
        if isinstance(answer.get("raised"), dict):
            return self._raised(name, answer["raised"])
        self._end()
        return Stopped(Outcome.CRASHED, "The process sent an answer of the wrong form.")

    def _missing(self, name: str, wanted: bool, inside: str = "") -> Stopped:
        """Why a name is not there: for want of a refused import, its statement failed, or it is not written yet."""
        start = f"{inside} uses {name}, and " if inside else ""
        if wanted:
            return Stopped(
                Outcome.BLOCKED,
                f"{start}{name} is not there: it came from a package that this exercise is done without.",
            )
        if name in self._reading.unbound:
            outcome, why = self._reading.unbound[name]
            return Stopped(outcome, f"{start}{name} is not defined: {why}")
        if name in self._reading.bound:
            return Stopped(Outcome.ERROR, f"{start}{name} is not defined when the file has run.")
        if name in self.work.names:
            return Stopped(Outcome.TODO, f"{start}{name} is not written yet.")
        return Stopped(Outcome.ERROR, f"{start}{name} is defined nowhere in the file (NameError).")

    def _raised(self, name: str, fault: dict[str, Any]) -> Stopped:
        kind, line = _text(fault.get("kind")), fault.get("line")
        line = line if type(line) is int else None
        missing = fault.get("name")
        if kind == "error" and isinstance(missing, str):
            stopped = self._missing(missing[:80], fault.get("wanted") is True, name)
            return Stopped(stopped.outcome, stopped.message, line)
        where = f" in {_text(fault.get('where'))}" if fault.get("where") and self.work.kind == "notebook" else ""
        where += f", line {line}" if line is not None else ""
        raised = f"{_text(fault.get('type'))}: {_text(fault.get('text'))}".rstrip(": ")
        match kind:
            case "todo":
                return Stopped(Outcome.TODO, f"{name} is not done yet.", line)
            case "memory":
                return Stopped(
                    Outcome.CRASHED, f"{name} used more than the {self._budget.memory} of memory allowed.", line
                )
            case "import" | "forbidden":
                return Stopped(
                    Outcome.BLOCKED, f"{name} used something that is not allowed here: {raised}{where}", line
                )
            case "exit":
                return Stopped(Outcome.ERROR, f"{name} ended the program (sys.exit){where}.", line)
        if fault.get("wanted") is True:
            return Stopped(
                Outcome.BLOCKED, f"{name} stopped for want of a package that is not allowed here: {raised}{where}", line
            )
        return Stopped(Outcome.ERROR, f"{name} raised {raised}{where}", line)

    def _died(self, how: str, start: str) -> str:
        return f"{start}{how}. (The limit for memory is {self._budget.memory}.)"

    def _left(self) -> float:
        return self._budget.submission - (time.monotonic() - self._started)

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
            self._collect()
            self._process = None

    def _collect(self) -> None:
        """Takes over what the present worker printed; a second process prints the same again, which is left out."""
        if self._process is not None and not self._printed:
            self._printed, self._dropped = self._process.printed()

    def _start(self, first: bool = False) -> WorkerProcess:
        """A worker that has read and run the file, all statements but those that ended an earlier one."""
        statements = self._reading.statements
        for death in range(MAX_DEATHS + 2):
            self._process = process = WorkerProcess(self._spawning)
            self._read(process, first)
            if self._run(process):
                return process
            first = False
            self._end()
            if death == MAX_DEATHS - 1:
                self._reading.skip |= {index for index, statement in enumerate(statements) if not statement.safe}
            if death == MAX_DEATHS:
                self._reading.skip = set(range(len(statements)))
        raise WorkerFault(f"{self.work.name} ended every process that read it, even without running anything")

    def _read(self, process: WorkerProcess, first: bool) -> None:
        work = self.work
        message = {"do": "read", "data": work.data, "kind": work.kind, "name": work.name, "names": list(work.names)}
        try:
            answer = process.ask(message, READ_SECONDS)
        except (WorkerLate, WorkerDied):
            process.end()
            raise UnreadableWork(f"{work.name} is too large or too deeply nested to be read") from None
        if isinstance(answer.get("unreadable"), str):
            process.end()
            raise UnreadableWork(answer["unreadable"])
        if not first:
            return
        # No code of the submission has run yet, so this answer is the grader's own.
        self.contents = Contents.from_plain(answer["contents"])
        self._reading.statements = [
            _Statement(cell, line, tuple(binds), safe) for cell, line, binds, safe in answer["statements"]
        ]
        self._reading.bound = frozenset(name for s in self._reading.statements for name in s.binds)
        for cell, line, message_text, binds in answer["broken"]:
            place = _place(cell, line)
            self._reading.broken.append(CellResult(cell, line, Outcome.ERROR, message_text))
            self._reading.flags.append(Flag("syntax", f"{place} is not Python: {message_text}. The rest was run."))
            for name in binds:
                self._reading.unbound.setdefault(name, (Outcome.ERROR, f"{place} is not Python ({message_text})."))

    def _run(self, process: WorkerProcess) -> bool:
        """Runs the statements; False if the process ended or had to be ended, with the cause put on the list to skip."""
        reading, budget = self._reading, self._budget
        current: int | None = None
        started = time.monotonic()

        def limit() -> float:
            return max(0.0, min(budget.statement, self._left()))

        def on_event(event: dict[str, Any]) -> float:
            nonlocal current
            if type(event.get("start")) is int:
                current = event["start"]
            elif type(event.get("stopped")) is int and isinstance(event.get("fault"), dict):
                self._note(event["stopped"], event["fault"], event.get("blocked") is True)
            elif type(event.get("late")) is int:
                self._stop(event["late"], Outcome.TIMEOUT, "Reading had used its time: only definitions still ran.")
            return limit()

        message = {
            "do": "run",
            "skip": sorted(reading.skip),
            "full_seconds": max(0.0, FULL_READING_SECONDS - reading.seconds),
        }
        try:
            return self._ask_to_run(process, message, on_event, limit)
        except WorkerLate:
            self._stop(current, Outcome.TIMEOUT, f"It took longer than {budget.statement:g} s and was stopped.")
            return False
        except WorkerDied as died:
            self._stop(current, Outcome.CRASHED, self._died(str(died), ""))
            return False
        finally:
            reading.seconds += time.monotonic() - started

    def _ask_to_run(
        self,
        process: WorkerProcess,
        message: dict[str, Any],
        on_event: Callable[[dict[str, Any]], float],
        limit: Callable[[], float],
    ) -> bool:
        try:
            process.ask(message, limit(), on_event=on_event)
        except WorkerLate:
            process.interrupt()
            process.resume(INTERRUPT_SECONDS, on_event=on_event)
        return True

    def _note(self, index: int, fault: dict[str, Any], blocked: bool) -> None:
        """Keeps what a statement that stopped would have defined, and why it did not."""
        kind = _text(fault.get("kind"))
        raised = f"{_text(fault.get('type'))}: {_text(fault.get('text'))}".rstrip(": ")
        outcome = {"todo": Outcome.TODO, "memory": Outcome.CRASHED, "interrupted": Outcome.TIMEOUT}.get(
            kind, Outcome.ERROR
        )
        if kind == "exit":
            self._exit(index)
            return
        if kind == "interrupted":
            raised = f"It took longer than {self._budget.statement:g} s and was stopped."
            self._reading.skip.add(index)
        if blocked or kind == "forbidden":
            outcome = Outcome.BLOCKED
        self._stop(index, outcome, raised, again=True)

    def _exit(self, index: int) -> None:
        """The file ended itself: what stands below was not run."""
        reading = self._reading
        if index in reading.cells or not 0 <= index < len(reading.statements) - 1:
            return  # nothing stands below it
        place = reading.statements[index].place
        reading.cells[index] = CellResult(
            reading.statements[index].cell,
            reading.statements[index].line,
            Outcome.ERROR,
            "sys.exit ended the reading here.",
        )
        reading.flags.append(Flag("stopped", f"{place} calls sys.exit: what stands below it was not run."))
        for statement in reading.statements[index + 1 :]:
            for name in statement.binds:
                reading.unbound.setdefault(
                    name,
                    (Outcome.ERROR, f"{place} calls sys.exit, and its statement stands below ({statement.place})."),
                )

    def _stop(self, index: int | None, outcome: Outcome, why: str, again: bool = False) -> None:
        """Lists a statement that did not run to its end; unless ``again`` it is left out when the file is run once more."""
        reading = self._reading
        if index is None or not 0 <= index < len(reading.statements):
            # The worker did not say which one: read no further than what has run.
            reading.skip |= {i for i, s in enumerate(reading.statements) if not s.safe}
            return
        if not again:
            reading.skip.add(index)
        if index in reading.cells:
            return
        statement = reading.statements[index]
        reading.cells[index] = CellResult(statement.cell, statement.line, outcome, why[:MAX_TEXT])
        if outcome is not Outcome.TODO:
            kind = "blocked" if outcome is Outcome.BLOCKED else "stopped"
            reading.flags.append(Flag(kind, f"{statement.place} did not run to its end: {why[:MAX_TEXT]}"))
        defined = {name for s in reading.statements for name in s.binds if s is not statement}
        for name in statement.binds:
            if name not in defined:
                cause = outcome if outcome in (Outcome.BLOCKED, Outcome.TODO) else Outcome.ERROR
                reading.unbound.setdefault(
                    name, (cause, f"{statement.place} did not run to its end ({why[:MAX_TEXT]}).")
                )


def _is_texts(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _text(value: Any) -> str:
    return value[:MAX_TEXT] if isinstance(value, str) else ""
