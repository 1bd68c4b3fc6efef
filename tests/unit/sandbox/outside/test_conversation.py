"""One question, one answer of a kind that it may have; anything else ends the worker, and is never the grader's own fault."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest

from grader.errors import WorkerFault
from grader.sandbox.outside.conversation import Conversation, NoAnswer, WorkerDied
from grader.sandbox.wire.messages import (
    AskPart,
    CallMissing,
    CallOne,
    CallReturned,
    CantRead,
    FileRan,
    LeftOut,
    LockFailure,
    PartGives,
    PartRefuses,
    RunFile,
    Started,
    message,
)
from grader.sandbox.wire.printout import NOTHING, Printout

CALL = CallOne("f", (1,), {}, {"g": ("a",)})


class Said:
    """A channel on which a worker says some things, whatever it is asked."""

    def __init__(self, *said: Any) -> None:
        self.said = deque(said)
        self.sent: list[Any] = []

    def send(self, message: Any, deadline: float) -> None:
        """Keep what is sent."""
        self.sent.append(message)

    def receive(self, deadline: float) -> Any | None:
        """Give the next."""
        return (self.said.popleft(),) if self.said else None

    def is_quiet(self) -> bool:
        """Say that nothing waits."""
        return True


class Talking(Conversation):
    """A conversation with nobody behind it."""

    def __init__(self, *said: Any) -> None:
        super().__init__()
        self.channel: Said = Said(*said)
        self.ended = 0

    def interrupt(self) -> None:
        """Do nothing."""

    def end(self) -> str:
        """Count it."""
        self.ended += 1
        return "the process ended"

    def dismiss(self) -> None:
        """Do nothing."""

    def printed(self) -> Printout:
        """Print nothing."""
        return NOTHING

    def _cpu(self) -> float:
        return 0.0


def test_a_question_is_answered_by_a_record() -> None:
    talk = Talking(message(1, CallReturned(2.0)), message(2, CallMissing(True)))
    assert talk.ask(CALL, 5) == CallReturned(2.0)
    assert talk.ask(CALL, 5) == CallMissing(True)
    assert talk.channel.sent == [message(1, CALL), message(2, CALL)]


@pytest.mark.parametrize(
    "said",
    [
        message(1, FileRan()),  # an answer to another kind of question
        message(1, CantRead("no")),
        message(1, LeftOut(1)),  # a report that belongs to another
        message(1, PartGives(1)),
        message(1, LockFailure("the grader broke")),
        message(2, CallReturned(1)),
        [1, ["CallReturned", 1]],
        [1, {"id": 1, "returned": 1}],
        {"id": 1, "returned": 1},
        [True, message(1, CallReturned(1))[1]],
        None,
        5,
    ],
)
def test_anything_else_ends_the_worker(said: Any) -> None:
    talk = Talking(message(1, CallReturned(1)), said)
    talk.ask(CALL, 5)
    talk._number = 0
    with pytest.raises(WorkerDied):
        talk.ask(CALL, 5)
    assert talk.ended == 1


def test_a_worker_that_could_not_be_locked_is_the_graders_fault_but_only_before_its_first_answer() -> None:
    """Later that word is a submission's, whose points would stay open if it were believed."""
    with pytest.raises(WorkerFault, match="no Landlock"):
        Talking(message(0, LockFailure("no Landlock"))).ask(CALL, 5)
    talk = Talking(message(1, CallReturned(1)), message(0, LockFailure("no Landlock")))
    talk.ask(CALL, 5)
    with pytest.raises(WorkerDied):
        talk.ask(CALL, 5)


def test_what_a_worker_asks_back_is_answered_or_refused() -> None:
    asked: list[Any] = []

    def answer(name: str, args: list[Any]) -> Any:
        asked.append((name, args))
        if len(asked) > 1:
            raise NoAnswer("that is enough")
        return 7

    ask = message(1, AskPart("g", (3,)))
    talk = Talking(ask, ask, message(1, CallReturned(1)))
    assert talk.ask(CALL, 5, answer) == CallReturned(1)
    assert asked == [("g", [3]), ("g", [3])]
    assert talk.channel.sent[1:] == [message(1, PartGives(7)), message(1, PartRefuses("that is enough"))]
    with pytest.raises(WorkerDied):
        Talking(ask).ask(CALL, 5)


def test_reports_come_before_the_answer() -> None:
    reports: list[Any] = []

    def on_event(event: Any) -> float:
        reports.append(event)
        return 5.0

    talk = Talking(message(1, Started(3, False)), message(1, LeftOut(4)), message(1, FileRan()))
    assert talk.ask(RunFile((), 1.0), 5, on_event=on_event) == FileRan()
    assert reports == [Started(3, False), LeftOut(4)]
    with pytest.raises(WorkerDied):
        Talking(message(1, Started(3, False))).ask(RunFile((), 1.0), 5)
