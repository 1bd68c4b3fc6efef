"""How a check that does not pass ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.checks.compare.looks import WHOLE, Aspect, GapKind, Look
from grader.checks.judge.why_stopped import message_of

if TYPE_CHECKING:
    from grader.checks.compare.answers import Answer, Call
    from grader.sandbox.outside.stops import Stopped


class NotRight(AssertionError):
    """An answer that is not as wanted: what was expected and what came, in words.

    answer     the submission's answer
    expected   what it should have been, in words that go on after "expected:"
    got        what it was, in words that go on after "got:"
    aspect     which side of the answer was looked at
    look       which part of the value
    mistake    the id of a known mistake that the check itself recognised
    about      what the difference is about; after `GapKind.TYPE` no hint follows, since the words say what to give back

    A check raises it for what `same` and its like can't say::

        if not answer.value.any():
            raise NotRight(answer, "halves", "zeros", mistake="H3")
    """

    def __init__(
        self,
        answer: Answer,
        expected: str,
        got: str,
        aspect: Aspect = Aspect.VALUE,
        look: Look = WHOLE,
        mistake: str | None = None,
        about: GapKind = GapKind.OTHER,
    ) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.answer = answer
        self.expected = expected
        self.got = got
        self.aspect = aspect
        self.look = look
        self.mistake = mistake
        self.about = about


class StudentStopped(Exception):
    """A call that a check made gave nothing."""

    def __init__(self, stopped: Stopped, call: Call) -> None:
        super().__init__(message_of(stopped))
        self.stopped = stopped
        self.call = call


class NotDone(Exception):
    """What was asked for is not done yet, though the code runs; the text says what shows it.

    It is for stubs that hold code: ``raise NotDone("build_model still builds the LSTM of the earlier lesson.")``
    """


class NotShown(Exception):
    """A check builds on another one that did not pass."""

    def __init__(self, needed: str) -> None:
        super().__init__(needed)
        self.needed = needed
