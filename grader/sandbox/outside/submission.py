"""One submission as the checks see it: functions that can be called, whatever becomes of the processes behind them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from grader.errors import UnreadableWork, WorkerFault
from grader.sandbox.outside.conversation import Conversation, WorkerDied, WorkerLate
from grader.sandbox.outside.models import Clean, CleanWorker, LookedAt
from grader.sandbox.outside.replies import Asked, Reply, understand, understand_look, written_down
from grader.sandbox.outside.stops import Absence, StopKind, Stopped, WhatRan
from grader.sandbox.outside.what_ran import AGAIN_SECONDS, Reading, contents_of
from grader.sandbox.wire.channel import ChannelBroken
from grader.sandbox.wire.messages import (
    CallEach,
    CallOne,
    CantRead,
    LeftOut,
    LookAtModel,
    OneCalled,
    RunFile,
    RunStopped,
    Started,
)
from grader.sandbox.wire.printout import NOTHING
from grader.source.contents import Contents

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.sandbox.outside.conversation import AnswerPart
    from grader.sandbox.outside.remembered import Remembered
    from grader.sandbox.outside.work import Budget, Starting, Tell, Workload
    from grader.sandbox.wire.messages import CallReply, OwnFunction

FULL_READING_SECONDS = 60.0  # after that only what defines something still runs
INTERRUPT_SECONDS = 2.0  # from asking Python to stop a statement to ending the process
MAX_DEATHS = 8  # in reading one submission; a file that ends its process more often is read no further
LAST_SECONDS = 5.0  # that definitions still get to run in, when a submission has used all its time
READ_SECONDS = 20.0


class Submission:
    """Reads a file in a worker and answers calls, replacing a worker that died."""

    def __init__(self, work: Workload, spawning: Starting, budget: Budget, tell: Tell = lambda _what: None) -> None:
        """Reads and runs the file; raises UnreadableWork, and WorkerFault if the grader failed.

        ``tell`` is called with what is being done, whenever that changes.
        """
        self.work = work
        self.contents = Contents.empty()
        self.said: Mapping[str, str] = {}  # the sentences in which a pattern of ``work.said`` was found
        self.own: tuple[OwnFunction, ...] = ()  # the functions of the file itself, if they are to be kept
        self.texts: Mapping[str, str] = {}  # graded functions as the file defines them
        self._spawning = spawning
        self._budget = budget
        self._tell = tell
        self._started = time.monotonic()
        self._reading = Reading(work.names, budget.statement, shared=work.shared)
        self._late: dict[str, int] = {}
        self._printed = NOTHING
        self._process: Conversation | None = None
        self.was_cut_short = False  # a limit of time, or the end of a process, had a part in what is known of it
        self._memory: Remembered | None = None
        self._start(first=True)

    def remember(self, memory: Remembered) -> None:
        """Shares what is remembered of other submissions; whoever calls hands in the same arguments as the same objects."""
        self._memory = memory
        if self._process is not None:
            self._process.remember(memory)

    @property
    def what_ran(self) -> WhatRan:
        """How the file was read: what of it did not run, and what is notable about how it is written."""
        return self._reading.what_ran

    def absence(self, name: str) -> Absence:
        """Why a name is not there that no statement of the file would bind."""
        return self._reading.missing(name, wanted=False)

    @property
    def output(self) -> str:
        """What the submission printed while it was read, cut.

        What it prints in calls is left out: that may hold the inputs of checks that nobody should see.
        """
        return self._printed.text

    def close(self) -> None:
        """Ends the worker."""
        if self._process is not None:
            self._process.dismiss()
            self._process = None

    def call_each(self, calls: Sequence[Asked]) -> list[Reply]:
        """Calls functions one after the other with plain data, with one question for all that go well.

        A call that does not come back is made again by itself, and the rest after it, as `call` does it.
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

        def on_event(event: OneCalled) -> float:
            if len(replies) == len(calls) or event.index != len(replies):
                raise ChannelBroken("an answer that nobody asked for")
            replies.append(self._said(calls[len(replies)][0], event.reply))
            return limit()

        def make() -> CallEach:
            return CallEach(tuple(CallOne(name, tuple(args), kwargs, {}) for name, args, kwargs in calls))

        key = tuple([(name, id(args), id(kwargs)) for name, args, kwargs in calls])
        packed = self._memory.question(key, tuple(calls), make) if self._memory is not None else None
        question = packed.question if packed is not None else make()
        self._tell(f"{calls[0][0]} is called")
        try:
            process = self._process or self._start()
            process.ask(question, limit(), on_event=on_event, packed=packed)
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
        answer_part: AnswerPart | None = None,
        *,
        otherwise: str | None = None,
        again: bool = True,
    ) -> Reply:
        """Calls a function of the submission with plain data.

        ``parts`` maps names of the submission's module to parameter names; they are replaced for this call and ``answer_part``
        answers in their place. If the function is missing, a value of the module called ``otherwise`` is the answer. With
        ``again``, a call that only waited until its limit is made once more.
        """
        if self._late.get(name, 0) >= 2:
            return Stopped(name, StopKind.LATE_TWICE)
        replaced = {part: tuple(parameters) for part, parameters in (parts or {}).items()}

        def make() -> CallOne:
            return CallOne(name, tuple(args), kwargs or {}, replaced, otherwise)

        key = (name, id(args), id(kwargs), tuple(replaced.items()), otherwise)
        packed = self._memory.question(key, (args, kwargs), make) if self._memory is not None else None
        question = packed.question if packed is not None else make()
        left = self._left()
        if left <= 0:
            self.was_cut_short = True
            return Stopped(name, StopKind.SPENT, seconds=self._budget.submission)
        try:
            process = self._process or self._start()
            self._tell(f"{name} is called")
            answer = process.ask(question, min(self._budget.call, left), answer_part, packed=packed)
        except WorkerLate as late:
            self._end()
            if again and late.cpu < self._budget.call / 2:
                return self.call(name, args, kwargs, parts, answer_part, otherwise=otherwise, again=False)
            return self._too_late(name)
        except WorkerDied as died:
            self._end()
            return self._gone(name, died)
        return self._said(name, answer)

    def value(self, name: str) -> Reply:
        """What the file's text gives a name: a value that is written down, never computed."""
        return written_down(name, self._reading)

    def clean(self) -> Clean:
        """Another worker, which never gets this file."""
        return CleanWorker(self._spawning.start())

    def look(self, name: str, number: int, inputs: Any) -> LookedAt | Stopped:
        """The model that a call of ``name`` gave, by its number, and what it gives for the inputs."""
        if self._process is None:
            return Stopped(name, StopKind.GONE)
        try:
            answer = self._process.ask(LookAtModel(number, inputs), max(0.0, min(self._budget.call, self._left())))
        except WorkerLate:
            self._end()
            return self._too_late(name)
        except WorkerDied as died:
            self._end()
            return self._gone(name, died)
        return understand_look(name, answer, self._reading, self._budget.memory)

    def _said(self, name: str, answer: CallReply) -> Reply:
        return understand(name, answer, self._reading, self._budget.memory, name_places=self.work.kind == "notebook")

    def _too_late(self, name: str) -> Stopped:
        self._late[name] = self._late.get(name, 0) + 1
        return Stopped(name, StopKind.LATE, seconds=self._budget.call)

    def _gone(self, name: str, died: WorkerDied) -> Stopped:
        return Stopped(name, StopKind.DIED, how=str(died), memory=self._budget.memory)

    def _left(self) -> float:
        return self._budget.submission - (time.monotonic() - self._started)

    def _end(self) -> None:
        self.was_cut_short = True
        if self._process is not None:
            self._process.end()
            self._process = None

    def _start(self, first: bool = False) -> Conversation:
        """A worker that has read and run the file, except the statements that ended an earlier worker."""
        for death in range(MAX_DEATHS + 2):
            if self._left() <= 0:
                self._reading.skip_more(keep_definitions=True)
            self._process = process = self._spawning.start()
            self._read(process, first)
            ran = self._run(process)
            if self._printed == NOTHING:  # a second process prints the same again
                self._printed = process.printed()
            if ran:
                self._reading.seconds = 0.0  # a worker that takes the place of this one may read as long
                return process
            first = False
            self._end()
            if death >= MAX_DEATHS - 1:
                self._reading.skip_more(keep_definitions=death == MAX_DEATHS - 1)
        raise WorkerFault(f"{self.work.name} ended every process that read it, even without running anything")

    def _read(self, process: Conversation, first: bool) -> None:
        try:
            answer = process.ask(self.work.to_read(first), READ_SECONDS)
        except (WorkerLate, WorkerDied):
            process.end()
            why = f"{self.work.name} is too large or too deeply nested to be read"
            raise UnreadableWork(why, repeatable=False) from None
        if isinstance(answer, CantRead):
            process.end()
            raise UnreadableWork(answer.why)
        if first:
            # No code of the submission has run yet, so this answer is the grader's own.
            self.contents = contents_of(answer.contents)
            self._reading.learn(answer)
            self.said = {key: sentence for key, sentence in answer.said.items() if key in self.work.said}
            self.own = answer.own
            self.texts = {each.name: each.text for each in answer.texts}

    def _run(self, process: Conversation) -> bool:
        """Runs the statements; False if the process ended or had to be ended, with the cause put on the list to skip."""
        reading, budget = self._reading, self._budget
        current: int | None = None
        started = time.monotonic()

        def limit() -> float:
            return min(budget.statement, max(self._left(), LAST_SECONDS))

        def on_event(event: Started | RunStopped | LeftOut) -> float:
            nonlocal current
            match event:
                case Started():
                    current = event.index
                    self._tell(f"{reading.place(current)} is running")
                    return min(limit(), AGAIN_SECONDS) if event.again else limit()
                case RunStopped():
                    reading.note(event.index, event.fault, blocked=event.blocked)
                case LeftOut():
                    self.was_cut_short = True
                    reading.leave_out(event.index)
            return limit()

        question = RunFile(tuple(sorted(reading.skip)), max(0.0, FULL_READING_SECONDS - reading.seconds))
        try:
            return self._ask_to_run(process, question, on_event, limit)
        except WorkerLate:
            reading.stop(current, StopKind.LATE)
            return False
        except WorkerDied as died:
            reading.stop(current, StopKind.DIED, how=str(died), memory=budget.memory)
            return False
        finally:
            reading.seconds += time.monotonic() - started

    def _ask_to_run(
        self,
        process: Conversation,
        question: RunFile,
        on_event: Callable[[Started | RunStopped | LeftOut], float],
        limit: Callable[[], float],
    ) -> bool:
        try:
            process.ask(question, limit(), on_event=on_event)
        except WorkerLate:
            self.was_cut_short = True
            process.interrupt()
            process.resume(question, INTERRUPT_SECONDS, on_event=on_event)
        return True
