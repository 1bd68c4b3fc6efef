"""Questions to one worker process and its answers, over whatever channel it has."""

from __future__ import annotations

import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar, cast

from grader.errors import WorkerFault
from grader.sandbox.wire.channel import ChannelBroken, ChannelClosed, End, TrustedEnd
from grader.sandbox.wire.codec import NotARecord, Plain, decode
from grader.sandbox.wire.messages import (
    BEFORE_ANY,
    AskPart,
    LockFailure,
    PartGives,
    PartRefuses,
    may_come,
    message,
    opened,
)

if TYPE_CHECKING:
    from grader.sandbox.outside.remembered import PackedQuestion, Remembered
    from grader.sandbox.wire.messages import WorkerQuestion
    from grader.sandbox.wire.printout import Printout

NOTED_SECONDS = 0.2  # a question that took less has used too little CPU time to be worth asking the system for
MAX_MESSAGES = 30_000  # that one question may lead to: more than a call may ask, and more than a file has statements

R = TypeVar("R")
E = TypeVar("E")
AnswerPart = Callable[[str, list[Plain]], Plain]
"""What answers in place of a part of the submission, by the part's name and what it was handed; raises NoAnswer."""


class NoAnswer(Exception):
    """A stand-in was asked what it can't answer; the text, which the submission gets as a TypeError, says why."""


class WorkerDied(Exception):
    """The worker's process is gone; the text says how it ended."""


class WorkerLate(Exception):
    """The worker did not answer in time; ``seconds`` of wall and ``cpu`` seconds were used."""

    def __init__(self, seconds: float, cpu: float) -> None:
        super().__init__(f"no answer within {seconds:.1f} s")
        self.seconds = seconds
        self.cpu = cpu


class Conversation(ABC):
    """Questions to one worker process and its answers, over whatever channel it has."""

    channel: End

    def __init__(self) -> None:
        self._number = 0
        self._cpu_before = 0.0
        self._answered = False
        self._fault: WorkerFault | None = None
        self._memory: Remembered | None = None

    def remember(self, memory: Remembered) -> None:
        """Shares what is remembered of other conversations, over a channel that can."""
        if isinstance(self.channel, TrustedEnd):
            self._memory = memory
            self.channel.remember(memory)

    def ask(
        self,
        question: WorkerQuestion[R, E],
        seconds: float,
        answer_part: AnswerPart | None = None,
        on_event: Callable[[E], float] | None = None,
        *,
        packed: PackedQuestion | None = None,
    ) -> R:
        """The answer to a question, which may be ``packed`` already.

        ``answer_part`` answers what the worker asks back meanwhile, ``on_event`` takes what it reports and gives the seconds that
        it may take from there. Raises WorkerDied or WorkerLate; a forged or surplus message ends the worker.
        """
        self._number += 1
        try:
            # before its first answer the worker may say why it could not be locked
            if self._answered and not self.channel.is_quiet():
                raise ChannelBroken("an answer that nobody asked for")
            sent = message(self._number, question) if packed is None else packed.frame(self._number)
            self.channel.send(sent, time.monotonic() + seconds)
        except (ChannelClosed, ChannelBroken) as error:
            raise self._died(error) from None
        return self.resume(question, seconds, answer_part, on_event)

    def resume(
        self,
        question: WorkerQuestion[R, E],
        seconds: float,
        answer_part: AnswerPart | None = None,
        on_event: Callable[[E], float] | None = None,
    ) -> R:
        """Waits (again) for the answer to the last question; parameters and errors as for `ask`."""
        started = time.monotonic()
        deadline = started + seconds
        read, events = may_come(type(question))  # so that what is read is an R, an E or a question back
        try:
            for _ in range(MAX_MESSAGES):
                taken = self.channel.receive(deadline)
                if taken is None:
                    raise WorkerLate(time.monotonic() - started, self._cpu() - self._cpu_before)
                reply = self._checked(read, taken[0])
                if isinstance(reply, AskPart):
                    self.channel.send(message(self._number, _part_answer(reply, answer_part)), deadline)
                elif isinstance(reply, events):
                    if on_event is None:
                        raise ChannelBroken("a report that nobody waits for")
                    deadline = time.monotonic() + on_event(cast("E", reply))
                else:
                    if time.monotonic() - started > NOTED_SECONDS:
                        self._cpu_before = self._cpu()
                    return cast("R", reply)
            raise ChannelBroken("messages without end")
        except MemoryError:
            self.end()
            raise WorkerDied("the process sent more than the grader can hold") from None
        except (ChannelClosed, ChannelBroken) as error:
            raise self._died(error) from None

    def _died(self, error: ChannelClosed | ChannelBroken) -> WorkerDied | WorkerFault:
        """What to raise for a channel that is no good any more: the grader's own fault only before any answer."""
        how = self.end()
        if self._fault is not None and not self._answered:
            return self._fault
        return WorkerDied(how if isinstance(error, ChannelClosed) else f"the process sent {error}")

    def _checked(self, read: Callable[[Plain], object], plain: Plain) -> object:
        """The record in what the worker sent; raises ChannelBroken if it may not come now, and WorkerFault."""
        known = self._memory.record(plain, read) if self._memory is not None else None
        if known is not None and known[0] == self._number:
            return known[1]
        try:
            number, sent = opened(plain)
            if number == BEFORE_ANY and not self._answered:
                failure = decode(LockFailure, sent)
                self.end()
                raise WorkerFault(f"a worker could not be locked: {failure.why}")
            if number != self._number:
                raise ChannelBroken("an answer that nobody asked for")
            reply = read(sent)
        except NotARecord:
            raise ChannelBroken("an answer of the wrong form") from None
        self._answered = True
        if self._memory is not None:
            self._memory.keep_record(plain, read, number, reply)
        return reply

    @abstractmethod
    def interrupt(self) -> None:
        """Asks Python in the worker to stop what it is doing, as Ctrl-C does."""

    @abstractmethod
    def end(self) -> str:
        """Ends the worker, and says how it ended if that was by itself; may be called again."""

    @abstractmethod
    def dismiss(self) -> None:
        """Lets the worker go without waiting for its end."""

    @abstractmethod
    def printed(self) -> Printout:
        """What was printed so far, cut."""

    @abstractmethod
    def _cpu(self) -> float:
        """CPU seconds of the worker so far, all its threads; 0.0 if the system does not say."""


def _part_answer(asked: AskPart, answer_part: AnswerPart | None) -> PartGives | PartRefuses:
    if answer_part is None:
        raise ChannelBroken("a question that nobody answers")
    try:
        return PartGives(answer_part(asked.name, list(asked.args)))
    except NoAnswer as none:
        return PartRefuses(str(none))


def ending(code: int | None) -> str:
    """How a process ended, in words; ``code`` is its exit code, below 0 the signal that ended it, None if nobody knows."""
    if code is None:
        return "the process ended"
    if code < 0:
        with suppress(ValueError):
            return f"the process ended by {signal.Signals(-code).name}"
        return f"the process ended by signal {-code}"
    return f"the process ended by itself with status {code}"
